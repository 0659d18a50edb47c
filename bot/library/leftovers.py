"""Markdown that was begun and never ended: for the parser it is plain text, for readers it is a slip.

CommonMark knows no wrong text, so an unclosed mark would be signed and published as stars.
"""

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.errors import StatementError
from bot.library.source import Spot

_MARK = re.compile(r"\*\*|~~|\]\(")
_ADDRESS = re.compile(r"https?://\S+")


def leftovers(body: str, spot: Spot) -> list[StatementError]:
    """An error for each block that holds one; `spot` is where the first line of the body stands."""
    lines = body.split("\n")
    return [error for token in _parser().parse(body) for error in _in(token, lines, spot)]


@cache
def _parser() -> MarkdownIt:
    """Keeps apart what was written with a backslash, so that readers see the sign."""
    return MarkdownIt("commonmark").enable("strikethrough").disable("text_join")


def _in(token: Token, lines: list[str], spot: Spot) -> Iterator[StatementError]:
    if not token.map:
        return
    first, end = token.map
    here = Spot(spot.path, spot.line + first)
    if token.type == "fence" and not _ended(token, lines[first + 1 : end]):
        yield here.error("the code that begins here has no end", hint=f"end it with a line of {token.markup}")
    words = (child.content for child in token.children or () if child.type == "text")
    found = next(filter(None, (_MARK.search(_ADDRESS.sub("", each)) for each in words)), None)
    if found and found.group() == "](":
        yield here.error("a link is begun here and not finished", hint="write [words](https://address)")
    elif found:
        mark = found.group()
        signs = "".join(f"\\{sign}" for sign in mark)
        yield here.error(
            f"{mark} stands alone here", hint=f"close it, or write {signs} for the signs themselves"
        )


def _ended(token: Token, inside: list[str]) -> bool:
    return bool(inside) and inside[-1].lstrip("> \t").startswith(token.markup)
