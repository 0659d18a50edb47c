"""Slogans at the same local hour: which moments these are, what is agreed to, and what people write."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.publication import Unreadable
from bot.domain.repeats import EVERY_DAY, Repeats, Terms, read_terms
from bot.domain.statement import Slogan

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
ZONES = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
LANGUAGES = ("en", "ru")


def terms(**changes: object) -> Terms:
    values: dict[str, object] = {"minute": 18 * 60, "zone": "Europe/Berlin"}
    return Terms(**(values | changes))  # type: ignore[arg-type]  # checked by the dataclass's users


def pool(*texts: str, language: str = "en") -> tuple[Slogan, ...]:
    return tuple(Slogan(text=text, theme="war", language=language) for text in texts)


@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 1439),
    days=st.sets(st.sampled_from(EVERY_DAY), min_size=1),
    start=st.integers(0, 12 * 365 * 24 * 60),
)
@example(zone="Europe/Berlin", minute=150, days=set(EVERY_DAY), start=0)
@example(zone="Australia/Lord_Howe", minute=135, days={7}, start=0)
@example(zone="America/Nuuk", minute=23 * 60 + 30, days={6}, start=0)
def test_every_hour_once(zone: str, minute: int, days: set[int], start: int) -> None:
    """In any zone, over any clock change: one moment on each of the days, in order, none left out.

    It is at that local time, or later by what clocks skip; asking again at that very moment gives the next.
    """
    asked = terms(zone=zone, minute=minute, days=tuple(sorted(days)))
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    seen = []
    for _ in range(8):
        moment = asked.after(moment)
        here = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        late = timedelta(hours=here.hour, minutes=here.minute) - timedelta(minutes=minute)
        assert late % timedelta(days=1) <= timedelta(hours=1)
        seen.append((here - timedelta(hours=1) if late < timedelta() else here).date())
    wanted = [seen[0] + timedelta(days=ahead) for ahead in range((seen[-1] - seen[0]).days + 1)]
    assert seen == [day for day in wanted if day.isoweekday() in days]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2027-03-27 01:30", "2027-03-28 01:30"),  # 02:30 does not exist: it is 03:30 there
        ("2027-03-28 01:30", "2027-03-29 00:30"),
        ("2027-10-31 00:29", "2027-10-31 00:30"),  # 02:30 comes twice: the first
        ("2027-10-31 00:30", "2027-11-01 01:30"),
    ],
)
def test_clock_changes(after: str, expected: str) -> None:
    """A skipped hour is later by as much as is skipped; of a doubled one only the first counts."""
    found = terms(minute=150).after(datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert f"{found:%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("18:00", terms(zone="UTC")),
        ("  18:00   europe/berlin ", terms()),
        ("18:00 mon-fri", terms(zone="UTC", days=(1, 2, 3, 4, 5))),
        ("18:00 UTC Sat,mon", terms(zone="UTC", days=(1, 6))),
        ("18:00 fri-mon,wed", terms(zone="UTC", days=(1, 3, 5, 6, 7))),
        ("18:00 Europe/Berlin sun ru война", terms(days=(7,), language="ru", theme="война")),
        ("18:00 en", terms(zone="UTC", language="en")),
        ("18:00 their war", terms(zone="UTC", theme="their war")),
        ("18:00 de", terms(zone="UTC", theme="de")),
        ("00:00 mon-mon", terms(zone="UTC", minute=0, days=(1,))),
    ],
)
def test_what_people_write(written: str, expected: Terms) -> None:
    """The hour first; zone, days, language and theme in this order, as far as they are there."""
    assert read_terms(written, zone="UTC", languages=LANGUAGES) == expected


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "form"),
        ("noon", "form"),
        ("24:00", "form"),
        ("18:60", "form"),
        ("6:00", "form"),
        ("١٨:٠٠", "form"),
        ("war 18:00", "form"),
        ("18:00 Europe/Atlantis", "zone"),
        ("18:00 ../../etc/passwd", "zone"),
    ],
)
def test_what_nobody_understands(written: str, why: str) -> None:
    """One reason, and no plan."""
    assert read_terms(written, zone="UTC", languages=LANGUAGES) == Unreadable(why=why)


@given(written=st.text(max_size=60))
def test_nothing_written_breaks_it(written: str) -> None:
    """Whatever somebody writes is terms that have a next moment, or a reason."""
    for each in (written, f"18:00 {written}"):
        found = read_terms(each, zone="UTC", languages=LANGUAGES)
        assert isinstance(found, Unreadable) or found.after(NOW) > NOW


def test_what_an_approval_binds() -> None:
    """Hour, zone, days, language, theme and every word of every slogan; not how many went out."""
    plan = Repeats(terms=terms(), pools={"": pool("One", "Two"), "ru": pool("Раз", language="ru")})
    others = [
        replace(plan, terms=terms(minute=1)),
        replace(plan, terms=terms(zone="UTC")),
        replace(plan, terms=terms(days=(1,))),
        replace(plan, terms=terms(language="en")),
        replace(plan, terms=terms(theme="war")),
        replace(plan, pools={"": pool("One", "two"), "ru": pool("Раз", language="ru")}),
        replace(plan, pools={"": pool("Two", "One"), "ru": pool("Раз", language="ru")}),
        replace(plan, pools={"en": pool("One", "Two"), "ru": pool("Раз", language="ru")}),
        replace(plan, pools={"": pool("One", "Two", "Раз")}),
    ]
    assert len({each.written for each in [plan, *others]}) == len(others) + 1
    assert plan.further.written == plan.written
    assert plan.further.turn == 1


def test_turns() -> None:
    """Each language goes through its own slogans before one comes again."""
    plan = Repeats(terms=terms(), pools={"": pool("One", "Two", "Three"), "ru": pool("Раз", language="ru")})
    seen = []
    for _ in range(3):
        seen.append(plan.texts)
        plan = plan.further
    assert {texts[""].text for texts in seen} == {"One", "Two", "Three"}
    assert {texts["ru"].text for texts in seen} == {"Раз"}
