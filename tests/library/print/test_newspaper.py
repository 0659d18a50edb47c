"""The newspaper: one sheet of A4 printed on both sides, and more only where the texts need it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.statement import Statement
from bot.library import proof
from bot.library.print.newspaper import Article, Newspaper, newspaper
from bot.library.print.press import Press, pages
from bot.library.print.style import Design, Imprint, Ink
from tests.library.print.conftest import BOT, MIRROR, WORKSHOP
from tests.support import paper


def statement(folder: str, language: str) -> Statement:
    path = WORKSHOP / folder / f"{language}.md"
    return proof.accept(path.read_bytes(), path)


def issue(language: str) -> Newspaper:
    folders = ("2023-06-resolution-summary", "2026-11-update-couriers")
    return Newspaper(
        name="The Leaflet",
        dateline="No. 1",
        articles=tuple(Article(statement=statement(each, language), date="1") for each in folders),
        points=statement("2026-10-programme", language),
        slogans=("Alone we ask, together we decide",),
        updates=("The court moved to Friday.\nBring a passport.",),
        points_label="Points",
        update_label="News",
    )


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("ink", Ink)
@pytest.mark.parametrize("design", Design)
def test_two_full_pages(press: Press, imprint: Imprint, language: str, design: Design, ink: Ink) -> None:
    """Masthead, articles, points, slogans and updates on two A4 pages, with codes that scan."""
    made = newspaper(press, issue(language), design, ink, imprint)
    assert pages(made) == 2
    assert paper.codes_in(made) == {BOT, MIRROR}
    found = paper.words(made)
    for expected in ("TheLeaflet", "No.1", "Points", "BringapassPort".lower(), "together"):
        assert expected.lower() in found.lower(), expected
    assert newspaper(Press(), issue(language), design, ink, imprint) == made


def test_too_much_for_two_pages(press: Press, imprint: Imprint) -> None:
    """It goes on to four, and nothing is cut."""
    one = issue("en")
    made = newspaper(press, replace(one, articles=one.articles * 4), Design.SOBER, Ink.BLACK, imprint)
    assert pages(made) == 4
    assert paper.words(made).count("Urgent:twocouriers") == 4


def test_very_little(press: Press, imprint: Imprint, tmp_path: Path) -> None:
    """One short statement alone still makes a sheet with the imprint at its end."""
    one = Newspaper(name="X", dateline="1", articles=issue("en").articles[1:])
    made = newspaper(press, one, Design.LOUD, Ink.BLACK, imprint)
    assert pages(made) <= 2
    assert paper.codes_in(made) == {BOT, MIRROR}
