"""A two-page A4 newspaper for home printers, of chosen statements, points, slogans and updates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.statement import Statement
from bot.library.print import glyphs
from bot.library.print.content import Points, content, numbered
from bot.library.print.leaflet import fitting, footer, imprint_values
from bot.library.print.press import Press
from bot.library.print.style import Design, Imprint, Ink

LOW, HIGH = 7.6, 13.0
"""Type sizes in points: newspapers are set smaller than leaflets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A statement in a newspaper; `date` in words of its language."""

    statement: Statement
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Newspaper:
    """What one issue holds."""

    name: str
    dateline: str
    articles: tuple[Article, ...]
    """At least one; the first gets the headline."""
    points: Statement | None = None
    """Whose numbered points stand in a box."""
    slogans: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    """Short plain texts."""
    points_label: str = ""
    update_label: str = ""


def newspaper(press: Press, issue: Newspaper, design: Design, ink: Ink, imprint: Imprint) -> bytes:
    """The PDF: two pages, or four and more where the texts need them.

    `BadInputError` for a character that no font here has.
    """
    values = imprint_values(imprint, "")
    points = numbered(issue.points) if issue.points else Points(start=1, items=[], links=[])
    values["labels"] |= {"points": issue.points_label, "update": issue.update_label}
    values |= {
        "design": design,
        "ink": ink,
        "lang": issue.articles[0].statement.language,
        "name": issue.name,
        "dateline": issue.dateline,
        "articles": [_article(article) for article in issue.articles],
        "points": points.items,
        "points-start": points.start,
        "points-links": points.links,
        "slogans": list(issue.slogans),
        "updates": [_lines(update) for update in issue.updates],
        "low": LOW,
        "high": HIGH,
    }
    glyphs.check(glyphs.texts_in([value for name, value in values.items() if name != "codes"]))
    return fitting(press, "newspaper.typ", values)


def _article(article: Article) -> dict[str, Any]:
    statement = article.statement
    text = content(statement)
    return {
        "title": statement.title,
        "byline": [part for part in (statement.author, statement.place, article.date) if part],
        "preface": statement.preface or "",
        "body": text.blocks,
        "heading": text.heading,
        "slogans": text.slogans,
        "links": text.links,
        "footer": footer(statement),
    }


def _lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
