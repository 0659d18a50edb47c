"""A statement as its readers get it."""

from bot.domain.rich_text import Entity
from bot.domain.statement import Statement
from bot.library import header, render

HEADER = (
    "Statement: 7\nDate: 2026-10-01\nLanguage: en\nTitle: Title\n"
    "Author: Circle\nPlace: Town\nPreface: Passed on.\n\n"
)


def statement(body: str) -> Statement:
    return header.parse((HEADER + body).encode(), None)


def test_a_statement_has_title_byline_preface_body_and_footer() -> None:
    """In this order, and what the caller adds in the reader's language."""
    shown = statement("Lead.\n\n- A slogan\n")
    (part,) = render.parts(shown, date="1 October", about=["Translation: comrades"], notes=["Not signed."])
    code = render.true_code(shown)
    assert part.text == (
        "Title\nCircle · Town · 1 October\nTranslation: comrades\n\nPassed on.\n\nLead.\n\n— A slogan\n\n"
        f"№ 7 · {code}\nNot signed."
    )
    assert part.entities[0] == Entity(kind="bold", offset=0, length=5)
    assert part.entities[-1] == Entity(kind="code", offset=part.text.index(code), length=19)
    assert {entity.kind for entity in part.entities} == {"bold", "italic", "blockquote", "code"}


def test_a_short_statement_is_delivered_whole() -> None:
    """With the date as it stands in the file where no words for it are given."""
    shown = statement("Lead.\n")
    assert [render.one_message(shown)] == render.parts(shown)
    assert "2026-10-01" in render.one_message(shown).text


def test_a_long_statement_is_delivered_as_title_lead_slogans_and_footer() -> None:
    """The lead is cut after a sentence."""
    sentence = "This is a sentence of a long paragraph. "
    shown = statement(f"## Heading\n\n{sentence * 150}\n\n- First\n- Second\n")
    assert len(render.parts(shown)) == 2
    message = render.one_message(shown, notes=["Not signed."]).text
    title, lead, slogans, footer = message.split("\n\n")
    assert title == "Title\nCircle · Town · 2026-10-01"
    assert lead.endswith("paragraph. […]")
    assert 600 < len(lead) <= render.LEAD_UNITS
    assert slogans == "— First\n— Second"
    assert footer == f"№ 7 · {render.true_code(shown)}\nNot signed."


def test_slogans_give_way_where_a_message_is_short() -> None:
    """Then the lead does: title and footer always stand."""
    shown = statement(f"{'Lead. ' * 60}\n\n" + "- A rather long slogan\n" * 20)
    assert "slogan" in render.summary(shown).text
    caption = render.summary(shown, limit=600)
    assert "Lead." in caption.text
    assert "slogan" not in caption.text
    assert "Lead." not in render.summary(shown, limit=200).text


def test_a_statement_without_paragraphs_has_a_lead_too() -> None:
    """Whatever comes first."""
    assert "— only" in render.summary(statement("- only\n- this\n")).text


def test_the_code_is_taken_over_title_and_body_alone() -> None:
    """Preface, author and number may change without it."""
    plain = header.parse(b"Statement: 1\nDate: 2026-01-01\nLanguage: en\nTitle: Title\n\n**Lead.**", None)
    assert render.true_code(plain) == render.true_code(statement("Lead."))
    assert render.true_code(plain) != render.true_code(statement("Lead!"))
