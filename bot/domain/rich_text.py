"""Text with formatting, as Telegram counts it: every offset, length and limit is in UTF-16 code units.

Pure values: nothing here knows how a text is stored or sent. Cutting a long text into messages that read
well is `splitting`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

_JOINING = "\u0600-\u07ff\u0900-\u0dff\u2190-\u2bff\ufe0f\U0001f1e6-\U0001faff"
"""Arabic and Indic letters and emoji: only between two of these does a joiner show, elsewhere it hides."""

_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
    f"|(?<![{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINING}])"
)
"""Controls but tab and newline, bidi marks, what has no width, tags, half surrogate pairs, stray joiners."""


def units(text: str) -> int:
    """How many UTF-16 code units a text has: what Telegram counts (core.telegram.org/api/entities)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One piece of formatting, by Telegram's name for it; `url` goes with text_link, `language` with pre."""

    kind: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    @property
    def end(self) -> int:
        """The unit after the last one covered."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class RichText:
    """A text and its entities; `len` is in units, so an empty one is false."""

    text: str
    entities: tuple[Entity, ...] = ()

    def __len__(self) -> int:
        return units(self.text)

    def __add__(self, other: "RichText | str") -> "RichText":
        if isinstance(other, str):
            return RichText(self.text + other, self.entities)
        by = len(self)
        moved = tuple(replace(entity, offset=entity.offset + by) for entity in other.entities)
        return RichText(self.text + other.text, self.entities + moved)

    def styled(self, kind: str, *, url: str | None = None, language: str | None = None) -> "RichText":
        """The same with one more entity around all of it; an empty text stays as it is."""
        if not self.text:
            return self
        around = Entity(kind=kind, offset=0, length=len(self), url=url, language=language)
        return RichText(self.text, (around, *self.entities))

    def cut(self, start: int, end: int) -> "RichText":
        """The units from `start` up to `end`, entities clipped.

        A bound inside a surrogate pair moves before the pair, so neighbouring cuts still meet; bounds
        outside the text move to its ends.
        """
        raw = self.text.encode("utf-16-le", "surrogatepass")
        start, end = _bound(raw, start), _bound(raw, end)
        text = raw[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
        return RichText(text, tuple(_clipped(self.entities, start, end)))

    def strip(self) -> "RichText":
        """The same without white space at both ends."""
        start = units(self.text[: len(self.text) - len(self.text.lstrip())])
        return self.cut(start, units(self.text.rstrip()))

    def cleaned(self) -> "RichText":
        """What a person wrote, safe to show to others.

        Bidi marks, controls, NUL, zero-width characters and halves of pairs are gone, a tab is a space,
        newlines stay, entities have moved along and reach over no end. Cleaning twice changes nothing.
        """
        size = len(self)
        gone = list(_unwanted_units(self.text))
        entities = []
        for entity in _clipped(self.entities, 0, size):
            start, end = (at - bisect_left(gone, at) for at in (entity.offset, entity.end))
            if end > start:
                entities.append(replace(entity, offset=start, length=end - start))
        return RichText(_UNWANTED.sub("", self.text).replace("\t", " "), tuple(entities))

    def lines(self) -> "list[RichText]":
        """Its lines without the newlines, each with its own share of the entities."""
        found, start = [], 0
        for line in self.text.split("\n"):
            found.append(self.cut(start, start + units(line)))
            start += units(line) + 1
        return found

    def startswith(self, prefix: str) -> bool:
        """Whether the plain text begins so."""
        return self.text.startswith(prefix)


def joined(texts: "Iterable[RichText | str]", separator: str = "") -> RichText:
    """All of them in one, with the separator between."""
    words: list[str] = []
    entities: list[Entity] = []
    size, gap = 0, units(separator)
    for each in texts:
        text = RichText(each) if isinstance(each, str) else each
        size += gap if words else 0
        entities += (replace(entity, offset=entity.offset + size) for entity in text.entities)
        words.append(text.text)
        size += len(text)
    return RichText(separator.join(words), tuple(entities))


def _bound(raw: bytes, at: int) -> int:
    """A position in UTF-16-LE bytes, in units, that is inside the text and inside no surrogate pair."""
    at = min(max(at, 0), len(raw) // 2)
    if 0 < at < len(raw) // 2 and raw[2 * at + 1] & 0xFC == 0xDC and raw[2 * at - 1] & 0xFC == 0xD8:  # noqa: PLR2004 - the high bytes of low and high surrogates
        return at - 1
    return at


def _clipped(entities: Iterable[Entity], start: int, end: int) -> Iterator[Entity]:
    """The share of each entity between two units, counted from the first; without those that have none."""
    for entity in entities:
        first, last = max(entity.offset, start), min(entity.end, end)
        if last > first:
            yield replace(entity, offset=first - start, length=last - first)


def _unwanted_units(text: str) -> Iterator[int]:
    """The position of every unit that cleaning removes, ascending."""
    read, at = 0, 0
    for match in _UNWANTED.finditer(text):
        at += units(text[read : match.start()])
        read = match.end()
        width = units(match.group())
        yield from range(at, at + width)
        at += width
