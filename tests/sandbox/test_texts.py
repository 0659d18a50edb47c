"""Texts and entities as Telegram takes them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.errors import ApiError
from bot.sandbox.texts import cleaned, detected, entities_of, units

Found = tuple[str, list[tuple[int, int]]]


def clean(text: str, *spans: tuple[int, int], limit: int = 4096) -> Found:
    entities = [{"type": "bold", "offset": offset, "length": length} for offset, length in spans]
    body, kept = cleaned(text, entities, limit, what="message")
    return body, [(each["offset"], each["length"]) for each in kept]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("  hello \n", "hello"),
        ("a\tb\x00c", "a b c"),
        ("a\r\nb", "a\nb"),
        ("a\u2028b\u202ec", "abc"),
        ("a\u0333b", "ab"),
        ("\u200b\u00a0", ""),
        (" \n ", ""),
        ("keep  two", "keep  two"),
    ],
)
def test_cleaning(text: str, body: str) -> None:
    """Outer spaces go, control characters become spaces, bidi overrides go, invisible text is empty."""
    assert clean(text) == (body, [])


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("hello", [(0, 5)], ("hello", [(0, 5)])),
        ("  hello", [(2, 5)], ("hello", [(0, 5)])),
        ("  hello", [(0, 7)], ("  hello", [(0, 7)])),
        ("hello  ", [(0, 7)], ("hello", [(0, 5)])),
        ("hello", [(3, 99)], ("hello", [(3, 2)])),
        ("hello", [(5, 1), (-1, 2), (0, 0)], ("hello", [])),
        ("a \n b", [(1, 3)], ("a \n b", [])),
        ("a\r\rbc", [(3, 2)], ("abc", [(1, 2)])),
        ("😀😀x", [(2, 2)], ("😀😀x", [(2, 2)])),
        ("abc", [(1, 1), (0, 3)], ("abc", [(0, 3), (1, 1)])),
    ],
)
def test_entities_follow_the_text(text: str, spans: list[tuple[int, int]], expected: Found) -> None:
    """Entities move with the text, are cut at its end, and go when nothing visible of them is left."""
    assert clean(text, *spans) == expected


@pytest.mark.parametrize(("span", "word"), [((1, 2), "begins"), ((0, 1), "ends")])
def test_half_a_character(span: tuple[int, int], word: str) -> None:
    """An entity must not begin or end inside a surrogate pair."""
    with pytest.raises(ApiError, match=f"entity {word} in a middle of a UTF-16 symbol"):
        clean("😀b", span)


def test_length_is_counted_in_utf16_after_trimming() -> None:
    """4096 units fit, 4097 do not; an emoji counts two."""
    assert clean("  " + "x" * 4096)[0] == "x" * 4096
    assert clean("😀" * 2048)[0] == "😀" * 2048
    for text in ("x" * 4097, "😀" * 2048 + "x"):
        with pytest.raises(ApiError, match="Bad Request: message is too long"):
            clean(text)


def test_a_hundred_entities_are_kept() -> None:
    """What is beyond a hundred entities is dropped, not refused."""
    assert len(clean("x" * 300, *[(2 * at, 1) for at in range(120)])[1]) == 100


@pytest.mark.parametrize(
    "raw",
    [
        "bold",
        [1],
        [{"type": "bold", "offset": "0", "length": 1}],
        [{"type": "loud", "offset": 0, "length": 1}],
        [{"type": "text_link", "offset": 0, "length": 1}],
    ],
)
def test_malformed_entities(raw: object) -> None:
    """Entities of a wrong shape are refused."""
    with pytest.raises(ApiError, match="can't parse"):
        entities_of(raw)


def test_what_a_client_finds_by_itself() -> None:
    """Commands, links and mentions in what people type become entities."""
    found = detected("😀 /latest@some_bot see https://a.b/c @alice 1/2 not/a")
    assert [(each["type"], each["offset"], each["length"]) for each in found] == [
        ("bot_command", 3, 16),
        ("url", 24, 13),
        ("mention", 38, 6),
    ]


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(st.sampled_from("ab \n\r\t😀ж\u202e\u0333"), max_size=20),
    spans=st.lists(st.tuples(st.integers(-2, 25), st.integers(-2, 25)), max_size=6),
)
def test_entities_always_lie_inside(text: str, spans: list[tuple[int, int]]) -> None:
    """Kept entities lie inside the kept text, in order, and cleaning again changes nothing."""
    try:
        body, kept = clean(text, *spans)
    except ApiError:
        return
    assert all(offset >= 0 and length > 0 and offset + length <= units(body) for offset, length in kept)
    assert kept == sorted(kept, key=lambda each: (each[0], -each[1]))
    assert clean(body, *kept) == (body, kept)
