"""What a sheet costs, the pictures of the two designs, and which characters the fonts have.

python -m tests.tools.paper              CPU time of a leaflet: cold, warm, again; how long the loop is held
python -m tests.tools.paper --pictures   draws statements/*.png anew
python -m tests.tools.paper --coverage   writes bot/library/print/fonts/coverage.txt anew
python -m tests.tools.paper --breves     puts the breve back that letters of Golos Text 2.004 lack
"""

import asyncio
import io
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import USE_MY_METRICS, GlyphComponent
from PIL import Image

from bot.actions.printing import Printer, Publisher
from bot.cli.run import spare_collector
from bot.domain.statement import Slogan, Statement
from bot.i18n.translator import Translator
from bot.library import proof
from bot.library.print.glyphs import FONTS
from bot.library.print.style import Design, Ink, Sheet, Style
from tests.support import paper

WORKSHOP = Path(__file__).parents[2] / "statements"
PROGRAMME = WORKSHOP / "2026-10-programme" / "ru.md"
UPDATE = WORKSHOP / "2026-11-update-couriers" / "en.md"
SLOGAN = Slogan(text="Alone we ask, together we decide", theme="organisation", language="en")
ABOUT = Publisher(username="example_circle_bot", mirror="https://mirror.example.org/")
ROUNDS = 20
HEIGHT, GAP, SHADES = 420, 12, 24
COLD = "from tests.tools.paper import cold; print(cold())"


def cold() -> float:
    """Milliseconds of CPU of the first leaflet in a process that has read the program and no more."""
    printer, statement = Printer(ABOUT, Translator()), read(UPDATE)
    before = time.process_time()
    printer.leaflet(statement, Style())
    return (time.process_time() - before) * 1000


def warm() -> list[tuple[str, float]]:
    """The median CPU milliseconds of each kind of sheet once the fonts are read; never twice the same."""
    printer = Printer(ABOUT, Translator())
    texts = (("one page", read(UPDATE)), ("several pages", read(PROGRAMME)))
    kinds = [(sheet, *text) for sheet in Sheet for text in texts]
    return [(f"{sheet}, {name}", _median(printer, text, Style(sheet=sheet))) for sheet, name, text in kinds]


