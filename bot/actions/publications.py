"""A statement becomes a broadcast, and is looked at again when its moment has come.

From the draft on it is a broadcast like any other: approvals, code, pause, cancel and journal are there.
How it looks to readers is decided by whoever calls.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations

from bot.actions.agreed import digest_of
from bot.actions.broadcasts import Broadcasts, Changed, Drafted, TooLate
from bot.actions.catalogue import Text
from bot.actions.reading import Found, Reading
from bot.actions.recurring import take_turn
from bot.actions.rules import Rules
from bot.actions.timetable import QUEUED, waiting
from bot.clock import Clock
from bot.domain import approval
from bot.domain.audit import Event
from bot.domain.broadcast import ALL_OTHERS, Broadcast, BroadcastId, Reason, State
from bot.domain.link import Link
from bot.domain.organiser import Action, Organiser
from bot.domain.publication import Moment, Planned, fingerprint
from bot.domain.rich_text import RichText
from bot.domain.statement import StatementNumber
from bot.i18n.translator import FALLBACK
from bot.store import Store, Tx

Press = Callable[[Found, str], tuple[RichText, tuple[Link, ...]]]
"""One message that readers of a language get, and the buttons under it."""

_LANGUAGES_SINCE = 3
"""How many translations may come while a statement is being sent. Each way to leave some out is tried."""


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

    async def chosen(self, tx: Tx, who: Organiser, subject: bytes) -> Broadcast | TooLate:
        """A publication for which this organiser may choose a time: a draft of theirs, or one that waits."""
        found = await tx.broadcasts.get(BroadcastId(subject))
        if found is None or found.planned is None or found.started or not who.may(Action.BROADCAST):
            return TooLate()
        mine = found.state is State.DRAFT and found.author == who.id
        return found if mine or found.state in QUEUED else TooLate()

    async def newest_draft(self, tx: Tx, author: Organiser) -> Broadcast | None:
        """The statement that this author prepared last and has not sent off."""
        drafts = await tx.broadcasts.in_states(State.DRAFT)
        return next((one for one in reversed(drafts) if one.planned and one.author == author.id), None)

    async def moved(self, tx: Tx, found: Broadcast, moment: Moment) -> Broadcast | NotReadable:
        """The same at another time, not written yet; with another digest, so nobody has agreed to it."""
        if found.planned is None:
            return NotReadable()
        texts = await self._reading.readable(tx, found.planned.number, at=moment.at)
        if not texts or fingerprint(text.statement for text in texts) != found.planned.texts:
            return NotReadable(until=await self.embargo(tx, found))
        plan = replace(found.planned, at=moment.at, zone=moment.zone)
        moved = replace(found, planned=plan, approved_by=(), starts=None, paused=None, reason=Reason.NONE)
        return replace(moved, digest=digest_of(moved))

    async def move(
        self, tx: Tx, author: Organiser, subject: bytes, moment: Moment
    ) -> Drafted | NotReadable | TooLate:
        """Another time for a draft: the buttons under it are void."""
        draft = await self._broadcasts.drafted(tx, author, subject)
        if isinstance(draft, TooLate) or draft.planned is None:
            return TooLate()
        moved = await self.moved(tx, draft, moment)
        if isinstance(moved, NotReadable):
            return moved
        await tx.buttons.drop_for(moved.id)
        await tx.broadcasts.replace(moved)
        return Drafted(broadcast=moved)

    async def postpone(
        self, tx: Tx, who: Organiser, subject: bytes, moment: Moment, agreed: bytes
    ) -> Changed | TooLate:
        """Another time for what waits already, with a code: this counts as the first approval of it.

        It stays one broadcast, so it goes out at the old time or at the new one, never at both.
        """
        found = await self.chosen(tx, who, subject)
        if isinstance(found, TooLate) or found.state is State.DRAFT:
            return TooLate()
        moved = await self.moved(tx, found, moment)
        if isinstance(moved, NotReadable) or moment.at < self._clock.now():
            return TooLate()
        changed = await self._broadcasts.agree(tx, who, moved, Action.BROADCAST, agreed)
        if isinstance(changed, Changed):
            await tx.buttons.drop_for(moved.id)
        return changed

    async def skip(self, tx: Tx, who: Organiser, subject: bytes) -> Changed | TooLate:
        """Not at its moment: it is put aside, until somebody resumes it, moves it or cancels it."""
        found = await tx.broadcasts.get(BroadcastId(subject))
        if found is None or found.planned is None or found.started or found.state is not State.COOLING:
            return TooLate()
        if not who.may(Action.PAUSE):
            return TooLate()
        return await self._broadcasts.changed(tx, who, found.hold(Reason.SKIPPED), Event.PAUSED)

    async def embargo(self, tx: Tx, found: Broadcast) -> datetime | None:
        """Before when what it publishes may not be read."""
        return await self._reading.embargo(tx, found.planned.number) if found.planned else None

    async def queue(self, tx: Tx, who: Organiser) -> list[Broadcast]:
        """Every statement and plan of slogans that waits for approvals, for its moment or for a decision."""
        return await waiting(tx) if who.may(Action.PROGRESS) else []


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
        """Why a publication must not begin now, or not go on; NONE where nothing is against it.

        Once it has begun it goes on, however late that is, as long as all of what went out may be read.
        """
        if broadcast.planned is None:
            return Reason.NONE
        texts = await self._reading.readable(tx, broadcast.planned.number)
        if broadcast.started:
            return Reason.NONE if _among(texts, broadcast.planned.texts) else Reason.CHANGED
        if self._clock.now() - (broadcast.starts or broadcast.created) > self._rules.max_late:
            return Reason.LATE
        same = bool(texts) and fingerprint(text.statement for text in texts) == broadcast.planned.texts
        return Reason.NONE if same and digest_of(broadcast) == broadcast.digest else Reason.CHANGED

    async def lapse(self, store: Store) -> list[Broadcast]:
        """Hold what nobody agreed to until long after its moment; returns what was held."""
        now = self._clock.now()
        async with store.read() as tx:
            late = [one.id for one in await tx.broadcasts.in_states(State.WAITING) if self._late(one, now)]
        if not late:
            return []
        async with store.begin() as tx:
            waiting = await tx.broadcasts.in_states(State.WAITING)
            held = [one.hold(Reason.LATE) for one in waiting if one.id in late]
            for one in held:
                await tx.broadcasts.replace(one)
                await tx.audit.add(Event.HALTED, now, detail=approval.fingerprint(one.digest))
        return held

    def _late(self, broadcast: Broadcast, now: datetime) -> bool:
        return broadcast.planned is not None and broadcast.planned.overdue(now, self._rules.max_late)


def _among(texts: Sequence[Text], agreed: bytes) -> bool:
    """Whether what was agreed to is still there, perhaps beside a few languages that have come since."""
    fewest = max(1, len(texts) - _LANGUAGES_SINCE)
    return any(
        fingerprint(text.statement for text in some) == agreed
        for number in range(len(texts), fewest - 1, -1)
        for some in combinations(texts, number)
    )


def _without_empty(links: Mapping[str, tuple[Link, ...]]) -> dict[str, tuple[Link, ...]]:
    return {language: of for language, of in links.items() if of}
