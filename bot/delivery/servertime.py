"""What a database server's clock shows now, without asking it: how far it is ahead of ours, by its answers.

Pure arithmetic. An answer was given between the moment it was asked for and the moment it came, so each one
bounds the distance of the two clocks from both sides, and the narrowest bounds count (as in NTP, RFC 5905).
"""

DRIFT = 1e-4
"""Seconds by which two clocks may come apart in a second: what a computer's clock does at worst."""


class ServerTime:
    """The server's clock as seen from here."""

    def __init__(self) -> None:
        self._low, self._high = float("-inf"), float("inf")
        self._heard = 0.0

    def heard(self, *, asked: float, shown: float, answered: float) -> None:
        """The server's clock showed this at some moment between these two of ours (monotonic seconds)."""
        apart = (answered - self._heard) * DRIFT
        low, high = shown - answered, shown - asked
        known = (max(low, self._low - apart), min(high, self._high + apart))
        # Bounds that contradict each other: somebody set the server's clock, and only the last answer counts.
        self._low, self._high = known if known[0] <= known[1] else (low, high)
        self._heard = answered

    @property
    def known(self) -> bool:
        """Whether there was an answer."""
        return self._low > float("-inf")

    @property
    def ahead(self) -> float:
        """Seconds by which the server's clock is ahead; only after an answer."""
        return (self._low + self._high) / 2
