"""How what an organiser writes becomes one text a language."""

import pytest

from bot.domain.broadcast import ALL_OTHERS
from bot.domain.draft import CAPTION_LIMIT, TEXT_LIMIT, Refusal, compose
from bot.domain.rich_text import Entity, RichText
from bot.library.canon import code

LANGUAGES = frozenset({"en", "ru"})


def test_one_text_serves_everybody() -> None:
    """Without a language line the text is for all."""
    assert compose(RichText("  Hello  "), LANGUAGES) == {ALL_OTHERS: RichText("Hello")}


def test_language_lines_split_the_text() -> None:
    """A line == ru == starts a language; formatting stays with its words."""
    text = RichText(
        "All\n== ru ==\nРусский текст\n==EN==\nEnglish", (Entity(kind="bold", offset=13, length=7),)
    )
    assert compose(text, LANGUAGES) == {
        ALL_OTHERS: RichText("All"),
        "ru": RichText("Русский текст", (Entity(kind="bold", offset=0, length=7),)),
        "en": RichText("English"),
    }


def test_no_text_for_all_others_leaves_them_out() -> None:
    """A text that begins with a language line serves that language only."""
    assert compose(RichText("== ru ==\nПривет"), LANGUAGES) == {"ru": RichText("Привет")}


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Refusal(why="empty")),
        ("== ru ==\n \n", Refusal(why="empty-language", language="ru")),
        ("== de ==\nHallo", Refusal(why="unknown-language", language="de")),
        ("Hello\n== pt-BR ==\nOl\u00e1", Refusal(why="unknown-language", language="pt-br")),
        ("Hello\n== en_us ==\nHi", Refusal(why="unknown-language", language="en_us")),
        ("== ru ==\nРаз\n== ru ==\nДва", Refusal(why="twice", language="ru")),
        ("x" * (TEXT_LIMIT + 1), Refusal(why="too-long", units=TEXT_LIMIT + 1)),
        ("== ru ==\n" + "я" * 5000, Refusal(why="too-long", language="ru", units=5000)),
    ],
)
def test_what_cannot_be_sent(text: str, refusal: Refusal) -> None:
    """Each refusal says why, in which language, how long."""
    assert compose(RichText(text), LANGUAGES) == refusal


def test_astral_characters_count_twice() -> None:
    """2,001 emoji are over 4,000 units."""
    assert isinstance(compose(RichText("🔥" * 2001), LANGUAGES), Refusal)
    assert not isinstance(compose(RichText("🔥" * 2000), LANGUAGES), Refusal)


def test_what_fits_under_a_picture() -> None:
    """Each language has 994 units for itself; with the line that ends an update it is all that fits."""
    longest = "🔥" * (CAPTION_LIMIT // 2)
    both = f"{longest}\n== ru ==\n{longest}"
    assert compose(RichText(both), LANGUAGES, caption=True) == {
        ALL_OTHERS: RichText(longest),
        "ru": RichText(longest),
    }
    assert len(RichText(f"{longest}\n\nUpdate · {code(longest)}")) == 1024
    refused = Refusal(why="caption-too-long", language="ru", units=CAPTION_LIMIT + 1)
    assert compose(RichText(f"== ru ==\n{longest}x"), LANGUAGES, caption=True) == refused


def test_a_picture_can_do_without_words() -> None:
    """No text at all is a text for everybody; but a language that is named must have one."""
    assert compose(RichText(" \n"), LANGUAGES, caption=True) == {ALL_OTHERS: RichText("")}
    refused = Refusal(why="empty-language", language="ru")
    assert compose(RichText("== ru =="), LANGUAGES, caption=True) == refused
