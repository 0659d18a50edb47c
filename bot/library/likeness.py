"""How a text that somebody passes on differs from a statement, word by word.

A statement is its words as they read, with the lines that messages put around it (byline, footer, notes)
marked as frame: they may be there or not. Which statement a text may be is for `recognise`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.library.alignment import Match, align
from bot.library.canon import evened

GAP = 10
"""Words that a gap counts for at most when the best run of matches is chosen, however long it is."""


class Kind(StrEnum):
    """What became of some words."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some neighbouring words: as they were, added, or missing."""

    kind: Kind
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A text beside a statement.

    `matched` words of the statement's own were found, in one run. Inside the run `pieces` tell what differs
    (empty where nothing does); `added` is what stands before and behind it; `whole` if nothing is left out.
    """

    matched: int
    asked: int
    whole: bool
    pieces: tuple[Piece, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Words of the reference, and whether they are only frame."""

    words: tuple[str, ...]
    frame: bool = False


def exact(asked: int, *, whole: bool) -> Likeness:
    """A text of so many words that stand one after the other in the statement."""
    return Likeness(matched=asked, asked=asked, whole=whole, pieces=(), added=())


def block(text: str, *, frame: bool = False) -> Block:
    """The words of a text, as they are compared."""
    return Block(tuple(evened(text).split()), frame)


def compare(asked: Sequence[str], reference: Sequence[Block]) -> Likeness:
    """The words of a text beside those of a statement with its frame."""
    words = [word for part in reference for word in part.words]
    frame = [part.frame for part in reference for _ in part.words]
    run = _best_run(align(asked, words), frame)
    if not run:
        return Likeness(matched=0, asked=len(asked), whole=False, pieces=(), added=())
    own = sum(not frame[at] for a, b, size in run for at in range(b, b + size))
    first, last = run[0], run[-1]
    ends = [asked[: first[0]], asked[last[0] + last[2] :]]
    before, behind = frame[: first[1]], frame[last[1] + last[2] :]
    pieces = tuple(_pieces(asked, words, frame, run))
    return Likeness(
        matched=own,
        asked=len(asked),
        whole=all(before) and all(behind),
        pieces=pieces if any(piece.kind is not Kind.SAME for piece in pieces) else (),
        added=tuple(" ".join(end) for end in ends if end),
    )


def _best_run(matches: Sequence[Match], frame: Sequence[bool]) -> list[Match]:
    """The neighbouring matches that have most words, less what lies between them.

    A stray word far away does not stretch it, and a long gap does not tear it.
    """
    best: list[Match] = []
    best_score = score = 0
    run: list[Match] = []
    for match in matches:
        if run:
            a, b, size = run[-1]
            missing = sum(not each for each in frame[b + size : match[1]])
            score -= min(GAP, match[0] - a - size) + min(GAP, missing)
        if score <= 0:
            run, score = [], 0
        run.append(match)
        score += match[2]
        if score > best_score:
            best, best_score = list(run), score
    return best


def _pieces(
    asked: Sequence[str], words: Sequence[str], frame: Sequence[bool], run: Sequence[Match]
) -> Iterator[Piece]:
    """The run, with what differs between its matches. Frame that is left out is no difference."""
    same, (a, b) = list[str](), run[0][:2]
    for start, at, size in run:
        gone, new = [words[n] for n in range(b, at) if not frame[n]], asked[a:start]
        if gone or new:
            yield Piece(Kind.SAME, " ".join(same))
            same = []
        if gone:
            yield Piece(Kind.GONE, " ".join(gone))
        if new:
            yield Piece(Kind.NEW, " ".join(new))
        same += asked[start : start + size]
        a, b = start + size, at + size
    yield Piece(Kind.SAME, " ".join(same))
