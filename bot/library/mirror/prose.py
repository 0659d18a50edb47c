"""The body of a statement as HTML, from the same tree of tokens as every other rendering.

Only elements named here can come out: raw HTML, pictures and addresses that do not lead to the web are
refused before, and every text is escaped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markdown_it.tree import SyntaxTreeNode

from bot.domain.statement import Statement
from bot.library import canon, markdown
from bot.library.markdown import Body
from bot.library.mirror.markup import Html, joined, tag

_SAME = {"strong": "strong", "em": "em", "s": "s"}
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3"}
"""The title of the page is its h1."""


LEAD = 1200
"""Units of a lead."""
LONGEST_LIST = 8_000
"""Bytes of a list that stays in one piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A statement, read once for everything that is shown of it."""

    pieces: tuple[Html, ...]
    """One for each block at the top, in order; long lists are several. Points have the anchors `point-1`,
    `point-2` and so on."""
    code: str
    lead: str
    """Its first paragraph, plain."""


def of(statement: Statement, body: Body | None = None) -> Prose:
    """Raises `StatementError` for what no statement may hold. `body` if it was read already."""
    # Refuses pictures, raw HTML, addresses that are not of the web, and hidden characters.
    parsed, blocks = (body := body or markdown.read(statement)).tree, body.blocks
    lead = next((block for block in blocks if block.kind == "paragraph"), blocks[0]).text
    return Prose(
        pieces=tuple(_pieces(parsed)),
        code=canon.code(markdown.reads_as(statement.title, blocks)),
        lead=lead.text if len(lead) <= LEAD else lead.cut(0, LEAD).text + " […]",
    )


def _pieces(parsed: SyntaxTreeNode) -> list[Html]:
    nodes = parsed.children
    pieces, last = list[Html](), 0
    for node in nodes:
        if node.type == "bullet_list":
            closing = "slogans" if node is nodes[-1] else None
            pieces += [tag("ul", *some, class_=closing) for _, some in _portions(_items(node), 1)]
        elif node.type == "ordered_list":
            first = _first(node)
            goes_on = not last or first == last + 1
            pieces += _numbered(node, anchored=goes_on)
            last = first + len(node.children) - 1 if goes_on else last
        else:
            pieces.append(_block(node))
    return pieces


def _block(node: SyntaxTreeNode) -> Html:  # noqa: PLR0911 - one for each kind of block
    match node.type:
        case "heading":
            return tag(_HEADINGS.get(node.tag, "h4"), _line(node))
        case "paragraph":
            return _line(node) if node.hidden else tag("p", _line(node))
        case "bullet_list":
            return tag("ul", *_items(node))
        case "ordered_list":
            return joined(_numbered(node, anchored=False))
        case "blockquote":
            return tag("blockquote", *(_block(child) for child in node.children))
        case "fence" | "code_block":
            return tag("pre", tag("code", node.content.rstrip("\n")))
        case "hr":
            return tag("hr")
    raise ValueError(node.type)  # markdown.blocks has refused every other kind


def _items(node: SyntaxTreeNode, anchors: int | None = None) -> list[Html]:
    """The items of a list; with anchors from this number on, if they are points."""
    return [
        tag(
            "li",
            *(_block(child) for child in item.children),
            id=None if anchors is None else f"point-{anchors + at}",
        )
        for at, item in enumerate(node.children)
    ]


def _numbered(node: SyntaxTreeNode, *, anchored: bool) -> list[Html]:
    first = _first(node)
    items = _items(node, first if anchored else None)
    return [
        tag("ol", *some, start=None if start == 1 else str(start)) for start, some in _portions(items, first)
    ]


def _portions(items: Iterable[Html], first: int) -> Iterator[tuple[int, list[Html]]]:
    """Items in groups that fit a page, each with the number of its first one."""
    some, filled = list[Html](), 0
    for item in items:
        size = len(item.encode())
        if some and filled + size > LONGEST_LIST:
            yield first, some
            first, some, filled = first + len(some), [], 0
        some.append(item)
        filled += size
    if some:
        yield first, some


def _first(node: SyntaxTreeNode) -> int:
    return int(node.attrs.get("start", 1))


def _line(node: SyntaxTreeNode) -> Html:
    return joined(_inline(piece) for child in node.children for piece in child.children)


def _inline(node: SyntaxTreeNode) -> Html | str:
    match node.type:
        case "text":
            return node.content
        case "softbreak":
            return "\n"
        case "hardbreak":
            return tag("br")
        case "code_inline":
            return tag("code", node.content)
        case "link":
            inside = (_inline(child) for child in node.children)
            return tag("a", *inside, href=str(node.attrs.get("href", "")), rel="noreferrer")
    return tag(_SAME[node.type], *(_inline(child) for child in node.children))
