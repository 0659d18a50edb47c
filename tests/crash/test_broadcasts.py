"""A broadcast survives any number of kills: nobody is left out, and hardly anybody gets it twice."""

import asyncio
import os
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.delivery.ledger import COMMIT_EVERY
from bot.domain.broadcast import State
from bot.sandbox import Limits, Sandbox
from tests.crash.campaign import Campaign, Delivered
from tests.crash.disk import every_broadcast, left_behind, opened
from tests.support.keeper import Keeper
from tests.support.nursery import Child, Nursery
from tests.support.wire import Wire

TIMES = 10 if os.environ.get("HANDBILL_TEST_SOAK") else 1
DELAY = 0.02
"""Seconds a message takes to Telegram, and its answer back."""

STARTING = 5
"""One kill in so many falls while the process starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast is sent, to how many, and how often the process is killed."""

    name: str
    rate: int
    """Messages a second; 0 for what the settings say, 30."""
    window: float
    """Seconds between two commits, and for writing one on a busy machine."""
    readers: int
    shards: int
    """Parts of the list the readers are in: with few, these are as full as those of a longer list."""
    broadcasts: int
    kills: int


PACES = [
    Pace(
        name="each answer written at once",
        rate=0,
        window=0.2,
        readers=120,
        shards=256,
        broadcasts=TIMES,
        kills=8 * TIMES,
    ),
    Pace(
        name="written in groups",
        rate=100,
        window=COMMIT_EVERY + 0.5,
        readers=300,
        shards=8,
        broadcasts=2 * TIMES,
        kills=12 * TIMES,
    ),
]


@dataclass(slots=True, kw_only=True)
class Count:
    """What the kills cost."""

    in_flight: int = 0
    in_window: int = 0
    unknown: int = 0
    """Delivered, but not in the journal that the killed process left."""

    @property
    def bound(self) -> int:
        return self.in_flight + self.in_window


class Killer:
    """Starts the service and kills it at random moments."""

    def __init__(self, keeper: Keeper, nursery: Nursery, wire: Wire, campaign: Campaign, pace: Pace) -> None:
        self.seed = random.SystemRandom().randrange(2**32)
        self.count = Count()
        self._chance = random.Random(self.seed)
        self._keeper, self._nursery, self._wire = keeper, nursery, wire
        self._campaign, self._pace = campaign, pace
        self._known: dict[Delivered, int] = {}
        self._received: Counter[Delivered] = Counter()

    async def kills(self, times: int) -> None:
        """Start and kill; what the journal knows after a kill must never be sent again."""
        left = self._campaign.everything
        for more in reversed(range(times)):
            child = await self._nursery.run(self._keeper, rate=self._pace.rate)
            await self._moment(most=2 * left // (more + 2))
            await self._kill(child)
            async with left_behind(self._keeper) as store:
                finished = await self._campaign.finished(store)
            left = self._campaign.everything - len(finished)
            self._compare(finished)

    def _compare(self, finished: set[Delivered]) -> None:
        """What readers have with what the journal knows."""
        received = self._campaign.received()
        fresh, self._received = received - self._received, received
        self.count.unknown += sum(times for one, times in fresh.items() if one not in finished)
        for one in finished:
            assert self._known.setdefault(one, received[one]) == received[one], (
                "sent again though it was known"
            )

    async def _moment(self, most: int) -> None:
        """After some messages of this life, and a little later; or before the first one."""
        if self._chance.randrange(STARTING) == 0 or most < 1:
            await asyncio.sleep(self._chance.uniform(0.0, 0.8))
            return
        await self._wire.hears("sendmessage", self._chance.randint(1, most))
        await asyncio.sleep(self._chance.uniform(0.0, 2 * DELAY))

    async def _kill(self, child: Child) -> None:
        now = time.monotonic()
        await child.kill()
        killed = time.monotonic()
        await self._wire.calm()
        since = now - self._pace.window
        self.count.in_flight += sum(at > killed for at in self._wire.answered)
        self.count.in_window += sum(since <= at <= killed for at in self._wire.answered)
        self._wire.answered.clear()


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: pace.name)
async def test_killed_while_sending(tmp_path: Path, nursery: Nursery, figures: list[str], pace: Pace) -> None:
    """However often it is killed, everybody gets each broadcast; again only what was just under way."""
    await survives(tmp_path, nursery, figures, pace)


