"""Runs of words that two texts share: right, in order, found where texts are alike, and never dear."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.library.alignment import BUDGET, Match, align

WORDS = st.lists(st.sampled_from("abcdefghij"), max_size=60)


def runs(one: str, other: str) -> list[tuple[int, int, int]]:
    return [(match.one, match.other, match.size) for match in align(one.split(), other.split())]


def test_alike() -> None:
    """A changed word, a word more, a word less, and a part of a text."""
    assert runs("we want a bridge", "we want a bridge") == [(0, 0, 4)]
    assert runs("we want the bridge", "we want a bridge") == [(0, 0, 2), (3, 3, 1)]
    assert runs("we do want a bridge", "we want a bridge") == [(0, 0, 1), (2, 1, 3)]
    assert runs("we a bridge", "we want a bridge") == [(0, 0, 1), (1, 2, 2)]
    assert runs("want a", "we want a bridge") == [(0, 1, 2)]
    assert runs("nothing of this", "we want a bridge") == []
    assert runs("", "we") == []


def test_moved() -> None:
    """Of two pieces that changed places the longer one stays."""
    assert runs("on every bridge we meet at noon today", "we meet at noon today on every bridge") == [
        (3, 0, 5)
    ]


def test_words_that_stand_everywhere() -> None:
    """Of a text that repeats itself at least the longest piece is found, where no word stands alone."""
    assert runs("no no no", "no no no no") == [(0, 0, 3)]
    refrain = ["together", "we", "are", "strong", "and", "nobody", "is", "left", "alone"]
    whole = refrain * 12
    altered = [*refrain * 5, "perhaps", *refrain * 7]
    assert sum(match.size for match in align(altered, whole)) >= 7 * len(refrain)


@given(WORDS, WORDS)
@example(list("abcabcabc"), list("cabcabcab"))
@settings(max_examples=200, deadline=None)
def test_every_run_is_true(one: list[str], other: list[str]) -> None:
    """The words of a run are the same in both texts, no word is used twice, and the order is kept."""
    found = align(one, other)
    for match in found:
        assert match.size > 0
        assert one[match.one : match.one + match.size] == other[match.other : match.other + match.size]
    for before, match in pairwise(found):
        assert before.one + before.size <= match.one
        assert before.other + before.size <= match.other
        assert (before.one + before.size, before.other + before.size) != (match.one, match.other)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_what_was_not_changed_is_found(data: st.DataObject) -> None:
    """Other words in some places of a text of different words: everything around them is found."""
    words = [f"w{number}" for number in range(data.draw(st.integers(1, 80)))]
    changed = data.draw(st.sets(st.integers(0, len(words) - 1)))
    altered = ["other" if at in changed else word for at, word in enumerate(words)]
    assert sum(match.size for match in align(altered, words)) == len(words) - len(changed)


class Counted(str):
    """A word that counts how often it is looked at."""

    __slots__ = ()
    looks = 0

    def __hash__(self) -> int:
        Counted.looks += 1
        return str.__hash__(self)

    def __eq__(self, other: object) -> bool:
        Counted.looks += 1
        return str.__eq__(self, other)


def cost(one: Sequence[str], other: Sequence[str]) -> int:
    Counted.looks = 0
    align([Counted(word) for word in one], [Counted(word) for word in other])
    return Counted.looks


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["and"] * 2_000, ["and"] * 8_000),
        (["and", "we"] * 1_000, ["we", "and", "or"] * 3_000),
        ([f"w{at % 40}" for at in range(2_000)], [f"w{at % 37}" for at in range(8_000)]),
        ([f"w{at * at % 997}" for at in range(2_000)], [f"w{at}" for at in range(8_000)]),
        ([f"w{at}" for at in range(2_000)], [f"w{at}" for at in reversed(range(8_000))]),
    ],
    ids=["one word", "two words", "cycles", "scattered", "backwards"],
)
def test_no_text_is_dear(one: list[str], other: list[str]) -> None:
    """Whatever a stranger sends: some looks at each word, and the budget."""
    assert cost(one, other) <= 60 * (len(one) + len(other)) + 5 * BUDGET


def test_as_good_as_difflib() -> None:
    """Where a text was changed in some places, no fewer words are found than `difflib` finds."""
    text = [f"w{at * at % 211}" for at in range(600)]
    altered = [word if at % 23 else "other" for at, word in enumerate(text)]
    blocks = SequenceMatcher(None, altered, text, autojunk=False).get_matching_blocks()
    assert sum(match.size for match in align(altered, text)) >= sum(block.size for block in blocks)
    assert all(isinstance(match, Match) for match in align(altered, text))
