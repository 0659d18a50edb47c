"""QR codes as SVG, drawn by segno: large modules, the quiet zone that readers need, and nothing else."""

from functools import lru_cache
from io import BytesIO

import segno

KEPT = 64
"""Codes that are kept: drawing one takes a tenth of a leaflet's time."""

QUIET = 4
"""Empty modules around a code (ISO/IEC 18004)."""


@lru_cache(maxsize=KEPT)
def svg(text: str) -> str:
    """The code of an address; error correction M and better, for paper gets folded and wet."""
    made = segno.make(text, error="m", micro=False, boost_error=True)
    out = BytesIO()
    made.save(
        out, kind="svg", border=QUIET, xmldecl=False, svgns=True, svgclass=None, lineclass=None, omitsize=True
    )
    return out.getvalue().decode()
