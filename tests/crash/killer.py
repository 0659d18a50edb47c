"""Starts a service and kills it at random moments, and counts what that may have cost.

What it may cost at most: what was in flight, and what was answered in the last commit window.
"""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass

from bot.delivery.ledger import AT_ONCE_BELOW, COMMIT_EVERY
from tests.crash.campaign import Campaign, Delivered
from tests.crash.disk import left_behind
from tests.support.keeper import Keeper
from tests.support.nursery import Child, Nursery
from tests.support.wire import Wire

DELAY = 0.02
"""Seconds a message takes to Telegram, and its answer back."""

WRITING = 0.5
"""Seconds that a commit may take on a busy machine."""

STARTING = 5
"""One kill in so many falls while the process starts."""


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

    def __init__(
        self, keeper: Keeper, nursery: Nursery, wire: Wire, campaign: Campaign, *, rate: float
    ) -> None:
        self.seed = random.SystemRandom().randrange(2**32)
        self.count = Count()
        self._chance = random.Random(self.seed)
        self._keeper, self._nursery, self._wire = keeper, nursery, wire
        self._campaign = campaign
        self._window = WRITING + (COMMIT_EVERY if rate >= AT_ONCE_BELOW else 0.0)
        self._known: dict[Delivered, int] = {}
        self._received: Counter[Delivered] = Counter()

    async def kills(self, times: int) -> None:
        """Start and kill; what the journal knows after a kill must never be sent again."""
        left = len(self._campaign.living)
        for more in reversed(range(times)):
            child = await self._nursery.run(self._keeper)
            await self._moment(most=2 * left // (more + 2))
            await self._kill(child)
            async with left_behind(self._keeper) as store:
                finished = await self._campaign.finished(store)
            # Only the living: whoever is gone is erased on the way, and then no message is begun for them.
            left = len(self._campaign.living - finished)
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
        since = now - self._window
        self.count.in_flight += sum(at > killed for at in self._wire.answered)
        self.count.in_window += sum(since <= at <= killed for at in self._wire.answered)
        self._wire.answered.clear()
