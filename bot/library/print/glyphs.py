"""What the fonts cannot print. Typst would leave such a character out, or draw a box, without a word."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bot.errors import BadInputError

FONTS = Path(__file__).parent / "fonts"
_JOINERS = frozenset("\u200c\u200d")
"""They join or part letters and are never drawn themselves."""


@cache
def printable() -> frozenset[str]:
    """Every character that a font here has: the ranges in `fonts/coverage.txt`, which a test holds true."""
    found = set[str]()
    for line in (FONTS / "coverage.txt").read_text(encoding="ascii").splitlines():
        first, last = line.split("-")
        found.update(map(chr, range(int(first, 16), int(last, 16) + 1)))
    return frozenset(found) | _JOINERS | {"\n"}


def check(texts: Iterable[str]) -> None:
    """Raise `BadInputError` about the first character that would be missing on paper."""
    for text in texts:
        for char in text:
            if char not in printable():
                name = unicodedata.name(char, "unnamed").lower()
                raise BadInputError(
                    f"the fonts cannot print U+{ord(char):04X} ({name})",
                    hint="take it out: Latin, Cyrillic, Arabic and Hebrew letters can be printed",
                )


def texts_in(value: object) -> Iterable[str]:
    """Every string in a JSON value that is shown; `k` names the kind of a node."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from texts_in(each) if name != "k" else ()
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)
