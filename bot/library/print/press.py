"""Typst with the fonts and templates of this folder: JSON in, PDF or PNG out.

No font of the system is used, no package is fetched, nothing is read but this folder and nothing is written.
The same values give the same bytes: no time, machine or author stands in them.
"""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bot.library.print.glyphs import FONTS

if TYPE_CHECKING:
    import typst

LAYOUT = Path(__file__).parent
"""Everything that decides what a sheet looks like."""

TEMPLATES = LAYOUT / "templates"
_PAGES = re.compile(rb"%PDF-1\.\d\n%.{4}\n\n?1 0 obj\n<</Type/Pages/Count (\d+)/", re.DOTALL)
"""The first object that Typst writes; further down a text could say the same."""
_OVERFULL = "overfull"
_PIECE = 4096
_PIXELS_PER_POINT = 72.0
"""The resolution at which a point is a pixel: posters are laid out in pixels."""


class OverfullError(Exception):
    """A text took more pages than were planned for it: to be tried again with less on each."""


class Press:
    """Keep one: it remembers the fonts, which are most of the first run."""

    @cached_property
    def _fonts(self) -> "typst.Fonts":
        import typst

        for each in FONTS.glob("*.ttf"):
            each.read_bytes()  # Typst would wait for the disk without letting go of the interpreter
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])

    @cached_property
    def _compiler(self) -> "typst.Compiler":
        import typst

        return typst.Compiler(root=str(TEMPLATES), font_paths=self._fonts)

    def families(self) -> list[str]:
        """The names of all fonts that can be used."""
        return self._fonts.families()

    def pdf(self, template: str, values: Mapping[str, Any], *, pages: bytes = b"") -> bytes:
        """The pages of a template as one PDF; `pages` is another one that it shows."""
        return self._print(template, values, "pdf", pages=pages)[0]

    def png(self, template: str, values: Mapping[str, Any], *, ppi: float = _PIXELS_PER_POINT) -> list[bytes]:
        """The pages as pictures."""
        return self._print(template, values, "png", ppi)

    def _print(
        self,
        template: str,
        values: Mapping[str, Any],
        form: Literal["pdf", "png"],
        ppi: float | None = None,
        pages: bytes = b"",
    ) -> list[bytes]:
        import typst

        given = {"data": json.dumps(values, ensure_ascii=False, sort_keys=True)}
        given |= {"pages": _numbers(pages)} if pages else {}
        try:
            made, warnings = self._compiler.compile_with_warnings(
                str(TEMPLATES / template),
                format=form,
                ppi=ppi,
                sys_inputs=given,
                timestamp=0,
            )
        except typst.TypstError as error:
            if _OVERFULL in error.message:
                raise OverfullError from None
            raise
        if warnings:
            raise RuntimeError(f"{template} is not right: {warnings[0].message}")
        return [made] if isinstance(made, bytes) else list(made or ())


def _numbers(data: bytes) -> str:
    """Bytes as a JSON array, the only form in which Typst takes them.

    Piece by piece: in one call it would hold the interpreter for some milliseconds, and every reader waits.
    """
    written = [str(byte) for byte in range(256)]
    parts = (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
    return f"[{','.join(','.join([written[byte] for byte in part]) for part in parts)}]"


def pages(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    found = _PAGES.match(pdf)
    if not found:
        raise RuntimeError("Typst writes its files in another order now")
    return int(found[1])
