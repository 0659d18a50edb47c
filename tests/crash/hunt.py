"""A home with readers, broadcasts that are due, and somebody who kills its service."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.broadcast import State
from bot.domain.outcome import Outcome
from bot.errors import NetworkError
from bot.sandbox import Limits, Sandbox
from tests.crash.campaign import Campaign
from tests.crash.disk import every_broadcast, journal, left_behind, opened
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunt:
    """A home with readers, and who kills its service."""

    keeper: Keeper
    campaign: Campaign
    killer: Killer
    wire: Wire
    nursery: Nursery
    pace: Pace
    target: str
    """Where Telegram is."""
    put_off: list[Keeper] = field(default_factory=list)
    """A look at a server that is being written to waits for five seconds at most; those that did."""

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
            yield cls(
                keeper=keeper,
                campaign=campaign,
                killer=killer,
                wire=wire,
                nursery=nursery,
                pace=pace,
                target=sandbox.url,
            )

    async def to_the_end(self) -> None:
        """Kill it again and again, then let it finish."""
        await self.killer.kills(KILLS)
        await self.finishes()

    async def finishes(self, keeper: Keeper | None = None) -> None:
        """Let it finish, in its own home or in a copy."""
        keeper = keeper or self.keeper
        child = await self.nursery.run(keeper)
        async with asyncio.timeout(60 * TIMES):
            while await self._unfinished(keeper):  # noqa: ASYNC110 - another process ends them, no event tells this one
                await asyncio.sleep(0.3)
        assert await child.stop() == 0

    async def _unfinished(self, keeper: Keeper) -> bool:
        try:
            async with left_behind(keeper) as store:
                return {broadcast.state for broadcast in await every_broadcast(store)} != {State.DONE}
        except NetworkError:  # a server's writer kept us waiting for five seconds: counted, and looked again
            self.put_off.append(keeper)
            return True

    async def in_doubt(self) -> int:
        """How many the reports call in doubt."""
        async with left_behind(self.keeper) as store:
            return sum(broadcast.tally.in_doubt for broadcast in await every_broadcast(store))

    async def outcomes(self) -> Counter[Outcome]:
        """What the journals say now."""
        found: Counter[Outcome] = Counter()
        async with left_behind(self.keeper) as store:
            for broadcast in await every_broadcast(store):
                found.update((await journal(store, broadcast.id)).values())
        return found

    def figure(self, what: str, *, lost: int, twice: int) -> str:
        count = self.killer.count
        return (
            f"crash, {what}, {self.pace.rate}/s: {KILLS} kills, {self.campaign.everything} messages to "
            f"{self.pace.readers} readers, {lost} lost, {twice} duplicates; in flight {count.in_flight} + "
            f"commit windows {count.in_window}; {len(self.put_off)} looks put off (seed {self.killer.seed})"
        )
