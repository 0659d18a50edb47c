"""What a broadcast is, how it moves, and how an organiser's text becomes one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.broadcast import (
    ALL_OTHERS,
    TEXT_LIMIT,
    Broadcast,
    BroadcastId,
    Reason,
    Refusal,
    State,
    Tally,
    compose,
    first_wave,
    rounded,
)
from bot.domain.organiser import OrganiserId
from bot.domain.outcome import Outcome
from bot.domain.rich_text import Entity, RichText

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLGA, PAVEL = OrganiserId(b"o" * 16), OrganiserId(b"p" * 16)
LANGUAGES = frozenset({"en", "ru"})


def draft(needed: int = 2) -> Broadcast:
    return Broadcast(
        id=BroadcastId(bytes(16)),
        state=State.DRAFT,
        author=OLGA,
        texts={ALL_OTHERS: RichText("Hello"), "ru": RichText("Привет")},
        digest=bytes(32),
        created=NOON,
        needed=needed,
        cooldown=120,
    )


def test_approvals_lead_to_the_cool_down() -> None:
    """It waits until enough have agreed; the same organiser counts once; then it cools down."""
    waiting = draft().approve(OLGA, now=NOON).approve(OLGA, now=NOON)
    assert (waiting.state, waiting.approved) == (State.WAITING, False)
    cooling = waiting.approve(PAVEL, now=NOON)
    assert (cooling.state, cooling.starts) == (State.COOLING, NOON + timedelta(seconds=120))
    assert cooling.approved_by == (OLGA, PAVEL)


def test_it_begins_once_and_resumes() -> None:
    """A pause keeps the moment of the first message and gives a reason; resuming clears it."""
    sending = draft(1).approve(OLGA, now=NOON).begin(now=NOON)
    paused = sending.pause(Reason.BREAKER, now=NOON + timedelta(minutes=1))
    assert (paused.state, paused.reason, paused.paused) == (
        State.PAUSED,
        Reason.BREAKER,
        NOON + timedelta(minutes=1),
    )
    again = paused.begin(now=NOON + timedelta(minutes=2))
    assert (again.state, again.started, again.paused, again.reason) == (
        State.SENDING,
        NOON,
        None,
        Reason.NONE,
    )
    done = again.end(State.DONE, now=NOON + timedelta(minutes=3))
    assert done.state.ended
    assert not again.state.ended


def test_each_reader_gets_one_text() -> None:
    """The text of their language, else the one for all others, else none."""
    assert draft().text_for("ru") == RichText("Привет")
    assert draft().text_for("de") == RichText("Hello")
    only = {"ru": RichText("Привет")}
    assert replace(draft(), texts=only).text_for("en") is None


def test_tally_adds_up() -> None:
    """Every finished delivery is one of five kinds."""
    assert Tally(sent=1, gone=2, refused=3, in_doubt=4, failed=5).total == 15


def test_only_doubted_deliveries_are_open() -> None:
    """Whatever else the journal says of a reader, nothing more is sent to them."""
    assert [outcome for outcome in Outcome if not outcome.finished] == [Outcome.DOUBTED]


def test_one_text_serves_everybody() -> None:
    """Without a language line the text is for all."""
    assert compose(RichText("  Hello  "), LANGUAGES) == {ALL_OTHERS: RichText("Hello")}


def test_language_lines_split_the_text() -> None:
    """A line == ru == starts a language; formatting stays with its words."""
    text = RichText(
        "All\n== ru ==\nРусский текст\n==EN==\nEnglish", (Entity(kind="bold", offset=13, length=7),)
    )
    assert compose(text, LANGUAGES) == {
        ALL_OTHERS: RichText("All"),
        "ru": RichText("Русский текст", (Entity(kind="bold", offset=0, length=7),)),
        "en": RichText("English"),
    }


def test_no_text_for_all_others_leaves_them_out() -> None:
    """A text that begins with a language line serves that language only."""
    assert compose(RichText("== ru ==\nПривет"), LANGUAGES) == {"ru": RichText("Привет")}


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Refusal(why="empty")),
        ("== ru ==\n \n", Refusal(why="empty-language", language="ru")),
        ("== de ==\nHallo", Refusal(why="unknown-language", language="de")),
        ("Hello\n== pt-BR ==\nOl\u00e1", Refusal(why="unknown-language", language="pt-br")),
        ("Hello\n== en_us ==\nHi", Refusal(why="unknown-language", language="en_us")),
        ("== ru ==\nРаз\n== ru ==\nДва", Refusal(why="twice", language="ru")),
        ("x" * (TEXT_LIMIT + 1), Refusal(why="too-long", units=TEXT_LIMIT + 1)),
        ("== ru ==\n" + "я" * 5000, Refusal(why="too-long", language="ru", units=5000)),
    ],
)
def test_what_cannot_be_sent(text: str, refusal: Refusal) -> None:
    """Each refusal says why, in which language, how long."""
    assert compose(RichText(text), LANGUAGES) == refusal


def test_astral_characters_count_twice() -> None:
    """2,001 emoji are over 4,000 units."""
    assert isinstance(compose(RichText("🔥" * 2001), LANGUAGES), Refusal)
    assert not isinstance(compose(RichText("🔥" * 2000), LANGUAGES), Refusal)


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        (0, 0),
        (1, 1),
        (19, 1),
        (20, 20),
        (26, 30),
        (994, 990),
        (999, 990),
        (1000, 1000),
        (1049, 1000),
        (234567, 230000),
    ],
)
def test_numbers_of_people_are_rounded(people: int, shown: int) -> None:
    """0, under 20, the nearest ten below 1,000, two significant digits above."""
    assert rounded(people) == shown


@given(st.integers(min_value=20, max_value=10**7))
def test_rounding_never_tells_an_exact_number(people: int) -> None:
    """At least ten numbers of people look the same."""
    assert rounded(people) % 10 == 0
    assert abs(rounded(people) - people) <= max(10, people * 0.05)


@pytest.mark.parametrize(
    ("people", "percent", "shards"),
    [(1000, 1, 0), (1001, 1, 3), (5000, 10, 26), (5000, 100, 0), (2_200_000, 1, 3)],
)
def test_the_size_of_the_first_wave(people: int, percent: int, shards: int) -> None:
    """Above 1,000 readers, so many of the 256 parts of the list, rounded up."""
    assert first_wave(people, percent) == shards


@pytest.mark.parametrize(
    ("tally", "state"),
    [
        (Tally(), State.SENDING),
        (Tally(sent=80, gone=20), State.SENDING),
        (Tally(sent=79, failed=21), State.PAUSED),
        (Tally(sent=7, gone=1, refused=1, in_doubt=1), State.PAUSED),
    ],
)
def test_a_first_wave_that_failed(tally: Tally, state: State) -> None:
    """Unless over a fifth was not delivered, the rest follows by itself; else organisers decide."""
    sending = replace(draft(1).approve(OLGA, now=NOON).begin(now=NOON), wave=3)
    out = sending.first_wave_out(tally, pause=timedelta(minutes=1), now=NOON)
    assert (out.state, out.wave, out.tally) == (state, 0, tally)
    assert out.rest == (NOON + timedelta(minutes=1) if state is State.SENDING else None)
    assert out.reason is (Reason.NONE if state is State.SENDING else Reason.FIRST_WAVE)
    assert out.begin(now=NOON).rest is None


def test_what_people_decided_during_the_first_wave() -> None:
    """A pause that came with its last message stands."""
    paused = replace(draft(1).approve(OLGA, now=NOON).begin(now=NOON), wave=3).pause(
        Reason.ORGANISER, now=NOON
    )
    out = paused.first_wave_out(Tally(sent=1), pause=timedelta(minutes=1), now=NOON)
    assert (out.state, out.reason, out.wave, out.rest) == (State.PAUSED, Reason.ORGANISER, 0, None)
