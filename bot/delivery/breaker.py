"""When to stop believing the answers: the breaker for readers who seem gone, and the count of faults.

A wrong token or a hostile relay says "chat not found" to everybody; that must never empty the list. Pure
values over a sequence of answers: what is done about them is the run's part.
"""

from collections import deque

from bot.domain.contact import ContactId

WINDOW = 100
MOST_GONE = 20
FEW = 3
"""Fires above 20 gone in the last 100 answers; under 100 answers at 3 that are at least half (DESIGN §4)."""

READERS, FAULTS = 3, 10
"""So many readers fail, so many times, and nobody gets it meanwhile: one at a time, after a growing wait."""

OTHERS = 20
"""Who fails again though so many got it meanwhile has trouble of its own: it says nothing about the rest."""

GIVE_UP_AFTER = 50
LONGEST_WAIT = 10.0
"""Seconds between two probes at most, so that people decide after eight minutes."""


class Breaker:
    """Watches definite answers. Once it has fired it stays so; a resumed broadcast gets a new one."""

    def __init__(self, *, answers: int = 0, gone: int = 0) -> None:
        """`answers` and `gone` are what an earlier process got, when it got fewer than 100."""
        self._window = deque([False] * (answers - gone) + [True] * gone, maxlen=WINDOW)
        self.answers = answers
        self.fired = self._too_many()

    def answered(self, *, gone: bool) -> bool:
        """Count one answer; True if the breaker has fired."""
        self._window.append(gone)
        self.answers += 1
        self.fired = self.fired or self._too_many()
        return self.fired

    def _too_many(self) -> bool:
        gone = sum(self._window)
        few = len(self._window) < WINDOW and gone >= FEW and 2 * gone >= len(self._window)
        return few or gone > MOST_GONE


class Faults:
    """Counts failures that say nothing about the reader: no network, a broken relay, a server's error."""

    def __init__(self) -> None:
        self.delivered = 0
        """How many got it."""
        self._row = self._faults = 0
        self._last = float("-inf")
        self._readers: set[ContactId] = set()

    def fault(self, reader: ContactId, *, started: float, now: float, before: int | None = None) -> None:
        """Count one. Those that were already under way when the last one came are the same fault.

        `before` is `delivered` as it was when this reader was put off for the first time.
        """
        if before is not None and before + OTHERS <= self.delivered:
            return
        self._faults += 1
        if len(self._readers) < READERS:
            self._readers.add(reader)
        if started >= self._last:
            self._row += 1
            self._last = now

    def cleared(self) -> None:
        """A message was delivered."""
        self.delivered += 1
        self._row = self._faults = 0
        self._readers.clear()

    @property
    def probing(self) -> bool:
        """Whether the fault is everybody's: send one at a time, and hold it against no reader."""
        return len(self._readers) >= READERS and self._faults >= FAULTS

    @property
    def hopeless(self) -> bool:
        """Whether people must decide."""
        return self._row >= GIVE_UP_AFTER

    @property
    def wait(self) -> float:
        """Seconds before the next probe: 2, 4, 8, then 10."""
        return min(2.0 ** min(self._row, 9), LONGEST_WAIT)
