"""The Markdown of a statement to blocks of text and entities, through one markdown-it tree.

Every output (messages, canonical text, leaflet, mirror) is made from this tree. CommonMark and ~~struck~~
text are known; images and raw HTML are refused, and links lead to the web only.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.domain.rich_text import RichText, joined
from bot.domain.splitting import Block, BlockKind, flow
from bot.domain.statement import Statement
from bot.library.fields import is_web_address
from bot.library.header import body_line
from bot.library.source import Spot, refuse_hidden

_STYLES = {"strong": "bold", "em": "italic", "s": "strikethrough"}
_CODE_LANGUAGE = re.compile(r"[a-z0-9+#-]{1,32}")
_INDENT = "   "
_DEEPEST = 12
"""Lists in lists six deep; far below the 20 at which the parser would drop text without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One numbered point, which can be quoted or sent alone; the text is without its number."""

    number: int
    text: RichText


@dataclass(frozen=True, slots=True)
class Body:
    """A body that was parsed and found right, once for everything that is made of it."""

    tree: SyntaxTreeNode
    blocks: tuple[Block, ...]

    @property
    def slogans(self) -> list[str]:
        """The slogans it closes with: its last block, if that is a bullet list."""
        last = self.tree.children[-1]
        if last.type != "bullet_list":
            return []
        reader = _Reader(Spot(None, 1))
        return [flow(list(reader.blocks(item.children))).text for item in last.children]


def read(statement: Statement, path: Path | None = None) -> Body:
    """The body of a statement; raises what `blocks` raises, with the line of the file."""
    spot = Spot(path, body_line(statement.source))
    parsed = tree(statement.body, spot)
    return Body(parsed, tuple(_blocks(parsed, spot)))


def plain(statement: Statement) -> str:
    """Title, blank line, body, without formatting or footer: what the code is taken over."""
    return f"{statement.title}\n\n{body_text(statement)}"


def body_text(statement: Statement) -> str:
    """The body as it reads, without formatting."""
    return flow(statement_blocks(statement)).text


def statement_blocks(statement: Statement, path: Path | None = None) -> list[Block]:
    """The blocks of its body; errors name the line of the file."""
    return list(read(statement, path).blocks)


def blocks(body: str, spot: Spot | None = None) -> list[Block]:
    """The body as blocks; `spot` is where its first line stands.

    Raises `StatementError` for images, raw HTML, hidden characters and links that do not lead to the web.
    """
    spot = spot or Spot(None, 1)
    return _blocks(tree(body, spot), spot)


def _blocks(parsed: SyntaxTreeNode, spot: Spot) -> list[Block]:
    found = [block for block in _Reader(spot).blocks(parsed.children) if block.text.text.strip()]
    if not found:
        raise spot.error("nothing of this text can be seen", hint="write the statement under the header")
    return found


def points(statement: Statement) -> list[Point]:
    """The numbered points: the items of numbered lists, as long as the numbers go on from list to list."""
    spot, found = Spot(None, 1), list[Point]()
    reader = _Reader(spot)
    for node in tree(statement.body, spot).children:
        if node.type != "ordered_list":
            continue
        for number, item in enumerate(node.children, _start(node)):
            if not found or number == found[-1].number + 1:
                found.append(Point(number=number, text=flow(list(reader.blocks(item.children)))))
    return found


def reads_as(title: str, body: Sequence[Block]) -> str:
    """What `plain` gives, from blocks that are there already."""
    return f"{title}\n\n{flow(body).text}"


def slogans(statement: Statement) -> list[str]:
    """The slogans a statement closes with."""
    return read(statement).slogans


class _Parser(MarkdownIt):
    """CommonMark that leaves addresses as they were written and signed; `_address` refuses with a message."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's own name for it
        return url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - as above
        return True


@cache
def _parser() -> _Parser:
    """Made once: its rules are half the cost of a short text. It keeps nothing of what it parses.

    It compiles its rules at the first text, which another thread must not see half done.
    """
    made = _Parser("commonmark")
    made.enable("strikethrough").parse("*first*")
    return made


def tree(body: str, spot: Spot | None = None) -> SyntaxTreeNode:
    """The parsed body, for outputs that have a form of their own; `blocks` checks what it may hold."""
    spot = spot or Spot(None, 1)
    tokens = _parser().parse(body)
    for token in tokens:  # before the tree is built, since that recurses
        if any(each.level >= _DEEPEST for each in (token, *(token.children or ()))):
            line = spot.line + (token.map[0] if token.map else 0)
            raise Spot(spot.path, line).error("this is nested too deeply", hint="use fewer levels")
    return SyntaxTreeNode(tokens)


