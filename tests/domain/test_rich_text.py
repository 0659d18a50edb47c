"""Text with formatting: offsets in UTF-16 units survive adding, cutting and cleaning."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.rich_text import Entity, RichText, joined, units

# Characters of every width and every kind that cleaning looks at, so that random texts are interesting.
ALPHABET = "aя 漢😀👩\u200d\u200c\u200b\u202e\x00\t\n\ré\u0301\ufe0f\u2028\u0633"
texts = st.text(alphabet=ALPHABET, max_size=60)


@st.composite
def rich_texts(draw: st.DrawFn) -> RichText:
    text = draw(texts)
    spans = draw(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=6))
    rich = RichText(text)
    size = len(rich)
    kinds = draw(st.lists(st.sampled_from(["bold", "italic", "code"]), min_size=6, max_size=6))
    entities = [
        Entity(kind=kind, offset=start, length=min(length, size - start))
        for kind, (start, length) in zip(kinds, spans, strict=False)
        if start < size and length
    ]
    return RichText(text, tuple(entities))


def in_range(text: RichText) -> bool:
    return all(0 <= e.offset < e.end <= len(text) for e in text.entities)


def whole_pairs(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


@given(texts)
def test_units_are_what_utf_16_needs(text: str) -> None:
    """A character beyond the basic plane, such as an emoji, counts as two."""
    assert units(text) == len(text.encode("utf-16-le")) // 2


@given(rich_texts(), st.integers(-5, 90), st.integers(-5, 90))
@settings(max_examples=150)
def test_neighbouring_cuts_meet_and_split_no_character(text: RichText, first: int, second: int) -> None:
    """Wherever a text is cut, nothing is lost, no character is torn and no entity leaves its piece."""
    one, two = sorted((first, second))
    pieces = [text.cut(0, one), text.cut(one, two), text.cut(two, len(text))]
    assert "".join(piece.text for piece in pieces) == text.text
    assert all(whole_pairs(piece.text) and in_range(piece) for piece in pieces)
    covered = sum(e.length for e in text.entities)
    assert sum(e.length for piece in pieces for e in piece.entities) == covered


def test_a_cut_inside_an_emoji_moves_before_it() -> None:
    """Neither piece holds half an emoji."""
    text = RichText("a😀b")
    assert text.cut(0, 2).text == "a"
    assert text.cut(2, 4).text == "😀b"


def test_adding_moves_the_entities_of_the_second_text() -> None:
    """Two texts side by side keep their own formatting."""
    both = RichText("😀 ") + RichText("word").styled("bold") + "!"
    assert both == RichText("😀 word!", (Entity(kind="bold", offset=3, length=4),))
    assert joined(["a", RichText("b").styled("italic")], ", ") == RichText(
        "a, b", (Entity(kind="italic", offset=3, length=1),)
    )


def test_styling_nothing_adds_nothing() -> None:
    """Telegram refuses entities without text, so none is made."""
    assert RichText("").styled("bold") == RichText("")
    assert not RichText("")


def test_stripping_clips_entities() -> None:
    """White space at the ends goes, and with it the part of an entity that covered it."""
    text = RichText("\n ab ").styled("bold")
    assert text.strip() == RichText("ab", (Entity(kind="bold", offset=0, length=2),))
    assert RichText(" \n").styled("bold").strip() == RichText("")


def test_lines_share_the_entities() -> None:
    """A link over two lines is a link in both."""
    link = RichText("one\n😀two").styled("text_link", url="https://example.org")
    one, two = link.lines()
    assert one == RichText("one").styled("text_link", url="https://example.org")
    assert two == RichText("😀two").styled("text_link", url="https://example.org")
    assert two.startswith("😀")
    assert not two.startswith("two")


def test_cleaning_removes_what_hides_and_keeps_what_shows() -> None:
    """Bidi marks, controls and zero-width characters vanish; emoji of several parts and newlines stay."""
    text = RichText("a\u202eb\x00\tc\u200b\r\n👩\u200d🚒 x\u200dy \ufeff")
    assert text.cleaned().text == "ab c\n👩\u200d🚒 xy "


def test_cleaning_moves_entities_with_their_words() -> None:
    """What was bold stays bold, what covered nothing visible goes."""
    text = RichText("\u200b😀\u200b\u200bbold\u202e") + RichText("\u200b").styled("italic")
    text = RichText(text.text, (Entity(kind="bold", offset=5, length=99), *text.entities))
    assert text.cleaned() == RichText("😀bold", (Entity(kind="bold", offset=2, length=4),))


@given(rich_texts())
@settings(max_examples=150)
def test_cleaning_twice_changes_nothing(text: RichText) -> None:
    """What is clean stays as it is, with every entity inside the text."""
    once = text.cleaned()
    assert in_range(once)
    assert once.cleaned() == once


@given(st.text(alphabet=st.characters(), max_size=30))
def test_any_characters_can_be_cleaned(text: str) -> None:
    """Even half a surrogate pair, which no message may hold."""
    RichText(text + "\ud83d").cleaned().text.encode("utf-8")
