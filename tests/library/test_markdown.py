"""The Markdown of a statement becomes text and Telegram's entities."""

from datetime import date

from bot.domain.rich_text import Entity, RichText
from bot.domain.splitting import flow
from bot.domain.statement import Statement, StatementNumber
from bot.library import markdown


def text(body: str) -> RichText:
    return flow(markdown.blocks(body))


def entity(
    kind: str, offset: int, length: int, *, url: str | None = None, language: str | None = None
) -> Entity:
    return Entity(kind=kind, offset=offset, length=length, url=url, language=language)


def statement(body: str) -> Statement:
    source = f"Statement: 1\nDate: 2026-10-01\nLanguage: en\nTitle: T *t*\n\n{body}".encode()
    number = StatementNumber(1)
    return Statement(
        number=number, date=date(2026, 10, 1), language="en", title="T *t*", body=body, source=source
    )


def test_emphasis_and_code() -> None:
    """Bold, italic, struck and code, also within one another, counted in UTF-16."""
    assert text("😀 **b *i* b** ~~s~~ `c`") == RichText(
        "😀 b i b s c",
        (entity("bold", 3, 5), entity("italic", 5, 1), entity("strikethrough", 9, 1), entity("code", 11, 1)),
    )


def test_lines_of_a_paragraph_flow_together() -> None:
    """Only a backslash or two spaces at the end break a line."""
    assert text("one\ntwo\\\nthree").text == "one two\nthree"


def test_headings_are_bold_and_smaller_ones_also_italic() -> None:
    """Telegram knows no headings."""
    (large,) = markdown.blocks("## H")
    assert large.text == RichText("H", (entity("bold", 0, 1),))
    (small,) = markdown.blocks("### h")
    assert small.text == RichText("h", (entity("italic", 0, 1), entity("bold", 0, 1)))
    assert (large.kind, small.kind) == ("heading", "heading")


def test_links_keep_their_address_as_written() -> None:
    """Neither recoded nor shortened: it is what was signed."""
    url = "https://пример.рф/Ж?a=b%20c"
    assert text(f"[go]({url})") == RichText("go", (entity("text_link", 0, 2, url=url),))
    assert text("<https://a.org/x>") == RichText(
        "https://a.org/x", (entity("text_link", 0, 15, url="https://a.org/x"),)
    )
    assert text("[r]\n\n[r]: http://a.org").entities[0].url == "http://a.org"


def test_lists_have_dashes_and_numbers() -> None:
    """Tight lists stand together, loose ones apart; a list may begin with any number, and hold lists."""
    assert text("- a\n- b\n  - c\n  - d").text == "— a\n— b\n   — c\n   — d"
    assert text("3. a\n\n4. b\n\n   more").text == "3. a\n\n4. b\n\nmore"
    assert text("-\n- a").text == "— \n— a"


def test_quotes_are_one_piece() -> None:
    """Whatever they hold; Telegram allows no quote within one."""
    quote = text("> a\n>\n> > *b*\n")
    assert quote == RichText("a\n\nb", (entity("blockquote", 0, 4), entity("italic", 3, 1)))


def test_code_blocks_stay_as_they_are() -> None:
    """With their language, for colours."""
    assert text("```py\na  b\n\nc\n```") == RichText("a  b\n\nc", (entity("pre", 0, 7, language="py"),))
    assert text("```&#8238;\na\n```").entities == (entity("pre", 0, 1),)
    assert text("    a").entities == (entity("pre", 0, 1),)


def test_a_rule_is_three_stars() -> None:
    """It separates, and can be copied."""
    assert text("a\n\n---\n\nb").text == "a\n\n* * *\n\nb"


def test_plain_text_is_title_and_body() -> None:
    """The title is no Markdown."""
    assert markdown.plain(statement("**b**")) == "T *t*\n\nb"


def test_points_are_numbered_as_long_as_the_numbers_go_on() -> None:
    """Over headings between lists; a list that begins anew is another matter."""
    body = "1. **One.** Because.\n\n   More.\n2. Two\n\n## H\n\n3. Three\n\n- x\n\n1. Other\n"
    points = markdown.points(statement(body))
    assert [(point.number, point.text.text) for point in points] == [
        (1, "One. Because.\n\nMore."),
        (2, "Two"),
        (3, "Three"),
    ]
    assert points[0].text.entities == (entity("bold", 0, 4),)


def test_the_closing_list_holds_the_slogans() -> None:
    """Only a bullet list at the very end."""
    assert markdown.slogans(statement("- a\n\ntext\n\n- *b*\n- c")) == ["b", "c"]
    assert markdown.slogans(statement("- a\n\ntext")) == []
