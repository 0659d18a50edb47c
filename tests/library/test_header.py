"""A statement file says what it says, in one strict way."""

from datetime import date, datetime, timedelta, timezone

from bot.domain.statement import Previous, StatementNumber
from bot.library import header

FULL = """\
Statement: 12
Date: 2023-06-24
Language: ru
Title: Заголовок: с двоеточием
Author: Кружок
Preface: Кто это написал.
Place: Город
Original: en
Translator: Товарищи
Topics: труд, студенты, political prisoners
Publish-At: 2026-10-01T09:00+03:00
Links: https://example.org/a http://пример.рф/
Prev: 11 ABCD-EFGH-IJKL-MNOP
Code: ABCD-EFGH-IJKL-2345


Текст.

Ещё: текст
"""


def test_every_header_is_read() -> None:
    """In any order, each into its own type; the body is what follows the blank line."""
    statement = header.parse(FULL.encode(), None)
    assert statement.number == 12
    assert statement.date == date(2023, 6, 24)
    assert (statement.language, statement.title) == ("ru", "Заголовок: с двоеточием")
    assert (statement.author, statement.preface) == ("Кружок", "Кто это написал.")
    assert (statement.place, statement.original, statement.translator) == ("Город", "en", "Товарищи")
    assert statement.topics == ("труд", "студенты", "political prisoners")
    assert statement.publish_at == datetime(2026, 10, 1, 9, tzinfo=timezone(timedelta(hours=3)))
    assert statement.links == ("https://example.org/a", "http://пример.рф/")
    assert statement.prev == Previous(StatementNumber(11), "ABCD-EFGH-IJKL-MNOP")
    assert statement.code == "ABCD-EFGH-IJKL-2345"
    assert statement.body == "Текст.\n\nЕщё: текст"
    assert statement.source == FULL.encode()


def test_all_headers_are_in_the_example() -> None:
    """So the test above misses none."""
    lines = FULL.split("\n\n", maxsplit=1)[0].splitlines()
    assert tuple(line.split(":")[0] for line in lines) == header.NAMES


def test_lines_of_headers_and_body_are_found() -> None:
    """Errors about them name these lines; a line of the body that looks like a header is none."""
    data = FULL.encode()
    assert header.line_of(data, "Prev") == 13
    assert header.body_line(data) == 17
    assert header.line_of(data, "Ещё") == 1
    assert header.line_of(b"A: b", "C") == 1


def test_a_header_is_set_and_taken_away() -> None:
    """Nothing else in the file changes."""
    data = b"A: 1\nCode: x\n\nCode: y\n\nz"
    assert header.with_header(data, "Code", "w") == b"A: 1\nCode: w\n\nCode: y\n\nz"
    assert header.with_header(data, "Code", "") == b"A: 1\n\nCode: y\n\nz"
