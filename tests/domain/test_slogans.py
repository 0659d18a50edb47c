"""Slogans in turn: every one comes once before one comes again, whatever their number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slogans import in_turn, of_theme, themes
from bot.domain.statement import Slogan


def slogans(number: int, language: str = "en") -> list[Slogan]:
    return [Slogan(text=f"No {each}", theme=f"t{each % 3}", language=language) for each in range(number)]


@given(number=st.integers(1, 40), turns=st.integers(0, 10_000))
def test_everyone_before_one_again(number: int, turns: int) -> None:
    """A round of turns shows all, in an order of its own; so do as many presses of Another on one day."""
    known = slogans(number)
    start = turns * number
    by_day = [in_turn(known, start + each) for each in range(number)]
    by_press = [in_turn(known, start, each) for each in range(number)]
    assert by_day == by_press
    assert {one.text for one in by_day} == {one.text for one in known}


@given(number=st.integers(2, 9), first=st.integers(1, 10_000))
def test_never_twice_running(number: int, first: int) -> None:
    """Tomorrow's slogan is another than today's, from one round to the next too."""
    known = slogans(number)
    for start in range(first * number, (first + 20) * number, number):
        assert in_turn(known, start) != in_turn(known, start - 1)


def test_rounds_differ() -> None:
    """The order changes from round to round, and from language to language."""
    known, others = slogans(8), slogans(8, "ru")
    rounds = {tuple(in_turn(known, number * 8 + each).text for each in range(8)) for number in range(10)}
    assert len(rounds) == 10
    assert [in_turn(known, each).text for each in range(8)] != [
        in_turn(others, each).text for each in range(8)
    ]


def test_alone() -> None:
    """One slogan comes every day."""
    assert {in_turn(slogans(1), each, 3).text for each in range(5)} == {"No 0"}


@pytest.mark.parametrize(("theme", "number"), [("t1", 3), ("T1", 3), ("", 9), ("t9", 0)])
def test_themes(theme: str, number: int) -> None:
    """Themes stand in the order of the file; a name counts whatever its case, and none means all."""
    assert themes(slogans(9)) == ("t0", "t1", "t2")
    assert len(of_theme(slogans(9), theme)) == number
