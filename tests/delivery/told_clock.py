"""Time that moves only when nobody has anything left to do: it jumps to the next sleeper."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

EPOCH = datetime(2026, 11, 22, 12, tzinfo=UTC)


class ToldClock:
    """A `Clock` whose seconds take no time. `busy` holds it still, for work in another thread."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.busy = 0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.time + seconds, next(self._order), waking))
        await waking

    async def run(self) -> None:
        """Wake one sleeper after another, each when all others have done what they could."""
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined] # the only way to see idleness
        while True:
            await asyncio.sleep(0.0002 if self.busy else 0)
            if not ready and not self.busy:
                await self._wake_next()

    async def _wake_next(self) -> None:
        if not self._sleepers:
            await asyncio.sleep(0.0002)
            return
        at, _, waking = heapq.heappop(self._sleepers)
        if not waking.done():
            self.time = max(self.time, at)
            waking.set_result(None)


@asynccontextmanager
async def running(*coroutines: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have these run in the background for as long as the block lasts."""
    tasks = [asyncio.create_task(each) for each in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