def _median(printer: Printer, statement: Statement, style: Style) -> float:
    printer.leaflet(statement, style)
    times = []
    for number in range(ROUNDS):
        # Another text each time: nothing can be taken from what was laid out before.
        changed = replace(statement, title=f"{statement.title} {number}", body=f"{number} {statement.body}")
        before = time.process_time()
        printer.leaflet(changed, style)
        times.append((time.process_time() - before) * 1000)
    return sorted(times)[ROUNDS // 2]


def again() -> list[tuple[str, float]]:
    """The median CPU milliseconds of a sheet that was laid out before: Typst remembers what it measured."""
    printer, found = Printer(ABOUT, Translator()), []
    for name, statement in (("one page", read(UPDATE)), ("several pages", read(PROGRAMME))):
        times = []
        for _ in range(ROUNDS):
            before = time.process_time()
            printer.leaflet(statement, Style())
            times.append((time.process_time() - before) * 1000)
        found.append((name, sorted(times)[ROUNDS // 2]))
    return found


async def hold() -> float:
    """The longest time in milliseconds for which the event loop did not turn while sheets were laid out."""
    printer, statement = Printer(ABOUT, Translator()), read(PROGRAMME)
    spare_collector()  # as in the service
    styles = [Style(sheet=s, design=d, ink=i) for s in Sheet for d in Design for i in Ink]
    work = asyncio.gather(*(printer.beside(partial(printer.leaflet, statement, style)) for style in styles))
    worst, last = 0.0, time.perf_counter()
    while not work.done():
        await asyncio.sleep(0.0005)
        now = time.perf_counter()
        worst, last = max(worst, now - last), now
    await work
    printer.close()
    return worst * 1000


def read(path: Path) -> Statement:
    return proof.accept(path.read_bytes(), path)


def pictures() -> None:
    """One picture a design and ink: a leaflet, a page of a longer one, and a poster."""
    printer = Printer(ABOUT, Translator())
    for design in Design:
        for ink in Ink:
            style = Style(design=design, ink=ink)
            poster = printer.poster(SLOGAN, design, ink, large=False)
            sheets = [
                paper.picture(printer.leaflet(read(UPDATE), style), colour=True),
                paper.picture(printer.leaflet(read(PROGRAMME), style), colour=True),
                Image.open(io.BytesIO(poster)).convert("RGB"),
            ]
            _side_by_side(sheets).save(WORKSHOP / f"{design}-{ink}.png", optimize=True)


def _side_by_side(sheets: list[Image.Image]) -> Image.Image:
    best = Image.Resampling.LANCZOS
    small = [one.resize((one.width * HEIGHT // one.height, HEIGHT), best) for one in sheets]
    whole = Image.new("RGB", (sum(one.width + GAP for one in small) + GAP, HEIGHT + 2 * GAP), "#aaaaaa")
    at = GAP
    for one in small:
        whole.paste(one, (at, GAP))
        at += one.width + GAP
    return whole.quantize(SHADES, dither=Image.Dither.NONE)


def coverage() -> str:
    """Every character that a regular cut has, as ranges of hexadecimal numbers, a line each."""
    known = {char for path in FONTS.glob("*_400Regular.ttf") for char in TTFont(path).getBestCmap()}
    starts = sorted(char for char in known if char - 1 not in known)
    ends = sorted(char for char in known if char + 1 not in known)
    return "".join(f"{first:x}-{last:x}\n" for first, last in zip(starts, ends, strict=True))


BREVES = {"Gbreve": "uni0306.case", "gbreve": "uni0306", "Ubreve": "uni0306.case"}
"""Letters that Golos Text 2.004 draws without their breve, and the breve each needs."""


def breves() -> None:
    """Golos Text 2.004 shows Ğ, ğ and Ŭ as G, g and U, which are other letters: put the breve over them."""
    for path in sorted(FONTS.glob("GolosText*.ttf")):
        font = TTFont(path, recalcTimestamp=False)
        glyphs = font["glyf"]
        for letter, breve in BREVES.items():
            drawn = glyphs[letter]
            if len(drawn.components) == 1:
                dotted = glyphs[drawn.components[0].glyphName + "dotaccent"] if letter != "Ubreve" else None
                mark = GlyphComponent()
                mark.glyphName, mark.flags = breve, drawn.components[0].flags & ~USE_MY_METRICS
                mark.x, mark.y = _middle(glyphs, dotted or drawn) - _middle(glyphs, glyphs[breve]), 0
                drawn.components.append(mark)
        font.save(path)


def _middle(glyphs: Any, glyph: Any) -> int:
    """Over what a mark stands: the dot of a letter that has one, else the letter itself."""
    if glyph.isComposite() and len(glyph.components) > 1:
        dot = glyph.components[1]
        return int(dot.x) + _middle(glyphs, glyphs[dot.glyphName])
    glyph.recalcBounds(glyphs)
    return int(glyph.xMin + glyph.xMax) // 2


def figures() -> None:
    first = subprocess.run([sys.executable, "-c", COLD], check=True, capture_output=True, text=True)
    print(f"cold: {float(first.stdout):.0f} ms")
    for name, milliseconds in warm():
        print(f"warm: {milliseconds:.0f} ms  {name}")
    for name, milliseconds in again():
        print(f"again: {milliseconds:.0f} ms  a5, {name}")
    print(f"event loop held: {asyncio.run(hold()):.0f} ms at most")


if __name__ == "__main__":
    if "--pictures" in sys.argv:
        pictures()
    elif "--breves" in sys.argv:
        breves()
    elif "--coverage" in sys.argv:
        (FONTS / "coverage.txt").write_text(coverage(), encoding="ascii")
    else:
        figures()
