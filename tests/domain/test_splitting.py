"""A long text becomes messages that read well, whatever it holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.rich_text import RichText, joined
from bot.domain.splitting import Block, BlockKind, flow, split

KINDS: list[BlockKind] = ["heading", "paragraph", "item", "quote", "code", "rule", "footer"]

words = st.text(alphabet="ab. 😀я!\n", max_size=30)
rich = st.lists(words, max_size=5).map(
    lambda pieces: joined(
        RichText(piece).styled("bold") if number % 2 else RichText(piece)
        for number, piece in enumerate(pieces)
    )
)
block = st.builds(
    lambda kind, text, tight: Block(kind=kind, text=text, tight=tight),
    st.sampled_from(KINDS),
    rich,
    st.booleans(),
)


def block_of(kind: BlockKind, text: str, *, tight: bool = False) -> Block:
    return Block(kind=kind, text=RichText(text), tight=tight)


def texts(parts: list[RichText]) -> list[str]:
    return [part.text for part in parts]


@given(st.lists(block, max_size=12), st.integers(2, 80), st.integers(1, 6))
@settings(max_examples=300)
def test_every_message_keeps_the_limits_and_nothing_is_lost(
    blocks: list[Block], limit: int, most: int
) -> None:
    """No message is empty or too long or over-formatted, no emoji is torn; only white space goes."""
    parts = split(blocks, limit=limit, entities=most)
    for part in parts:
        assert 0 < len(part) <= limit
        assert len(part.entities) <= most
        assert all(0 <= entity.offset < entity.end <= len(part) for entity in part.entities)
        part.text.encode("utf-8")  # fails for half an emoji
    assert "".join("".join(texts(parts)).split()) == "".join(flow(blocks).text.split())


@given(st.lists(block, max_size=12), st.integers(2, 80))
def test_what_is_bold_stays_bold(blocks: list[Block], limit: int) -> None:
    """Cut or not, the same letters are covered, as long as the entities suffice."""

    def bold(text: RichText) -> int:
        cuts = [text.cut(entity.offset, entity.end).text for entity in text.entities]
        return sum(len("".join(cut.split())) for cut in cuts)

    assert sum(map(bold, split(blocks, limit=limit))) == bold(flow(blocks))


def test_a_short_text_is_one_message() -> None:
    """Blocks stand apart by a blank line, tight ones by a newline."""
    blocks = [block_of("heading", "H"), block_of("item", "1"), block_of("item", "2", tight=True)]
    assert texts(split(blocks)) == ["H\n\n1\n2"]
    assert split([]) == []


def test_a_heading_goes_with_what_it_heads() -> None:
    """Even where it would still have fitted above."""
    blocks = [block_of("paragraph", "a" * 70), block_of("heading", "Next"), block_of("paragraph", "b" * 60)]
    assert texts(split(blocks, limit=100)) == ["a" * 70, "Next\n\n" + "b" * 60]


def test_a_heading_is_not_left_behind_by_a_long_paragraph() -> None:
    """The paragraph is cut, but something of it stands under its heading."""
    blocks = [block_of("paragraph", "a" * 80), block_of("heading", "Next"), block_of("paragraph", "b" * 150)]
    parts = texts(split(blocks, limit=100))
    assert parts == ["a" * 80, "Next\n\n" + "b" * 94, "b" * 56]


def test_a_list_stays_whole_if_it_can() -> None:
    """And takes the line that introduces it along."""
    items = [block_of("item", f"— {letter * 18}", tight=letter > "a") for letter in "abc"]
    blocks = [block_of("paragraph", "x" * 40), block_of("paragraph", "They are:"), *items]
    assert texts(split(blocks, limit=100))[1].startswith("They are:\n\n— a")
    long = [block_of("item", f"— {letter * 38}", tight=letter > "a") for letter in "abc"]
    assert texts(split(long, limit=100)) == [f"— {'a' * 38}\n— {'b' * 38}", f"— {'c' * 38}"]


def test_a_section_is_not_begun_in_the_second_half_of_a_message() -> None:
    """It moves to the next one whole; where little stands before it, it is torn instead."""
    section = [block_of("heading", "Next"), block_of("paragraph", "b" * 30), block_of("paragraph", "c" * 30)]
    assert texts(split([block_of("paragraph", "a" * 55), *section], limit=100))[0] == "a" * 55
    assert texts(split([block_of("paragraph", "a" * 45), *section], limit=100))[1] == "c" * 30


def test_a_footer_never_stands_alone() -> None:
    """If there is no room for it, the last sentence comes along."""
    parts = texts(split([block_of("paragraph", "One. " * 19 + "Two."), block_of("footer", "№ 1")], limit=100))
    assert parts[0].endswith("One.")
    assert parts[1].endswith("Two.\n\n№ 1")


def test_a_long_paragraph_is_cut_after_a_sentence_else_a_word() -> None:
    """And anywhere only where there is neither; numbers of points are no sentences."""
    assert texts(split([block_of("paragraph", "One two. Three four five")], limit=12)) == [
        "One two.",
        "Three four",
        "five",
    ]
    assert texts(split([block_of("paragraph", "😀" * 5)], limit=5)) == ["😀😀", "😀😀", "😀"]
    assert texts(split([block_of("item", "12. seventeen")], limit=11)) == ["12.", "seventeen"]
    assert texts(split([block_of("item", "Go 12. on and on")], limit=9)) == ["Go 12. on", "and on"]


def test_too_much_formatting_is_spread_over_messages() -> None:
    """A hundred entities is what one message carries."""
    text = joined((RichText("b").styled("bold") for _ in range(250)), " ")
    parts = split([Block(kind="paragraph", text=text)])
    assert [len(part.entities) for part in parts] == [100, 100, 50]


def test_formatting_piled_on_one_spot_is_thinned() -> None:
    """Text goes before formatting."""
    text = RichText("word")
    for _ in range(3):
        text = text.styled("bold")
    (part,) = split([Block(kind="paragraph", text=text)], entities=2)
    assert part.text == "word"
    assert len(part.entities) == 2


def test_a_message_must_have_room_for_something() -> None:
    """A limit under two units could not hold an emoji."""
    with pytest.raises(ValueError, match="two units"):
        split([], limit=1)
