"""No bytes whatever make the readers fail in any other way than by saying what is wrong."""

import os

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.statement import Statement
from bot.errors import StatementError
from bot.library import markdown, proof, render, slogans
from bot.library.header import NAMES

EXAMPLES = 20_000 if os.environ.get("HANDBILL_TEST_SOAK") else 400

HEADER = "Statement: 2\nDate: 2026-10-01\nLanguage: en\nTitle: T\n"
MARKUP = (
    "*|**|_|~~|`|```\n|> |- |1. |7) |# |### |\n|\n\n|    |[a]|(|)|<https://a.org>|[x](http://b.org)|![|<b>|&#0;|&#8238;"
    "|&amp;|\\|***\n|===\n|[a]: http://c.org\n|word|слово|😀| |http://d.org/(e)."
)
bodies = st.lists(st.sampled_from(MARKUP.split("|")), max_size=40).map("".join)
values = st.one_of(
    st.text(max_size=12), st.sampled_from(["1", "2026-10-01", "en", "http://a.org", "1 ABCD-EFGH-IJKL-MNOP"])
)
lines = st.builds(lambda name, value: f"{name}: {value}", st.sampled_from([*NAMES, "X"]), values)
files = st.builds(
    lambda head, body: HEADER + "\n".join(head) + "\n\n" + body, st.lists(lines, max_size=4), bodies
)
fuzz = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(data: bytes) -> Statement | None:
    try:
        return proof.accept(data)
    except StatementError as error:
        told = error
    assert told.problem
    assert told.hint
    assert 1 <= told.line <= data.count(b"\n") + 1
    return None


@given(st.one_of(st.binary(max_size=300), files.map(str.encode), st.text(max_size=200).map(str.encode)))
@example(b"\n")
@example(b"\n\n")
@fuzz
def test_any_bytes_are_a_statement_or_a_statement_error(data: bytes) -> None:
    """Nothing else ever comes out, and the error's line is a line of the file."""
    read(data)


@given(bodies)
@example("*" * 2000 + "a" + "*" * 2000)
@example("[" * 500 + "a" + "](http://a.org)" * 500)
@fuzz
def test_any_statement_that_is_accepted_can_be_shown(body: str) -> None:
    """Every part and the summary keep Telegram's limits, and hold every letter of the plain text."""
    statement = read(f"{HEADER}\n{body}".encode())
    if statement is None:
        return
    parts = render.parts(statement)
    for part in [*parts, render.summary(statement), render.one_message(statement)]:
        assert 0 < len(part) <= 4096
        assert len(part.entities) <= 100
        assert all(0 <= entity.offset < entity.end <= len(part) for entity in part.entities)
    seen = "".join("".join(part.text.split()) for part in parts)
    said = "".join(markdown.plain(statement).removeprefix("T").split())
    assert said in seen
    markdown.points(statement)
    markdown.slogans(statement)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(st.sampled_from(["# a", "# b", "- c", "- d", "", "x", "-  e"]))
        .map("\n".join)
        .map(str.encode),
    )
)
@fuzz
def test_any_bytes_are_slogans_or_a_statement_error(data: bytes) -> None:
    """And what is read has text, theme and language."""
    try:
        found = slogans.parse(data, None, "en")
    except StatementError:
        return
    assert all(slogan.text and slogan.theme and slogan.language == "en" for slogan in found)
