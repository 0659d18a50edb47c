"""A broadcast survives any number of kills: nobody is left out, and hardly anybody gets it twice."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.delivery.run import room
from bot.domain.broadcast import State
from bot.sandbox import Limits, Sandbox
from tests.crash.campaign import Campaign
from tests.crash.disk import every_broadcast, left_behind, opened
from tests.crash.killer import DELAY, Killer
from tests.support.keeper import Keeper
from tests.support.nursery import Nursery
from tests.support.wire import Wire

TIMES = 10 if os.environ.get("HANDBILL_TEST_SOAK") else 1
KILLS = 5 * TIMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast is sent, and to how many."""

    rate: int
    readers: int
    shards: int
    """Parts of the list the readers are in: with few, these are as full as those of a longer list."""
    broadcasts: int

    @property
    def settings(self) -> dict[str, str]:
        return {"TELEGRAM__RATE": str(self.rate), "TELEGRAM__PAID_BROADCASTS": "true"}


FREE = Pace(rate=30, readers=100, shards=256, broadcasts=2 * TIMES)
PAID = Pace(rate=1000, readers=1500, shards=8, broadcasts=2 * TIMES)
paces = pytest.mark.parametrize("pace", [FREE, PAID], ids=["30 a second", "1000 a second"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunt:
    """A home with readers, and who kills its service."""

    keeper: Keeper
    campaign: Campaign
    killer: Killer
    nursery: Nursery
    pace: Pace

    @classmethod
    @asynccontextmanager
    async def begin(
        cls, folder: Path, nursery: Nursery, pace: Pace, **settings: str
    ) -> AsyncIterator["Hunt"]:
        async with Sandbox.start(limits=Limits.off()) as sandbox, Wire.to(sandbox.url, delay=DELAY) as wire:
            keeper = Keeper(folder, wire.url, **pace.settings, **settings)
            await keeper.init()
            sandbox.world.bot(keeper.token)
            async with opened(keeper) as store:
                campaign = await Campaign.begin(
                    store, sandbox.world, readers=pace.readers, broadcasts=pace.broadcasts, shards=pace.shards
                )
            killer = Killer(keeper, nursery, wire, campaign, rate=pace.rate)
            yield cls(keeper=keeper, campaign=campaign, killer=killer, nursery=nursery, pace=pace)

    async def to_the_end(self) -> None:
        """Kill it again and again, then let it finish."""
        await self.killer.kills(KILLS)
        child = await self.nursery.run(self.keeper)
        async with asyncio.timeout(60 * TIMES):
            while await self._unfinished():  # noqa: ASYNC110 - another process ends them, no event tells this one
                await asyncio.sleep(0.3)
        assert await child.stop() == 0

    async def _unfinished(self) -> bool:
        async with left_behind(self.keeper) as store:
            return {broadcast.state for broadcast in await every_broadcast(store)} != {State.DONE}

    async def in_doubt(self) -> int:
        """How many the reports call in doubt."""
        async with left_behind(self.keeper) as store:
            return sum(broadcast.tally.in_doubt for broadcast in await every_broadcast(store))

    def figure(self, what: str, *, lost: int, twice: int) -> str:
        count = self.killer.count
        return (
            f"crash, {what}, {self.pace.rate}/s: {KILLS} kills, {self.campaign.everything} messages to "
            f"{self.pace.readers} readers, {lost} lost, {twice} duplicates; in flight {count.in_flight} + "
            f"commit windows {count.in_window} (seed {self.killer.seed})"
        )


@paces
async def test_killed_while_sending(tmp_path: Path, nursery: Nursery, figures: list[str], pace: Pace) -> None:
    """However often it is killed, everybody gets each broadcast; again only what was just under way."""
    async with Hunt.begin(tmp_path, nursery, pace) as hunt:
        await survives(hunt, figures, "SQLite")


@paces
async def test_killed_on_a_server(
    tmp_path: Path, nursery: Nursery, figures: list[str], postgres_url: str, pace: Pace
) -> None:
    """The same with the list on a PostgreSQL server: who was killed does not stand in his own way."""
    async with Hunt.begin(tmp_path, nursery, pace, DATABASE_URL=postgres_url) as hunt:
        await survives(hunt, figures, "PostgreSQL")


async def survives(hunt: Hunt, figures: list[str], where: str) -> None:
    """Kill the service again and again, and count what everybody got."""
    await hunt.to_the_end()
    received, count = hunt.campaign.received(), hunt.killer.count
    twice, lost = received.total() - len(received), len(hunt.campaign.living - set(received))
    figures.append(hunt.figure(where, lost=lost, twice=twice))
    assert set(received) == hunt.campaign.living, f"somebody was left out (seed {hunt.killer.seed})"
    assert twice <= count.unknown <= count.bound, figures[-1]
    await check_what_is_left(hunt.keeper, hunt.campaign)


@paces
async def test_killed_where_nobody_may_get_it_twice(
    tmp_path: Path, nursery: Nursery, figures: list[str], pace: Pace
) -> None:
    """With in_doubt = "skip" nobody gets it twice; who was under way is skipped, counted and reported."""
    async with Hunt.begin(tmp_path, nursery, pace, PUBLISHING__IN_DOUBT="skip") as hunt:
        await hunt.to_the_end()
        received, doubts = hunt.campaign.received(), await hunt.in_doubt()
        lost = len(hunt.campaign.living - set(received))
        twice = received.total() - len(received)
        figures.append(hunt.figure(f"SQLite, skip, {doubts} in doubt", lost=lost, twice=twice))
        assert set(received.values()) == {1}, figures[-1]
        # Who is lost was in flight inside the process: the wire never saw it.
        assert lost <= min(doubts, room(pace.rate) * KILLS), figures[-1]
        assert doubts - lost <= hunt.killer.count.bound, figures[-1]
        assert hunt.killer.count.unknown == 0, "sent before it was written"


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
