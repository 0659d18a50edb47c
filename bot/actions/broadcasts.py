"""A broadcast from draft to the first message: who may do what, who has to agree, and what they agree to.

Delivering it is `dispatch`. What the methods return is what people are then told; nothing is sent from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.actions import approvals, audience, choosing
from bot.actions.agreed import agreeing, altered, digest_of, signed, urgently
from bot.actions.copied import from_a_copy
from bot.actions.rules import Rules
from bot.clock import Clock
from bot.domain.approval import BUTTON_LIFE, approvals_if_urgent, fingerprint
from bot.domain.audience import Audience
from bot.domain.audit import Event
from bot.domain.broadcast import Broadcast, BroadcastId, Reason, State, first_wave, turn
from bot.domain.draft import Refusal, compose
from bot.domain.link import Link
from bot.domain.media import Media
from bot.domain.organiser import Action, Organiser, Role
from bot.domain.publication import Planned
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText, units
from bot.store import Tx

UNFINISHED = (State.WAITING, State.COOLING, State.SENDING, State.PAUSED, State.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft as its author sees it."""

    broadcast: Broadcast


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A broadcast moved on. `others` are the organisers to tell besides the one who acted."""

    broadcast: Broadcast
    others: tuple[Organiser, ...]
    besides: tuple[Broadcast, ...] = ()
    """What else ended with it."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """It is not in a state in which this can be done, or it is not what was approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooFew:
    """It takes `needed` organisers who may approve, the author among them; there are only `organisers`."""

    needed: int
    organisers: int


