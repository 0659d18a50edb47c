"""The dead man's switch: for how long no organiser has checked in, and what follows from it. Pure rules.

Every six digits that are accepted are a check-in. Where it is kept is `store.silence`, who acts on it
`actions.deadman`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WARNINGS = (50, 75, 90)
"""Per cent of the time after which the organisers are warned."""
OVER = 100
GRACE = timedelta(days=7)
"""From the lock until the keys are destroyed, where the policy says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Since when nobody has checked in, by both clocks."""

    since: datetime
    ran: int = 0
    """Seconds in which the service ran unlocked since then."""
    warned: int = 0
    """The highest per cent that was told."""

    def lasted(self, now: datetime) -> timedelta:
        """By the calendar or by running time, whichever says less.

        So neither a calendar that somebody put forward nor a machine that was off brings the end nearer.
        """
        return max(timedelta(0), min(now - self.since, timedelta(seconds=self.ran)))

    def reached(self, now: datetime, limit: timedelta) -> int:
        """The highest of the warnings that is due, `OVER` at the end, 0 before the first."""
        part = self.lasted(now) / limit * 100
        return max((step for step in (*WARNINGS, OVER) if part >= step), default=0)

    def heard(self, at: datetime) -> "Silence":
        """After a check-in; an older one changes nothing."""
        return Silence(since=at) if at > self.since else self

    def later(self, seconds: int) -> "Silence":
        """After so much more running time."""
        return replace(self, ran=self.ran + seconds)
