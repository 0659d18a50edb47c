"""One numbered point of a statement: found, shown with its source, to be quoted and shared.

`/statement 12 3`, a button under the statement and the link `s12-3` lead here.
"""

import re
from dataclasses import dataclass

from bot.actions.reading import Found
from bot.chat import keyboards
from bot.chat.page import Page, page
from bot.domain.rich_text import RichText
from bot.domain.splitting import Block, split
from bot.domain.statement import StatementNumber
from bot.i18n.translator import Words
from bot.library import render as library
from bot.library.markdown import points

_WANTED = re.compile(r"\s*([0-9]{1,6})(?:\s*[\s:.-]\s*([0-9]{1,6}))?\s*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A statement, or one of its points."""

    statement: StatementNumber
    point: int | None = None


def wanted(argument: str) -> Wanted | None:
    """What follows /statement: `12`, or `12 3` for a point; also `12.3`, `12:3` and `12-3`."""
    found = _WANTED.fullmatch(argument)
    if found is None:
        return None
    number, point = found.groups()
    return Wanted(statement=StatementNumber(int(number)), point=int(point) if point else None)


def point(words: Words, bot_name: str, found: Found, number: int) -> list[Page]:
    """A point under the statement's title and over its code, or the words that there is none.

    A long one takes several messages, and the last has the buttons.
    """
    known = _points(found)
    if number not in known:
        return [page(words("point-unknown"))]
    texts = _texts(words, found, number, known[number])
    rows = keyboards.point(words, bot_name, found.statement, number, sorted(known))
    return [*(page(text) for text in texts[:-1]), page(texts[-1], *rows)]


def point_in_group(words: Words, bot_name: str, found: Found, number: int) -> Page:
    """One message: the point, or the beginning of a long one; the statement is a button away."""
    known = _points(found)
    if number not in known:
        return page(words("point-unknown"))
    first = _texts(words, found, number, known[number])[0]
    return page(first, *keyboards.read_all(words, bot_name, found.statement))


def _points(found: Found) -> dict[int, RichText]:
    return {each.number: each.text for each in points(found.statement)}


def _texts(words: Words, found: Found, number: int, text: RichText) -> list[RichText]:
    shown = found.statement
    source = words("point-of", point=number, number=shown.number)
    return split(
        [
            Block(kind="heading", text=RichText(shown.title).styled("bold")),
            Block(kind="heading", text=RichText(source).styled("italic"), tight=True),
            Block(kind="paragraph", text=RichText(f"{number}. ") + text),
            Block(kind="footer", text=library.footer(shown)),
        ]
    )
