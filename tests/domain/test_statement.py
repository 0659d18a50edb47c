"""What a statement is."""

from datetime import date

from bot.domain.statement import Previous, Slogan, Statement, StatementNumber


def test_a_statement_needs_little() -> None:
    """Number, date, language, title, body and its bytes; everything else may be absent."""
    statement = Statement(
        number=StatementNumber(2), date=date(2026, 10, 1), language="en", title="T", body="B", source=b"x"
    )
    assert statement.prev is None
    assert statement.topics == statement.links == ()


def test_a_previous_statement_is_a_number_and_a_code() -> None:
    """So it can be compared with, and unpacked as, a pair."""
    number, code = Previous(StatementNumber(1), "AAAA-BBBB-CCCC-DDDD")
    assert (number, code) == (1, "AAAA-BBBB-CCCC-DDDD")


def test_slogans_are_compared_by_what_they_say() -> None:
    """Two equal slogans are one."""
    assert len({Slogan(text="s", theme="t", language="en"), Slogan(text="s", theme="t", language="en")}) == 1
