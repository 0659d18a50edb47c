"""`statements new` leaves only the text to write."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import BadInputError, StatementError
from bot.library import header, render, shelf
from bot.library.skeleton import new

TODAY = date(2026, 10, 1)


def test_a_first_statement_is_number_one(tmp_path: Path) -> None:
    """In a workshop that need not exist yet; the skeleton is a statement without errors."""
    path = new(tmp_path / "workshop", title="What we want: peace", language="en", today=TODAY)
    assert path == tmp_path / "workshop" / "2026-10-what-we-want-peace" / "en.md"
    (statement,) = shelf.check([path]).statements
    assert (statement.number, statement.date, statement.title) == (1, TODAY, "What we want: peace")
    assert statement.prev is None


def test_the_next_one_continues_the_chain(tmp_path: Path) -> None:
    """With the author of the one before; a title in other letters gives the folder its number."""
    first = new(tmp_path, title="One", language="ru", today=TODAY)
    first.write_bytes(header.with_header(first.read_bytes(), "Author", "Кружок"))
    second = new(tmp_path, title="Второе", language="ru", today=date(2026, 11, 2))
    assert second == tmp_path / "2026-11-statement-2" / "ru.md"
    report = shelf.check([tmp_path])
    assert report.ok
    assert report.warnings == ()
    one, two = report.statements
    assert (two.number, two.author) == (2, "Кружок")
    assert two.prev == (1, render.true_code(one))


def test_another_language_joins_its_statement(tmp_path: Path) -> None:
    """Same folder, number and date; its chain is that of its own language."""
    new(tmp_path, title="One", language="en", today=TODAY)
    path = new(tmp_path, title="Одно", language="ru", today=date(2026, 12, 1), number=1)
    assert path == tmp_path / "2026-10-one" / "ru.md"
    report = shelf.check([tmp_path])
    assert report.ok
    assert {statement.date for statement in report.statements} == {TODAY}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Neither a file that exists nor, by a guess, the chain of a workshop that has errors."""
    path = new(tmp_path, title="One", language="en", today=TODAY)
    before = path.read_bytes()
    with pytest.raises(BadInputError, match="exists already"):
        new(tmp_path, title="One", language="en", today=TODAY, number=1)
    with pytest.raises(BadInputError, match="no statement 7"):
        new(tmp_path, title="Seven", language="en", today=TODAY, number=7)
    with pytest.raises(BadInputError, match="without a region"):
        new(tmp_path, title="One", language="en-GB", today=TODAY)
    assert path.read_bytes() == before
    path.write_bytes(before + b"\xff")
    with pytest.raises(StatementError, match="not UTF-8"):
        new(tmp_path, title="Two", language="en", today=TODAY)


@pytest.mark.parametrize("language", ["", "e", "english", "EN", "en-GB", "../en", "e1"])
def test_what_is_no_language(tmp_path: Path, language: str) -> None:
    """The hint names examples, and no line of a file that is not there."""
    with pytest.raises(BadInputError, match=r"^a language is two or three") as refused:
        new(tmp_path, title="One", language=language, today=TODAY)
    assert "en, ru" in refused.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "title", ["", "  ", "One\nTwo", "One\u202etwo", "a" * 301, "One\nPlace: x", "One\0", "\udcff"]
)
def test_what_is_no_title(tmp_path: Path, title: str) -> None:
    """Nothing is written: a file with errors would stand in the way of every later one."""
    with pytest.raises(BadInputError, match=r"^this title does not do"):
        new(tmp_path, title=title, language="en", today=TODAY)
    assert list(tmp_path.iterdir()) == []
