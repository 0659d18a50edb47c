"""Everything a statement file must hold: header, body, links and code. `accept` is the way in for bytes.

Needs only the file itself; what several files say about each other is for `shelf`.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from bot.domain.rich_text import RichText
from bot.domain.splitting import Block
from bot.domain.statement import Statement
from bot.errors import StatementError
from bot.library import markdown
from bot.library.canon import code
from bot.library.header import body_line, line_of, parse, with_header
from bot.library.leftovers import leftovers
from bot.library.markdown import Body
from bot.library.source import Spot

# A bare address becomes a link in Telegram by itself.
_BARE = re.compile(r"https?://[^\s<>\"«»“”]+")
_FIX = "run `handbill statements check --fix` to fill it in"


def accept(data: bytes, path: Path | None = None) -> Statement:
    """The statement, if all of it is right; else raises the first `StatementError`."""
    statement = parse(data, path)
    for error in examine(statement, path):
        raise error
    return statement


def examine(statement: Statement, path: Path | None) -> list[StatementError]:
    """Everything wrong with body, links and code of a statement whose header could be read."""
    return examined(statement, path)[1]


def examined(statement: Statement, path: Path | None) -> tuple[Body | None, list[StatementError]]:
    """The body, if it can be read, and everything that is wrong."""
    try:
        body = markdown.read(statement, path)
    except StatementError as error:
        return None, [error]
    errors = leftovers(statement.body, Spot(path, body_line(statement.source)))
    if statement.links:
        errors += _about_links(
            statement, links_in(body.blocks), Spot(path, line_of(statement.source, "Links"))
        )
    true_code = code(markdown.reads_as(statement.title, body.blocks))
    if statement.code not in (None, true_code):
        spot = Spot(path, line_of(statement.source, "Code"))
        message = f"Code does not fit title and text, which have {true_code}"
        errors.append(spot.error(message, hint=f"if the text is as it should be, {_FIX}"))
    return body, errors


def refuse_incomplete(statement: Statement, path: Path | None) -> None:
    """Raise `StatementError` where Code or Links are missing: a signed file must have both."""
    spot = Spot(path, 1)
    if statement.code is None:
        raise spot.error("Code is missing, and a signed statement must have it", hint=_FIX)
    if not statement.links and links_in(markdown.statement_blocks(statement, path)):
        raise spot.error("Links is missing, and a signed statement with links must have it", hint=_FIX)


def links_in(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Every web address that a reader could tap, in the order of appearance, each once."""
    found: dict[str, None] = {}
    for block in blocks:
        found.update(dict.fromkeys(entity.url for entity in block.text.entities if entity.url))
        found.update(dict.fromkeys(_bare_addresses(block.text)))
    return tuple(found)


def fixed(statement: Statement) -> bytes:
    """The file with the headers Links and Code filled in."""
    links = links_in(markdown.statement_blocks(statement))
    data = with_header(statement.source, "Links", " ".join(links))
    return with_header(data, "Code", code(markdown.plain(statement)))


def _bare_addresses(text: RichText) -> list[str]:
    found = []
    for match in _BARE.finditer(text.text):
        url = match.group().rstrip(".,;:!?'…")
        found.append(url if "(" in url else url.rstrip(")"))
    return found


def _about_links(statement: Statement, used: Sequence[str], spot: Spot) -> list[StatementError]:
    unlisted = [
        spot.error(f"the text links to {url}, which Links does not name", hint=f"add it to Links, or {_FIX}")
        for url in used
        if url not in statement.links
    ]
    unused = [
        spot.error(f"Links names {url}, which the text does not use", hint=f"take it out of Links, or {_FIX}")
        for url in statement.links
        if url not in used
    ]
    return unlisted + unused