def _start(node: SyntaxTreeNode) -> int:
    return int(node.attrs.get("start", 1))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns nodes into blocks; `spot` is the line of the file on which the body begins."""

    spot: Spot

    def at(self, node: SyntaxTreeNode) -> Spot:
        """The line of the file on which a block begins."""
        return Spot(self.spot.path, self.spot.line + (node.map[0] if node.map else 0))

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
        """The blocks of some neighbouring nodes."""
        for node in nodes:
            yield from self.block(node)

    def block(self, node: SyntaxTreeNode) -> Iterator[Block]:
        """The blocks of one node; lists and quotes hold others."""
        match node.type:
            case "heading":
                words = self.words(node).styled("bold")
                yield Block(kind="heading", text=words if node.tag < "h3" else words.styled("italic"))
            case "paragraph":
                yield Block(kind="paragraph", text=self.words(node))
            case "bullet_list" | "ordered_list":
                yield from self.list(node)
            case "blockquote":
                yield self.quote(node)
            case "fence" | "code_block":
                yield Block(kind="code", text=self.code(node))
            case "hr":
                yield Block(kind="rule", text=RichText("* * *"))
            case _:
                raise self.at(node).error("raw HTML is not allowed", hint="use Markdown, or write &lt; for <")

    def list(self, node: SyntaxTreeNode) -> Iterator[Block]:
        """Its items, each marked; what else stands in an item follows unmarked."""
        start = _start(node)
        for number, item in enumerate(node.children):
            marker = f"{start + number}. " if node.type == "ordered_list" else "— "
            inside = list(self.blocks(item.children)) or [Block(kind="item", text=RichText(""))]
            first, *others = inside
            yield replace(
                first, kind="item", text=RichText(marker) + first.text, tight=number > 0 and _tight(item)
            )
            for block in others:
                tight = block.tight or (block.kind == "item" and _tight(item))
                indent = _INDENT if block.kind == "item" else ""
                yield replace(
                    block, kind=_inside(block.kind), text=RichText(indent) + block.text, tight=tight
                )

    def quote(self, node: SyntaxTreeNode) -> Block:
        """All it holds as one block; Telegram knows no quote within a quote, so the outer one counts."""
        text = flow(list(self.blocks(node.children)))
        inner = tuple(entity for entity in text.entities if entity.kind != "blockquote")
        return Block(kind="quote", text=RichText(text.text, inner).styled("blockquote"))

    def code(self, node: SyntaxTreeNode) -> RichText:
        """Code exactly as it stands."""
        refuse_hidden(node.content.replace("\n", ""), self.at(node))
        language = node.info if _CODE_LANGUAGE.fullmatch(node.info) else None
        return RichText(node.content.rstrip("\n")).styled("pre", language=language)

    def words(self, node: SyntaxTreeNode) -> RichText:
        """The text of a heading or paragraph."""
        inline = joined(self.inline(child, self.at(node)) for child in node.children)
        refuse_hidden(
            inline.text.replace("\n", ""), self.at(node)
        )  # &#8238; and the like pass the first look
        return inline

    def inline(self, node: SyntaxTreeNode, spot: Spot) -> RichText:
        """One piece of a line and what it holds."""
        match node.type:
            case "text":
                return RichText(node.content)
            case "softbreak":
                return RichText(" ")
            case "hardbreak":
                return RichText("\n")
            case "code_inline":
                return RichText(node.content).styled("code")
            case "image":
                raise spot.error("a picture is not allowed", hint="describe it in words, or link to it")
            case "html_inline":
                raise spot.error("raw HTML is not allowed", hint="use Markdown, or write &lt; for <")
        inside = joined(self.inline(child, spot) for child in node.children)
        if node.type != "link":
            return inside.styled(_STYLES[node.type]) if node.type in _STYLES else inside
        return inside.styled("text_link", url=_address(str(node.attrs.get("href", "")), spot))


def _address(url: str, spot: Spot) -> str:
    refuse_hidden(url, spot)
    if not is_web_address(url):
        raise spot.error(
            "a link leads to something else than a web address", hint="use a full address with https://"
        )
    return url


def _tight(item: SyntaxTreeNode) -> bool:
    """Whether an item's paragraphs were written without blank lines around them."""
    return any(child.type == "paragraph" and child.hidden for child in item.children)


def _inside(kind: BlockKind) -> BlockKind:
    return "item" if kind == "paragraph" else kind
