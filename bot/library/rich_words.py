"""The words of a rich message that somebody forwards, as the statement it may be reads: for /verify.

Whatever comes in is foreign: of what is not known the words are taken and the form is dropped, and nothing is
read deeper than a statement can be nested.
"""

from collections.abc import Iterator

from bot.domain.rich_text import RichText, joined
from bot.domain.splitting import Block, flow

DEEPEST = 24
"""Levels of blocks and of pieces; a statement has at most 12 of Markdown."""
LARGEST = 40_000
"""Units that are read; a rich message has at most 32,768."""

_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler", "code"}


def rich_words(message: object) -> RichText:
    """What a RichMessage of the Bot API says; nothing where it is none."""
    blocks = message.get("blocks") if isinstance(message, dict) else None
    text = flow(list(_blocks(blocks, DEEPEST)))
    return text.cut(0, LARGEST) if len(text) > LARGEST else text


def _blocks(blocks: object, deep: int) -> Iterator[Block]:
    if not isinstance(blocks, list) or deep <= 0:
        return
    for block in blocks:
        if isinstance(block, dict):
            yield from _block(block, deep - 1)


def _block(block: dict[str, object], deep: int) -> Iterator[Block]:
    if "items" in block:
        yield from _list(block["items"], deep)
    elif "blocks" in block:
        inside = flow(list(_blocks(block["blocks"], deep)))
        yield Block(kind="quote", text=inside)
    elif block.get("type") == "divider":
        yield Block(kind="rule", text=RichText("* * *"))
    else:
        words = _piece(block.get("text"), deep)
        # The lines of a footer and those under a title stand one under the other.
        yield Block(kind="paragraph", text=words, tight=block.get("type") == "footer")


def _list(items: object, deep: int) -> Iterator[Block]:
    for number, item in enumerate(items if isinstance(items, list) else []):
        if not isinstance(item, dict):
            continue
        value = item.get("value")
        marker = f"{value}. " if isinstance(value, int) else "— "
        for place, block in enumerate(_blocks(item.get("blocks"), deep)):
            text = block.text if place else RichText(marker) + block.text
            yield Block(kind="item", text=text, tight=bool(number or place))


def _piece(piece: object, deep: int) -> RichText:
    if isinstance(piece, str):
        return RichText(piece)
    if isinstance(piece, list) and deep > 0:
        return joined(_piece(each, deep - 1) for each in piece)
    if isinstance(piece, dict) and deep > 0:
        return _styled(_piece(piece.get("text"), deep - 1), piece.get("type"), piece.get("url"))
    return RichText("")


def _styled(inside: RichText, kind: object, url: object) -> RichText:
    if not inside.text:
        return inside
    if kind == "url" and isinstance(url, str):
        return inside.styled("text_link", url=url)
    return inside.styled(kind) if isinstance(kind, str) and kind in _STYLES else inside
