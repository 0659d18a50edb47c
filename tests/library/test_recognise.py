"""Which statement a text is, however it was passed on, and how it was changed."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.rich_text import Entity, RichText
from bot.domain.statement import Statement
from bot.library import header, markdown, recognise, render
from bot.library.canon import code
from bot.library.likeness import Kind
from bot.library.recognise import Frame, Index, Recognised
from tests.support.workshop import BODY, LINK, text

SHIPPED = Path(__file__).parents[2] / "statements"
ABOVE = ("Example Circle · 1 October 2026", "Example Circle · 1 октября 2026 г.", "A preface of somebody")
BELOW = ("Not signed", "Signed: vera, boris")


def framing(statement: Statement) -> Frame:
    return Frame(above=(*ABOVE, statement.preface or ""), below=BELOW)


def others(number: int) -> str:
    """Another statement, which has some phrases in common with the one that is asked about."""
    draw = random.Random(number)
    words = BODY.format(link=LINK).split()
    draw.shuffle(words)
    return f"In plain words that everybody understands: {' '.join(words[:60])}. Nobody is alone."


STATEMENTS = [
    *(header.parse(path.read_bytes(), path) for path in sorted(SHIPPED.glob("2*/*.md"))),
    *(header.parse(text(number, body=others(number)), None) for number in range(11, 30)),
    header.parse(text(10), None),
]
INDEX = Index([recognise.entry(one) for one in STATEMENTS], framing)
ONE = STATEMENTS[-1]
PLAIN = markdown.plain(ONE)
EVERY = pytest.mark.parametrize("statement", STATEMENTS[:7], ids=lambda one: f"{one.number}-{one.language}")


def found(asked: str | RichText) -> Recognised:
    result = INDEX.find(RichText(asked) if isinstance(asked, str) else asked)
    assert result is not None
    return result


def clean(result: Recognised) -> bool:
    return not result.altered and not result.likeness.added and not result.links


@EVERY
def test_a_whole_statement(statement: Statement) -> None:
    """Title and text are recognised, word for word, in the right number and language."""
    result = found(markdown.plain(statement))
    assert result.statement == statement
    assert clean(result)
    assert result.likeness.whole


@EVERY
def test_messages_of_this_bot(statement: Statement) -> None:
    """With byline, preface, footer and notes around; each part of a long one; the summary for groups."""
    framed = render.parts(statement, date="1 October 2026", notes=["Not signed"])
    head = ABOVE[0]
    whole = "\n\n".join(part.text for part in framed)
    whole = re.sub(r"^(.*)\n.*1 October 2026\n", rf"\1\n{head}\n", whole)
    for message in (whole, *(part.text for part in framed[1:])):
        result = found(message)
        assert result.statement == statement
        assert not result.altered, result.likeness.pieces
    title, _, rest = render.summary(statement, date="1 October 2026", notes=["Not signed"]).text.partition(
        "\n"
    )
    result = found(f"{title}\n{head}\n{rest.partition(chr(10))[2]}")
    assert result.statement == statement
    assert clean(result), result.likeness


SIGNS = (
    ("'", "\u2019"), ("\u2019", "'"), ('"', "\u201c"), ("\u00ab", '"'), ("\u00bb", '"'),
    ("\u2014", "-"), ("\u2013", "-"), ("-", "\u2011"), ("\u2026", "..."),
)  # fmt: skip
"""What keyboards, mail programs and editors put in the place of what was typed."""


@EVERY
def test_other_quotation_marks_and_dashes(statement: Statement) -> None:
    """Signs that programs exchange by themselves change no word; the code, which people compare, differs."""
    plain = markdown.plain(statement)
    for one, other in SIGNS:
        assert clean(found(plain.replace(one, other)))
        assert one not in plain or code(plain) != code(plain.replace(one, other))


@EVERY
def test_paragraphs_alone(statement: Statement) -> None:
    """Any paragraph of some length is a part of its statement."""
    for paragraph in markdown.body_text(statement).split("\n\n"):
        if len(paragraph.split()) >= 12:
            result = found(paragraph)
            assert result.statement.number == statement.number
            assert clean(result)
            assert not result.likeness.whole


CHANGED_ON_THE_WAY: Sequence[tuple[str, str]] = [
    ("wrapped", PLAIN.replace(" ", "\n")),
    ("one line", PLAIN.replace("\n", " ")),
    ("spaces", PLAIN.replace(" ", "  ").replace("\n", "\r\n\t")),
    ("no-break spaces", PLAIN.replace(" ", "\u00a0")),
    ("zero width", PLAIN.replace("e", "e\u200b")),
    ("quoted", "\n".join(f"> {line}" for line in PLAIN.split("\n"))),
    ("quoted twice", "\n".join(f">> {line}" for line in PLAIN.split("\n"))),
    ("bullets", PLAIN.replace("— ", "• ")),
    ("other bullets", PLAIN.replace("— ", "- ")),
    ("marks", f"**{PLAIN.replace('now', '__now__')}**"),
]


@pytest.mark.parametrize(
    "asked", [case[1] for case in CHANGED_ON_THE_WAY], ids=[c[0] for c in CHANGED_ON_THE_WAY]
)
def test_copy_and_paste(asked: str) -> None:
    """Line ends, spaces, quote signs, other programs' bullets and marks change nothing."""
    result = found(asked)
    assert result.statement == ONE
    assert clean(result), result.likeness


def kinds(result: Recognised) -> list[tuple[str, str]]:
    return [(piece.kind, piece.words) for piece in result.likeness.pieces if piece.kind is not Kind.SAME]


