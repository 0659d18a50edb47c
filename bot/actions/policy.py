"""The sealed policy and the settings: read from them, checked against them when the vault is opened."""

from pydantic import ValidationError

from bot.clock import Clock
from bot.config import Config
from bot.domain.audit import Event
from bot.domain.broadcast import Reason, State
from bot.domain.policy import WEAKER, Policy, Value, weakened
from bot.domain.revision import Purpose
from bot.errors import SettingsError
from bot.store import Store


def of(config: Config) -> Policy:
    """The values of these settings for every key of the policy."""
    return {key: _value(config, key) for key in WEAKER}


def parse(key: str, text: str) -> Value | None:
    """What somebody wrote as a value of this key; None if the key or the value is none."""
    section, _, name = key.partition(".")
    if key not in WEAKER:
        return None
    try:
        table = type(Config.model_fields[section].default)
        value: Value = getattr(table(**{name: text.strip().strip('"')}), name)
    except ValidationError:
        return None
    return value


async def hold(store: Store, config: Config, clock: Clock) -> None:
    """Seal the policy of a home that has organisers and none yet. SettingsError for a weaker value."""
    async with store.begin() as tx:
        if await tx.organisers.ever_enrolled() == 0:
            return
        sealed = await tx.organisers.policy()
        if sealed is None:
            await tx.organisers.seal_policy(of(config))
            await tx.audit.add(Event.SEALED, clock.now())
            return
    for key in weakened(sealed, of(config)):
        section, _, name = key.partition(".")
        raise SettingsError(
            f"[{section}] {name} is weaker than what the organisers have agreed to",
            hint="set it back in config.toml or the environment; they can loosen it in chat with /policy",
        )


async def bar_unsigned(store: Store, config: Config, clock: Clock) -> None:
    """Pause what was under way when `signed_only` was switched on: organisers can only cancel it."""
    if not config.publishing.signed_only:
        return
    async with store.begin() as tx:
        for one in await tx.broadcasts.in_states(State.SENDING, State.COOLING):
            if one.purpose is not Purpose.UNDO and not one.shelved:
                await tx.broadcasts.replace(one.pause(Reason.SIGNED_ONLY, now=clock.now()))


def _value(config: Config, key: str) -> Value:
    section, _, name = key.partition(".")
    value: Value = getattr(getattr(config, section), name)
    return value
