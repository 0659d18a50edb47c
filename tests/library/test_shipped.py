"""The statements that come with Handbill are what they promise to be."""

from pathlib import Path

import pytest

from bot.domain.statement import Statement
from bot.library import markdown, render, shelf

ROOT = Path(__file__).parents[2] / "statements"
REPORT = shelf.check([ROOT])
BY_NAME = {f"{statement.number}-{statement.language}": statement for statement in REPORT.statements}


@pytest.fixture(params=BY_NAME)
def statement(request: pytest.FixtureRequest) -> Statement:
    return BY_NAME[request.param]


def test_all_of_them_are_right() -> None:
    """No error, no warning, three statements in two languages, each with its code."""
    assert REPORT.problems == ()
    assert REPORT.warnings == ()
    assert sorted(BY_NAME) == ["1-en", "1-ru", "2-en", "2-ru", "3-en", "3-ru"]
    assert all(statement.code for statement in REPORT.statements)


def test_they_can_be_sent(statement: Statement) -> None:
    """Every part keeps Telegram's limits, and the code under it is the one in the file."""
    parts = render.parts(statement)
    assert all(len(part) <= 4096 and len(part.entities) <= 100 for part in parts)
    assert parts[-1].text.endswith(f"№ {statement.number} · {statement.code}")
    assert len(render.one_message(statement)) <= 4096


def test_the_programme_needs_two_messages() -> None:
    """So that cutting is seen at work; the second begins with a heading."""
    for language in ("en", "ru"):
        _, second = render.parts(BY_NAME[f"2-{language}"])
        assert second.entities[0].kind == "bold"
        assert second.entities[0].offset == 0


def test_the_summary_has_its_four_points_and_three_slogans() -> None:
    """As the resolution has, and says that it is not the resolution; nobody else names its authors."""
    for language, mark, source in (
        ("en", "not the original text", "OKI"),
        ("ru", "не подлинный текст", "ОКИ"),
    ):
        summary = BY_NAME[f"1-{language}"]
        assert [point.number for point in markdown.points(summary)] == [1, 2, 3, 4]
        assert len(markdown.slogans(summary)) == 3
        assert mark in (summary.author or "")
        assert mark.removeprefix("не ") in (summary.preface or "")
        named = [s.number for s in REPORT.statements if source in s.source.decode()]
        assert named == [1]


def test_the_languages_say_the_same() -> None:
    """As many points, slogans and topics in each."""
    for number in (1, 2, 3):
        one, other = BY_NAME[f"{number}-en"], BY_NAME[f"{number}-ru"]
        assert len(markdown.points(one)) == len(markdown.points(other))
        assert len(markdown.slogans(one)) == len(markdown.slogans(other))
        assert len(one.topics) == len(other.topics)
        assert one.links == other.links


def test_there_are_a_dozen_slogans_a_language() -> None:
    """Under the same number of themes."""
    for language in ("en", "ru"):
        mine = [slogan for slogan in REPORT.slogans if slogan.language == language]
        assert len(mine) == 12
        assert len({slogan.theme for slogan in mine}) == 4
