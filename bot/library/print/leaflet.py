"""A statement as a leaflet or a booklet, in every sheet, design and ink."""

from collections.abc import Mapping
from typing import Any

from bot.domain.statement import Statement
from bot.library import render
from bot.library.print import glyphs, qr, sheets
from bot.library.print.content import content
from bot.library.print.press import OverfullError, Press
from bot.library.print.style import Imprint, Sheet, Style

LOW, HIGH = 8.2, 14.0
"""Type sizes in points: nobody reads smaller ones on newsprint, larger ones only in short texts."""
LARGE = 20.0
"""The largest type of a booklet, which has four pages however short the text is."""
BOOKLET = 4
SAMPLE = 200
"""Letters whose width stands for all of them."""
_TIGHTER = (1.0, 0.985, 0.97, 0.95, 0.92)
"""Shares of the room that the type is fitted to; the next one where lines broke worse than was measured."""


def leaflet(press: Press, statement: Statement, style: Style, imprint: Imprint, *, date: str) -> bytes:
    """The PDF; `date` is the statement's, in words of its language.

    `BadInputError` for a character that no font here has.
    """
    made = laid_out(press, statement, style, imprint, date=date)
    if style.sheet is Sheet.A5:
        return made
    return sheets.together(press, made, style.sheet, language=statement.language)


def laid_out(press: Press, statement: Statement, style: Style, imprint: Imprint, *, date: str) -> bytes:
    """The A5 pages, one after the other, whatever the sheet."""
    values = _values(statement, style, imprint, date)
    glyphs.check(glyphs.texts_in([v for k, v in values.items() if k != "codes"]))
    return fitting(press, "leaflet.typ", values)


def fitting(press: Press, template: str, values: Mapping[str, Any]) -> bytes:
    """The pages, with so much of each used that the lines end where they were measured to end."""
    for tight in _TIGHTER:
        try:
            return press.pdf(template, {**values, "tight": tight})
        except OverfullError:
            continue
    raise RuntimeError(f"{template} does not fit its own pages")


def _values(statement: Statement, style: Style, imprint: Imprint, date: str) -> dict[str, Any]:
    text = content(statement)
    return {
        "design": style.design,
        "ink": style.ink,
        "lang": statement.language,
        "title": statement.title,
        "byline": [part for part in (statement.author, statement.place, date) if part],
        "preface": statement.preface or "",
        "body": text.blocks,
        "heading": text.heading,
        "slogans": text.slogans,
        "links": text.links,
        "letters": _letters(statement.body),
        "multiple": BOOKLET if style.sheet is Sheet.FOLD else 1,
        "low": LOW,
        "high": LARGE if style.sheet is Sheet.FOLD else HIGH,
        **imprint_values(imprint, footer(statement)),
    }


def _letters(body: str) -> dict[str, Any]:
    """What tells how high the text will be: its length, its paragraphs and headings, some letters."""
    sample = " ".join(body.split())[:SAMPLE]
    parts = sum(bool(line.strip()) for line in body.splitlines())
    return {"length": len(body), "parts": parts, "sample": sample, "sampled": len(sample)}


def footer(statement: Statement) -> str:
    """Number and code; a code that the file itself names was found right when the file was accepted."""
    return f"№ {statement.number} · {statement.code or render.true_code(statement)}"


def imprint_values(imprint: Imprint, footer: str) -> dict[str, Any]:
    """The foot of a sheet, for any template."""
    labels = imprint.labels
    return {
        "footer": footer,
        "labels": {"lang": labels.language, "call": labels.call, "key": labels.key, "pass": labels.pass_on},
        "codes": [
            {"svg": qr.svg(a.url), "shown": a.shown, "label": a.label} for a in imprint.addresses if a.url
        ],
        "keys": [{"name": key.name, "fingerprint": key.fingerprint} for key in imprint.keys],
    }
