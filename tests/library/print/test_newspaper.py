"""The newspaper: one sheet of A4 printed on both sides, and more only where the texts need it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.statement import Statement
from bot.library import proof
from bot.library.print.newspaper import Article, Newspaper, newspaper
from bot.library.print.press import Press, pages
from bot.library.print.style import Design, Imprint, Ink
from tests.library.print.conftest import BOT, MIRROR, WORKSHOP, Write
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


def test_where_points_lead(press: Press, imprint: Imprint, write: Write) -> None:
    """The addresses under links in the box of points stand in the box."""
    one = Newspaper(
        name="X",
        dateline="1",
        articles=issue("en").articles[1:],
        points=write("1. Read [the page](https://points.example.org/).\n"),
    )
    made = newspaper(press, one, Design.SOBER, Ink.BLACK, imprint)
    assert "https://points.example.org/" in paper.words(made)


def test_words_that_run_the_other_way(press: Press, imprint: Imprint, write: Write) -> None:
    """English words over a text in Persian keep their full stop at their own end."""
    article = Article(statement=write("نان، کار، آزادی\n", language="fa", title="برگه"), date="1")
    labels = replace(imprint.labels, pass_on="Every true copy.")
    one = Newspaper(name="برگه", dateline="1", articles=(article,))
    made = newspaper(press, one, Design.SOBER, Ink.BLACK, replace(imprint, labels=labels))
    assert [text for text, _ in paper.runs(made)].count("Every true copy.") == 2
