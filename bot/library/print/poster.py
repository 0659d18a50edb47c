"""One slogan as a poster: a square picture for screens, or A3 for walls."""

from bot.domain.statement import Slogan
from bot.library.print import glyphs
from bot.library.print.leaflet import imprint_values
from bot.library.print.press import Press
from bot.library.print.style import Design, Imprint, Ink


def picture(press: Press, slogan: Slogan, design: Design, ink: Ink, imprint: Imprint) -> bytes:
    """A PNG of 1080 by 1080 pixels. `BadInputError` for a character that no font here has."""
    return press.png("poster.typ", _values(slogan, design, ink, imprint, square=True))[0]


def wall(press: Press, slogan: Slogan, design: Design, ink: Ink, imprint: Imprint) -> bytes:
    """A PDF of one A3 page; errors as of `picture`."""
    return press.pdf("poster.typ", _values(slogan, design, ink, imprint, square=False))


def _values(slogan: Slogan, design: Design, ink: Ink, imprint: Imprint, *, square: bool) -> dict[str, object]:
    values = {
        "design": design,
        "ink": ink,
        "lang": slogan.language,
        "text": slogan.text,
        "square": square,
        **imprint_values(imprint, ""),
    }
    glyphs.check(glyphs.texts_in([value for name, value in values.items() if name != "codes"]))
    return values
