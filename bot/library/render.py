"""A statement as Telegram messages: in full, or as the one message that a delivery may be.

Words around the statement that depend on the reader (how a date is written, "not signed") are given by the
caller; here are only the order and the limits.
"""

from collections.abc import Sequence

from bot.domain.rich_text import RichText, units
from bot.domain.splitting import MESSAGE_ENTITIES, MESSAGE_UNITS, Block, split
from bot.domain.statement import Statement
from bot.library import markdown
from bot.library.canon import code

LEAD_UNITS = 700
"""The longest lead of a summary: about ten lines on a phone."""
MORE = " […]"
"""What stands behind a lead that was cut."""


def true_code(statement: Statement) -> str:
    """The code of title and body, worked out anew."""
    return code(markdown.plain(statement))


def parts(
    statement: Statement, *, date: str | None = None, about: Sequence[str] = (), notes: Sequence[str] = ()
) -> list[RichText]:
    """The whole statement in one or more messages.

    `date` is the date in the reader's words, else ISO; `about` are lines under the byline, such as who
    translated it; `notes` are lines under the footer, such as "not signed".
    """
    body = markdown.statement_blocks(statement)
    return split([*_head(statement, date, about), *body, _footer(statement, notes)])


def summary(
    statement: Statement,
    *,
    date: str | None = None,
    notes: Sequence[str] = (),
    limit: int = MESSAGE_UNITS,
) -> RichText:
    """Title, byline, lead, closing slogans and footer in one message of at most `limit` units."""
    head = [_title(statement), _byline(statement, date)]
    slogans = [
        Block(kind="item", text=RichText(f"— {slogan}").styled("bold"), tight=number > 0)
        for number, slogan in enumerate(markdown.slogans(statement))
    ]
    opening, footer = Block(kind="paragraph", text=lead(statement)), _footer(statement, notes)
    for blocks in ([*head, opening, *slogans, footer], [*head, opening, footer], [*head, footer]):
        fitting = split(blocks, limit=limit)
        if len(fitting) == 1:
            break
    return fitting[0]


def one_message(statement: Statement, *, date: str | None = None, notes: Sequence[str] = ()) -> RichText:
    """What a delivery sends: the whole statement if it fits one message, else its summary."""
    whole = parts(statement, date=date, notes=notes)
    return whole[0] if len(whole) == 1 else summary(statement, date=date, notes=notes)


def footer(statement: Statement) -> RichText:
    """`№ 12 · XXXX-XXXX-XXXX-XXXX`; the code can be copied with a tap."""
    return footer_of(statement, true_code(statement))


def footer_of(statement: Statement, true_code: str) -> RichText:
    """The same where the code is known."""
    return RichText(f"№ {statement.number} · ") + RichText(true_code).styled("code")


def _head(statement: Statement, date: str | None, about: Sequence[str]) -> list[Block]:
    found = [_title(statement), _byline(statement, date)]
    found += [Block(kind="paragraph", text=RichText(line).styled("italic"), tight=True) for line in about]
    if statement.preface:
        found.append(Block(kind="quote", text=RichText(statement.preface).styled("blockquote")))
    return found


def _title(statement: Statement) -> Block:
    return Block(kind="heading", text=RichText(statement.title).styled("bold"))


def _byline(statement: Statement, date: str | None) -> Block:
    words = [statement.author, statement.place, date or statement.date.isoformat()]
    return Block(kind="heading", text=RichText(" · ".join(filter(None, words))).styled("italic"), tight=True)


def _footer(statement: Statement, notes: Sequence[str]) -> Block:
    text = footer(statement)
    for note in notes:
        text = text + f"\n{note}"
    return Block(kind="footer", text=text)


def lead(statement: Statement) -> RichText:
    """The first paragraph, or as much of it as is good to read, cut after a sentence."""
    return lead_of(markdown.statement_blocks(statement))


def lead_of(blocks: Sequence[Block]) -> RichText:
    """The same of blocks that are there already."""
    first = next((block for block in blocks if block.kind == "paragraph"), blocks[0])
    pieces = split([first], limit=LEAD_UNITS - units(MORE), entities=MESSAGE_ENTITIES // 2)
    return pieces[0] if len(pieces) == 1 else pieces[0] + MORE
