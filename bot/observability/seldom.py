"""Events that come in crowds: counted, and written at most once a minute, so that a flood fills no log."""

from collections.abc import Callable

from bot.observability.logs import Log

EVERY = 60.0
"""Seconds between two lines."""


class Seldom:
    """One event. Its line says how often it happened since the line before."""

    def __init__(self, log: Log, now: Callable[[], float], event: str) -> None:
        """`now` is in seconds and never goes back; `event` is a constant, as for `Log.info`."""
        self._log = log
        self._now = now
        self._event = event
        self._times = 0
        self._last = float("-inf")

    def count(self) -> None:
        """It happened once more."""
        self._times += 1
        now = self._now()
        if now - self._last >= EVERY:
            self._log.warning(self._event, times=self._times)
            self._times, self._last = 0, now
