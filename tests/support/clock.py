"""Clocks for stories. Time moves when somebody told it to, or when all that is waited for is a short sleep.

Short sleeps (up to five seconds, such as waiting for a send slot) end at once, one after the other, and time
jumps along. Longer ones wait until the test moves the clock `forward`. While somebody waits to be heard time
goes slowly: on a busy machine a button would else grow too old before the bot sees that it was pressed.
"""

import asyncio
import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

HORIZON = 5.0
TICK, SLOW = 0.001, 0.05
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class StoryClock:
    """Implements `bot.clock.Clock`."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._order = count()
        self.unheard: Callable[[], bool] = bool
        """Whether somebody waits to be heard."""

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def wall(self) -> float:
        """Seconds since 1970, for the sandbox."""
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        bell = asyncio.Event()
        heapq.heappush(self._sleepers, (self._passed + seconds, next(self._order), bell))
        await bell.wait()

    def forward(self, **spans: float) -> None:
        """Move on by so many `seconds`, `minutes`, `hours` or `days`."""
        self._passed += timedelta(**spans).total_seconds()
        self._ring()

    def set(self, **spans: float) -> None:
        """Set the calendar on, as after a night in which the machine slept: nobody wakes from it."""
        self._start += timedelta(**spans)

    async def keep(self) -> None:
        """Let short sleeps end; run it as a task."""
        while True:
            await asyncio.sleep(SLOW if self.unheard() else TICK)
            if self._sleepers and self._sleepers[0][0] - self._passed <= HORIZON:
                self._passed = max(self._passed, self._sleepers[0][0])
                self._ring()

    def _ring(self) -> None:
        while self._sleepers and self._sleepers[0][0] <= self._passed:
            heapq.heappop(self._sleepers)[2].set()


class RealClock:
    """The machine's own time, for the few tests about pace; only the calendar can be moved."""

    def __init__(self) -> None:
        self._moved = timedelta()
        self.unheard: Callable[[], bool] = bool

    def now(self) -> datetime:
        return datetime.now(UTC) + self._moved

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def forward(self, **spans: float) -> None:
        self._moved += timedelta(**spans)

    async def keep(self) -> None:
        """Nothing to do: time passes by itself."""
