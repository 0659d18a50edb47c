"""Cutting a long text into messages that read well: blocks in, one `RichText` a message out.

Pure rules about length and neighbours; what a block was written as (Markdown) is not known here.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.rich_text import RichText, units

MESSAGE_UNITS = 4096
MESSAGE_ENTITIES = 100
"""What one message holds, counted after parsing (core.telegram.org/bots/api, sendMessage; TELEGRAM.md)."""

# A full stop after a digit may be the number of a list item, which must not be torn from its text.
_SENTENCE_END = re.compile("(?<!\\d)[.!?\u2026][\"'\u00bb\u201d\u2019)]*\\s|[\u3002\uff01\uff1f]|\n")
_WORD_END = re.compile(r"\s")

BlockKind = Literal["heading", "paragraph", "item", "quote", "code", "rule", "footer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a longer text with lines of its own; a tight one follows without a blank line."""

    kind: BlockKind
    text: RichText
    tight: bool = False


def flow(blocks: Sequence[Block]) -> RichText:
    """All blocks as one text."""
    text = RichText("")
    for block in blocks:
        text = _after(text, block, block.text)
    return text


def split(
    blocks: Sequence[Block], *, limit: int = MESSAGE_UNITS, entities: int = MESSAGE_ENTITIES
) -> list[RichText]:
    """The blocks in as few messages as read well, each within both limits and none of them empty.

    A heading stays with what follows it, a line ending in a colon with its list, a list in one piece if one
    message can hold it, a footer with what it stands under; a section that fits one message is not begun in
    the second half of another. A block too long for one message is cut after
    a sentence, else after a word, else anywhere but inside a surrogate pair. Only white space is lost, and
    formatting only where a single spot has more of it than one message may carry.
    """
    if limit < 2 or entities < 1:  # noqa: PLR2004 - one character beyond the basic plane needs two units
        raise ValueError("a message needs room for two units and one entity")
    parts = _Parts(limit, entities)
    written = [block for block in blocks if block.text.text.strip()]
    for section in _runs(written, _one_section):
        if not parts.take(section):
            _add_piecemeal(parts, section)
    parts.close()
    return parts.full


def _add_piecemeal(parts: "_Parts", section: Sequence[Block]) -> None:
    """Add a section that must be torn: passage by passage, and lists item by item where they are too long."""
    for passage in _runs(section, _one_passage_with_its_list):
        if parts.holds(flow(passage)):
            parts.add(passage)
        else:
            for smaller in _runs(passage, _one_passage):
                parts.add(smaller)


class _Parts:
    """The messages that are full, and the one being filled."""

    def __init__(self, limit: int, entities: int) -> None:
        self.limit, self.entities = limit, entities
        self.full: list[RichText] = []
        self.open = RichText("")

    def holds(self, text: RichText) -> bool:
        """Whether one message can carry it."""
        return len(text) <= self.limit and len(text.entities) <= self.entities

    def close(self) -> None:
        """Finish the open message."""
        text = self.open.strip()
        if text:
            self.full.append(RichText(text.text, text.entities[: self.entities]))
        self.open = RichText("")

    def half_full(self) -> bool:
        """Whether the open message is worth sending as it is."""
        return 2 * len(self.open) > self.limit or 2 * len(self.open.entities) > self.entities

    def take(self, section: Sequence[Block]) -> bool:
        """Add a section if it stays whole and no message is left nearly empty for it."""
        text = flow(section)
        if self.holds(longer := _after(self.open, section[0], text)):
            self.open = longer
            return True
        if self.holds(text) and self.half_full():
            self.close()
            self.open = text
            return True
        return False

    def add(self, passage: Sequence[Block]) -> None:
        """Put a passage into the open message, else into a new one, else cut it over several."""
        text = flow(passage)
        if self.holds(longer := _after(self.open, passage[0], text)):
            self.open = longer
        elif self.holds(text):
            self.close()
            self.open = text
        else:
            self._pour(passage)

    def _pour(self, passage: Sequence[Block]) -> None:
        """Cut what is too long; it begins in the open message while that is less than half full."""
        if self.half_full():
            self.close()
        text = _after(self.open, passage[0], flow(passage))
        floor = len(text) - len(flow(_without_headings(passage)))
        foot = len(passage[-1].text) + self.limit // 8 if passage[-1].kind == "footer" else 0
        while not self.holds(text):
            end = self._cutting_point(text, floor=floor, room=min(self.limit, len(text) - foot))
            self.open = text.cut(0, end)
            self.close()
            text, floor = text.cut(end, len(text)).strip(), 0
        self.open = text

    def _cutting_point(self, text: RichText, *, floor: int, room: int) -> int:
        """Where to cut, in units: as late as the room allows, after a sentence or a word beyond the floor.

        An early sentence end would leave a message nearly empty: then a word will do.
        """
        starts = sorted(entity.offset for entity in text.entities)
        if len(starts) > self.entities and starts[self.entities]:
            room = min(room, starts[self.entities])
        room = max(room, 2)
        within = text.cut(0, room + 1).text  # a space that is one too many will be stripped
        for end_of, least in ((_SENTENCE_END, max(floor, room // 4)), (_WORD_END, floor)):
            ends = [match.end() for match in end_of.finditer(within)]
            if ends and (at := units(within[: ends[-1]])) > least:
                return at
        return room


def _after(text: RichText, block: Block, more: RichText) -> RichText:
    """The text with more behind it, and the blank line or newline that the block asks for between."""
    if not text:
        return more
    return text + ("\n" if block.tight else "\n\n") + more


def _without_headings(passage: Sequence[Block]) -> Sequence[Block]:
    first = next((at for at, block in enumerate(passage) if block.kind != "heading"), len(passage) - 1)
    return passage[first:]


def _runs(blocks: Sequence[Block], together: Callable[[Block, Block], bool]) -> list[list[Block]]:
    """The blocks in runs of neighbours that belong together."""
    runs: list[list[Block]] = []
    for block in blocks:
        if runs and together(runs[-1][-1], block):
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _one_section(before: Block, block: Block) -> bool:
    return block.kind != "heading" or before.kind == "heading"


def _one_passage(before: Block, block: Block) -> bool:
    introduced = block.kind == "item" and before.kind != "item" and before.text.text.endswith(":")
    return before.kind == "heading" or block.kind == "footer" or introduced


def _one_passage_with_its_list(before: Block, block: Block) -> bool:
    return _one_passage(before, block) or before.kind == block.kind == "item"
