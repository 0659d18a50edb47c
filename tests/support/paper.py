"""Reading what was printed: the pages of a PDF as pictures, the codes on them, and their words."""

import io
import json
import re
from itertools import pairwise
from typing import Any

import typst
import zxingcpp
from PIL import Image
from pypdf import PdfReader

_SHOW = b"""#let pdf = bytes(json(bytes(sys.inputs.pdf)))
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(pdf, format: "pdf", page: int(sys.inputs.page))
"""


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """All words, without the white space and the hyphens that a line's end brings."""
    return squeezed("".join(page.extract_text() for page in read(pdf).pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


def runs(pdf: bytes) -> list[tuple[str, float]]:
    """What the first page prints in one go, and its size in points; where the direction changes, one ends."""
    found = list[tuple[str, float]]()

    def seen(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        del font
        if text.strip():
            found.append((text.strip("\xad\n "), abs(size * tm[3] * cm[3])))

    read(pdf).pages[0].extract_text(visitor_text=seen)
    return found


def largest_type(pdf: bytes, *, among: str) -> float:
    """The size of the largest letters on the first page that belong to these words, in points."""
    return max(size for text, size in runs(pdf) if len(text) > 1 and text in among)


def picture(pdf: bytes, page: int = 1, *, ppi: float = 150, colour: bool = False) -> Image.Image:
    """One page as a printer would see it."""
    inputs = {"pdf": json.dumps(list(pdf)), "page": str(page)}
    made: Any = typst.compile(_SHOW, format="png", ppi=ppi, sys_inputs=inputs)
    return Image.open(io.BytesIO(made)).convert("RGB" if colour else "L")


def codes(image: Image.Image) -> set[str]:
    """What the codes in a picture say."""
    return {found.text for found in zxingcpp.read_barcodes(image)}


def codes_in(pdf: bytes) -> set[str]:
    """What the codes on any of its pages say."""
    return {text for page in range(1, len(read(pdf).pages) + 1) for text in codes(picture(pdf, page))}


def darkness(image: Image.Image) -> float:
    """The share of ink on a page, from 0 to 1."""
    histogram = image.histogram()
    return sum((255 - shade) * count for shade, count in enumerate(histogram)) / 255 / sum(histogram)


def widest_gap(image: Image.Image) -> float:
    """The highest stretch between two printed lines where nothing is printed, as a share of the page."""
    rows = image.point(lambda shade: 255 if shade < 200 else 0).resize(
        (1, image.height), Image.Resampling.BOX
    )
    printed = [number for number in range(image.height) if rows.getpixel((0, number))]
    return max((b - a for a, b in pairwise(printed)), default=image.height) / image.height


def lowest_ink(image: Image.Image) -> float:
    """How far down the page something is printed, from 0 to 1."""
    box = image.point(lambda shade: 255 if shade < 200 else 0).getbbox()
    return box[3] / image.height if box else 0.0
