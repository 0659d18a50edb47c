"""One broadcast being sent: from what is left to the end of this run.

Nothing is written before the first message leaves. A kill at any moment loses nobody: what is not in the
journal is sent again, at most what was in flight and the last commit group.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.delivery.agenda import LOOK, Agenda, Delivery, Shards, shuffled
from bot.delivery.answers import AGAIN_AFTER, Answers, Attempt, DoubtPolicy
from bot.delivery.breaker import WINDOW, Breaker, Faults
from bot.delivery.ends import End, Finished, FirstWave, Interrupted, Paused
from bot.delivery.ledger import Ledger, bury
from bot.delivery.pacing import Pacer
from bot.delivery.sender import Sender
from bot.domain.broadcast import Broadcast, Reason, Tally
from bot.domain.contact import SHARDS, Contact, ContactId, Kind
from bot.domain.outcome import Answer, Outcome, Retry, TokenSuspect
from bot.domain.rich_text import RichText
from bot.store import Store
from bot.store.connection import whole

SECONDS_IN_FLIGHT = 3.0
LEAST_IN_FLIGHT = 4
MOST_IN_FLIGHT = 500
"""How many deliveries are open at once: in flight, or waiting for their slot."""

LANDING = 30.0
"""Seconds that an interrupted run waits for what is in flight: longer than the read time-out of a send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every run is given by the worker."""

    store: Store
    sender: Sender
    pacer: Pacer
    clock: Clock
    in_doubt: DoubtPolicy


class Run:
    """Used once: `deliver` sends, the other methods may be called meanwhile."""

    def __init__(self, parts: Parts, broadcast: Broadcast, progress: Callable[[Tally], None]) -> None:
        self._parts = parts
        self._broadcast = broadcast
        self._audience = broadcast.readers
        self._clock = parts.clock
        shards = Shards()
        self._agenda = Agenda(store=parts.store, broadcast=broadcast.id, clock=parts.clock, shards=shards)
        self._ledger = Ledger(
            store=parts.store,
            broadcast=broadcast.id,
            clock=parts.clock,
            rate=parts.pacer.rate,
            shards=shards,
            progress=progress,
        )
        self._answers = Answers(
            store=parts.store,
            agenda=self._agenda,
            ledger=self._ledger,
            pacer=parts.pacer,
            clock=parts.clock,
            in_doubt=parts.in_doubt,
            breaker=Breaker(),
            faults=Faults(),
            halt=self._halt,
        )
        self._end: End | None = None
        self._room = asyncio.Semaphore(room(parts.pacer.rate))
        self._lanes: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Task[None]] = set()
        self._flying: set[ContactId] = set()
        self._landing: dict[ContactId, asyncio.Event] = {}
        """For whom somebody waits that is in flight."""
        self._struck: set[ContactId] = set()
        self._asking = asyncio.Lock()

    async def deliver(self) -> End:
        """Send to everybody who is left, and say how it ended.

        Raises what the store raises; what was recorded until then is written first.
        """
        shards = await self._look()
        try:
            async with asyncio.TaskGroup() as tasks:
                behind = [
                    tasks.create_task(self._agenda.walk(shards), name="delivery-walk"),
                    tasks.create_task(self._ledger.keep(), name="delivery-commits"),
                ]
                await self._hand_out(tasks)
                await self._land()
                for task in behind:
                    task.cancel()
        except BaseExceptionGroup as errors:
            raise _first(errors) from None
        finally:
            await whole(self._ledger.commit())
        return await self._conclude()

    async def strike(self, contact: ContactId) -> None:
        """Send nothing to this contact any more; return when nothing is in flight to it."""
        self._struck.add(contact)
        self._ledger.forget(contact)
        if contact in self._flying:
            await self._landing.setdefault(contact, asyncio.Event()).wait()

    def interrupt(self) -> None:
        """Send nothing more, and end when what is in flight has landed."""
        self._halt(Interrupted())

    async def _look(self) -> list[int]:
        """What an earlier run left; a short broadcast's answers still count for the breaker."""
        async with self._parts.store.read() as tx:
            shards = await tx.journal.open_shards(self._broadcast.id)
            tally = self._ledger.tally = await tx.journal.tally(self._broadcast.id)
            short = tally.total < WINDOW
            gone = len(await tx.journal.gone(self._broadcast.id)) if short else 0
        if short:
            self._answers.breaker = Breaker(answers=tally.sent + tally.refused + gone, gone=gone)
        if self._answers.breaker.fired:
            self._ledger.doubt()
            self._halt(Paused(reason=Reason.BREAKER))
        order = shuffled(self._broadcast.id, range(SHARDS))
        return [shard for shard in order[: self._broadcast.wave or SHARDS] if shard in shards]

    async def _hand_out(self, tasks: asyncio.TaskGroup) -> None:
        """Give each delivery a task of its own, as many at once as there is room for."""
        while not self._end:
            await self._room.acquire()
            await self._rest()
            delivery = await self._agenda.next()
            if delivery is None:
                return
            lane = tasks.create_task(self._deliver(delivery), name="delivery")
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)

    async def _rest(self) -> None:
        """Everything fails: let all come back, then wait a while before one more is tried."""
        faults = self._answers.faults
        until = self._clock.monotonic() + faults.wait
        while faults.probing and not self._end and (self._lanes or self._clock.monotonic() < until):
            await self._clock.sleep(LOOK)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            contact = await self._open(delivery)
            text = self._text(contact)
            if contact is None or text is None:
                self._ledger.skip(delivery)
            elif await self._cleared(delivery, contact):
                await self._send(delivery, contact, text)
        finally:
            self._agenda.done()
            self._room.release()

    async def _open(self, delivery: Delivery) -> Contact | None:
        """The contact, unsealed; None if it was erased."""
        if delivery.contact in self._struck:
            return None
        if delivery.sealed is not None:
            return self._parts.store.unseal(delivery.sealed)
        async with self._parts.store.read() as tx:
            return await tx.contacts.get(delivery.contact)

    def _text(self, contact: Contact | None) -> RichText | None:
        """What is sent; None for a paused group, and for whom the broadcast leaves out."""
        if contact is None or contact.paused or not self._audience.includes(contact):
            return None
        return self._broadcast.text_for(contact.language)

    async def _cleared(self, delivery: Delivery, contact: Contact) -> bool:
        """Wait for a send slot; False if meanwhile nothing may be sent any more."""
        await self._slot(contact)
        if self._end:
            return False
        if contact.id in self._struck:
            self._ledger.skip(delivery)
            return False
        if self._answers.faults.probing and len(self._lanes) > 1:
            self._agenda.defer(delivery, at=self._clock.monotonic())
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

    async def _send(self, delivery: Delivery, contact: Contact, text: RichText) -> None:
        attempt = Attempt(delivery=delivery, contact=contact, started=self._clock.monotonic())
        self._flying.add(contact.id)
        try:
            answer = await self._parts.sender.send(contact, text, self._broadcast.media)
        except asyncio.CancelledError:
            if self._parts.in_doubt == "skip":
                self._ledger.record(delivery, Outcome.IN_DOUBT)
            raise
        finally:
            self._flying.discard(contact.id)
            landed = self._landing.pop(contact.id, None) if self._landing else None
            if landed:
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

    async def _conclude(self) -> End:
        if self._parts.store.doubt:
            self._halt(Interrupted())
        if self._end is None and self._broadcast.wave:
            return FirstWave()
        if self._end is None:
            await bury(self._parts.store, self._broadcast.id)
        return self._end or Finished()


def room(rate: float) -> int:
    """How many deliveries may be open at once, at so many messages a second."""
    return min(max(int(rate * SECONDS_IN_FLIGHT), LEAST_IN_FLIGHT), MOST_IN_FLIGHT)


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
