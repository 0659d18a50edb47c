"""Which statement a text is, of all on the shelf, and how it differs: what `/verify` answers with.

The index knows the words of every statement; it is made once for a shelf and asked many times. What is signed
and what may be shown is not its business.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit
from zlib import crc32

from bot.domain.rich_text import RichText
from bot.domain.splitting import flow
from bot.domain.statement import Statement
from bot.library import markdown, render
from bot.library.canon import code, evened
from bot.library.likeness import Block, Kind, Likeness, block, compare, exact
from bot.library.markdown import Body

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
_MOST = 20_000
"""Places that are looked at for the traces of one text, the rare traces first."""
_QUOTE = re.compile(r"^[ \t]*(?:>[> ]*|»[ \t]*)", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*[-*•–·▪◦][ \t]+", re.MULTILINE)  # noqa: RUF001 - other programs' bullets
_MARKS = re.compile(r"[*_~`]{1,3}")
_HIDING = frozenset({"text_link", "text_mention", "custom_emoji"})
"""Entities under which something else lies than what is read (core.telegram.org/bots/api#messageentity)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What messages put around a statement, in every language: under the title, and below the footer."""

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """One statement in the index, evened: everything that a text is compared with, and a sparse trace."""

    statement: Statement
    title: str
    text: str
    """Title and body in one line, between two spaces."""
    code: str
    summary: tuple[str, ...]
    """The lead and the closing slogans, as groups and deliveries get them."""
    links: tuple[tuple[str, str], ...]
    """Words, and the address that lies under them."""
    trace: frozenset[int]


def entry(statement: Statement) -> Entry:
    """What the index keeps of a statement; reading it takes some milliseconds."""
    body = markdown.read(statement)
    title, words = evened(statement.title), flow(body.blocks).text
    text = f" {title} {evened(words)} "
    lead = render.lead_of(body.blocks).text.removesuffix(render.MORE)
    return Entry(
        statement=statement,
        title=title,
        text=text,
        code=code(f"{statement.title} {words}"),
        summary=tuple(map(evened, (lead, *(f"— {slogan}" for slogan in body.slogans)))),
        links=tuple(_links(body)),
        trace=frozenset(_traces(text.split())),
    )


class Index:
    """All statements of a shelf; the newest of several that fit a text equally well is taken.

    It never changes: `changed` makes another one, which shares with this one what stayed the same.
    """

    def __init__(self, entries: Iterable[Entry], framing: Framing) -> None:
        self.entries: list[Entry] = []
        self._framing = framing
        self._by_trace: dict[int, list[Entry]] = {}
        self._put(entries)

    def changed(self, gone: Collection[Entry], new: Iterable[Entry]) -> "Index":
        """The same without some entries and with others; costs what these cost."""
        other = Index((), self._framing)
        other._by_trace = dict(self._by_trace)
        without = set(gone)
        for trace in {trace for each in gone for trace in each.trace}:
            other._by_trace[trace] = [each for each in self._by_trace[trace] if each not in without]
        other.entries = [each for each in self.entries if each not in without]
        other._put(new)
        return other

    def _put(self, new: Iterable[Entry]) -> None:
        mine = set[int]()  # rows that no other index has
        for each in new:
            self.entries.append(each)
            for trace in each.trace:
                if trace in mine:
                    self._by_trace[trace].append(each)
                else:
                    self._by_trace[trace] = [*self._by_trace.get(trace, ()), each]
                    mine.add(trace)
        self.entries.sort(key=_order)

    def find(self, asked: RichText) -> Recognised | None:
        """The statement that this is, or that it was made from; None for any other text."""
        best: Recognised | None = None
        for text in _readings(asked.text):
            words = evened(text).split(" ")
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
        hits = self._hits(words)
        wanted = f" {' '.join(words)} "
        if not hits:  # a longer text that stands in a statement has a trace of it
            few = self.entries if len(words) < _WINDOW + 2 else ()
            return list(islice((each for each in few if wanted in each.text), 1))
        most = max(hits.values())
        likely = [each for each in hits if hits[each] >= _NEAR * most]
        found = sorted(likely, key=lambda each: (-hits[each], *_order(each)))[:_NEIGHBOURS]
        quoted = [each for each in found if wanted in each.text][:1]
        if quoted or len(found) <= _CANDIDATES:
            return quoted or found
        # Statements that have most of their words in common: the sparse traces cannot tell them apart.
        asked = set(_threes(words))
        common = {each: len(asked.intersection(_threes(each.text.split()))) for each in found}
        return sorted(found, key=lambda each: -common[each])[:_CANDIDATES]

    def _hits(self, words: Sequence[str]) -> Counter[Entry]:
        """How many traces of a text each statement has. What very many have says little, and is left out."""
        rows = sorted(
            (self._by_trace[trace] for trace in set(_traces(words)) if trace in self._by_trace), key=len
        )
        hits, looked = Counter[Entry](), 0
        for row in rows:
            looked += len(row)
            if hits and looked > _MOST:
                break
            hits.update(row)
        return hits

    def _compared(self, words: Sequence[str], candidate: Entry, asked: RichText) -> Recognised | None:
        likeness = self._likeness(words, candidate)
        own = len(candidate.text.split())
        fewest = QUOTED if likeness.pieces or likeness.added else FEWEST
        if likeness.matched < min(fewest, own):
            return None
        within = likeness.asked - sum(len(each.split(" ")) for each in likeness.added)
        if likeness.pieces and likeness.matched < ALIKE * within:
            return None
        return Recognised(
            statement=candidate.statement, likeness=likeness, links=tuple(_foreign(asked, candidate))
        )

    def _likeness(self, words: Sequence[str], candidate: Entry) -> Likeness:
        """How the text differs from what it is most like: the statement in full, or its summary."""
        wanted = f" {' '.join(words)} "
        if wanted in candidate.text:
            return exact(len(words), whole=wanted == candidate.text)
        full, short = _references(candidate, self._framing(candidate.statement))
        likeness = compare(words, full)
        return (
            likeness if likeness.matched == len(words) else max(likeness, compare(words, short), key=_merit)
        )


def _order(each: Entry) -> tuple[int, str]:
    return -each.statement.number, each.statement.language


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


def _references(candidate: Entry, frame: Frame) -> tuple[list[Block], list[Block]]:
    """In full, and as the summary that groups and deliveries get."""
    title = Block(tuple(candidate.title.split()))
    above = [block(text, frame=True) for text in frame.above]
    footer = render.footer_of(candidate.statement, candidate.code).text
    below = [block(text, frame=True) for text in (footer, *frame.below)]
    body = Block(tuple(candidate.text.split())[len(title.words) :])
    lead, *slogans = (Block(tuple(text.split())) for text in candidate.summary)
    more = block(render.MORE, frame=True)
    return [title, *above, body, *below], [title, *above, lead, more, *slogans, *below]


def _links(body: Body) -> Iterator[tuple[str, str]]:
    for part in body.blocks:
        for entity in part.text.entities:
            if entity.kind == "text_link":
                yield evened(part.text.cut(entity.offset, entity.end).text), _address(entity.url or "")


def _foreign(asked: RichText, candidate: Entry) -> Iterator[str]:
    """The addresses hidden under words of this text and not under the same words of the statement."""
    for entity in asked.entities:
        if entity.kind not in _HIDING:
            continue
        words, url = evened(asked.cut(entity.offset, entity.end).text), _address(entity.url or "")
        if not any(words in anchor and url == address for anchor, address in candidate.links) or not url:
            yield entity.url or words


def _address(url: str) -> str:
    """An address as Telegram hands it on: it may add a slash behind the host, and lower its letters."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.lower()
    except ValueError:
        return url
    return parts._replace(scheme=parts.scheme.lower(), netloc=host, path=parts.path or "/").geturl()
