"""Which statement a text is, of all on the shelf, and how it differs: what `/verify` answers with.

The index knows the words of every statement; it is made once for a shelf and asked many times. What is signed
and what may be shown is not its business.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from zlib import crc32

from bot.domain.rich_text import RichText
from bot.domain.statement import Statement
from bot.library import markdown, render
from bot.library.canon import canonical
from bot.library.likeness import Block, Kind, Likeness, block, compare

FEWEST = 5
"""Words of a text that says something; fewer could stand anywhere."""
QUOTED = 10
"""Words of the statement in a text that holds others too: fewer are a phrase that anybody may use."""
ALIKE = 0.5
"""The share of a text, within the run that matches, from which on it is an altered statement."""

_WINDOW = 8
"""Neighbouring threes of words, of which one is kept (winnowing: Schleimer, Wilkerson, Aiken 2003)."""
_CANDIDATES, _NEIGHBOURS, _NEAR = 3, 16, 0.8
"""Statements that are compared word by word, of those that have nearly as many traces in common."""
_QUOTE = re.compile(r"^[ \t]*(?:>[> ]*|»[ \t]*)", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*[-*•–·▪◦][ \t]+", re.MULTILINE)  # noqa: RUF001 - other programs' bullets
_MARKS = re.compile(r"[*_~`]{1,3}")
_HIDING = frozenset({"text_link", "text_mention", "custom_emoji"})
"""Entities under which something else lies than what is read (core.telegram.org/bots/api#messageentity)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What messages put around a statement, in every language: under the title, and at the end."""

    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


Framing = Callable[[Statement], Frame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The statement that a text is most like, how it differs, and links that are not the statement's."""

    statement: Statement
    likeness: Likeness
    links: tuple[str, ...] = ()

    @property
    def altered(self) -> bool:
        """Whether words were changed, taken out or put in."""
        return bool(self.likeness.pieces)


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement in the index: its words as one text, and a sparse trace of them."""

    statement: Statement
    text: str
    trace: frozenset[int]


def entry(statement: Statement) -> Entry:
    """What the index keeps of a statement; laying it out takes some milliseconds."""
    text = f" {canonical(markdown.plain(statement))} "
    return Entry(statement, text, frozenset(_traces(text.split())))


class Index:
    """All statements of a shelf; the newest of several that fit a text equally well is taken."""

    def __init__(self, entries: Iterable[Entry], framing: Framing) -> None:
        self.entries = sorted(entries, key=lambda each: -each.statement.number)
        self._framing = framing
        self._by_trace: dict[int, list[int]] = {}
        for number, each in enumerate(self.entries):
            for trace in each.trace:
                self._by_trace.setdefault(trace, []).append(number)

    def find(self, asked: RichText) -> Recognised | None:
        """The statement that this is, or that it was made from; None for any other text."""
        best: Recognised | None = None
        for text in _readings(asked.text):
            words = canonical(text).split(" ")
            if len(words) < FEWEST:
                break
            for candidate in self._candidates(words):
                found = self._compared(words, candidate, asked)
                if found and (best is None or _merit(found.likeness) > _merit(best.likeness)):
                    best = found
            if best and not best.altered and not best.likeness.added:
                break
        return best

    def _candidates(self, words: Sequence[str]) -> list[Entry]:
        hits = Counter(number for trace in set(_traces(words)) for number in self._by_trace.get(trace, ()))
        wanted = f" {' '.join(words)} "
        if not hits:
            return [each for each in self.entries if wanted in each.text][:1]
        most = max(hits.values())
        likely = sorted(
            (number for number in hits if hits[number] >= _NEAR * most), key=lambda n: (-hits[n], n)
        )
        found = [self.entries[number] for number in likely[:_NEIGHBOURS]]
        exact = [each for each in found if wanted in each.text][:1]
        if exact or len(found) <= _CANDIDATES:
            return exact or found
        # Statements that have most of their words in common: the sparse traces cannot tell them apart.
        asked = set(_threes(words))
        common = {each: len(asked & set(_threes(each.text.split()))) for each in found}
        return sorted(found, key=lambda each: -common[each])[:_CANDIDATES]

    def _compared(self, words: Sequence[str], candidate: Entry, asked: RichText) -> Recognised | None:
        statement = candidate.statement
        likenesses = [
            compare(words, reference) for reference in _references(statement, self._framing(statement))
        ]
        likeness = max(likenesses, key=_merit)
        own = len(candidate.text.split())
        fewest = QUOTED if likeness.pieces or likeness.added else FEWEST
        if likeness.matched < min(fewest, own):
            return None
        within = likeness.asked - sum(len(each.split(" ")) for each in likeness.added)
        if likeness.pieces and likeness.matched < ALIKE * within:
            return None
        return Recognised(statement=statement, likeness=likeness, links=tuple(_foreign(asked, statement)))


def _merit(likeness: Likeness) -> int:
    """The words that were found, less those that were changed, left out or added."""
    changed = sum(len(piece.words.split(" ")) for piece in likeness.pieces if piece.kind is not Kind.SAME)
    return likeness.matched - changed - sum(len(each.split(" ")) for each in likeness.added)


def _readings(text: str) -> Iterator[str]:
    """The text, then without what other programs put into it: quote signs, bullets of theirs, Markdown."""
    yield text
    unquoted = _BULLET.sub("— ", _QUOTE.sub("", text))
    if unquoted != text:
        yield unquoted
    bare = _MARKS.sub("", unquoted)
    if bare != unquoted:
        yield bare


def _traces(words: Sequence[str]) -> Iterator[int]:
    """The least number of every window, each once: two texts with ten words in a row in common share one."""
    numbers = [crc32(" ".join(three).encode("utf-8", "surrogatepass")) for three in _threes(words)]
    last = -1
    for at in range(max(1, len(numbers) - _WINDOW + 1)):
        least = min(numbers[at : at + _WINDOW], default=last)
        if least != last:
            yield least
            last = least


def _threes(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], strict=False)


def _references(statement: Statement, frame: Frame) -> Iterator[list[Block]]:
    """In full, and as the summary that groups and deliveries get."""
    title = block(statement.title)
    above = [block(text, frame=True) for text in frame.above]
    below = [block(text, frame=True) for text in frame.below]
    body = block(markdown.body_text(statement))
    yield [title, *above, body, *below]
    lead, slogans = render.lead(statement).text, markdown.slogans(statement)
    shown = [block(lead.removesuffix(render.MORE)), block(render.MORE, frame=True)]
    yield [title, *above, *shown, *(block(f"— {slogan}") for slogan in slogans), *below]


def _foreign(asked: RichText, statement: Statement) -> Iterator[str]:
    """The addresses hidden under words of this text and not under the same words of the statement."""
    genuine = [
        (_visible(part.text.cut(entity.offset, entity.end).text), _address(entity.url or ""))
        for part in markdown.statement_blocks(statement)
        for entity in part.text.entities
        if entity.kind == "text_link"
    ]
    for entity in asked.entities:
        if entity.kind not in _HIDING:
            continue
        words, url = _visible(asked.cut(entity.offset, entity.end).text), _address(entity.url or "")
        if not any(words in anchor and url == address for anchor, address in genuine) or not url:
            yield entity.url or words


def _visible(text: str) -> str:
    return canonical(text)


def _address(url: str) -> str:
    """An address as Telegram hands it on: it may add a slash behind the host, and lower its letters."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.lower()
    except ValueError:
        return url
    return parts._replace(scheme=parts.scheme.lower(), netloc=host, path=parts.path or "/").geturl()
