"""A statement's Markdown becomes HTML, and nothing but what was meant."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.statement import Statement, StatementNumber
from bot.errors import StatementError
from bot.library import markdown
from bot.library.mirror import prose
from bot.library.mirror.markup import Html, joined, tag, text
from bot.library.render import true_code
from tests.library.mirror.workshops import seen

ALLOWED = {
    *("h2", "h3", "h4", "p", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"),
    *("a", "strong", "em", "s"),
}
ATTRIBUTES = {"href", "rel", "id", "start", "class"}


def statement(body: str) -> Statement:
    source = f"Statement: 1\nDate: 2026-10-01\nLanguage: en\nTitle: T\n\n{body}".encode()
    number = StatementNumber(1)
    return Statement(
        number=number, date=date(2026, 10, 1), language="en", title="T", body=body, source=source
    )


def html(body: str) -> str:
    return "".join(prose.of(statement(body)).pieces)


def test_emphasis_code_and_breaks() -> None:
    """Bold, italic, struck, code and broken lines, also within one another."""
    assert html("**b *i*** ~~s~~ `c`\\\nnext") == (
        "<p><strong>b <em>i</em></strong> <s>s</s> <code>c</code><br/>next</p>"
    )


def test_the_code_is_the_one_of_every_other_rendering() -> None:
    """Read once, and still what readers see under it in the bot."""
    one = statement("# Head\n\nLead *first*.\n\n1. a\n\n- slogan")
    assert prose.of(one).code == true_code(one)
    assert prose.of(one).lead == "Lead first."
    assert len(prose.of(statement("word " * 1000)).lead) <= prose.LEAD + 4


def test_headings_stand_under_the_title() -> None:
    """The title is the page's only h1."""
    assert html("# a\n\n## b\n\n### c\n\n#### d\n\nx").startswith("<h2>a</h2><h2>b</h2><h3>c</h3><h4>d</h4>")


def test_points_can_be_linked_to() -> None:
    """Numbers that go on from list to list are points; a list that begins anew is none."""
    body = "1. a\n2. b\n\ntext\n\n3. c\n\nmore\n\n1. other\n\nend"
    found = seen(html(body))
    assert found.all("id") == ["point-1", "point-2", "point-3"]
    assert found.all("start") == ["3"]
    assert len(markdown.points(statement(body))) == 3


def test_closing_slogans_are_marked() -> None:
    """A bullet list at the very end holds the slogans; one before it does not."""
    found = html("- a\n- b\n\ntext\n\n- c")
    assert found == '<ul><li>a</li><li>b</li></ul><p>text</p><ul class="slogans"><li>c</li></ul>'


def test_quotes_code_and_rules() -> None:
    """Blocks within blocks stay what they are."""
    assert html("> a\n>\n> - b\n\n---\n\n```py\nx < 1\n```") == (
        "<blockquote><p>a</p><ul><li>b</li></ul></blockquote><hr/><pre><code>x &lt; 1</code></pre>"
    )


def test_links_keep_their_address_and_tell_nobody_where_from() -> None:
    """As it was signed, escaped for HTML only."""
    found = seen(html('[go](https://a.org/?a=1&b=%22"x"<>)'.replace("<>", "")))
    assert found.tags[1] == ("a", {"href": 'https://a.org/?a=1&b=%22"x"', "rel": "noreferrer"})


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "![a](https://a.org/x.png)",
        "a &#8238; b",
        "<!-- a -->",
    ],
)
def test_what_no_statement_may_hold_is_no_page(body: str) -> None:
    """The same refusal as everywhere, not a silent repair."""
    with pytest.raises(StatementError):
        prose.of(statement(body))


@pytest.mark.parametrize(
    "body",
    [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "`<script>alert(1)</script>`",
        "```\n</code></pre><script>alert(1)</script>\n```",
        r"\<b onclick=x\>",
        '[a](https://a.org/"onmouseover="x)',
        "[a](https://a.org/'><script>)",
        '```" onclick=x\ny\n```',
    ],
)
def test_hostile_texts_stay_texts(body: str) -> None:
    """Whatever gets through the parser is shown, never run."""
    found = seen(html(body))
    assert {name for name, _ in found.tags} <= ALLOWED
    assert {key for _, attributes in found.tags for key in attributes} <= ATTRIBUTES


@given(st.text(alphabet=st.sampled_from("ab<>&\"'`*_~[]()!#-+.:/\\0123456789 \n\u202ehtps"), max_size=80))
@settings(max_examples=400, deadline=None)
def test_no_text_becomes_anything_else(body: str) -> None:
    """Only elements and attributes named here come out, and links lead to the web."""
    try:
        found = seen(html(body))
    except (StatementError, IndexError):
        return
    assert {name for name, _ in found.tags} <= ALLOWED
    assert {key for _, attributes in found.tags for key in attributes} <= ATTRIBUTES
    assert all(href.startswith(("https://", "http://")) for href in found.all("href"))


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_words_come_back_as_they_were(words: str) -> None:
    """In text and in attributes; what was joined by Python's own means is escaped once more."""
    element = tag("p", words, title=words)
    shown = words.replace("\r\n", "\n").replace("\r", "\n")
    [(_, attributes)] = seen(element).tags
    assert attributes["title"] in {words, shown}
    assert seen(element).words in {words, shown}
    assert text(element) is element
    assert joined([element, "<"]) == Html(f"{element}&lt;")
    assert text(f"{element}") != element