ON_A_SERVER = Pace(
    name="on PostgreSQL",
    rate=100,
    window=COMMIT_EVERY + 0.5,
    readers=150,
    shards=8,
    broadcasts=2 * TIMES,
    kills=5 * TIMES,
)


@pytest.mark.skipif(
    "HANDBILL_TEST_SOAK" not in os.environ,
    reason="a long hunt: make soak (one run did not end in time)",
)
async def test_killed_on_a_server(
    tmp_path: Path, nursery: Nursery, figures: list[str], postgres_url: str
) -> None:
    """The same with the list on a PostgreSQL server: who was killed does not stand in his own way."""
    await survives(tmp_path, nursery, figures, ON_A_SERVER, DATABASE_URL=postgres_url)


async def survives(folder: Path, nursery: Nursery, figures: list[str], pace: Pace, **settings: str) -> None:
    """Kill the service of a new home again and again, and count what everybody got."""
    async with Sandbox.start(limits=Limits.off()) as sandbox, Wire.to(sandbox.url, delay=DELAY) as wire:
        keeper = Keeper(folder, wire.url, **settings)
        await keeper.init()
        sandbox.world.bot(keeper.token)
        async with opened(keeper) as store:
            campaign = await Campaign.begin(
                store, sandbox.world, readers=pace.readers, broadcasts=pace.broadcasts, shards=pace.shards
            )
        killer = Killer(keeper, nursery, wire, campaign, pace)
        await killer.kills(pace.kills)
        child = await nursery.run(keeper, rate=pace.rate)
        await finished(keeper)
        assert await child.stop() == 0
    received, count = campaign.received(), killer.count
    twice = received.total() - len(received)
    figures.append(
        f"crash, {pace.name}: {pace.kills} kills, {campaign.everything} messages to {pace.readers} readers, "
        f"0 lost, {twice} duplicates; in flight {count.in_flight} + commit windows {count.in_window} "
        f"(seed {killer.seed})"
    )
    everybody = {(b, c) for b in campaign.texts for c in campaign.readers if c not in campaign.gone}
    assert set(received) == everybody, f"somebody was left out (seed {killer.seed})"
    assert twice <= count.unknown <= count.bound, figures[-1]
    await check_what_is_left(keeper, campaign)


async def finished(keeper: Keeper) -> None:
    """Wait until all broadcasts have ended."""
    async with asyncio.timeout(60 * TIMES):
        while await unfinished(keeper):  # noqa: ASYNC110 - another process ends them, no event tells this one
            await asyncio.sleep(0.3)


async def unfinished(keeper: Keeper) -> bool:
    async with left_behind(keeper) as store:
        return {broadcast.state for broadcast in await every_broadcast(store)} != {State.DONE}


async def check_what_is_left(keeper: Keeper, campaign: Campaign) -> None:
    """Broadcasts are done, journals closed, those who are gone erased, all others still readers."""
    async with left_behind(keeper) as store, store.read() as tx:
        kept = {contact for contact in campaign.readers if await tx.contacts.get(contact)}
        assert kept == set(campaign.readers) - campaign.gone
        for broadcast in await every_broadcast(store):
            assert not await tx.journal.open_shards(broadcast.id)
            assert broadcast.tally.sent == len(kept)
            assert broadcast.tally.failed == broadcast.tally.refused == 0
    wal = keeper.home / "handbill.db-wal"
    assert not wal.exists() or not wal.stat().st_size
