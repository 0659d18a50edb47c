"""The runs of words that two texts have in common, in the order of both.

Nothing here knows what the texts are. The work is bounded whatever they hold: first by words that stand
together only once in each ("patience"), then by single words of that kind, and what is left between them by
`difflib`, as far as its budget goes. What is not found then counts as different.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

BUDGET = 100_000
"""Words and pairs of equal words that `difflib` may look at in all; real texts need some hundreds."""
_SIZES = (3, 1)
"""Neighbouring words of which one place in each text is looked for, one after the other."""


class Match(NamedTuple):
    """Where a run begins in the one text, where in the other, and how many words it has."""

    one: int
    other: int
    size: int


class _Gap(NamedTuple):
    """A stretch of both texts, up to and without the ends."""

    one: int
    one_end: int
    other: int
    other_end: int

    @property
    def empty(self) -> bool:
        return self.one >= self.one_end or self.other >= self.other_end


def align(one: Sequence[str], other: Sequence[str]) -> list[Match]:
    """Runs that follow each other in both texts; neighbouring ones are joined."""
    gaps = [_Gap(0, len(one), 0, len(other))]
    found = list[Match]()
    for size in _SIZES:
        left = list[_Gap]()
        for gap in gaps:
            runs = list(_grown(one, other, gap, _chain(_places(one, other, gap, size))))
            found += runs
            left += _between(gap, runs)
        gaps = left
    found += _searched(one, other, gaps)
    return list(_joined(sorted(found)))


def _places(one: Sequence[str], other: Sequence[str], gap: _Gap, size: int) -> list[tuple[int, int]]:
    """Where words stand that are there once in either stretch, in the order of the one."""
    here = _once(one, gap.one, gap.one_end, size)
    there = _once(other, gap.other, gap.other_end, size)
    return [(at, there[key]) for key, at in here.items() if at >= 0 and there.get(key, -1) >= 0]


def _once(words: Sequence[str], start: int, end: int, size: int) -> dict[tuple[str, ...], int]:
    """Where so many neighbouring words stand; -1 where they stand more than once."""
    found: dict[tuple[str, ...], int] = {}
    for at, key in enumerate(zip(*(words[start + by : end] for by in range(size)), strict=False), start):
        found[key] = -1 if key in found else at
    return found


def _chain(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many of these as follow each other in both texts: the longest ascending row, by piles."""
    ends, tops, before = list[int](), list[int](), list[int]()
    for at, (_, other) in enumerate(places):
        pile = bisect_left(ends, other)
        before.append(tops[pile - 1] if pile else -1)
        ends[pile : pile + 1], tops[pile : pile + 1] = [other], [at]
    row, at = list[tuple[int, int]](), tops[-1] if tops else -1
    while at >= 0:
        row.append(places[at])
        at = before[at]
    return row[::-1]


def _grown(
    one: Sequence[str], other: Sequence[str], gap: _Gap, row: Sequence[tuple[int, int]]
) -> Iterator[Match]:
    """Each place as far as the words around it are the same, without touching the run before."""
    low, bottom = gap.one, gap.other
    for at, there in row:
        if at < low or there < bottom:
            continue
        start = at
        while (
            start > low and there - (at - start) > bottom and one[start - 1] == other[there - at + start - 1]
        ):
            start -= 1
        end, by = at, there - at
        while end < gap.one_end and end + by < gap.other_end and one[end] == other[end + by]:
            end += 1
        yield Match(start, start + by, end - start)
        low, bottom = end, end + by


def _between(gap: _Gap, runs: Sequence[Match]) -> Iterator[_Gap]:
    """What of a stretch lies before, between and behind its runs."""
    low, bottom = gap.one, gap.other
    for run in (*runs, Match(gap.one_end, gap.other_end, 0)):
        rest = _Gap(low, run.one, bottom, run.other)
        if not rest.empty:
            yield rest
        low, bottom = run.one + run.size, run.other + run.size


def _searched(one: Sequence[str], other: Sequence[str], gaps: Sequence[_Gap]) -> Iterator[Match]:
    """The longest run of each stretch, and again on both sides of it, while the budget lasts."""
    budget, todo = BUDGET, list(gaps)
    while todo:
        gap = todo.pop()
        mine, theirs = one[gap.one : gap.one_end], other[gap.other : gap.other_end]
        often = Counter(theirs)
        pairs = sum(often[word] for word in mine)
        cost = pairs + len(mine) + len(theirs)
        if not pairs or cost > budget:
            continue
        budget -= cost
        at, there, size = SequenceMatcher(None, mine, theirs, autojunk=False).find_longest_match()
        run = Match(gap.one + at, gap.other + there, size)
        yield run
        todo += _between(gap, [run])


def _joined(runs: Sequence[Match]) -> Iterator[Match]:
    last: Match | None = None
    for run in runs:
        if last and (last.one + last.size, last.other + last.size) == (run.one, run.other):
            last = last._replace(size=last.size + run.size)
            continue
        if last:
            yield last
        last = run
    if last:
        yield last