def test_what_was_altered_is_shown() -> None:
    """A word for another, a word more, a word less, a sentence taken out of the middle."""
    changed = found(PLAIN.replace("plain words", "secret words"))
    assert kinds(changed) == [("gone", "plain"), ("new", "secret")]
    assert kinds(found(PLAIN.replace("we want it", "we never want it"))) == [("new", "never")]
    assert kinds(found(PLAIN.replace("do not leave", "do leave"))) == [("gone", "not")]
    taken = found(PLAIN.replace("We keep together when one of us is taken away, and we", "We"))
    assert kinds(taken) == [("gone", "keep together when one of us is taken away, and we")]
    assert kinds(found(PLAIN.replace("10²", "102").replace("2. We", "3. We"))) == [
        ("gone", "2."),
        ("new", "3."),
    ]


def test_only_what_differs_parts_the_words() -> None:
    """The lines that messages put between title and text, and that are not here, leave no trace."""
    changed = found(PLAIN.replace("plain words", "secret words")).likeness.pieces
    assert [piece.kind for piece in changed] == ["same", "gone", "new", "same"]
    assert changed[0].words.startswith(ONE.title.split(" ")[0])


def test_what_was_left_out_is_never_overlooked() -> None:
    """Two right halves with a long piece missing between them are no right text."""
    paragraphs = PLAIN.split("\n\n")
    result = found("\n\n".join([*paragraphs[:2], *paragraphs[-2:]]))
    assert result.altered
    assert [kind for kind, _ in kinds(result)] == ["gone"]


def test_what_was_added_around_is_shown() -> None:
    """Before, behind, both; also a few words that the statement has elsewhere."""
    for before, behind in (
        ("Ann, [01.10.26 12:30]", ""),
        ("", "and what we say"),
        ("Read", "Pass it on to us"),
    ):
        result = found(f"{before}\n{PLAIN}\n{behind}".strip())
        assert not result.altered
        assert result.likeness.added == tuple(each for each in (before, behind) if each)
        assert result.likeness.whole
    comment = "I think that " + "something quite different should be said here by somebody else " * 8
    part = PLAIN.split("\n\n")[1]
    result = found(f"{comment}\n{part}")
    assert not result.altered
    assert result.likeness.added == (comment.strip(),)


def test_other_texts_are_unknown() -> None:
    """Also short ones, and those that share a phrase."""
    for asked in (
        "",
        "We talk",
        "what we want, and",
        "The committee has decided that on Friday all trains to the north stop for one hour at noon.",
        "He said in plain words that everybody understands how little there is to eat, and went away slowly.",
        "слово " * 500,
        "\x00\u202e" * 100,
    ):
        assert INDEX.find(RichText(asked)) is None, asked


def linked(url: str, words: str = "the family") -> RichText:
    start = PLAIN.index(words)
    return RichText(PLAIN, (Entity(kind="text_link", offset=start, length=len(words), url=url),))


def test_links_under_words() -> None:
    """A hidden link must be the statement's own, under its own words, however Telegram writes it."""
    assert LINK == "https://example.org/help"
    assert clean(found(linked(LINK)))
    assert clean(found(linked("HTTPS://EXAMPLE.org/help")))
    assert clean(found(linked(LINK, "family"))), "a part of a message may cut it"
    for url in ("https://example.org/HELP", "https://example.com/help", "tg://user?id=1", "https://[", ""):
        assert found(linked(url)).links, url
    assert found(linked(LINK, "talk to the people")).links == (LINK,)
    mention = RichText(PLAIN, (Entity(kind="text_mention", offset=0, length=4),))
    assert found(mention).links == ("What",)
    assert clean(found(RichText(PLAIN, (Entity(kind="bold", offset=0, length=4),))))


@given(
    st.integers(0, len(PLAIN.split()) - 1), st.text(st.characters(categories=["L"]), min_size=1, max_size=9)
)
@settings(max_examples=100, deadline=None)
def test_any_changed_word_is_noticed(at: int, word: str) -> None:
    """Wherever it stands: it is never called authentic."""
    words = PLAIN.split(" ")
    at %= len(words)
    if words[at].strip() == word:
        return
    words[at] = word
    result = INDEX.find(RichText(" ".join(words)))
    assert result is not None
    assert result.statement == ONE
    assert not clean(result)


@given(st.lists(st.integers(0, len(STATEMENTS) - 1), max_size=12))
@settings(max_examples=10, deadline=None)
def test_a_changed_shelf(swaps: list[int]) -> None:
    """Statements come and go: what is found is what an index finds that was made for the shelf as it is."""
    entries = [recognise.entry(one) for one in STATEMENTS[-12:]]
    index, there = Index(entries[:4], framing), set(entries[:4])
    for swap in swaps:
        one = entries[swap % len(entries)]
        index = index.changed([one], []) if one in there else index.changed([], [one])
        there ^= {one}
    fresh = Index(there, framing)
    assert index.entries == fresh.entries
    for one in entries:
        whole = RichText(markdown.plain(one.statement))
        assert index.find(whole) == fresh.find(whole)
        if one in there:
            assert index.find(whole) is not None


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_slice_is_a_part(data: st.DataObject) -> None:
    """Every stretch of a dozen words or more is a part, word for word."""
    words = PLAIN.split()
    start = data.draw(st.integers(0, len(words) - 12))
    end = data.draw(st.integers(start + 12, len(words)))
    result = found(" ".join(words[start:end]))
    assert clean(result)
    assert result.likeness.matched == end - start
