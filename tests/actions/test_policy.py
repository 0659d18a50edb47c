"""The policy read from settings, read from what somebody wrote, and held against both."""

from collections.abc import Mapping

import pytest

from bot.actions import policy
from bot.config import Config, load
from bot.domain.audit import Act, Event
from bot.domain.broadcast import BroadcastId, Reason, State
from bot.domain.policy import WEAKER, Value
from bot.domain.revision import Purpose
from bot.errors import SettingsError
from bot.store import Store
from tests.actions.conftest import Enrol
from tests.store.helpers import broadcast
from tests.support.clock import StoryClock


def settings(values: Mapping[str, str]) -> Config:
    return load({"HANDBILL_HOME": "/nowhere"} | {f"HANDBILL_{name}": value for name, value in values.items()})


def test_of_settings() -> None:
    """Every key of the policy has the value of its setting."""
    found = policy.of(settings({"PUBLISHING__PER_DAY": "5", "PUBLISHING__COOLDOWN_SECONDS": "7"}))
    assert set(found) == set(WEAKER)
    assert (found["publishing.per_day"], found["publishing.cooldown_seconds"]) == (5, 7)
    assert found["joining.door"] == "open"


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("publishing.per_day", "12", 12),
        ("publishing.per_day", " 12 ", 12),
        ("publishing.per_day", "many", None),
        ("publishing.per_day", "0", None),
        ("publishing.signed_only", "false", False),
        ("vault.panic", '"lock"', "lock"),
        ("publishing", "12", None),
        ("publishing.rate", "12", None),
        ("telegram.rate", "12", None),
        ("", "", None),
    ],
)
def test_what_somebody_wrote(key: str, text: str, value: Value | None) -> None:
    """A value of a key as the settings take it, quotes and spaces around it or not; else nothing."""
    assert policy.parse(key, text) == value


async def acts(store: Store) -> list[Act]:
    async with store.read() as tx:
        return [one.act for one in await tx.audit.last(10) if one.act]


async def test_held(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """Without organisers nothing is sealed; with one it is sealed once, and noted; then weaker is refused."""
    strict, loose = settings({"PUBLISHING__PER_DAY": "5"}), settings({"PUBLISHING__PER_DAY": "6"})
    await policy.hold(store, strict, clock)
    async with store.read() as tx:
        assert await tx.organisers.policy() is None
    assert await acts(store) == []
    await enrolled("Olga")
    for _ in range(2):
        await policy.hold(store, strict, clock)
    async with store.read() as tx:
        assert await tx.organisers.policy() == policy.of(strict)
    assert [act for act in await acts(store) if act.event is Event.SEALED] == [
        Act(event=Event.SEALED, at=(await acts(store))[-1].at)
    ]
    with pytest.raises(SettingsError) as caught:
        await policy.hold(store, loose, clock)
    assert caught.value.message == ("[publishing] per_day is weaker than what the organisers have agreed to")
    assert caught.value.hint == (
        "set it back in config.toml or the environment; they can loosen it in chat with /policy"
    )
    await policy.hold(store, settings({"PUBLISHING__PER_DAY": "4"}), clock)


async def test_what_nobody_signed_is_barred(store: Store, clock: StoryClock) -> None:
    """Once only what is signed may go out, whatever else is under way stands still, and nothing besides."""
    barred = [broadcast(State.SENDING), broadcast(State.COOLING)]
    left = [
        *(broadcast(state) for state in State if state not in {State.SENDING, State.COOLING}),
        broadcast(State.SENDING, purpose=Purpose.UNDO),
        broadcast(State.SENDING, plan=BroadcastId(bytes(16))),
        broadcast(State.COOLING, plan=BroadcastId(bytes(16))),
    ]
    async with store.begin() as tx:
        for one in (*barred, *left):
            await tx.broadcasts.add(one)
    await policy.bar_unsigned(store, settings({}), clock)
    async with store.read() as tx:
        assert [await tx.broadcasts.get(one.id) for one in (*barred, *left)] == [*barred, *left]
    await policy.bar_unsigned(store, settings({"PUBLISHING__SIGNED_ONLY": "true"}), clock)
    async with store.read() as tx:
        assert [await tx.broadcasts.get(one.id) for one in left] == left
        for one in barred:
            now = await tx.broadcasts.get(one.id)
            assert now
            assert (now.state, now.reason, now.paused) == (State.PAUSED, Reason.SIGNED_ONLY, clock.now())
