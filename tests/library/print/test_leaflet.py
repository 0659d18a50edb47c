"""Leaflets as they come out of the printer: full pages, codes that scan, and no trace of who made them."""

from datetime import UTC, datetime
from itertools import product

import pytest
from pypdf.generic import StreamObject

from bot.domain.statement import Statement
from bot.library import render
from bot.library.print.leaflet import leaflet
from bot.library.print.press import Press, pages
from bot.library.print.style import Design, Imprint, Ink, Sheet, Style
from tests.library.print.conftest import BOT, MIRROR, Write
from tests.support import paper

STYLES = [Style(sheet=s, design=d, ink=i) for s, d, i in product(Sheet, Design, Ink)]
A5, A4_ACROSS = (420, 595), (842, 595)


def name(style: Style) -> str:
    return f"{style.sheet}-{style.design}-{style.ink}"


@pytest.mark.parametrize("style", STYLES, ids=name)
def test_every_way_to_print(press: Press, imprint: Imprint, programme: Statement, style: Style) -> None:
    """Every code can be scanned, every word is there, the paper has its size, and black is only black."""
    made = leaflet(press, programme, style, imprint, date="4 октября 2026")
    assert paper.codes_in(made) == {BOT, MIRROR}
    found = paper.words(made)
    for expected in (
        "Прекратитьвойну",
        "Верните",
        "4октября2026",
        render.true_code(programme).replace("-", ""),
        "anna",
    ):
        assert expected in found, expected
    box = paper.read(made).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (A5 if style.sheet is Sheet.A5 else A4_ACROSS)


@pytest.mark.parametrize("style", STYLES[:4], ids=name)
def test_the_same_bytes_again(press: Press, imprint: Imprint, programme: Statement, style: Style) -> None:
    """A new press, at another time, gives the same file, and nothing in it tells who, where, when."""
    made = leaflet(press, programme, style, imprint, date="1")
    assert leaflet(Press(), programme, style, imprint, date="1") == made
    facts = paper.read(made)
    assert facts.metadata
    assert set(facts.metadata) == {"/Title", "/Creator"}
    assert str(facts.metadata["/Creator"]).startswith("Typst ")
    told = opened_up(made)
    for trace in (
        b"CreateDate",
        b"ModDate",
        b"CreationDate",
        b"MetadataDate",
        b"dc:creator",
        b"/Author",
        b"/Producer",
    ):
        assert trace not in told
    for trace in (b"/home", b"/root", b"/tmp", b"/usr", str(datetime.now(UTC).year).encode() + b"-"):
        assert trace not in told


def opened_up(pdf: bytes) -> bytes:
    """Everything in a PDF, its compressed streams opened."""
    found = paper.read(pdf)
    streams = [found.get_object(number) for number in range(1, len(found.xref[0]) + 1)]
    opened = [each.get_data() for each in streams if isinstance(each, StreamObject)]
    return b"\n".join([pdf, *opened])


def test_other_texts_give_other_bytes(press: Press, imprint: Imprint, write: Write) -> None:
    """The press keeps nothing of the sheet before."""
    first, second = (leaflet(press, write(f"{w}.\n"), Style(), imprint, date="1") for w in ("One", "Two"))
    assert first != second
    assert leaflet(press, write("One.\n"), Style(), imprint, date="1") == first


@pytest.mark.parametrize("design", Design)
@pytest.mark.parametrize("paragraphs", [1, 4, 12, 20, 45, 150])
def test_pages_are_full(
    press: Press, imprint: Imprint, write: Write, design: Design, paragraphs: int
) -> None:
    """However long a text is, its type grows or shrinks until the pages are used."""
    text = "\n\n".join(
        f"Paragraph {n}: " + "we ask for what is ours and give what we can. " * 4 for n in range(paragraphs)
    )
    made = leaflet(press, write(text + "\n"), Style(design=design), imprint, date="1")
    found = paper.words(made)
    assert all(f"Paragraph{n}:" in found for n in range(paragraphs))
    count = pages(made)
    for number in range(1, count + 1):
        page = paper.picture(made, number, ppi=30)
        assert paper.lowest_ink(page) > 0.85, (number, count)
        # Of a long text the type is not tried until the last line of the last page.
        spare = 0.16 if 1 < paragraphs < 100 else 0.33
        assert paper.widest_gap(page) < spare, (number, count)


def test_a_long_statement_goes_on(press: Press, imprint: Imprint, write: Write) -> None:
    """64 KiB make many pages: nothing is cut, the last words are there."""
    body = "\n\n".join(f"{n}. " + "Слово за словом о том, чего мы хотим. " * 8 for n in range(1, 114))
    assert len(body.encode()) > 60_000
    made = leaflet(press, write(body + "\n\nКонец.\n", language="ru"), Style(), imprint, date="1")
    assert "Конец." in paper.words(made)
    assert pages(made) > 8
    folded = leaflet(
        press, write(body + "\n\nКонец.\n", language="ru"), Style(sheet=Sheet.FOLD), imprint, date="1"
    )
    assert pages(folded) % 2 == 0
    assert "Конец." in paper.words(folded)


