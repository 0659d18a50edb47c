"""Several processes share the send slots of one database: together they are as fast as one, and no faster."""

import asyncio
import bisect
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from bot.delivery.limits import AIM, CREEP
from bot.delivery.pacing import Pacer
from bot.delivery.shared import SharedPacer, pacer
from bot.domain.contact import ChatId
from bot.errors import NetworkError
from bot.store.common import MOST_AHEAD, Common, Taken
from tests.delivery.scripted import opened, served
from tests.delivery.told_clock import ToldClock, running

SEED = 5
chats = count(1)


@dataclass
class Row:
    """The shared row, and the server's clock; both as `store.common` has them, in told time."""

    clock: ToldClock
    ahead: float = 12345.678
    next: float = 0.0
    resumed: float = 0.0
    away: bool = False
    served: bool = True
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    slots: list[int] = field(default_factory=list)


class ToldCommon(Common):
    """One process's way to the row, which takes a few milliseconds."""

    def __init__(self, row: Row, way: float) -> None:
        self._row, self._way = row, way
        self._chance = random.Random(SEED)

    async def _travel(self) -> float:
        await self._row.clock.sleep(self._chance.uniform(0, self._way))
        if self._row.away:
            raise NetworkError("away")
        return self._row.clock.monotonic() + self._row.ahead

    async def take(
        self, slots: int, *, rate: float, notice: float, creep: float, slower: float
    ) -> Taken | None:
        row, now = self._row, await self._travel()
        if not row.served:
            return None
        if not row.next:
            row.next = 1.0
        row.slots.append(slots)
        recovered = min(max(now - row.resumed, 0) / creep, 1)
        begin = max(min(row.next, max(now, row.resumed) + MOST_AHEAD), now + notice)
        row.next = begin + slots / (rate * (slower + (1 - slower) * recovered))
        taken = Taken(next=row.next, resumed=row.resumed, now=now)
        await self._travel()
        return taken

    async def pause(self, until: float) -> None:
        self._row.paused.set()
        await self._travel()
        self._row.resumed, self._row.next = max(self._row.resumed, until), max(self._row.next, until)


@dataclass
class Process:
    """One sender, and when its messages left."""

    clock: ToldClock
    pacer: SharedPacer
    left: list[float] = field(default_factory=list)

    async def send(self, *, bulk: bool = True, patience: float | None = None) -> bool:
        chat = ChatId(next(chats))
        given = await self.pacer.slot(chat, group=False, bulk=bulk, patience=patience)
        if given:
            self.left.append(self.clock.monotonic())
        return given

    async def keep_sending(self) -> None:
        while True:
            await self.send()


@asynccontextmanager
async def processes(
    number: int, *, rate: float, way: float = 0.004
) -> AsyncIterator[tuple[Row, list[Process]]]:
    """So many at one row; all have told time."""
    clock = ToldClock()
    row = Row(clock)
    every = [
        Process(clock, SharedPacer(clock=clock, common=ToldCommon(row, way), rate=rate))
        for _ in range(number)
    ]
    async with running(clock.run(), *(one.pacer.run() for one in every)):
        yield row, every


@asynccontextmanager
async def busy(*every: Process, lanes: int = 40) -> AsyncIterator[None]:
    """Each has always more to send."""
    async with running(*(one.keep_sending() for one in every for _ in range(lanes))):
        yield


def together(every: list[Process]) -> list[float]:
    return sorted(moment for one in every for moment in one.left)


def most_in_a_second(moments: list[float]) -> int:
    return max(bisect.bisect_left(moments, at + 1.0) - n for n, at in enumerate(moments))


@pytest.mark.parametrize("number", [1, 4])
@pytest.mark.parametrize("rate", [30.0, 1000.0])
async def test_all_together_keep_the_rate(number: int, rate: float) -> None:
    """The mean is within 1 % of what one process would use, and no second has more than 1.02 x the rate."""
    async with processes(number, rate=rate) as (row, every), busy(*every):
        began = row.clock.monotonic()
        await row.clock.sleep(10.0)
        moments = [at for at in together(every) if began + 1 <= at < began + 9]
    assert abs(len(moments) / 8 - rate * AIM) <= 0.01 * rate * AIM + 1 / 8
    assert most_in_a_second(together(every)) <= 1.02 * rate
    assert all(one.left for one in every)


