"""Posters: the slogan as large as it goes, one picture for screens and one sheet for walls."""

import io

import pytest
from PIL import Image

from bot.domain.statement import Slogan
from bot.library.print.poster import picture, wall
from bot.library.print.press import Press, pages
from bot.library.print.style import Design, Imprint, Ink
from bot.library.slogans import MAX_UNITS
from tests.library.print.conftest import BOT, MIRROR
from tests.support import paper

SLOGANS = {
    "en": "Alone we ask, together we decide",
    "ru": "Трое, кто верит друг другу, сильнее тысячи зрителей",
    "ar": "وحدنا نطلب، ومعًا نقرر",
    "de": "Nein",
    "tr": "ÇAĞRI: İŞÇİLER BİRLEŞİN",
    "fr": ("Encore un mot " * 20)[:MAX_UNITS].strip(),
}
CHUNKS = {b"IHDR", b"IDAT", b"IEND", b"pHYs", b"sRGB", b"gAMA"}
"""What a picture needs to be one; text, time and device chunks are not among them."""


def slogan(language: str) -> Slogan:
    return Slogan(text=SLOGANS[language], theme="theme", language=language)


@pytest.mark.parametrize("language", SLOGANS)
@pytest.mark.parametrize("ink", Ink)
@pytest.mark.parametrize("design", Design)
def test_a_picture(press: Press, imprint: Imprint, language: str, design: Design, ink: Ink) -> None:
    """1080 pixels square; both codes scan; no two renderings differ."""
    made = picture(press, slogan(language), design, ink, imprint)
    image = Image.open(io.BytesIO(made))
    assert image.size == (1080, 1080)
    assert paper.codes(image.convert("L")) == {BOT, MIRROR}
    assert picture(Press(), slogan(language), design, ink, imprint) == made


@pytest.mark.parametrize("text", ["Nein zu Massenentlassungsankündigungen", "ÇAĞRI: İŞÇİLER BİRLEŞİN"])
def test_it_fills_its_room(press: Press, imprint: Imprint, text: str) -> None:
    """One long word makes no slogan small, marks on capitals stay on the sheet: around it all is ground."""
    one = Slogan(text=text, theme="theme", language="de")
    made = picture(press, one, Design.LOUD, Ink.COLOUR, imprint)
    image = Image.open(io.BytesIO(made)).convert("L")
    assert paper.codes(image) == {BOT, MIRROR}
    above = image.crop((0, 0, 1080, 780))
    ground = above.getpixel((0, 0))
    box = above.point(lambda shade: 0 if shade == ground else 255).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert left > 60
    assert right < 1020
    assert top > 40
    assert (right - left) * (bottom - top) > 0.25 * 1080 * 780


def test_nothing_else_is_in_a_picture(press: Press, imprint: Imprint) -> None:
    """No time, program or machine: only the chunks that hold the pixels."""
    made = picture(press, slogan("en"), Design.SOBER, Ink.BLACK, imprint)
    at, found = 8, set()
    while at < len(made):
        size, kind = int.from_bytes(made[at : at + 4], "big"), made[at + 4 : at + 8]
        found.add(kind)
        at += size + 12
    assert found <= CHUNKS


@pytest.mark.parametrize("language", SLOGANS)
@pytest.mark.parametrize("design", Design)
def test_a_wall(press: Press, imprint: Imprint, language: str, design: Design) -> None:
    """One A3 page on which both codes scan and every word stands."""
    made = wall(press, slogan(language), design, Ink.COLOUR, imprint)
    assert pages(made) == 1
    box = paper.read(made).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 1191)
    assert paper.codes(paper.picture(made, ppi=60)) == {BOT, MIRROR}
    if language != "ar":
        assert paper.squeezed(SLOGANS[language]) in paper.words(made)
    assert set(paper.read(made).metadata or {}) <= {"/Title", "/Creator"}


def test_ink_is_saved(press: Press, imprint: Imprint) -> None:
    """In black a poster is letters on white, never a dark ground."""
    for design in Design:
        image = Image.open(io.BytesIO(picture(press, slogan("ru"), design, Ink.BLACK, imprint))).convert("L")
        assert paper.darkness(image) < 0.35
