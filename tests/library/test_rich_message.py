"""A statement as one rich message, and what is read when somebody forwards one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rich_message import RichMessage
from bot.domain.statement import Statement
from bot.library import header, markdown, proof
from bot.library.rich_message import MOST_BLOCKS, rich_message
from bot.library.rich_words import LARGEST, rich_words

SHIPPED = sorted(
    path for path in (Path(__file__).parents[2] / "statements").glob("2*/*.md") if path.name != "README.md"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "url", "blocks", "items", "value", "label"]), inside, max_size=5
        )
    ),
    max_leaves=25,
)


def statement(body: str, *, language: str = "en", more: str = "") -> Statement:
    head = f"Statement: 7\nDate: 2026-10-01\nLanguage: {language}\nTitle: A title\n{more}\n"
    return header.parse((head + body).encode(), None)


def received(made: RichMessage | None) -> object:
    """As a bot gets it back."""
    assert made is not None
    return json.loads(json.dumps({"blocks": list(made.blocks)}))


def test_every_kind_of_block() -> None:
    """Headings, words with marks, lists with their numbers, quotations, code and lines."""
    body = (
        "## Part\n\nSome **bold [link](https://example.org/a)** and *slanted* `code`  \nnext\nline.\n\n"
        "3. three\n4. four\n   - inner\n\n> Said.\n\n```\nx = 1\n```\n\n---\n\n- A slogan\n"
    )
    made = rich_message(
        statement(body, more="Author: Circle\nPreface: Passed on.\n"), date="1 October", notes=["Not signed"]
    )
    assert made is not None
    link = {"type": "url", "text": ["link"], "url": "https://example.org/a"}
    words = [
        "Some ",
        {"type": "bold", "text": ["bold ", link]},
        " and ",
        {"type": "italic", "text": ["slanted"]},
        " ",
        {"type": "code", "text": "code"},
        "\n",
        "next",
        " ",
        "line.",
    ]
    inner = {"type": "list", "items": [{"blocks": [{"type": "paragraph", "text": ["inner"]}]}]}
    three = {"blocks": [{"type": "paragraph", "text": ["three"]}], "value": 3, "type": "1"}
    four = {"blocks": [{"type": "paragraph", "text": ["four"]}, inner], "value": 4, "type": "1"}
    assert list(made.blocks[:3]) == [
        {"type": "heading", "text": "A title", "size": 1},
        {"type": "paragraph", "text": {"type": "italic", "text": "Circle · 1 October"}},
        {"type": "blockquote", "blocks": [{"type": "paragraph", "text": "Passed on."}]},
    ]
    assert list(made.blocks[3:-2]) == [
        {"type": "heading", "text": ["Part"], "size": 3},
        {"type": "paragraph", "text": words},
        {"type": "list", "items": [three, four]},
        {"type": "blockquote", "blocks": [{"type": "paragraph", "text": ["Said."]}]},
        {"type": "pre", "text": "x = 1"},
        {"type": "divider"},
        {"type": "list", "items": [{"blocks": [{"type": "paragraph", "text": ["A slogan"]}]}]},
    ]
    assert made.blocks[-1] == {"type": "footer", "text": "Not signed"}
    assert not made.right_to_left


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_is_lost_and_nothing_added(path: Path) -> None:
    """What is read back holds the statement as it reads, apart from white space."""
    shown = proof.accept(path.read_bytes(), path)
    read = "".join(rich_words(received(rich_message(shown))).text.split())
    assert "".join(markdown.body_text(shown).split()) in read
    assert read.startswith("".join(shown.title.split()))


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"{number}. point\n" for number in range(1, MOST_BLOCKS)),
        "\n\n".join(["word " * 900] * 8),
        "- \n- one\n",
        "> " * 9 + "**a __b *c _d ~~e [`f`](https://example.org/)~~_*__**\n",
    ],
    ids=["too many blocks", "too many words", "an item without words", "too deep"],
)
def test_what_telegram_would_not_take(body: str) -> None:
    """It goes out in parts."""
    assert rich_message(statement(body)) is None


def test_right_to_left() -> None:
    """Said for a language that is written so."""
    made = rich_message(statement("متن\n", language="fa"))
    assert made is not None
    assert made.right_to_left


def test_links_are_read_back() -> None:
    """A link that leads elsewhere than its words say is seen by /verify."""
    read = rich_words(received(rich_message(statement("See [here](https://example.org/a).\n"))))
    assert [entity.url for entity in read.entities if entity.url] == ["https://example.org/a"]


@given(JSON)
def test_whatever_comes_in(found: object) -> None:
    """Foreign blocks are read as far as they are words, and never more than a message can hold."""
    assert len(rich_words({"blocks": [found, found]})) <= LARGEST
    assert rich_words(found).text == "" or isinstance(found, dict)


def test_endless_nesting() -> None:
    """It is read only so deep."""
    block: dict[str, object] = {"type": "paragraph", "text": "deep"}
    for _ in range(5000):
        block = {"type": "blockquote", "blocks": [block]}
    piece: object = "deep"
    for _ in range(5000):
        piece = [piece]
    assert rich_words({"blocks": [block, {"type": "paragraph", "text": piece}]}).text.strip() == ""
    assert len(rich_words({"blocks": [{"type": "paragraph", "text": "a" * 50_000}]})) == LARGEST
