"""Which days, hours and minutes can still be chosen for a moment, as the clock in one zone shows them.

Local times are without a zone here; what clock changes do to them is `publication.local`.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.publication import Moment, local

STEP = 5
"""Minutes from one choice to the next; others can be written."""

_LAST = time(23, 60 - STEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What can be chosen: from `earliest` to `latest`, both in UTC, read in `zone` (an IANA name)."""

    zone: str
    earliest: datetime
    latest: datetime

    def moment(self, chosen: datetime) -> Moment | None:
        """The moment of a local time; None when it cannot be chosen, or not any more."""
        try:
            found = local(chosen, self.zone)
        except OverflowError:
            return None
        return found if self.earliest <= found.at <= self.latest else None

    @property
    def months(self) -> tuple[date, date]:
        """The first days of the first and the last month in which something can be chosen."""
        return self._local(self.earliest).replace(day=1), self._local(self.latest).replace(day=1)

    def around(self, month: date) -> tuple[date | None, date | None]:
        """The month before and the month after, where something can be chosen there."""
        first, last = self.months
        before = (month - timedelta(days=1)).replace(day=1)
        after = (month + timedelta(days=31)).replace(day=1)
        return before if month > first else None, after if month < last else None

    def weeks(self, month: date) -> list[list[date | None]]:
        """The weeks of a month from Monday on; None for what cannot be chosen or belongs to another month."""
        weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
        return [[day if self._has(day, month) else None for day in week] for week in weeks]

    def hours(self, day: date) -> list[datetime | None]:
        """All 24 hours of a day; None for those in which nothing can be chosen."""
        hours = [datetime.combine(day, time(hour)) for hour in range(24)]
        return [hour if self._open(hour, hour.replace(minute=60 - STEP)) else None for hour in hours]

    def minutes(self, hour: datetime) -> list[datetime | None]:
        """The minutes of an hour in steps; None for those that cannot be chosen."""
        minutes = [hour.replace(minute=minute) for minute in range(0, 60, STEP)]
        return [minute if self.moment(minute) else None for minute in minutes]

    def _has(self, day: date, month: date) -> bool:
        whole = datetime.combine(day, time()), datetime.combine(day, _LAST)
        return day.month == month.month and self._open(*whole)

    def _open(self, first: datetime, last: datetime) -> bool:
        """Whether anything between two local times can be chosen."""
        return local(last, self.zone).at >= self.earliest and local(first, self.zone).at <= self.latest

    def _local(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()
