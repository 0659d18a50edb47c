"""When a reader is asked whether to stay, and when no answer is one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.contact import Asked, ChatId, Contact, ContactId, Kind, Month, month
from bot.domain.renewal import FEW, HEARD, SHARE, Term, Terms, asking, due, last_month, overdue, staying

ASKED = Month(2026 * 12 + 10)
ANNA = Contact(
    id=ContactId(bytes(16)), chat=ChatId(7), kind=Kind.PERSON, language="en", joined=Month(ASKED - 12)
)
WAITING = replace(ANNA, renewed=ASKED, asked=Asked.YES)
LONG = int(HEARD.total_seconds())


def at(months: int, day: int = 15) -> datetime:
    """A day so many months after November 2026."""
    year, number = divmod(ASKED + months, 12)
    return datetime(year, number + 1, day, 12, tzinfo=UTC)


def test_due_after_twelve_months() -> None:
    """Twelve months after joining, or after the last answer or question; groups never."""
    assert not due(ANNA, at(-1, day=30))
    assert due(ANNA, at(0, day=1))
    assert not due(replace(ANNA, kind=Kind.GROUP), at(99))
    for asked in Asked:
        before = replace(ANNA, renewed=ASKED, asked=asked)
        assert not due(before, at(11, day=30))
        assert due(before, at(12, day=1))


def test_overdue_after_the_month_that_was_named() -> None:
    """Not before that month is over everywhere on earth; and after a year there is a new question first."""
    assert month(at(1)) == last_month(ASKED)
    for early in (at(0), at(1, day=30), at(2, day=1)):
        assert not overdue(WAITING, early)
    for late in (at(2, day=3), at(11)):
        assert overdue(WAITING, late)
    assert not overdue(WAITING, at(12))
    for other in (Asked.NO, Asked.PERHAPS):
        assert not overdue(replace(WAITING, asked=other), at(5))


def test_an_answer() -> None:
    """It counts from the month in which it came; of somebody who was not asked it changes nothing."""
    assert asking(ANNA, at(0)) == replace(ANNA, renewed=ASKED, asked=Asked.PERHAPS)
    for asked in (Asked.PERHAPS, Asked.YES):
        stayed = staying(replace(WAITING, asked=asked), at(1))
        assert stayed == replace(ANNA, renewed=Month(ASKED + 1))
    assert staying(ANNA, at(1)) is ANNA


def test_time_to_be_heard() -> None:
    """A month counts only once the bot has heard its readers for three weeks after it."""
    terms = Terms().counted(ASKED, questions=1)
    assert not terms.heard(LONG, at(0)).over, "the month is not over"
    assert not terms.heard(LONG - 1, at(1)).over
    assert terms.heard(LONG - 1, at(1)).heard(1, at(1)).over == {ASKED}


@pytest.mark.parametrize(("answers", "over"), [(0, False), (1, True), (FEW, True)])
def test_hardly_anybody_answers(answers: int, over: bool) -> None:
    """Of many who were asked some must have answered, or silence means nothing; that is told once."""
    terms = Terms().counted(ASKED, questions=FEW).counted(ASKED, answers=answers).heard(LONG, at(1))
    assert (ASKED in terms.over) is over
    assert (not terms.silent) is over
    assert not terms.all_told().silent
    assert terms.all_told().over == terms.over
    assert not terms.counted(ASKED, questions=FEW * SHARE).over


def test_a_list_from_a_copy() -> None:
    """Answers to what was asked until then may be lost: of those months nobody is erased, nor told of."""
    terms = Terms().counted(ASKED, questions=FEW).void_until(at(0)).counted(ASKED, questions=FEW)
    terms = terms.counted(Month(ASKED + 1), questions=1).heard(LONG, at(2))
    assert terms.over == {ASKED + 1}
    assert not terms.silent


def test_old_months_are_dropped() -> None:
    """What is a year old is not needed, nor what a wrong calendar wrote."""
    old, future = Term(asked=Month(ASKED - 13)), Term(asked=Month(ASKED + 13))
    kept = Term(asked=ASKED, questions=3)
    assert Terms(terms=(old, kept, future)).heard(5, at(0)) == Terms(terms=(kept,))
