"""A service and a worker at one PostgreSQL database, in one process and in told time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.actions.dispatch import Dispatcher
from bot.actions.helping import Helper
from bot.actions.publications import Watch
from bot.actions.reading import Reading
from bot.actions.rules import Rules
from bot.delivery.pacing import Pacer
from bot.delivery.worker import Worker
from bot.domain.bot_record import BotRecord
from bot.domain.broadcast import Broadcast, BroadcastId, Tally
from bot.domain.contact import ContactId
from bot.errors import HandbillError
from bot.store.common import serving as at_work
from tests.delivery.scripted import BROADCAST, CountedStore, ScriptedSender, broadcast, contact, served
from tests.delivery.told_clock import ToldClock, running

TERMS = "1000 paid resend"
SHARDS = 64
RATE = 60.0
TOKEN, ANOTHER = "7:first", "7:second"


@dataclass
class Told:
    """What people are told; the `Observer` of the dispatcher."""

    tallies: list[Tally] = field(default_factory=list)
    ended: list[Broadcast] = field(default_factory=list)
    waves: list[Broadcast] = field(default_factory=list)
    end: asyncio.Event = field(default_factory=asyncio.Event)

    async def began(self, broadcast: Broadcast) -> None:
        pass

    def progress(self, tally: Tally) -> None:
        self.tallies.append(tally)

    async def first_wave(self, broadcast: Broadcast) -> None:
        self.waves.append(broadcast)

    async def finished(self, broadcast: Broadcast) -> None:
        self.ended.append(broadcast)
        self.end.set()


class Ship:
    """One process."""

    def __init__(self, clock: ToldClock, store: CountedStore, *, helping: bool) -> None:
        self.clock, self.store = clock, store
        self.sender = ScriptedSender(clock)
        self.pacer = Pacer(clock=clock, rate=RATE)
        self.tokens: list[str] = []
        self._helping = helping
        self.worker = self.made()

    def made(self) -> Worker:
        return Worker(
            store=self.store,
            sender=self.sender,
            pacer=self.pacer,
            clock=self.clock,
            in_doubt="resend",
            helping=self._helping,
        )

    @asynccontextmanager
    async def speaking(self, token: str) -> AsyncIterator[Worker]:
        self.tokens.append(token)
        yield self.made()


class Fleet:
    """`service` and `helper` do nothing before `serves` and `helps`."""

    def __init__(self, clock: ToldClock, service: Ship, helper: Ship) -> None:
        self.clock, self.service, self.helper = clock, service, helper
        self.told = Told()
        self.dispatcher = Dispatcher(
            store=service.store,
            worker=service.worker,
            clock=clock,
            observer=self.told,
            wave_pause=timedelta(seconds=5),
            watch=Watch(
                clock=clock,
                reading=Reading(clock=clock, random=bytes),
                rules=Rules(approvals=1, cooldown=1, per_day=8, wave_percent=1),
            ),
        )

    async def settle(self, people: int, **more: object) -> None:
        """Readers, and a broadcast that is being sent to them."""
        async with self.service.store.begin() as tx:
            await tx.bot.set(BotRecord(token=TOKEN, bot_id=7, list_bot_id=7))
            for chat in range(1, people + 1):
                await tx.contacts.add(contact(chat, shards=SHARDS))
            await tx.broadcasts.add(replace(broadcast(), started=self.clock.now(), **more))  # type: ignore[arg-type] # any field
            await tx.journal.prepare(BROADCAST)
            await tx.journal.finish(BROADCAST, range(SHARDS, 256))

    @asynccontextmanager
    async def serves(self) -> AsyncIterator[None]:
        """The service sends."""
        async with running(self.dispatcher.run()):
            yield

    @asynccontextmanager
    async def helps(self, terms: str = TERMS) -> AsyncIterator["asyncio.Task[HandbillError]"]:
        """The worker helps; the task ends when it finds that there is nothing more to help with."""
        common = self.helper.store.common
        assert common
        helper = Helper(
            store=self.helper.store,
            common=common,
            clock=self.clock,
            terms=terms,
            workers=self.helper.speaking,
        )
        watching = asyncio.create_task(helper.watch())
        async with running(helper.help()):
            yield watching
            watching.cancel()
            await asyncio.wait({watching})

    async def change(self, how: Callable[[Broadcast], Broadcast]) -> None:
        """The service writes the broadcast anew."""
        async with self.service.store.begin() as tx:
            found = await tx.broadcasts.get(BROADCAST)
            assert found
            await tx.broadcasts.replace(how(found))

    async def now(self) -> Broadcast:
        async with self.service.store.read() as tx:
            found = await tx.broadcasts.get(BROADCAST)
        assert found
        return found

    async def sent(self, broadcast: BroadcastId) -> int:
        async with self.service.store.read() as tx:
            return (await tx.journal.tally(broadcast)).sent

    async def begins(self, ship: Ship, messages: int) -> None:
        """Return when this process has begun so many messages."""
        while len(ship.sender.began) < messages:
            await self.clock.sleep(0.01)

    async def erase(self, contact: ContactId) -> None:
        async with self.service.store.begin() as tx:
            assert await tx.contacts.erase(contact)
            await tx.journal.forget(contact)

    @property
    def delivered(self) -> dict[int, int]:
        return dict(self.service.sender.delivered + self.helper.sender.delivered)


@asynccontextmanager
async def fleet(url: str, *, serving: bool = True) -> AsyncIterator[Fleet]:
    """Two processes; the service holds its place at the database unless it is not `serving`."""
    clock = ToldClock()
    async with AsyncExitStack() as stack:
        ships = []
        for number in (1, 2):
            store = await served(url, clock, number=number)
            stack.push_async_callback(store.close)
            ships.append(Ship(clock, store, helping=number > 1))
        await stack.enter_async_context(running(clock.run(), *(ship.pacer.run() for ship in ships)))
        if serving:
            await stack.enter_async_context(ships[0].store.alone())
            await stack.enter_async_context(at_work(ships[0].store.common, TERMS))
        yield Fleet(clock, *ships)