async def test_whoever_is_late_loses_the_slots() -> None:
    """A process that stood still for a while does not make up for it: those slots are gone."""
    async with processes(2, rate=1000.0) as (row, every), busy(*every):
        await row.clock.sleep(2.0)
        row.clock.time += 0.5
        await row.clock.sleep(2.0)
    assert most_in_a_second(together(every)) <= 1.02 * 1000


async def test_a_reply_waits_for_few() -> None:
    """While four workers send, a reply of the service leaves within a tenth of a second at 1000/s."""
    async with processes(5, rate=1000.0) as (row, every), busy(*every[1:]):
        waits = []
        for _ in range(20):
            await row.clock.sleep(0.2)
            began = row.clock.monotonic()
            assert await every[0].send(bulk=False, patience=5.0)
            waits.append(row.clock.monotonic() - began)
    assert max(waits) <= 0.15


async def test_what_nobody_would_use_is_not_taken() -> None:
    """A single message takes a single slot, also where twenty could be taken."""
    async with processes(1, rate=1000.0) as (row, [one]):
        assert await one.send()
    assert row.slots == [1]


async def test_a_pause_is_everybody_s() -> None:
    """Two chats that refuse one process stop all of them, which then begin at half the rate."""
    async with processes(3, rate=30.0) as (row, every), busy(*every):
        await row.clock.sleep(5.0)
        flooded = row.clock.monotonic()
        for _ in range(2):
            every[0].pacer.flooded(ChatId(next(chats)), group=False, after=8.0)
        await row.clock.sleep(8.0 + CREEP)
        after = [at for at in together(every) if at > flooded + 0.3]
        assert min(after) >= flooded + 8.0
        first = [at for at in after if at < flooded + 10.0]
        assert 0.4 * 2 * 30 <= len(first) <= 0.6 * 2 * 30


async def test_a_server_that_is_away() -> None:
    """While the database is out of reach nothing leaves; when it is back, everything goes on."""
    async with processes(2, rate=30.0) as (row, every), busy(*every):
        await row.clock.sleep(2.0)
        row.away = True
        await row.clock.sleep(1.0)
        known = len(together(every))
        await row.clock.sleep(10.0)
        assert len(together(every)) == known
        row.away = False
        await row.clock.sleep(3.0)
        assert len(together(every)) > known + 30


async def test_a_pause_before_the_first_message() -> None:
    """A refusal that comes before the server's clock is known is kept for later."""
    async with processes(1, rate=30.0) as (row, [one]):
        for _ in range(2):
            one.pacer.flooded(ChatId(next(chats)), group=False, after=5.0)
        began = row.clock.monotonic()
        assert await one.send()
        assert row.clock.monotonic() >= began + 5.0
        await row.clock.sleep(0.5)
        sending = asyncio.create_task(one.send())
        await row.clock.sleep(1.0)
        assert await sending
        assert row.resumed == pytest.approx(began + 5.0 + row.ahead, abs=0.01)


async def test_a_longer_pause_while_one_is_told() -> None:
    """A second refusal that comes while the first is on its way to the others is told to them as well."""
    async with processes(1, rate=30.0) as (row, [one]):
        assert await one.send()
        first = row.clock.monotonic() + 5.0
        one.pacer._taking.pause(first)
        sending = asyncio.create_task(one.send())
        await row.paused.wait()
        one.pacer._taking.pause(first + 4.0)
        assert await sending
        assert row.resumed == pytest.approx(first + 4.0 + row.ahead, abs=0.05)


async def test_without_a_service_nothing_leaves() -> None:
    """Where no service ever ran there is no row to take slots from; a worker waits until there is."""
    async with processes(1, rate=30.0) as (row, [one]):
        row.served = False
        sending = asyncio.create_task(one.send())
        await row.clock.sleep(5.0)
        assert not one.left
        row.served = True
        assert await sending


async def test_a_file_has_one_process(home: Path, postgres_url: str) -> None:
    """On SQLite the slots are the process's own, and nothing is asked; on a server they are shared."""
    clock = ToldClock()
    for store, kind in ((await opened(home, clock), Pacer), (await served(postgres_url, clock), SharedPacer)):
        assert type(pacer(store, clock, 30.0)) is kind
        await store.close()
