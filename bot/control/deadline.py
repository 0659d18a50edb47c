"""A moment after which something is over: when the calendar says so, or the running time, whichever is first.

A machine that slept has used up the time, and so has one whose calendar was put forward.
"""

from datetime import datetime, timedelta

from bot.clock import Clock

LOOK = 15.0
"""Seconds between two looks at the clocks."""


class Deadline:
    """Begins when it is made."""

    def __init__(self, clock: Clock, span: timedelta) -> None:
        self._clock = clock
        self._running = clock.monotonic() + span.total_seconds()
        self.at: datetime = clock.now() + span

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return self._left() <= 0

    async def wait(self) -> None:
        """Return when it is over."""
        while not self.passed:
            await self._clock.sleep(min(self._left(), LOOK))

    def _left(self) -> float:
        by_calendar = (self.at - self._clock.now()).total_seconds()
        return min(by_calendar, self._running - self._clock.monotonic())