def test_a_title_of_three_hundred_letters(press: Press, imprint: Imprint, write: Write) -> None:
    """It gets smaller, but it is all there, in one word or in many."""
    for title in ("Recht und Freiheit " * 15, "Donaudampfschifffahrtsgesellschaft" * 8):
        for design in Design:
            made = leaflet(
                press,
                write("Text.\n", title=title.strip(), language="de"),
                Style(design=design),
                imprint,
                date="1",
            )
            assert paper.squeezed(title) in paper.words(made)
            assert pages(made) == 1


@pytest.mark.parametrize("design", Design)
@pytest.mark.parametrize("language", ["de", "ru", "kk"])
def test_one_long_word_makes_no_title_small(
    press: Press, imprint: Imprint, write: Write, design: Design, language: str
) -> None:
    """It is parted where its language parts words; where that is not known it stays whole."""
    long = {
        "de": "Gegen die Donaudampfschifffahrtsgesellschaftskapitänsmützenverordnung",
        "ru": "Против человеконенавистничествующихся законов",
        "kk": "Қанағаттандырылмағандықтарыңыздан",
    }[language]
    sheet = leaflet(
        press, write("Text.\n", title=long, language=language), Style(design=design), imprint, date="1"
    )
    largest = paper.largest_type(sheet, among=long)
    assert language == "kk" or largest > 19.5
    assert paper.squeezed(long) in paper.words(sheet)
    page = paper.picture(sheet, ppi=50)
    edge = page.crop((page.width - 14, 0, page.width, page.height))
    assert edge.getextrema() == (255, 255), "nothing reaches into the margin"


@pytest.mark.parametrize("design", Design)
def test_nothing_runs_off_the_page(press: Press, imprint: Imprint, write: Write, design: Design) -> None:
    """Addresses, codes and words without end go on in the next line, wherever they stand."""
    onion, page = "abcdefghijklmnop" * 3 + "qrstuvwx.onion", "https://example.org/" + "abcdefghij" * 18
    wide = "W" * 80
    text = f"Read {page} or {onion}.\n\n## {wide}\n\n1. `{'x' * 90}` and [words]({page}2)\n   - {wide}\n\n"
    text += f"> {wide}\n\n```\n{'y' * 200}\n```\n\nEnd.\n\n- {wide}\n"
    made = leaflet(press, write(text), Style(design=design), imprint, date="1")
    found = paper.words(made)
    for long in (onion, page, wide, f"{page}2", "y" * 200):
        assert long in found
    for number in range(1, pages(made) + 1):
        sheet = paper.picture(made, number, ppi=50)
        edge = sheet.crop((sheet.width - 14, 0, sheet.width, sheet.height))
        assert edge.getextrema() == (255, 255), number


def test_russian_is_hyphenated(press: Press, imprint: Imprint, write: Write) -> None:
    """Words are parted where Russian parts them, so that justified lines have no holes."""
    text = "Достопримечательность самоорганизующегося предпринимательства. " * 30
    made = paper.read(leaflet(press, write(text + "\n", language="ru"), Style(), imprint, date="1"))
    lines = made.pages[0].extract_text().splitlines()
    assert sum(line.rstrip().endswith("\xad") for line in lines) >= 2


@pytest.mark.parametrize("language", ["ar", "he"])
def test_right_to_left(press: Press, imprint: Imprint, write: Write, language: str) -> None:
    """The text begins at the right-hand side, and so do numbers; the code still scans."""
    words = {"ar": "نطلب السلام", "he": "שלום לכולם"}[language]
    made = leaflet(
        press, write(f"{words}.\n\n1. {words}\n", language=language, title=words), Style(), imprint, date="1"
    )
    assert paper.codes_in(made) == {BOT, MIRROR}
    page = paper.picture(made, ppi=50)
    top = page.crop((0, 0, page.width, int(page.height * 0.5)))
    right, left = (top.crop((x, 0, x + page.width // 2, top.height)) for x in (page.width // 2, 0))
    assert paper.darkness(right) > 1.5 * paper.darkness(left)


def test_without_addresses(press: Press, programme: Statement, imprint: Imprint) -> None:
    """Where no bot and no mirror is named there is no code, and the leaflet still tells its own."""
    bare = Imprint(labels=imprint.labels)
    made = leaflet(press, programme, Style(), bare, date="1")
    assert paper.codes_in(made) == set()
    assert f"№{programme.number}" in paper.words(made)


def test_black_saves_ink(press: Press, imprint: Imprint, programme: Statement) -> None:
    """The loud design in black and white takes well under the ink of the coloured one."""
    shades = [
        paper.darkness(
            paper.picture(
                leaflet(press, programme, Style(design=Design.LOUD, ink=ink), imprint, date="1"), ppi=40
            )
        )
        for ink in (Ink.BLACK, Ink.COLOUR)
    ]
    assert shades[0] < 0.8 * shades[1]
