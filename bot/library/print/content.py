"""A statement's Markdown as a tree of JSON values, which the Typst templates show node by node.

No text ever becomes Typst source: a template only ever handles it as a string, so nothing needs escaping.
A block or a piece of a line is a dictionary whose `k` says what it is; plain words are strings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from bot.domain.statement import Statement
from bot.library import markdown

Node = dict[str, Any]
"""One node, ready for JSON."""

SHOUTED = 600
"""Characters of a closing list that is still set as slogans."""

_STYLES = {"strong": "strong", "em": "emph", "s": "strike"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The text of a statement, its closing slogans apart, and where its links lead."""

    blocks: list[Node]
    heading: list[Node | str]
    """What stands over the slogans, as a line; empty where nothing does."""
    slogans: list[list[Node | str]]
    """One line each; none where the last list is too long to be shouted."""
    links: list[str]
    """In the order of the numbers that stand behind them in the text; bare addresses have none."""


def content(statement: Statement) -> Content:
    """The tree of a statement that `proof` has accepted."""
    nodes = markdown.tree(statement.body).children
    writer = _Writer()
    if len(nodes) < 2 or not _shouts(nodes[-1]):  # noqa: PLR2004 - a text, and its slogans
        return Content(blocks=list(writer.blocks(nodes)), heading=[], slogans=[], links=writer.links)
    *kept, last = nodes
    above = kept.pop() if len(kept) > 1 and kept[-1].type == "heading" else None
    blocks = list(writer.blocks(kept))
    heading = writer.line(above) if above else []
    slogans = [writer.line(item.children[0]) for item in last.children]
    return Content(blocks=blocks, heading=heading, slogans=slogans, links=writer.links)


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The numbered points of a statement: the first number, the blocks of each, where their links lead."""

    start: int
    items: list[list[Node]]
    links: list[str]


def numbered(statement: Statement) -> Points:
    """The numbered points alone, as long as the numbers go on."""
    writer, start, points = _Writer(), 1, list[list[Node]]()
    for node in markdown.tree(statement.body).children:
        first = int(node.attrs.get("start", 1))
        if node.type != "ordered_list" or (points and first != start + len(points)):
            continue
        start = start if points else first
        points += [list(writer.blocks(item.children)) for item in node.children]
    return Points(start=start, items=points, links=writer.links)


def _shouts(node: SyntaxTreeNode) -> bool:
    """Whether a list is short enough to close a leaflet in large letters."""
    if node.type != "bullet_list":
        return False
    lines = [item.children for item in node.children]
    if any(len(line) != 1 or line[0].type != "paragraph" for line in lines):
        return False
    return sum(len(line[0].children[0].content) for line in lines) <= SHOUTED


@dataclass(slots=True)
class _Writer:
    links: list[str] = field(default_factory=list)

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Node]:
        for node in nodes:
            match node.type:
                case "heading":
                    yield {"k": "heading", "level": int(node.tag[1:]), "c": self.line(node)}
                case "paragraph":
                    yield {"k": "paragraph", "c": self.line(node)}
                case "bullet_list":
                    yield {"k": "bullets", **self.items(node)}
                case "ordered_list":
                    yield {"k": "numbers", "start": int(node.attrs.get("start", 1)), **self.items(node)}
                case "blockquote":
                    yield {"k": "quote", "c": list(self.blocks(node.children))}
                case "fence" | "code_block":
                    yield {"k": "code", "c": node.content.rstrip("\n")}
                case "hr":
                    yield {"k": "rule"}

    def items(self, node: SyntaxTreeNode) -> Node:
        items = [list(self.blocks(item.children)) for item in node.children]
        tight = any(child.hidden for item in node.children for child in item.children)
        return {"items": items, "tight": tight}

    def line(self, node: SyntaxTreeNode) -> list[Node | str]:
        """The pieces of a line; neighbouring words are one string, so that Typst can hyphenate them."""
        found: list[Node | str] = []
        for piece in (piece for child in node.children for piece in self.inline(child)):
            if isinstance(piece, str) and found and isinstance(found[-1], str):
                found[-1] += piece
            else:
                found.append(piece)
        return found

    def inline(self, node: SyntaxTreeNode) -> Iterator[Node | str]:
        match node.type:
            case "text":
                yield node.content
            case "softbreak":
                yield " "
            case "hardbreak":
                yield {"k": "break"}
            case "code_inline":
                yield {"k": "code", "c": node.content}
            case "link":
                yield self.link(node)
            case kind if kind in _STYLES:
                yield {"k": _STYLES[kind], "c": self.line(node)}
            case _:
                for child in node.children:
                    yield from self.inline(child)

    def link(self, node: SyntaxTreeNode) -> Node:
        url, words = str(node.attrs.get("href", "")), self.line(node)
        if words == [url]:
            return {"k": "link", "note": 0, "c": words}
        if url not in self.links:
            self.links.append(url)
        return {"k": "link", "note": self.links.index(url) + 1, "c": words}
