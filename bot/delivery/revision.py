"""One undo or edit under way: it walks the messages of another broadcast, the oldest first.

What is left is what the original's journal still knows, less what this one's own journal holds. Deleting and
editing are safe to repeat, so a kill at any moment costs nothing but a few calls. Nobody is erased here, and
no message is ever guessed.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.delivery.agenda import LOOK, PAGE, Agenda, Delivery, Shards
from bot.delivery.answers import AGAIN_AFTER, Answers, Attempt
from bot.delivery.breaker import Breaker, Faults
from bot.delivery.ends import End, Finished, Interrupted
from bot.delivery.ledger import Ledger
from bot.delivery.run import LANDING, Parts, room
from bot.domain.broadcast import MESSAGE_ID_LIFE, Broadcast, BroadcastId, Tally
from bot.domain.contact import Contact, ContactId, Kind
from bot.domain.outcome import Answer, Gone, Moved, Outcome, Refused, Retry, Sent, TokenSuspect
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText
from bot.store import Store
from bot.store.connection import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Past(Delivery):
    """One message that was sent."""

    message: int
    sent: datetime


class Messages(Agenda):
    """What is left of an undo or an edit."""

    def __init__(
        self, *, store: Store, broadcast: BroadcastId, of: BroadcastId, clock: Clock, shards: Shards
    ) -> None:
        super().__init__(store=store, broadcast=broadcast, clock=clock, shards=shards)
        self._of = of

    async def oldest_first(self) -> list[int]:
        """The shards in which messages are known, in the order in which they will be too old."""
        async with self._store.read() as tx:
            known = await tx.journal.known(self._of)
        return sorted(known, key=lambda shard: known[shard].oldest)

    async def walk(self, shards: Sequence[int]) -> None:
        """Find every message in these shards that is not finished."""
        for shard in shards:
            left = await self._left(shard)
            self._shards.took(shard, len(left))
            for start in range(0, len(left), PAGE):
                page = left[start : start + PAGE]
                async with self._store.read() as tx:
                    sealed = await tx.contacts.sealed([contact for _, contact, _ in page])
                for sent, contact, message in page:
                    past = Past(contact=contact, sealed=sealed.get(contact), message=message, sent=sent)
                    await self._fresh.put(past)
            self._shards.walked(shard)
        await self._fresh.put(None)

    async def _left(self, shard: int) -> list[tuple[datetime, ContactId, int]]:
        async with self._store.read() as tx:
            done = await tx.journal.read(self._broadcast, shard)
            known = await tx.journal.read(self._of, shard)
        return sorted(
            (entry.at, entry.contact, entry.message)
            for entry in known.values()
            if entry.at is not None and entry.message and entry.contact not in done
        )


class Verdicts(Answers):
    """What an answer means for a message that is there already; the rest is as for sending.

    A reader who is gone is not erased for it: that is for sending to find out. A group that is another chat
    now has other messages under the same numbers.
    """

    __slots__ = ()

    async def take(self, attempt: Attempt, answer: Answer) -> None:
        """Do what this answer asks for. A `TokenSuspect` must have been looked into before."""
        match answer:
            case Sent():
                self.faults.cleared()
                self.ledger.record(attempt.delivery, Outcome.SENT)
            case Gone() | Moved():
                self.ledger.record(attempt.delivery, Outcome.KEPT)
            case Refused():
                self.ledger.record(attempt.delivery, Outcome.REFUSED)
            case _:
                await super().take(attempt, answer)


class Revision:
    """Used once, in the place of a `Run`: `deliver` works, the other methods may be called meanwhile."""

    def __init__(self, parts: Parts, broadcast: Broadcast, progress: Callable[[Tally], None]) -> None:
        self._parts = parts
        self._broadcast = broadcast
        self._clock = parts.clock
        of, shards = broadcast.of or broadcast.id, Shards()
        self._agenda = Messages(
            store=parts.store, broadcast=broadcast.id, of=of, clock=parts.clock, shards=shards
        )
        self._ledger = Ledger(
            store=parts.store,
            broadcast=broadcast.id,
            clock=parts.clock,
            rate=parts.pacer.rate,
            shards=shards,
            progress=progress,
        )
        self._answers = Verdicts(
            store=parts.store,
            agenda=self._agenda,
            ledger=self._ledger,
            pacer=parts.pacer,
            clock=parts.clock,
            in_doubt="resend",
            breaker=Breaker(),
            faults=Faults(),
            halt=self._halt,
        )
        self._end: End | None = None
        self._room = asyncio.Semaphore(room(parts.pacer.rate))
        self._lanes: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Task[None]] = set()
        self._flying: dict[ContactId, asyncio.Event] = {}
        self._struck: set[ContactId] = set()
        self._asking = asyncio.Lock()

    async def deliver(self) -> End:
        """Delete or edit every message that is left, and say how it ended. Raises what the store raises."""
        async with self._parts.store.read() as tx:
            self._ledger.tally = await tx.journal.tally(self._broadcast.id)
        shards = await self._agenda.oldest_first()
        try:
            async with asyncio.TaskGroup() as tasks:
                behind = [
                    tasks.create_task(self._agenda.walk(shards), name="revision-walk"),
                    tasks.create_task(self._ledger.keep(), name="revision-commits"),
                ]
                await self._hand_out(tasks)
                await self._land()
                for task in behind:
                    task.cancel()
        finally:
            await whole(self._ledger.commit())
        return self._end or Finished()

    async def strike(self, contact: ContactId) -> None:
        """Touch nothing of this contact any more; return when nothing is in flight to it."""
        self._struck.add(contact)
        self._ledger.forget(contact)
        landed = self._flying.get(contact)
        if landed:
            await landed.wait()

    def interrupt(self) -> None:
        """Begin nothing more, and end when what is in flight has landed."""
        self._halt(Interrupted())

    async def _hand_out(self, tasks: asyncio.TaskGroup) -> None:
        while not self._end:
            await self._room.acquire()
            await self._rest()
            past = await self._agenda.next()
            if not isinstance(past, Past):
                return
            lane = tasks.create_task(self._revise(past), name="revision")
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)

    async def _rest(self) -> None:
        """Everything fails: let all come back, then wait a while before one more is tried."""
        faults = self._answers.faults
        until = self._clock.monotonic() + faults.wait
        while faults.probing and not self._end and (self._lanes or self._clock.monotonic() < until):
            await self._clock.sleep(LOOK)

    async def _revise(self, past: Past) -> None:
        try:
            contact = await self._open(past)
            text = self._broadcast.text_for(contact.language) if contact else None
            if contact is None or (text is None and self._broadcast.purpose is Purpose.EDIT):
                self._ledger.skip(past)
            elif await self._cleared(past, contact):
                await self._call(past, contact, text)
        finally:
            self._agenda.done()
            self._room.release()

    async def _open(self, past: Past) -> Contact | None:
        """The contact, unsealed; None if it was erased."""
        if past.contact in self._struck:
            return None
        if past.sealed is not None:
            return self._parts.store.unseal(past.sealed)
        async with self._parts.store.read() as tx:
            return await tx.contacts.get(past.contact)

    async def _cleared(self, past: Past, contact: Contact) -> bool:
        """Wait for a send slot; False if meanwhile nothing may be done any more, or it is too late for it."""
        await self._slot(contact)
        if self._end:
            return False
        if contact.id in self._struck or self._clock.now() - past.sent >= MESSAGE_ID_LIFE:
            self._ledger.skip(past)
            return False
        if self._answers.faults.probing and len(self._lanes) > 1:
            self._agenda.defer(past, at=self._clock.monotonic())
            return False
        return True

    async def _slot(self, contact: Contact) -> None:
        lane = asyncio.current_task()
        if self._end or lane is None:
            return
        self._waiting.add(lane)
        try:
            await self._parts.pacer.slot(contact.chat, group=contact.kind is Kind.GROUP, bulk=True)
        finally:
            self._waiting.discard(lane)

    async def _call(self, past: Past, contact: Contact, text: RichText | None) -> None:
        attempt = Attempt(delivery=past, contact=contact, started=self._clock.monotonic())
        landed = self._flying[contact.id] = asyncio.Event()
        try:
            if text is None:
                answer = await self._parts.sender.delete(contact, past.message)
            else:
                caption = self._broadcast.media is not None
                answer = await self._parts.sender.edit(contact, past.message, text, caption=caption)
        finally:
            del self._flying[contact.id]
            landed.set()
        await self._answers.take(attempt, await self._believed(answer))

    async def _believed(self, answer: Answer) -> Answer:
        """The answer, but 401 and 404 only if getMe is refused as well."""
        if not isinstance(answer, TokenSuspect):
            return answer
        async with self._asking:
            works = self._end is not None or await self._parts.sender.token_works()
        return Retry(after=AGAIN_AFTER) if works else answer

    def _halt(self, end: End) -> None:
        if self._end is None:
            self._end = end
            self._agenda.close()
            self._room.release()
            for lane in self._waiting:
                lane.cancel()

    async def _land(self) -> None:
        """Wait for what is in flight, but not for ever."""
        until = self._clock.monotonic() + LANDING
        while self._lanes and self._clock.monotonic() < until:
            await self._clock.sleep(LOOK)
        for lane in self._lanes:
            lane.cancel()
