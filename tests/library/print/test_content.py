"""From Markdown to the tree that templates show: nothing is lost, and nothing becomes Typst source."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import StatementError
from bot.library import markdown, proof
from bot.library.print import glyphs
from bot.library.print.content import content, numbered
from bot.library.print.leaflet import leaflet
from bot.library.print.press import TEMPLATES, Press
from bot.library.print.style import Design, Imprint, Style
from tests.library.print.conftest import Write
from tests.support.paper import squeezed, words

HEAD = "Statement: 2\nDate: 2026-11-01\nLanguage: en\nTitle: T\n"

HOSTILE = (
    '#panic("got you")',
    '#read("/etc/passwd")',
    "#sys.inputs",
    '#eval("1+1")',
    '"]#panic()[',
    "$1+1$ @label <label> // comment /* comment",
    "= heading == heading",
    "\\u{41} \\# ~ -- --- ...",
    "{code} [content] (x: 1)",
    "`#set page(fill: red)`",
    "```typ #panic()```",
    "'single' \"double\"",
)
"""Texts that would do something if they were Typst source."""


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_code(press: Press, imprint: Imprint, write: Write, text: str) -> None:
    """What looks like Typst is printed as it stands: as title, in the text, as a slogan and as code."""
    inside = text.replace("\\", "\\\\").replace("`", "\\`").replace("<", "\\<").replace("[", "\\[")
    inside = inside.replace("*", "\\*").replace("_", "\\_").replace("~", "\\~")
    body = f"x {inside}\n\n> x {inside}\n\n1. x {inside}\n\n~~~\n{text}\n~~~\n\nThen.\n\n- x {inside}\n"
    made = words(leaflet(press, write(body, title=f"x {text}"), Style(), imprint, date=text))
    assert made.count(squeezed(text)) >= 6


def test_no_template_reads_source() -> None:
    """No template turns a string into code, or reads a file that a text could name."""
    for path in TEMPLATES.glob("*.typ"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(eval|read|include|plugin|csv|yaml|toml|xml)\s*\(", source), path.name
        assert set(re.findall(r'#import "([^"]+)"', source)) <= {"common.typ"}
        assert all(each.startswith(("bytes(", "pdf,")) for each in re.findall(r"image\(([^)]*)", source))


SIGNS = st.sampled_from("#$@<>[]{}()*_`\"'\\/=+-~^&%!?:;., \nabcЯя1א№—«»")


def letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())


@settings(max_examples=30)
@given(text=st.text(SIGNS, min_size=1, max_size=120))
def test_whatever_is_a_statement_can_be_printed(press: Press, imprint: Imprint, text: str) -> None:
    """Any text that the library accepts is laid out without a complaint, and no letter is lost on the way."""
    try:
        statement = proof.accept(f"{HEAD}\n{text}\n".encode())
    except StatementError:
        return
    assert leaflet(press, statement, Style(design=Design.LOUD), imprint, date="1").startswith(b"%PDF")
    found = content(statement)
    shown = "".join(glyphs.texts_in([found.blocks, found.heading, found.slogans]))
    assert letters(shown) == letters(markdown.plain(statement).removeprefix("T\n\n"))


def test_links_get_numbers(write: Write) -> None:
    """Paper knows no taps: an address stands under the text, once, unless it is written out anyway."""
    found = content(
        write("[a](https://a.example) [b](https://b.example) [c](https://a.example)\n\n<https://c.example>\n")
    )
    assert found.links == ["https://a.example", "https://b.example"]
    line = found.blocks[0]["c"]
    assert [node["note"] for node in line if isinstance(node, dict)] == [1, 2, 1]
    assert found.blocks[1]["c"] == [{"k": "link", "note": 0, "c": ["https://c.example"]}]


def test_closing_slogans_stand_apart(write: Write) -> None:
    """A short list at the end is set large, with its heading; a long one, or nothing but a list, is not."""
    found = content(write("Text.\n\n## Slogans\n\n- *One*\n- Two\n"))
    assert found.heading == ["Slogans"]
    assert found.slogans == [[{"k": "emph", "c": ["One"]}], ["Two"]]
    assert len(found.blocks) == 1
    assert content(write("- One\n- Two\n")).slogans == []
    assert content(write("Text.\n\n- " + "word " * 200 + "\n")).slogans == []
    assert content(write("Text.\n\n- One\n\n  more of it\n")).slogans == []


def test_numbered_points_alone(write: Write) -> None:
    """Those of several lists, as long as the numbers go on; and where links in them lead."""
    text = "[x](https://x.org/)\n\n1. a\n2. [b](https://b.org/)\n\nText.\n\n3. c\n\nText.\n\n1. other\n"
    points = numbered(write(text))
    assert points.start == 1
    assert ["".join(glyphs.texts_in(point)) for point in points.items] == ["a", "b", "c"]
    assert points.links == ["https://b.org/"]


def test_the_deepest_nesting_is_printed(press: Press, imprint: Imprint, write: Write) -> None:
    """What the parser lets through, Typst does too."""
    body = "".join("  " * depth + "- x\n" for depth in range(5)) + "\nEnd ***~~x~~***.\n"
    assert leaflet(press, write(body), Style(), imprint, date="1")