class Broadcasts:
    """What organisers do with a broadcast."""

    def __init__(
        self,
        *,
        clock: Clock,
        random: Callable[[int], bytes],
        rules: Rules,
        languages: tuple[str, ...],
        notice: Callable[[str, date], str],
    ) -> None:
        """`notice` are the words, in a language, that say from when the list is that came from a copy."""
        self._notice = notice
        self._clock = clock
        self._random = random
        self._rules = rules
        self._languages = frozenset(languages)

    async def draft(
        self, tx: Tx, author: Organiser, written: RichText, media: Media | None = None
    ) -> Drafted | Refusal:
        """What readers would get. Nothing leaves before Send, a code and the approvals."""
        if self._rules.signed_only:
            return Refusal(why="signed-only")
        notices = await from_a_copy(tx, self._languages, self._notice)
        composed = compose(
            written.cleaned().strip(),
            self._languages,
            caption=media is not None,
            reserved=max((units(notice) for notice in notices.values()), default=0),
        )
        if isinstance(composed, Refusal):
            return composed
        texts = {
            language: signed((text + notices[language]).strip() if notices else text)
            for language, text in composed.items()
        }
        return await self.put(tx, author, texts, media=media)

    async def put(
        self,
        tx: Tx,
        author: Organiser,
        texts: Mapping[str, RichText],
        *,
        media: Media | None = None,
        links: Mapping[str, tuple[Link, ...]] | None = None,
        planned: Planned | None = None,
    ) -> Drafted:
        """A new draft of texts that are as readers will see them."""
        now = self._clock.now()
        await tx.broadcasts.purge_drafts(now - BUTTON_LIFE)
        await tx.buttons.purge(now)
        broadcast = Broadcast(
            id=BroadcastId(self._random(16)),
            state=State.DRAFT,
            author=author.id,
            texts=texts,
            digest=b"",
            created=now,
            needed=await self._needed(tx, planned),
            cooldown=self._rules.cooldown,
            people=await audience.size(tx, Audience(), self._random),
            media=media,
            planned=planned,
            links=links or {},
        )
        broadcast = replace(broadcast, digest=digest_of(broadcast))
        await tx.broadcasts.add(broadcast)
        return Drafted(broadcast=broadcast)

    async def drafted(self, tx: Tx, author: Organiser, subject: bytes) -> Broadcast | TooLate:
        """A draft of this author."""
        broadcast = await tx.broadcasts.get(BroadcastId(subject))
        if broadcast is None or broadcast.state is not State.DRAFT or broadcast.author != author.id:
            return TooLate()
        return broadcast if author.may(Action.BROADCAST) else TooLate()

    async def aim(self, tx: Tx, author: Organiser, subject: bytes, readers: Audience) -> Drafted | TooLate:
        """Another audience for a draft, and so another digest: the buttons under it are void."""
        broadcast = await self.drafted(tx, author, subject)
        if isinstance(broadcast, TooLate):
            return broadcast
        people = await audience.size(tx, readers, self._random)
        aimed = replace(broadcast, audience=readers.written, people=people)
        aimed = replace(aimed, digest=digest_of(aimed))
        await tx.buttons.drop_for(broadcast.id)
        await tx.broadcasts.replace(aimed)
        return Drafted(broadcast=aimed)

    async def send(self, tx: Tx, author: Organiser, subject: bytes, agreed: bytes) -> Changed | TooLate:
        """The author means it: this counts as one approval."""
        broadcast = await self.drafted(tx, author, subject)
        if isinstance(broadcast, TooLate):
            return broadcast
        return await self.agree(tx, author, broadcast, Action.BROADCAST, agreed)

    async def send_urgent(
        self, tx: Tx, author: Organiser, subject: bytes, agreed: bytes
    ) -> Changed | TooLate | TooFew:
        """Like `send`, without cool-down and before all others; one more must agree."""
        broadcast = await self.drafted(tx, author, subject)
        if isinstance(broadcast, TooLate):
            return broadcast
        too_few = await self.too_few(tx)
        return too_few or await self.agree(tx, author, urgently(broadcast), Action.BROADCAST, agreed)

    async def too_few(self, tx: Tx) -> TooFew | None:
        """Why nothing urgent can be sent: there are not enough people to agree to it."""
        organisers = sum(one.may(Action.APPROVE) for one in await tx.organisers.all())
        needed = approvals_if_urgent(await self._needed(tx))
        return TooFew(needed=needed, organisers=organisers) if organisers < needed else None

    async def approve(self, tx: Tx, who: Organiser, subject: bytes, agreed: bytes) -> Changed | TooLate:
        """Another organiser agrees to exactly this text, audience and time."""
        broadcast = await tx.broadcasts.get(BroadcastId(subject))
        if broadcast is None or broadcast.state is not State.WAITING or who.id in broadcast.approved_by:
            return TooLate()
        return await self.agree(tx, who, broadcast, Action.APPROVE, agreed)

    async def agree(
        self, tx: Tx, who: Organiser, broadcast: Broadcast, action: Action, agreed: bytes
    ) -> Changed | TooLate:
        """One more approval of a broadcast that is written as it is given here, for this action."""
        if not who.may(action) or not agreed == broadcast.digest == digest_of(broadcast):
            return TooLate()
        if self._overdue(broadcast) or self._barred(broadcast) or await _frozen(tx, broadcast):
            return TooLate()
        broadcast = await approvals.as_of_now(tx, self._rules, self._clock.now(), broadcast)
        broadcast = broadcast.approve(who.id, now=self._clock.now())
        # It has its journal already if it was agreed to before, and then lost an approval or was moved.
        if broadcast.state is State.COOLING and not await tx.journal.open_shards(broadcast.id):
            await tx.journal.prepare(broadcast.id)
        if broadcast.state is State.COOLING and not broadcast.purpose.revises:
            people = await audience.size(tx, broadcast.readers, self._random)
            wave = first_wave(people, self._rules.wave_percent)
            broadcast = replace(broadcast, people=people, wave=wave)
        return await self.changed(tx, who, broadcast, agreeing(action, broadcast))

    async def cancel(self, tx: Tx, who: Organiser, subject: bytes = b"") -> Changed | TooLate:
        """Stop a broadcast for good: the named one, or the newest that is not finished."""
        broadcast = await (tx.broadcasts.get(BroadcastId(subject)) if subject else self._newest(tx, who))
        if broadcast is None or broadcast.state.ended or not who.may(Action.CANCEL):
            return TooLate()
        # Its journal is settled by the dispatcher: only that knows when nothing is in flight.
        cancelled = broadcast.end(State.CANCELLED, now=self._clock.now())
        if broadcast.state is State.DRAFT:
            await tx.broadcasts.replace(cancelled)
            return Changed(broadcast=cancelled, others=())
        return await self.changed(tx, who, cancelled, Event.CANCELLED)

    async def pause(self, tx: Tx, who: Organiser, subject: bytes = b"") -> Changed | TooLate:
        """Stop a broadcast until somebody decides: the named one, or the one whose turn it is."""
        running = (State.SENDING, State.COOLING)
        broadcast = await (tx.broadcasts.get(BroadcastId(subject)) if subject else self._first(tx, *running))
        if broadcast is None or broadcast.state not in running or not who.may(Action.PAUSE):
            return TooLate()
        paused = broadcast.pause(Reason.ORGANISER, now=self._clock.now())
        return await self.changed(tx, who, paused, Event.PAUSED)

    async def resume(self, tx: Tx, who: Organiser, subject: bytes = b"") -> Changed | TooLate:
        """Go on with a paused broadcast: the named one, or the oldest.

        It takes no code, so before the first message the approvals are counted again, and what is overdue by
        now is held: going on with that takes one.
        """
        broadcast = await (
            tx.broadcasts.get(BroadcastId(subject)) if subject else self._first(tx, State.PAUSED)
        )
        if broadcast is None or broadcast.state is not State.PAUSED or not who.may(Action.RESUME):
            return TooLate()
        if self._barred(broadcast) or await _frozen(tx, broadcast) or altered(broadcast):
            return TooLate()
        if self._overdue(broadcast):
            return await self.changed(tx, who, broadcast.hold(Reason.LATE), Event.HALTED)
        broadcast = await approvals.as_of_now(tx, self._rules, self._clock.now(), broadcast)
        return await self.changed(tx, who, broadcast.resume(now=self._clock.now()), Event.RESUMED)

    async def release(self, tx: Tx, who: Organiser, subject: bytes, agreed: bytes) -> Changed | TooLate:
        """Go on with what was held: where it stopped if it had its approvals, else they are asked for anew.

        An undo or an edit is not released: the messages it is about belong to another bot.
        """
        held = await tx.broadcasts.get(BroadcastId(subject))
        if held is None or held.state is not State.HELD or held.purpose.revises:
            return TooLate()
        if not who.may(Action.RESUME) or agreed != held.digest or await _frozen(tx, held):
            return TooLate()
        if self._barred(held):
            return TooLate()
        held = await approvals.as_of_now(tx, self._rules, self._clock.now(), held)
        if held.approved:
            return await self.changed(tx, who, held.resume(now=self._clock.now()), Event.RELEASED)
        anew = replace(held, approved_by=(), paused=None, reason=Reason.NONE)
        return await self.agree(tx, who, anew, Action.RESUME, agreed)

    async def under_way(self, tx: Tx) -> list[Broadcast]:
        """Every broadcast that was sent off and has not ended, in the order of their turns."""
        return sorted(await tx.broadcasts.in_states(*UNFINISHED), key=turn)

    def _overdue(self, broadcast: Broadcast) -> bool:
        """Whether it publishes something whose moment passed too long ago, and has not begun."""
        planned, now = broadcast.planned, self._clock.now()
        return planned is not None and not broadcast.started and planned.overdue(now, self._rules.max_late)

    def _barred(self, broadcast: Broadcast) -> bool:
        """Whether only signed statements go out, and this is none."""
        return self._rules.signed_only and not broadcast.shelved and broadcast.purpose is not Purpose.UNDO

    async def _first(self, tx: Tx, *states: State) -> Broadcast | None:
        return choosing.first(await tx.broadcasts.in_states(*states))

    async def _newest(self, tx: Tx, who: Organiser) -> Broadcast | None:
        return choosing.newest(await tx.broadcasts.in_states(State.DRAFT, *UNFINISHED), who.id)

    async def _needed(self, tx: Tx, planned: Planned | None = None, besides: bytes = b"") -> int:
        return await approvals.needed(tx, self._rules, self._clock.now(), planned, besides=besides)

    async def changed(self, tx: Tx, who: Organiser, broadcast: Broadcast, event: Event) -> Changed:
        """Write what somebody did, and who is to be told."""
        await tx.broadcasts.replace(broadcast)
        await tx.audit.add(event, self._clock.now(), by=who.name, detail=fingerprint(broadcast.digest))
        return Changed(broadcast=broadcast, others=await others(tx, who, everybody=broadcast.urgent))


async def _frozen(tx: Tx, broadcast: Broadcast) -> bool:
    """Whether its author is suspended: until others have decided about that, nothing of theirs goes on."""
    author = await tx.organisers.get(broadcast.author)
    return author is not None and author.suspended is not None


async def others(tx: Tx, who: Organiser, *, everybody: bool = False) -> tuple[Organiser, ...]:
    """The enrolled organisers who see broadcasts, or all of them, without this one."""
    return tuple(
        o
        for o in await tx.organisers.all()
        if o.id != who.id and o.active and (everybody or o.role is not Role.ANSWERER)
    )
