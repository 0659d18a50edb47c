"""The fonts that come along: nothing is looked for on the machine, and what they lack is said."""

import unicodedata
from typing import Any

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from bot.errors import BadInputError
from bot.library.print import glyphs
from bot.library.print.leaflet import leaflet
from bot.library.print.press import TEMPLATES, Press
from bot.library.print.style import Imprint, Style
from tests.library.print.conftest import Write
from tests.tools.paper import coverage


def test_every_cut_prints_what_the_regular_one_does() -> None:
    """So it is enough to ask the regular cut whether a character can be printed."""
    for path in glyphs.FONTS.glob("*_400Regular.ttf"):
        regular = set(TTFont(path).getBestCmap())
        for other in glyphs.FONTS.glob(path.name.partition("_")[0] + "_*.ttf"):
            assert regular <= set(TTFont(other).getBestCmap()), other.name


def test_no_letter_loses_its_mark() -> None:
    """Golos Text 2.004 drew ğ as g; `python -m tests.tools.paper --breves` mended the fonts here."""
    for path in glyphs.FONTS.glob("*.ttf"):
        font = TTFont(path)
        names, shapes = font.getBestCmap(), font.getGlyphSet()
        for char in map(chr, names):
            parts = unicodedata.normalize("NFD", char)
            bare = parts[0]
            if len(parts) > 1 and ord(bare) in names:
                assert _drawn(shapes, names[ord(char)]) != _drawn(shapes, names[ord(bare)]), (path.name, char)


def _drawn(shapes: Any, name: str) -> Any:
    pen = DecomposingRecordingPen(shapes)
    shapes[name].draw(pen)
    return pen.value


def test_the_list_of_characters_is_true() -> None:
    """`python -m tests.tools.paper --coverage` writes it; it says what the fonts have."""
    assert (glyphs.FONTS / "coverage.txt").read_text(encoding="ascii") == coverage()


def test_only_our_fonts_are_named() -> None:
    """Every family in a template is one that lies in the folder."""
    ours = set(Press().families())
    assert ours == {"Golos Text", "Noto Naskh Arabic", "Noto Serif Hebrew", "PT Serif"}
    named = {
        name
        for path in TEMPLATES.glob("*.typ")
        for name in ("Golos Text", "Noto Naskh Arabic", "Noto Serif Hebrew", "PT Serif")
        if f'"{name}"' in path.read_text(encoding="utf-8")
    }
    assert named == ours


def test_the_licence_comes_along() -> None:
    """All four families are under the Open Font License, whose text stands beside them."""
    text = (glyphs.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    for holder in ("ParaType", "Golos Text", "Noto Project Authors"):
        assert holder in text


@pytest.mark.parametrize(
    ("text", "told"),
    [("Strike ✊ now", "U+270A (raised fist)"), ("我们", "U+6211"), ("x𝔸", "U+1D538")],
)
def test_what_cannot_be_printed_is_refused(
    press: Press, imprint: Imprint, write: Write, text: str, told: str
) -> None:
    """With the character's number and name; Typst alone would leave it out without a word."""
    with pytest.raises(BadInputError) as refused:
        leaflet(press, write(f"{text}\n"), Style(), imprint, date="1")
    assert told in refused.value.message
    assert "\n" not in refused.value.message


def test_letters_of_our_readers() -> None:
    """Among them Kazakh, Tatar, Ukrainian, Belarusian, Polish, Turkish, Arabic, Persian and Hebrew."""
    glyphs.check(["әғқңөұүһі җ є ґ ў äöüß éèêçœ łąęż ğşı", "ابتثجحخدذ پچژگ", "אבגדה", "«„“”»—–…№₽€’−×"])
