"""A statement becomes a broadcast, and is looked at again when its moment has come.

From the draft on it is a broadcast like any other: approvals, code, pause, cancel and journal are there.
How it looks to readers is decided by whoever calls.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.actions.agreed import digest_of
from bot.actions.broadcasts import Broadcasts, Drafted, TooLate
from bot.actions.reading import Found, Reading
from bot.actions.recurring import take_turn
from bot.actions.rules import Rules
from bot.clock import Clock
from bot.domain.broadcast import ALL_OTHERS, Broadcast, Reason, State, turn
from bot.domain.link import Link
from bot.domain.organiser import Action, Organiser
from bot.domain.publication import Moment, Planned, fingerprint
from bot.domain.rich_text import RichText
from bot.domain.statement import StatementNumber
from bot.i18n.translator import FALLBACK
from bot.store import Tx

Press = Callable[[Found, str], tuple[RichText, tuple[Link, ...]]]
"""One message that readers of a language get, and the buttons under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReadable:
    """There is no such statement, or it may not be read at that moment; `until` it is under embargo."""

    until: datetime | None = None


class Publications:
    """Statements on their way to readers."""

    def __init__(
        self,
        *,
        clock: Clock,
        reading: Reading,
        broadcasts: Broadcasts,
        languages: tuple[str, ...],
    ) -> None:
        self._clock = clock
        self._reading = reading
        self._broadcasts = broadcasts
        self._languages = languages

    async def draft(
        self, tx: Tx, author: Organiser, number: StatementNumber, press: Press, moment: Moment | None = None
    ) -> Drafted | NotReadable:
        """What readers would get. Without a moment it goes as soon as it is agreed to.

        One that is under embargo now is proposed for the moment at which that ends.
        """
        if moment is None:
            until = await self._reading.embargo(tx, number)
            moment = Moment(at=until.astimezone(UTC), zone=author.zone or "UTC") if until else None
        texts = await self._reading.readable(tx, number, at=moment.at if moment else None)
        if not texts:
            return NotReadable(until=await self._reading.embargo(tx, number))
        planned = Planned(
            number=number,
            texts=fingerprint(text.statement for text in texts),
            at=moment.at if moment else None,
            zone=moment.zone if moment else author.zone or "UTC",
        )
        pressed = {
            language: press(self._reading.choose(texts, language), language) for language in self._languages
        }
        by_language = {ALL_OTHERS if each == FALLBACK else each: made for each, made in pressed.items()}
        return await self._broadcasts.put(
            tx,
            author,
            {language: text for language, (text, _) in by_language.items()},
            links=_without_empty({language: links for language, (_, links) in by_language.items()}),
            planned=planned,
        )

    async def move(
        self, tx: Tx, author: Organiser, subject: bytes, moment: Moment
    ) -> Drafted | NotReadable | TooLate:
        """Another time for a draft, and so another digest: the buttons under it are void."""
        draft = await self._broadcasts.drafted(tx, author, subject)
        if isinstance(draft, TooLate) or draft.planned is None:
            return TooLate()
        texts = await self._reading.readable(tx, draft.planned.number, at=moment.at)
        if not texts or fingerprint(text.statement for text in texts) != draft.planned.texts:
            return NotReadable(until=await self._reading.embargo(tx, draft.planned.number))
        moved = replace(draft, planned=replace(draft.planned, at=moment.at, zone=moment.zone))
        moved = replace(moved, digest=digest_of(moved))
        await tx.buttons.drop_for(moved.id)
        await tx.broadcasts.replace(moved)
        return Drafted(broadcast=moved)

    async def queue(self, tx: Tx, who: Organiser) -> list[Broadcast]:
        """Every statement and plan of slogans that waits for approvals, for its moment or for a decision."""
        if not who.may(Action.PROGRESS):
            return []
        waiting = await tx.broadcasts.in_states(State.WAITING, State.COOLING, State.PAUSED, State.HELD)
        return sorted((b for b in waiting if b.shelved and b.started is None), key=turn)


class Watch:
    """What is looked at when the moment of a publication has come."""

    def __init__(self, *, clock: Clock, reading: Reading, rules: Rules) -> None:
        self._clock = clock
        self._reading = reading
        self._rules = rules

    async def turn(self, tx: Tx, plan: Broadcast) -> Broadcast:
        """What a plan of slogans leads to now."""
        now, percent = self._clock.now(), self._rules.wave_percent
        return await take_turn(tx, plan, self._reading, now=now, percent=percent)

    async def hindrance(self, tx: Tx, broadcast: Broadcast) -> Reason:
        """Why a publication must not begin now; NONE where nothing is against it, or it is none."""
        if broadcast.planned is None:
            return Reason.NONE
        now = self._clock.now()
        if now - (broadcast.starts or broadcast.created) > self._rules.max_late:
            return Reason.LATE
        texts = await self._reading.readable(tx, broadcast.planned.number)
        same = bool(texts) and fingerprint(text.statement for text in texts) == broadcast.planned.texts
        return Reason.NONE if same and digest_of(broadcast) == broadcast.digest else Reason.CHANGED


def _without_empty(links: Mapping[str, tuple[Link, ...]]) -> dict[str, tuple[Link, ...]]:
    return {language: of for language, of in links.items() if of}
