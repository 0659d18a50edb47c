"""A statement as one rich message, made of blocks: no markup language, so nothing of a text can become code.

The types and fields are those of core.telegram.org/bots/api#inputrichmessage (Bot API 10.2 and 10.3), read in
aiogram 3.31, which is generated from that page, and compared with the crate telegram-rich 0.0.1, from which
the limits are. What is too large, too deep or has an empty item goes out in parts. `rich_words` reads one.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.tree import SyntaxTreeNode

from bot.domain.rich_message import Piece, RichBlock, RichMessage
from bot.domain.rich_text import units
from bot.domain.statement import Statement
from bot.library import markdown
from bot.library.languages import is_right_to_left
from bot.library.render import true_code

MOST_UNITS: Final = 32_768
MOST_BLOCKS: Final = 500
DEEPEST: Final = 16
"""Levels of blocks, items and marks, one inside the other."""
SMALLEST_HEADING: Final = 6
_STYLES = {"strong": "bold", "em": "italic", "s": "strikethrough"}


def rich_message(
    statement: Statement, *, date: str | None = None, about: Sequence[str] = (), notes: Sequence[str] = ()
) -> RichMessage | None:
    """The whole statement, or None where Telegram would not take it; the words are of `render.parts`."""
    words = " · ".join(filter(None, (statement.author, statement.place, date or statement.date.isoformat())))
    blocks: list[RichBlock] = [
        {"type": "heading", "text": statement.title, "size": 1},
        *(_paragraph({"type": "italic", "text": line}) for line in (words, *about)),
    ]
    if statement.preface:
        blocks.append({"type": "blockquote", "blocks": [_paragraph(statement.preface)]})
    blocks += _blocks(markdown.tree(statement.body).children)
    code: Piece = {"type": "code", "text": true_code(statement)}
    blocks.append({"type": "footer", "text": [f"№ {statement.number} · ", code]})
    blocks += ({"type": "footer", "text": note} for note in notes)
    made = RichMessage(blocks=tuple(blocks), right_to_left=is_right_to_left(statement.language))
    return made if _fits(blocks) else None


def _paragraph(text: Piece) -> RichBlock:
    return {"type": "paragraph", "text": text}


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> list[RichBlock]:
    return [block for node in nodes for block in _block(node)]


def _block(node: SyntaxTreeNode) -> Iterator[RichBlock]:
    """The block of one node. What statements may not hold was refused when the statement was accepted."""
    match node.type:
        case "heading":
            size = min(SMALLEST_HEADING, int(node.tag[1:]) + 1)
            yield {"type": "heading", "text": _words(node), "size": size}
        case "paragraph":
            yield _paragraph(_words(node))
        case "bullet_list":
            yield {"type": "list", "items": [{"blocks": _blocks(item.children)} for item in node.children]}
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            items = [
                {"blocks": _blocks(item.children), "value": number, "type": "1"}
                for number, item in enumerate(node.children, first)
            ]
            yield {"type": "list", "items": items}
        case "blockquote":
            yield {"type": "blockquote", "blocks": _blocks(node.children)}
        case "fence" | "code_block":
            yield {"type": "pre", "text": node.content.rstrip("\n")}
        case "hr":
            yield {"type": "divider"}


def _words(node: SyntaxTreeNode) -> list[Piece]:
    found: list[Piece] = []
    for child in node.children:
        found += _words(child) if child.type == "inline" else [_piece(child)]
    return found


def _piece(node: SyntaxTreeNode) -> Piece:
    match node.type:
        case "text":
            return str(node.content)
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "code_inline":
            return {"type": "code", "text": node.content}
        case "link":
            return {"type": "url", "text": _words(node), "url": str(node.attrs.get("href", ""))}
    return {"type": _STYLES[node.type], "text": _words(node)}


def _fits(blocks: Sequence[RichBlock]) -> bool:
    found = list(_all(blocks))
    whole = all(block.get("blocks", True) and block.get("text", True) for block in found)
    short = len(found) <= MOST_BLOCKS and sum(map(_length, found)) <= MOST_UNITS
    return whole and short and _depth(blocks) <= DEEPEST


def _depth(inside: object) -> int:
    """How many objects are one inside the other at most."""
    match inside:
        case dict():
            return 1 + max(_depth(inside.get(name)) for name in ("blocks", "items", "text"))
        case list():
            return max(map(_depth, inside), default=0)
    return 0


def _all(blocks: Sequence[RichBlock]) -> Iterator[RichBlock]:
    """Every block, those inside others too; an item of a list counts as one."""
    for block in blocks:
        yield block
        for name in ("blocks", "items"):
            inside = block.get(name, ())
            if isinstance(inside, list):
                yield from _all(inside)


def _length(block: RichBlock) -> int:
    return _units(block.get("text", ""))


def _units(piece: object) -> int:
    match piece:
        case str():
            return units(piece)
        case list():
            return sum(map(_units, piece))
        case {"text": inside}:
            return _units(inside)
    return 0
