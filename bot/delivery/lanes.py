"""Many deliveries under way at once: what sending, undoing and editing have in common.

It hands out what is left, waits for slots, and lands what is in flight. What is done with a delivery, and
what an answer means, is not decided here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.delivery.agenda import LOOK, Agenda, Delivery
from bot.delivery.answers import AGAIN_AFTER, DoubtPolicy
from bot.delivery.breaker import Faults
from bot.delivery.ends import End
from bot.delivery.pacing import Pacer
from bot.delivery.sender import Sender
from bot.domain.contact import Contact, ContactId, Kind
from bot.domain.outcome import Answer, Retry, TokenSuspect
from bot.store import Store

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
    helping: bool = False
    """Whether another process says how the broadcast ends."""


class Lanes:
    """A task for each delivery, as many at once as there is room for, until nothing is left or `halt`."""

    def __init__(self, parts: Parts, agenda: Agenda, faults: Faults) -> None:
        self.end: End | None = None
        """Why nothing more is begun."""
        self._parts = parts
        self._clock = parts.clock
        self._agenda = agenda
        self._faults = faults
        self._room = asyncio.Semaphore(room(parts.pacer.rate))
        self._lanes: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Task[None]] = set()
        self._flying: set[ContactId] = set()
        self._landing: dict[ContactId, asyncio.Event] = {}
        """For whom somebody waits that is in flight."""
        self._struck: set[ContactId] = set()
        self._asking = asyncio.Lock()

    async def run(self, deliver: Callable[[Delivery], Awaitable[None]], tasks: asyncio.TaskGroup) -> None:
        """Do this with each delivery that is left; return when all have landed."""
        while not self.end:
            await self._room.acquire()
            await self._rest()
            delivery = await self._agenda.next(fresh=self._faults.probing)
            if delivery is None:
                break
            lane = tasks.create_task(self._lane(deliver, delivery), name="delivery")
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        await self._land()

    def halt(self, end: End) -> None:
        """Begin nothing more. The first end counts."""
        if self.end is None:
            self.end = end
            self._agenda.close()
            self._room.release()
            for lane in self._waiting:
                lane.cancel()

    async def strike(self, contact: ContactId) -> None:
        """Send nothing to this contact any more; return when nothing is in flight to it."""
        self._struck.add(contact)
        if contact in self._flying:
            await self._landing.setdefault(contact, asyncio.Event()).wait()

    def struck(self, contact: ContactId) -> bool:
        """Whether the contact was erased meanwhile."""
        return contact in self._struck

    async def open(self, delivery: Delivery) -> Contact | None:
        """The contact, unsealed; None if it was erased."""
        if delivery.contact in self._struck:
            return None
        if delivery.sealed is not None:
            return self._parts.store.unseal(delivery.sealed)
        async with self._parts.store.read() as tx:
            return await tx.contacts.get(delivery.contact)

    async def cleared(self, delivery: Delivery, contact: Contact) -> bool:
        """Wait for a send slot; False if meanwhile nothing may be sent any more, or not yet."""
        await self._slot(contact)
        if self.end:
            return False
        if self._faults.probing and len(self._lanes) > 1:
            self._agenda.defer(delivery, at=self._clock.monotonic())
            return False
        return True

    async def answer(self, contact: ContactId, call: Coroutine[Any, Any, Answer]) -> Answer:
        """What came of one call; 401 and 404 are believed only if getMe is refused as well."""
        self._flying.add(contact)
        try:
            answer = await call
        finally:
            self._flying.discard(contact)
            landed = self._landing.pop(contact, None) if self._landing else None
            if landed:
                landed.set()
        if not isinstance(answer, TokenSuspect):
            return answer
        async with self._asking:
            works = self.end is not None or await self._parts.sender.token_works()
        return Retry(after=AGAIN_AFTER) if works else answer

    async def _lane(self, deliver: Callable[[Delivery], Awaitable[None]], delivery: Delivery) -> None:
        try:
            await deliver(delivery)
        finally:
            self._agenda.done()
            self._room.release()

    async def _rest(self) -> None:
        """Everything fails: let all come back, then wait a while before one more is tried."""
        until = self._clock.monotonic() + self._faults.wait
        while self._faults.probing and not self.end and (self._lanes or self._clock.monotonic() < until):
            await self._clock.sleep(LOOK)

    async def _slot(self, contact: Contact) -> None:
        lane = asyncio.current_task()
        if self.end or lane is None:
            return
        self._waiting.add(lane)
        try:
            await self._parts.pacer.slot(contact.chat, group=contact.kind is Kind.GROUP, bulk=True)
        finally:
            self._waiting.discard(lane)

    async def _land(self) -> None:
        """Wait for what is in flight, but not for ever."""
        until = self._clock.monotonic() + LANDING
        while self._lanes and self._clock.monotonic() < until:
            await self._clock.sleep(LOOK)
        for lane in self._lanes:
            lane.cancel()


def room(rate: float) -> int:
    """How many deliveries may be open at once, at so many messages a second."""
    return min(max(int(rate * SECONDS_IN_FLIGHT), LEAST_IN_FLIGHT), MOST_IN_FLIGHT)
