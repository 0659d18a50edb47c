"""Moments that people write, in zones and over clock changes; and what stands for a statement."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.publication import (
    FURTHEST,
    Moment,
    Planned,
    Unreadable,
    doubled,
    fingerprint,
    local,
    read_moment,
    zone_of,
)
from bot.domain.statement import Statement, StatementNumber

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")


def at(written: str, zone: str = "UTC") -> str:
    """The moment in UTC, or why it was not understood."""
    found = read_moment(written, zone=zone, now=NOW)
    return found.why if isinstance(found, Unreadable) else f"{found.at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("written", "zone", "expected"),
    [
        ("2026-12-01 18:00", "UTC", "2026-12-01 18:00"),
        ("2026-12-01 18:00", "Europe/Berlin", "2026-12-01 17:00"),
        ("  2026-12-01   18:00  europe/berlin ", "UTC", "2026-12-01 17:00"),
        ("2027-07-01 18:00 Europe/Berlin", "UTC", "2027-07-01 16:00"),
        ("2026-11-23 00:30", "UTC", "2026-11-23 00:30"),
        ("2026-11-23 00:29", "UTC", "past"),
        ("2027-11-25 00:00", "UTC", "far"),
        ("9999-12-31 23:59 America/New_York", "UTC", "date"),
        ("0001-01-01 00:00 Asia/Tokyo", "UTC", "date"),
        ("0000-01-01 00:00", "UTC", "date"),
        ("2027-02-29 10:00", "UTC", "date"),
        ("2026-12-01 24:00", "UTC", "date"),
        ("2026-12-01 18:00 Berlin", "UTC", "zone"),
        ("2026-12-01 18:00 ../../etc/passwd", "UTC", "zone"),
        ("2026-12-01 18:00 America", "UTC", "zone"),
        ("2026-12-01 18:00 +01:00", "UTC", "zone"),
        ("2026-12-01T18:00", "UTC", "form"),
        ("1.12.2026 18:00", "UTC", "form"),
        ("٢٠٢٦-١٢-٠١ 18:00", "UTC", "form"),
        ("2026-12-01 18:00 Europe/Berlin now", "UTC", "form"),
        ("tomorrow", "UTC", "form"),
        ("", "UTC", "form"),
    ],
)
def test_moments(written: str, zone: str, expected: str) -> None:
    """Day, time and perhaps a zone; everything else has one reason why it was not understood."""
    assert at(written, zone) == expected


@given(written=st.text(max_size=60))
def test_nothing_written_breaks_it(written: str) -> None:
    """Whatever somebody writes is a moment of the next year, or a reason."""
    for tail in (written, f"2026-12-01 18:00 {written}", f"2026-12-{written}"):
        found = read_moment(tail, zone="UTC", now=NOW)
        assert isinstance(found, Unreadable) or NOW <= found.at <= NOW + FURTHEST


@pytest.mark.parametrize(
    ("naive", "zone", "expected", "skipped", "twice"),
    [
        (datetime(2027, 3, 28, 2, 30), "Europe/Berlin", "01:30", True, False),  # noqa: DTZ001 - local
        (datetime(2027, 3, 28, 3, 0), "Europe/Berlin", "01:00", False, False),  # noqa: DTZ001 - local
        (datetime(2027, 10, 31, 2, 30), "Europe/Berlin", "00:30", False, True),  # noqa: DTZ001 - local
        (datetime(2027, 10, 31, 3, 0), "Europe/Berlin", "02:00", False, False),  # noqa: DTZ001 - local
        (datetime(2027, 10, 3, 2, 15), "Australia/Lord_Howe", "15:45", True, False),  # noqa: DTZ001 - local
    ],
)
def test_clock_changes(naive: datetime, zone: str, expected: str, skipped: bool, twice: bool) -> None:
    """A skipped time moves forward; of a doubled one it is the first, and that it is doubled is known."""
    found = local(naive, zone)
    assert f"{found.at:%H:%M}" == expected
    assert found.skipped is skipped
    assert doubled(found.at, zone) is twice


@given(
    minutes=st.integers(min_value=0, max_value=2 * 365 * 24 * 60),
    zone=st.sampled_from(ZONES),
)
def test_local_time_reads_back(minutes: int, zone: str) -> None:
    """A time that exists reads back as it was written; a skipped one reads later, by an hour at most."""
    naive = datetime(2026, 1, 1) + timedelta(minutes=minutes)  # noqa: DTZ001 - local
    found = local(naive, zone)
    assert found == Moment(at=found.at, zone=zone, skipped=found.skipped)
    back = found.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert (timedelta() < back - naive <= timedelta(hours=1)) if found.skipped else back == naive


def test_zones() -> None:
    """Names count whatever their case; what is no zone is none, files and folders included."""
    assert zone_of("EUROPE/berlin") == "Europe/Berlin"
    assert zone_of("utc") == "UTC"
    for wrong in ("", "localtime", "Europe", "Europe/", "/etc/localtime", "a" * 500, "Europe/Ber\0lin"):
        assert zone_of(wrong) is None


def statement(**changes: object) -> Statement:
    values: dict[str, object] = {
        "number": StatementNumber(3),
        "date": date(2026, 11, 18),
        "language": "en",
        "title": "T",
        "body": "B",
        "source": b"x",
    }
    return Statement(**(values | changes))  # type: ignore[arg-type]  # checked by the dataclass's users


def test_what_stands_for_a_statement() -> None:
    """Another file, language or number is another one; the order in which they are found is not."""
    one, two = statement(), statement(language="ru")
    assert fingerprint([one, two]) == fingerprint([two, one])
    others = [[one], [two], [], [one, statement(language="ru", source=b"y")]]
    others.append([statement(number=StatementNumber(4)), two])
    assert len({fingerprint(texts) for texts in [[one, two], *others]}) == len(others) + 1


def test_what_an_approval_binds() -> None:
    """Number, texts, moment and zone: each changes the line that is part of the digest."""
    plan = Planned(number=StatementNumber(3), texts=b"t", at=NOW, zone="UTC")
    others = [
        replace(plan, number=StatementNumber(4)),
        replace(plan, texts=b"u"),
        replace(plan, at=None),
        replace(plan, at=NOW + timedelta(minutes=1)),
        replace(plan, zone="Europe/Berlin"),
    ]
    assert len({each.written for each in [plan, *others]}) == len(others) + 1
