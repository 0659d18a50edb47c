"""Workers beside the service of a hunt, each with a way of its own to Telegram, and each killed at random."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from tests.crash.hunt import Hunt
from tests.crash.killer import DELAY, WRITING, Count, Killer
from tests.support.nursery import Child
from tests.support.wire import Wire

SOAK = bool(os.environ.get("HANDBILL_TEST_SOAK"))
IDLE = 20.0
"""Seconds; longer than the shards of a killed worker stay with it."""


@dataclass(kw_only=True)
class Hand:
    """One worker."""

    hunt: Hunt
    wire: Wire
    killer: Killer
    child: Child | None = None

    async def starts(self) -> None:
        """It takes part as soon as it can."""
        keeper = self.hunt.keeper.beside(self.wire.url)
        self.child = await self.hunt.nursery.run(keeper)

    async def is_killed(self, messages: int) -> None:
        """After so many of its messages, or when there is nothing left for it: the others may be quicker."""
        assert self.child
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE):
                await self.wire.hears("sendmessage", messages)
        await self.killer._kill(self.child)


@dataclass(kw_only=True)
class Crew:
    """A service and its workers."""

    hunt: Hunt
    hands: list[Hand]
    service: Child

    async def kills(self, times: int, *, most: int) -> None:
        """Kill one worker after the other, each after at most so many messages, and start it again."""
        chance = self.hunt.killer._chance
        for _ in range(times):
            hand = chance.choice(self.hands)
            await hand.is_killed(chance.randint(1, most))
            await hand.starts()

    async def ends(self) -> None:
        """Let it finish, and stop everybody."""
        async with asyncio.timeout(600):
            while await self.hunt._unfinished(self.hunt.keeper):  # noqa: ASYNC110 - another process ends them
                await asyncio.sleep(0.3)
        for child in (*(hand.child for hand in self.hands), self.service):
            assert child is not None
            assert await child.stop() == 0

    @property
    def count(self) -> Count:
        """What all kills may have cost."""
        counts = [hand.killer.count for hand in self.hands]
        return Count(
            in_flight=sum(one.in_flight for one in counts), in_window=sum(one.in_window for one in counts)
        )

    @property
    def shares(self) -> list[int]:
        """How many messages came from the service and from each worker."""
        wires = [self.hunt.wire, *(hand.wire for hand in self.hands)]
        return [wire.heard["sendmessage"] for wire in wires]


@asynccontextmanager
async def crew(hunt: Hunt, workers: int) -> AsyncIterator[Crew]:
    """A running service, and so many workers that have come so far that they look for work."""
    async with AsyncExitStack() as stack:
        hands = []
        for _ in range(workers):
            wire = await stack.enter_async_context(Wire.to(hunt.target, delay=DELAY))
            killer = Killer(hunt.keeper, hunt.nursery, wire, hunt.campaign, rate=hunt.pace.rate)
            killer._window += WRITING * workers  # the commits of all processes take turns
            hands.append(Hand(hunt=hunt, wire=wire, killer=killer))
        service = await hunt.nursery.run(hunt.keeper)
        await hunt.wire.hears("getupdates")
        for hand in hands:
            await hand.starts()
        yield Crew(hunt=hunt, hands=hands, service=service)
