"""Slogans again and again: agreed to once as a broadcast that never leaves itself, but makes one each time.

So approvals, freeze, pause, cancel, holding and the queue are those of any broadcast. What was missed, while
the service was locked or away, is passed over and never made up for.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.actions import audience
from bot.actions.agreed import digest_of
from bot.actions.broadcasts import Broadcasts, Drafted
from bot.actions.reading import Reading
from bot.domain.approval import fingerprint
from bot.domain.audit import Event
from bot.domain.broadcast import ALL_OTHERS, Broadcast, BroadcastId, Reason, State, first_wave
from bot.domain.organiser import Organiser
from bot.domain.repeats import Repeats, Terms
from bot.domain.slogans import of_theme, themes
from bot.domain.statement import Slogan
from bot.i18n.translator import FALLBACK
from bot.store import Tx

PATIENCE = timedelta(hours=1)
"""How late a slogan may leave, because something else was being sent; after that its turn is passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSlogans:
    """Nothing that may be shown fits; the themes there are."""

    themes: tuple[str, ...]


class Recurring:
    """Plans of slogans, as organisers begin them."""

    def __init__(self, *, reading: Reading, broadcasts: Broadcasts, languages: tuple[str, ...]) -> None:
        self._reading = reading
        self._broadcasts = broadcasts
        self._languages = languages

    async def draft(self, tx: Tx, author: Organiser, terms: Terms) -> Drafted | NoSlogans:
        """What readers would get first, and all that would take turns after it."""
        everything = await self._reading.every_slogan(tx)
        spoken = [slogan for slogan in everything if slogan.language in self._languages]
        pools = _pools(spoken, terms)
        if not pools:
            return NoSlogans(themes=themes(spoken))
        # The theme as the file has it: what was written goes nowhere.
        named = next(iter(pools.values()))[0].theme if terms.theme else ""
        repeats = Repeats(terms=replace(terms, theme=named), pools=pools)
        drafted = (await self._broadcasts.put(tx, author, repeats.texts)).broadcast
        plan = replace(drafted, repeats=repeats)
        plan = replace(plan, digest=digest_of(plan))
        await tx.broadcasts.replace(plan)
        return Drafted(broadcast=plan)


async def take_turn(tx: Tx, plan: Broadcast, reading: Reading, *, now: datetime, percent: int) -> Broadcast:
    """What a plan leads to when its hour has come: a broadcast that is written down as begun.

    The plan itself, waiting for its next hour, where this one is long past, or was used before somebody set
    the clock back; or held, where a slogan is not what was agreed to, or may not be shown any more. All of it
    is one transaction.
    """
    repeats, due = plan.repeats, plan.starts or now
    if repeats is None:
        return plan
    ahead = replace(plan, starts=repeats.terms.after(now))
    if now - due > PATIENCE or await tx.broadcasts.get(_id_of(plan, due)):
        await tx.broadcasts.replace(ahead)
        return ahead
    shown = await reading.every_slogan(tx)
    pools = {key: _pool(shown, pool[0].language, repeats.terms.theme) for key, pool in repeats.pools.items()}
    if pools != repeats.pools or digest_of(plan) != plan.digest:
        held = plan.hold(Reason.CHANGED)
        await tx.audit.add(Event.HALTED, now, detail=fingerprint(held.digest))
        await tx.broadcasts.replace(held)
        return held
    made = await _made(tx, plan, repeats, due=due, now=now, percent=percent)
    await tx.broadcasts.replace(replace(ahead, repeats=repeats.further))
    await tx.broadcasts.add(made)
    await tx.journal.prepare(made.id)
    return made


async def _made(
    tx: Tx, plan: Broadcast, repeats: Repeats, *, due: datetime, now: datetime, percent: int
) -> Broadcast:
    """One broadcast of a plan."""
    people = await audience.size(tx, plan.readers, _chance(plan, due))
    made = replace(
        plan,
        id=_id_of(plan, due),
        state=State.SENDING,
        texts=repeats.texts,
        created=now,
        starts=due,
        started=now,
        people=people,
        wave=first_wave(people, percent),
        repeats=None,
        plan=plan.id,
    )
    return replace(made, digest=digest_of(made))


def _id_of(plan: Broadcast, due: datetime) -> BroadcastId:
    """It follows from the plan and the hour: there cannot be a second one."""
    return BroadcastId(_chance(plan, due)(16))


def _chance(plan: Broadcast, due: datetime) -> Callable[[int], bytes]:
    """So many bytes, the same for the same plan and hour."""
    return hashlib.shake_256(plan.id + due.isoformat().encode()).digest


def _pools(slogans: list[Slogan], terms: Terms) -> Mapping[str, tuple[Slogan, ...]]:
    """What takes turns, by the language of the readers. Whoever asked for all gives everybody something."""
    found = {}
    for language in sorted({one.language for one in slogans}):
        pool = _pool(slogans, language, terms.theme)
        if pool and terms.language in {"", language}:
            everybody = language == FALLBACK and not terms.language and not terms.theme
            found[ALL_OTHERS if everybody else language] = pool
    return found


def _pool(slogans: list[Slogan], language: str, theme: str) -> tuple[Slogan, ...]:
    return tuple(of_theme([one for one in slogans if one.language == language], theme))
