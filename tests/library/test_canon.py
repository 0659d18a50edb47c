"""The code of a text survives every honest way of passing it on, and no change that can be seen."""

import os
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.library.canon import canonical, code

EXAMPLES = 20_000 if os.environ.get("HANDBILL_TEST_SOAK") else 500

# Everything that messengers are known to touch, between letters that compose and letters that do not.
TOUCHY = (
    "aAé\u0301\u030a\u0333\u033f \t\n\r\x00\x0b\x1f\x7f\x85\xa0\u00ad\u034f\u061c\u200b\u200c\u200d"
    "\u200e\u200f\u2028\u202e\u2060\u2800\u3000\ufe0f\ufeff\U000e0041²2я漢😀가\u1100\u1161"
)
texts = st.text(
    alphabet=st.one_of(st.sampled_from(TOUCHY), st.characters(exclude_categories=["Cs"])), max_size=40
)


def as_telegram_cleans(text: str) -> str:
    """A model of clean_input_string in td/telegram/misc.cpp, and of the trimming after it."""
    kept = []
    for char in text:
        point = ord(char)
        if char == "\r" or 0x2028 <= point <= 0x202E or point in (0x333, 0x33F, 0x30A):
            continue
        kept.append(" " if point <= 32 and char != "\n" else char)
    marks = re.sub(
        "[\u200e\u200f]+(?=[\u200e\u200f])", lambda run: "\u200c" * len(run.group()), "".join(kept)
    )
    return marks.strip(" \n")


@given(texts)
@settings(max_examples=EXAMPLES)
def test_canonical_text_is_canonical(text: str) -> None:
    """Doing it again changes nothing."""
    assert canonical(canonical(text)) == canonical(text)


def test_what_telegram_does_to_a_text_leaves_the_code_alone(figures: list[str]) -> None:
    """A statement copied out of Telegram has the code it went in with."""
    tried = 0

    @given(texts)
    @example("A\u034f\u030a")
    @example("a\u200e\u200f\u200eb")
    @settings(max_examples=EXAMPLES)
    def the_same(text: str) -> None:
        nonlocal tried
        tried += 1
        assert code(as_telegram_cleans(text)) == code(text)

    the_same()
    figures.append(f"canon: {tried} random texts cleaned as Telegram cleans them, 0 codes changed")


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20))
def test_wrapping_and_spacing_do_not_matter(text: str) -> None:
    """Line ends, indentation and tabs are one space to the code."""
    assert code(f"  {text}\r\n\t{text} ") == code(f"{text} {text}")


def test_what_can_be_seen_matters() -> None:
    """Ten to the second is not a hundred and two, and no letter is another."""
    assert code("10²") != code("102")
    assert code("Мир") != code("Mиp")
    assert code("a b") != code("ab")


def test_codes_are_what_they_were() -> None:
    """Published codes must hold for ever: these were worked out with the definition alone."""
    assert code("") == "YQ6X-ES5X-2XSP-FRCA"
    assert code("Peace\r\n\tto working people\u200b") == "FKWX-ABOU-OQF5-2Q5B"
    assert code("Мир тем, кто трудится") == "C7VB-BUHB-C45Q-N6WE"
    assert re.fullmatch("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code("x"))


def test_half_a_surrogate_pair_has_a_code_too() -> None:
    """Nothing that can be pasted may stop the check."""
    assert code("\ud83d") != code("")
