"""Passphrases: generated, read and judged."""

import io
import os
import unicodedata
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInputError, Exit
from bot.vault import passphrase
from tests.vault.helpers import seeded


def test_a_generated_passphrase_is_six_words_of_the_list() -> None:
    """`init` proposes six different words from a list of 7,776: 77 bits, and easy to write down."""
    words = set(passphrase._words("en"))
    assert len(words) == 7776
    for attempt in range(50):
        chosen = passphrase.generate(seeded(str(attempt))).split(" ")
        assert len(set(chosen)) == 6
        assert set(chosen) <= words
        passphrase.check(" ".join(chosen))


def test_a_language_without_a_list_takes_the_english_one() -> None:
    """Where no free list of a language is shipped, the words are English."""
    assert passphrase.generate(seeded(), language="xx") == passphrase.generate(seeded(), language="en")


def test_a_list_of_the_language_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a list of the language is shipped, the words are from that one."""
    (tmp_path / "en.txt").write_text("one two three four five six", "utf-8")
    (tmp_path / "ru.txt").write_text("шар лес дом кот рог сон", "utf-8")
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    made = [passphrase.generate(os.urandom, language=each) for each in ("ru", "xx")]
    assert [set(each.split()) for each in made] == [
        {"шар", "лес", "дом", "кот", "рог", "сон"},
        {"one", "two", "three", "four", "five", "six"},
    ]


def test_each_word_is_as_likely_as_any_other() -> None:
    """Two random bytes are drawn again where they would favour the beginning of the list."""
    assert passphrase._below(7776, io.BytesIO(b"\xff\xff\xf3\x00\xff\xff\xff\xff\x01\x07").read) == 263
    below = iter([(0xF2FF).to_bytes(2, "big")])
    assert passphrase._below(7776, lambda size: next(below)) == 7775


@pytest.mark.parametrize(
    "good",
    [
        "one two three four five six",
        "we go by to at up",
        "шесть разных слов на русском языке",
        "vK8#mQ2&xT5!wZ9@pL4b",
        "vK8#mQ2&xT5!wZ9@pL4b" * 10,
    ],
)
def test_a_good_passphrase_is_accepted(good: str) -> None:
    """Six different words are enough, or twenty characters that cannot be guessed."""
    passphrase.check(good)


@pytest.mark.parametrize(
    "weak",
    [
        "password",
        "correct horse",
        "qwertyuiop asdfghjkl",
        "one one one one one one",
        "a b c d e f",
        "vK8#mQ2&xT5!wZ9@pL4",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "passwordpasswordpassword",
        "",
    ],
)
def test_a_weak_passphrase_is_refused_without_being_quoted(weak: str) -> None:
    """A passphrase that a machine guesses ends with exit 10, and the message does not repeat it."""
    with pytest.raises(BadInputError) as caught:
        passphrase.check(weak)
    assert caught.value.exit_code is Exit.BAD_INPUT
    assert not weak or weak not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a b\n", "a b"),
        (b"a b", "a b"),
        (b"a b\n\n", "a b\n"),
        (b"a b\r\n", "a b"),
        (b"a b\r", "a b\r"),
        (b" a ", " a "),
    ],
)
def test_one_line_end_is_dropped_and_nothing_else(data: bytes, text: str) -> None:
    """A passphrase file may end with a line end, as editors write it; spaces count."""
    assert passphrase.read(data) == text


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff\xfe", b"x" * 1025])
def test_a_file_that_holds_no_passphrase_is_refused(data: bytes) -> None:
    """An empty file, one that is not UTF-8 and one that is too long are refused."""
    with pytest.raises(BadInputError):
        passphrase.read(data)


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_composed_and_decomposed_letters_are_the_same_passphrase(text: str) -> None:
    """Two keyboards that compose й or é differently type the same passphrase."""
    try:
        expected = passphrase.to_bytes(text)
    except BadInputError:
        return
    assert passphrase.to_bytes(unicodedata.normalize("NFD", text)) == expected


def test_the_longest_passphrase() -> None:
    """1,024 bytes are taken, and one more is refused."""
    assert len(passphrase.to_bytes("й" * 512)) == 1024
    with pytest.raises(BadInputError):
        passphrase.to_bytes("й" * 512 + "!")


def test_a_superscript_is_not_a_digit() -> None:
    """Different passphrases stay different: 10² is not 102."""
    assert passphrase.to_bytes("10²") != passphrase.to_bytes("102")


def test_real_randomness_is_accepted() -> None:
    """The system's random numbers are what Handbill is given outside tests."""
    assert passphrase.generate(os.urandom) != passphrase.generate(os.urandom)
