"""Every kind of page of the mirror in a real browser: on a phone and a desk, light, dark and printed.

Skipped where there is no browser. HANDBILL_TEST_SOAK=1 looks at more, HANDBILL_TEST_SCREENSHOTS=FOLDER too,
and keeps the pictures there.
"""

import io
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from bot.library.mirror import page, style
from tests.library.mirror.workshops import SHIPPED, Workshop, files, made
from tests.support.browser import Browser, Screen, browser, installed

PROGRAM = installed()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium is installed on this machine")

PHONE, DESK = (360, 740), (1280, 900)
SCREENS = [Screen(*size, dark=dark) for size in (PHONE, DESK) for dark in (False, True)]
PRINTED = [Screen(794, 1123, dark=dark, printed=True) for dark in (False, True)]
SOAK = bool(os.environ.get("HANDBILL_TEST_SOAK"))
KEPT = os.environ.get("HANDBILL_TEST_SCREENSHOTS")
LONG = "Ungewöhnlichlangeswortohnejedetrennstelle" * 4
ARABIC = """\
# عنوان

نحن هنا معا، ولن نترك أحدا وحده.

1. خبز
2. سلام

> اقتباس من كلامنا

`ssh-keygen -Y verify`
"""
NAMED = {f"de.md.{'signer' * 5}.minisig": b""}
"""A signer's name may have 32 letters."""
WIDE = f"""\
{LONG}

    {"code " * 60}

[{LONG}](https://example.org/{"a" * 200})

1. one
2. two

- Bread
"""


@pytest.fixture
async def tab(tmp_path: Path) -> AsyncIterator[Browser]:
    assert PROGRAM is not None
    async with browser(PROGRAM, tmp_path / "profile") as opened:
        yield opened


@pytest.fixture
def pages(tmp_path: Path, workshop: Workshop) -> list[Path]:
    """The shipped statements, and two that are hard to show; one page of each kind."""
    workshop.write(90, "ar", "ماذا نريد", ARABIC)
    workshop.write(91, "de", f"{LONG} und kurz", WIDE)
    edition = made(SHIPPED, workshop.folder)
    signed = [
        replace(text, signatures=NAMED) if text.statement.number == 91 else text for text in edition.texts
    ]
    whole = files(replace(edition, texts=tuple(signed)))
    for path, data in whole.items():
        target = tmp_path / "mirror" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    names = ["index", "90/ar", "91/de"]
    names += ["ru", "2/en", "1/ru", "slogans/en", "check-en"] if KEPT or SOAK else []
    return [tmp_path / "mirror" / f"{name}.html" for name in names]


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


async def kept(tab: Browser, path: Path, screen: Screen) -> None:
    """A picture with more than one colour in it; laid aside where somebody wants to look."""
    data = await tab.picture()
    assert len(Image.open(io.BytesIO(data)).convert("RGB").getcolors(1 << 24) or ()) > 16
    if KEPT:
        look = "print" if screen.printed else "dark" if screen.dark else "light"
        name = f"{path.parent.name}-{path.stem}-{screen.width}-{look}.png"
        (Path(KEPT) / name).write_bytes(data)


async def test_every_screen(tab: Browser, pages: list[Path]) -> None:
    """Nothing sticks out sideways or is too small to read or to press, and the colours are right."""
    for path in pages:
        for screen in SCREENS:
            await tab.open(path, screen)
            assert await tab.value("document.documentElement.scrollWidth") <= screen.width, (
                path.name,
                screen,
            )
            scheme = style.DARK if screen.dark else style.LIGHT
            assert await tab.value(look("document.documentElement", "backgroundColor")) == rgb(
                scheme["paper"]
            )
            assert await tab.value(look("document.documentElement", "color")) == rgb(scheme["ink"])
            assert await tab.value(smallest("main p, main li", "fontSize")) >= 14
            assert await tab.value(lowest("nav a")) >= 24, "WCAG 2.2, 2.5.8"
            assert await tab.value("document.querySelectorAll('h1').length") == 1
            rtl = path.stem == "ar"
            main = "getComputedStyle(document.querySelector('main p')).direction"
            assert await tab.value(main) == ("rtl" if rtl else "ltr")
            await kept(tab, path, screen)
    assert not tab.complaints
    assert {url for url in tab.asked if not url.startswith("file://")} == set()
    assert {Path(url).suffix for url in tab.asked} == {".html"}, "a page is one file"


async def test_paper(tab: Browser, pages: list[Path]) -> None:
    """Black on white whatever the screen shows, without what can only be pressed, links written out."""
    for path in pages:
        for screen in PRINTED:
            await tab.open(path, screen)
            assert (
                await tab.value(look("document.documentElement", "backgroundColor")) == "rgb(255, 255, 255)"
            )
            assert await tab.value(look("document.documentElement", "color")) == "rgb(0, 0, 0)"
            assert await tab.value("document.querySelector('nav').getBoundingClientRect().height") == 0
            await kept(tab, path, screen)
        printed = PdfReader(io.BytesIO(await tab.paper()))
        assert all(each.extract_text().strip() for each in printed.pages), "no empty sheet"
        if path.stem == "de":
            text = "".join(each.extract_text() for each in printed.pages)
            assert "https://example.org/aaa" in "".join(text.split())


async def test_the_browser_keeps_the_rules(tab: Browser, pages: list[Path], tmp_path: Path) -> None:
    """A script or a picture that somebody adds to a page is refused by the page's own rules."""
    html = pages[0].read_text("utf-8")
    worse = tmp_path / "mirror" / "worse.html"
    worse.write_text(
        html.replace("</main>", "<script>document.title='x'</script><img src='a.png'></main>"), "utf-8"
    )
    await tab.open(worse, Screen(*DESK))
    assert await tab.value("document.title") != "x"
    assert len([one for one in tab.complaints if "Content Security Policy" in one]) >= 2
    assert page.policy(style.sheet()).startswith("default-src 'none'")


def look(element: str, what: str) -> str:
    return f"getComputedStyle({element}).{what}"


def smallest(selector: str, what: str) -> str:
    return (
        f"Math.min(...[...document.querySelectorAll('{selector}')]"
        f".map(one => parseFloat(getComputedStyle(one).{what})))"
    )


def lowest(selector: str) -> str:
    return (
        f"Math.min(...[...document.querySelectorAll('{selector}')]"
        ".map(one => one.getBoundingClientRect().height))"
    )
