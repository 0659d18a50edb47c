"""`statements new`: a file with number, date and chain filled in, so that only the text is left to write."""

import re
from datetime import date
from pathlib import Path

from bot.domain.statement import Statement
from bot.errors import BadInputError, StatementError
from bot.library import shelf
from bot.library.fields import language as read_language
from bot.library.header import parse
from bot.library.render import true_code
from bot.library.source import Spot

_BODY = """\
The first paragraph says the most important thing; it is what a short message shows.

## A heading

1. A numbered point.
2. Another one.

## Slogans

- A slogan to close with
"""


def new(folder: Path, *, title: str, language: str, today: date, number: int | None = None) -> Path:
    """Write the skeleton of the next statement, or of another language of statement `number`.

    `folder` is the workshop with all statements. Returns the file written. Raises `BadInputError` if the
    workshop has files with errors, since number and chain are taken from it, if the file exists, or for a
    title that is not one line of words.
    """
    try:
        read_language(language, Spot(None, 1))
    except StatementError as error:
        raise BadInputError(error.problem, hint=error.hint) from None
    known = _known(folder)
    same = [statement for statement in known.values() if statement.number == number]
    if number is None:
        number = max((statement.number for statement in known.values()), default=0) + 1
    elif not same:
        raise BadInputError(
            f"there is no statement {number} here", hint="leave the number away for a new one"
        )
    if same:
        target = next(path for path, statement in known.items() if statement is same[0]).parent
        day = same[0].date
    else:
        target, day = folder / f"{today:%Y-%m}-{_slug(title, number)}", today
    path = target / f"{language}.md"
    text = f"{_header(number, day, language, title, list(known.values()))}\n\n{_BODY}"
    _refuse_title(title, text)
    target.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise BadInputError(f"{path} exists already", hint="edit it, or name another language") from None
    return path


def _refuse_title(title: str, text: str) -> None:
    """What was typed must be one line of a header: a file with errors would block every later `new`."""
    if "\n" in title:
        raise BadInputError("this title does not do: it has several lines", hint="one line of words")
    try:
        parse(text.encode("utf-8", "surrogateescape"), None)
    except StatementError as error:
        raise BadInputError(f"this title does not do: {error.problem}", hint="one line of words") from None


def _known(folder: Path) -> dict[Path, Statement]:
    if not folder.is_dir() or not any(folder.rglob("*.md")):
        return {}
    report = shelf.check([folder])
    for problem in report.problems:
        raise problem
    return {file.path: file.statement for file in report.files if file.statement}


def _header(number: int, day: date, language: str, title: str, known: list[Statement]) -> str:
    lines = [f"Statement: {number}", f"Date: {day}", f"Language: {language}", f"Title: {title.strip()}"]
    before = [other for other in known if other.language == language and other.number < number]
    if before:
        last = max(before, key=lambda other: other.number)
        lines += [f"Author: {last.author}"] if last.author else []
        lines.append(f"Prev: {last.number} {true_code(last)}")
    return "\n".join(lines)


def _slug(title: str, number: int) -> str:
    """The title in letters that every file system takes; for other alphabets the number."""
    words = re.findall(r"[a-z0-9]+", title.lower()) if title.isascii() else []
    return "-".join(words)[:40].strip("-") or f"statement-{number}"
