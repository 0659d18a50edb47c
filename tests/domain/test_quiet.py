"""Quiet hours: by the reader's own clock, kept in UTC."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quiet import CHOICES, DAY, STEP, Quiet, clock, clocks

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@given(st.sampled_from(CHOICES), st.integers(0, DAY // STEP - 1), st.integers(0, DAY - 1))
def test_the_hours_of_ones_own_clock(hours: tuple[int, int], steps: int, later: int) -> None:
    """It is quiet exactly when the reader's clock stands between the hours that were chosen."""
    ahead, now = steps * STEP, NOON + timedelta(minutes=later)
    begins, ends = hours
    hour, _ = clock(now, ahead)
    within = begins <= hour or hour < ends if begins > ends else begins <= hour < ends
    assert Quiet.local(hours, ahead).holds(now) is within


@pytest.mark.parametrize(("begins", "ends"), [(5, 5), (0, 0), (DAY, 0), (0, DAY), (-1, 5)])
def test_no_hours(begins: int, ends: int) -> None:
    """Hours that never begin or never end are none."""
    with pytest.raises(ValueError, match="no quiet hours"):
        Quiet(begins, ends)


def test_the_clocks_to_choose_from() -> None:
    """Every half hour of the day once, in the order of what the clocks show."""
    shown = [clock(NOON + timedelta(minutes=7), ahead) for ahead in clocks(NOON + timedelta(minutes=7))]
    assert shown == [(hour, minute) for hour in range(24) for minute in (7, 37)]
