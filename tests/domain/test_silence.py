"""The dead man's switch as rules: which clocks count, when it warns, when it is over."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.silence import OVER, Silence

THEN = datetime(2026, 11, 1, tzinfo=UTC)
LIMIT = timedelta(days=10)
DAY = 24 * 3600


@pytest.mark.parametrize(
    ("days", "reached"),
    [(0, 0), (4.9, 0), (5, 50), (7.4, 50), (7.5, 75), (8.9, 75), (9, 90), (9.9, 90), (10, OVER), (99, OVER)],
)
def test_warnings(days: float, reached: int) -> None:
    """Warnings at 50, 75 and 90 per cent of the time; then it is over."""
    silence = Silence(since=THEN, ran=round(days * DAY))
    assert silence.reached(THEN + timedelta(days=days), LIMIT) == reached


@given(calendar=st.integers(-400, 400), running=st.integers(0, 400))
def test_both_clocks_must_agree(calendar: int, running: int) -> None:
    """A calendar put forward, or back, or a machine that was off, brings the end no nearer."""
    silence = Silence(since=THEN).later(running * DAY)
    now = THEN + timedelta(days=calendar)
    assert silence.lasted(now) == timedelta(days=max(0, min(calendar, running)))
    assert (silence.reached(now, LIMIT) == OVER) == (min(calendar, running) >= 10)


def test_a_code_begins_it_anew() -> None:
    """After a check-in nothing has lasted and nothing was warned of; an older code changes nothing."""
    silence = Silence(since=THEN, ran=9 * DAY, warned=90)
    assert silence.heard(THEN) is silence
    assert silence.heard(THEN + timedelta(days=9)) == Silence(since=THEN + timedelta(days=9))
