"""Quiet hours: what is sent to a reader in them arrives at once, but without sound.

Kept as minutes of a day in UTC, so nothing says where somebody lives but the hours themselves.
"""

from dataclasses import dataclass
from datetime import datetime

DAY = 24 * 60
"""Minutes."""
HOUR = 60
STEP = 30
"""Minutes between the clocks that one can choose from."""
CHOICES = ((21, 7), (22, 7), (22, 8), (23, 7), (23, 8), (0, 8))
"""Hours by the reader's own clock: from, until."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one minute of the day until another, in UTC; over midnight where the second is smaller."""

    begins: int
    ends: int

    def __post_init__(self) -> None:
        """ValueError for what is no minute of a day, and for hours that never begin or never end."""
        if not (0 <= self.begins < DAY and 0 <= self.ends < DAY) or self.begins == self.ends:
            raise ValueError("no quiet hours")

    @classmethod
    def local(cls, hours: tuple[int, int], ahead: int) -> "Quiet":
        """Hours by a clock that is so many minutes ahead of UTC."""
        begins, ends = ((hour * HOUR - ahead) % DAY for hour in hours)
        return cls(begins, ends)

    def holds(self, now: datetime) -> bool:
        """Whether it is quiet at this moment."""
        minute = now.hour * HOUR + now.minute
        return (minute - self.begins) % DAY < (self.ends - self.begins) % DAY


def clock(now: datetime, ahead: int) -> tuple[int, int]:
    """The hour and minute that a clock shows which is so many minutes ahead of UTC."""
    return divmod((now.hour * HOUR + now.minute + ahead) % DAY, HOUR)


def clocks(now: datetime) -> list[int]:
    """How far ahead of UTC each clock is that one can choose from, in the order of what they show."""
    return sorted(range(0, DAY, STEP), key=lambda ahead: clock(now, ahead))
