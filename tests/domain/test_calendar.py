"""What a calendar offers: nothing that has passed, nothing too far away, whatever clocks do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import STEP, Window
from bot.domain.publication import FURTHEST

NOW = datetime(2026, 11, 22, 12, 7, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati")


def window(zone: str = "Europe/Berlin", now: datetime = NOW) -> Window:
    return Window(zone=zone, earliest=now, latest=now + FURTHEST)


def test_a_month() -> None:
    """Weeks begin on Monday; days before today and days of other months are empty."""
    weeks = window().weeks(date(2026, 11, 1))
    assert {len(week) for week in weeks} == {7}
    days = [day for week in weeks for day in week if day]
    assert days == [date(2026, 11, day) for day in range(22, 31)]
    assert weeks[3][6] == date(2026, 11, 22), "a Sunday"


def test_months_around() -> None:
    """There is no month before this one, and none after the one in which a year from now ends."""
    assert window().around(date(2026, 11, 1)) == (None, date(2026, 12, 1))
    assert window().around(date(2027, 1, 1)) == (date(2026, 12, 1), date(2027, 2, 1))
    assert window().around(date(2027, 11, 1)) == (date(2027, 10, 1), None)


def test_hours_and_minutes_of_today() -> None:
    """It is 13:07 in Berlin: the hour can still be chosen, with the minutes that are left of it."""
    hours = window().hours(date(2026, 11, 22))
    assert [hour.hour for hour in hours if hour] == list(range(13, 24))
    assert len(hours) == 24
    minutes = window().minutes(datetime(2026, 11, 22, 13))  # noqa: DTZ001 - local
    assert [minute.minute for minute in minutes if minute] == list(range(10, 60, 5))
    assert len(minutes) == 60 // STEP


@pytest.mark.parametrize(
    ("chosen", "expected", "skipped"),
    [
        (datetime(2027, 3, 28, 2, 30), "2027-03-28 01:30", True),  # noqa: DTZ001 - local
        (datetime(2027, 10, 31, 2, 30), "2027-10-31 00:30", False),  # noqa: DTZ001 - local
        (datetime(2026, 11, 22, 13, 5), None, False),  # noqa: DTZ001 - local
        (datetime(2027, 11, 23, 13, 10), None, False),  # noqa: DTZ001 - local
        (datetime(9999, 12, 31, 23, 55), None, False),  # noqa: DTZ001 - local
        (datetime(1, 1, 1, 0, 0), None, False),  # noqa: DTZ001 - local
    ],
)
def test_moments(chosen: datetime, expected: str | None, skipped: bool) -> None:
    """A skipped hour moves forward, a doubled one is the first; the past and the far future are none."""
    found = window().moment(chosen)
    assert (f"{found.at:%F %R}" if found else None) == expected
    assert (found is not None and found.skipped) is skipped


@given(minutes=st.integers(min_value=0, max_value=366 * 24 * 60), zone=st.sampled_from(ZONES))
def test_every_moment_can_be_reached(minutes: int, zone: str) -> None:
    """Whatever can be chosen has its month, its day and its hour open; what is offered leads somewhere."""
    here = window(zone)
    moment = here.earliest.replace(minute=10) + timedelta(minutes=minutes // STEP * STEP)
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if here.moment(local) is None:
        return
    first, last = here.months
    assert first <= local.date().replace(day=1) <= last
    assert local.date() in [day for week in here.weeks(local.date().replace(day=1)) for day in week]
    hour = local.replace(minute=0)
    assert hour in here.hours(local.date())
    assert any(here.minutes(hour))


@pytest.mark.parametrize("zone", ZONES)
def test_walking_through_the_months(zone: str) -> None:
    """From the first month to the last one, each is offered once."""
    here = window(zone)
    month, last = here.months
    seen = [month]
    while (after := here.around(seen[-1])[1]) is not None:
        seen.append(after)
    assert seen[-1] == last
    assert len(seen) in {13, 14}
    assert all(here.around(later)[0] == earlier for earlier, later in pairwise(seen))
