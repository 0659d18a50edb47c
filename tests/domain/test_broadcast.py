"""What a broadcast is, and how it moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audience import rounded
from bot.domain.broadcast import (
    ALL_OTHERS,
    Broadcast,
    BroadcastId,
    Reason,
    State,
    Tally,
    first_wave,
    next_due,
)
from bot.domain.organiser import OrganiserId
from bot.domain.outcome import Outcome
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLGA, PAVEL = OrganiserId(b"o" * 16), OrganiserId(b"p" * 16)


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


def test_what_is_due_next() -> None:
    """The earliest that waits for its moment alone; what still needs people, or has begun, does not count."""
    cooling = draft(1).approve(OLGA, now=NOON)
    later = replace(cooling, starts=NOON + timedelta(days=1))
    assert next_due([later, cooling, draft(), draft().approve(OLGA, now=NOON)]) == cooling.starts
    assert next_due([cooling.begin(now=NOON), later]) == later.starts
    assert next_due([cooling.pause(Reason.ORGANISER, now=NOON)]) is None


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
    open_ones = {Outcome.DOUBTED, Outcome.BEGUN, Outcome.WITHDRAWN}
    assert {outcome for outcome in Outcome if not outcome.finished} == open_ones


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


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("gone", [{OLGA}, {PAVEL}, set()], ids=["author", "approver", "nobody"])
def test_without(state: State, gone: set[OrganiserId]) -> None:
    """Approvals of the frozen do not count before the first message; what one of them wrote is paused."""
    before = replace(draft(2).approve(OLGA, now=NOON).approve(PAVEL, now=NOON), state=state)
    after = before.without(gone, now=NOON)
    if state.ended or not gone:
        assert after == before
        return
    assert set(after.approved_by) == {OLGA, PAVEL} - gone
    under_way = {State.WAITING, State.COOLING, State.SENDING}
    if gone == {OLGA} and state in under_way:
        assert (after.state, after.reason) == (State.PAUSED, Reason.FROZEN)
        assert after.resume(now=NOON).state is State.WAITING
    else:
        assert after.state is (State.WAITING if state is State.COOLING else state)
    begun = replace(before, started=NOON).without(gone, now=NOON)
    assert begun.approved_by == before.approved_by


@pytest.mark.parametrize("state", [State.COOLING, State.PAUSED, State.HELD])
def test_an_undo_without_its_author(state: State) -> None:
    """An undo that has not begun ends with its only approval, in nobody's way; a begun one is paused."""
    undo = replace(draft(1).approve(OLGA, now=NOON), purpose=Purpose.UNDO, state=state)
    assert undo.without({PAVEL}, now=NOON).state is state
    assert undo.without({OLGA}, now=NOON).state is State.CANCELLED
    begun = replace(undo, state=State.SENDING, started=NOON).without({OLGA}, now=NOON)
    assert (begun.state, begun.reason) == (State.PAUSED, Reason.FROZEN)
