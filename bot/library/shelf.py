"""The workshop: files and folders to checked statements and slogans, and what they say about each other.

A file under a folder named `slogans` holds slogans, any other `<language>.md` a statement; README.md is left
alone. Gaps and forks in the series are warnings, since the files checked may be only some of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from bot.domain.statement import Slogan, Statement
from bot.errors import BadInputError, StatementError
from bot.library import proof, slogans
from bot.library.fields import language as read_language
from bot.library.header import line_of, parse
from bot.library.markdown import Body
from bot.library.render import true_code
from bot.library.source import Spot

Note = Callable[[Path, Statement, Body], None]
"""Is told of every statement that could be read, and its body: reading them is most of the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One file: a statement or slogans, and what is wrong with it."""

    path: Path
    data: bytes
    statement: Statement | None = None
    slogans: tuple[Slogan, ...] = ()
    problems: tuple[StatementError, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it can be imported."""
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All files of one check, and warnings about the series they make."""

    files: tuple[Verdict, ...]
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all of them can be imported."""
        return all(file.ok for file in self.files)

    @property
    def problems(self) -> tuple[StatementError, ...]:
        """Everything that is wrong, in the order of the files."""
        return tuple(problem for file in self.files for problem in file.problems)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that are right."""
        return tuple(file.statement for file in self.files if file.ok and file.statement)

    @property
    def slogans(self) -> tuple[Slogan, ...]:
        """The slogans of the files that are right."""
        return tuple(slogan for file in self.files if file.ok for slogan in file.slogans)


def check(paths: Sequence[Path], note: Note = lambda *_: None) -> Report:
    """Read and check files and folders; raises `BadInputError` if there is nothing to read."""
    files = _compared([_verdict(path, note) for path in find(paths)])
    right = [file.statement for file in files if file.ok and file.statement]
    return Report(files=tuple(files), warnings=tuple(series_warnings(right)))


def fix(paths: Sequence[Path]) -> list[Path]:
    """Fill the headers Code and Links of every statement that can be read; returns the files changed."""
    changed = []
    for file in (_verdict(path, lambda *_: None) for path in find(paths)):
        data = proof.fixed(file.statement) if file.statement else file.data
        if data != file.data:
            file.path.write_bytes(data)
            changed.append(file.path)
    return changed


def find(paths: Sequence[Path]) -> list[Path]:
    """The statement and slogan files named or found in the folders named, sorted, each once."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(file for file in path.rglob("*.md") if file.name != "README.md" and file.is_file())
        elif path.is_file():
            found.add(path)
        else:
            raise BadInputError(
                f"{path}: no such file or folder", hint="name statement files or their folder"
            )
    if not found:
        raise BadInputError(
            "no statement file was found", hint="files are called <language>.md, such as en.md"
        )
    return sorted(found)


def series_warnings(statements: Iterable[Statement]) -> list[str]:
    """Where the chain of `Prev` headers has a gap or a fork, language by language."""
    by_language: dict[str, list[Statement]] = defaultdict(list)
    for statement in sorted(statements, key=lambda statement: statement.number):
        by_language[statement.language].append(statement)
    return [
        f"{language}: statement {statement.number} {doubt}"
        for language, series in sorted(by_language.items())
        for before, statement in pairwise(series)
        if (doubt := _doubt(before, statement))
    ]


def _doubt(before: Statement, statement: Statement) -> str:
    """What is odd between two neighbours of a series; empty if nothing is."""
    if statement.prev is None:
        return f"has no Prev, though {before.number} comes before it"
    if statement.prev.number < before.number:
        return f"names {statement.prev.number} in Prev and passes over {before.number}: a fork"
    if statement.prev.number > before.number:
        return f"names {statement.prev.number} in Prev, which is not among these files: a gap"
    if statement.prev.code != true_code(before):
        return f"names another text of {before.number} in Prev than the one here: a fork"
    return ""


def _verdict(path: Path, note: Note) -> Verdict:
    data = path.read_bytes()
    try:
        language = _language_of(path)
        if path.absolute().parent.name == "slogans":
            return Verdict(path=path, data=data, slogans=tuple(slogans.parse(data, path, language)))
        statement = parse(data, path)
    except StatementError as error:
        return Verdict(path=path, data=data, problems=(error,))
    body, problems = proof.examined(statement, path)
    if body:
        note(path, statement, body)
    if statement.language != language:
        spot = Spot(path, line_of(data, "Language"))
        problems.insert(
            0,
            spot.error(
                f"the file is called {path.name}, its language is {statement.language}",
                hint=f"rename it to {statement.language}.md or correct Language",
            ),
        )
    return Verdict(path=path, data=data, statement=statement, problems=tuple(problems))


def _language_of(path: Path) -> str:
    try:
        return read_language(path.stem, Spot(path, 1))
    except StatementError:
        raise Spot(path, 1).error(
            "a statement or slogan file is called <language>.md", hint="rename it, for example en.md or ru.md"
        ) from None


def _compared(files: list[Verdict]) -> list[Verdict]:
    """The verdicts, with what the files say against each other about numbers and dates."""
    first = dict[tuple[int, str], Verdict]()
    near = defaultdict[int | Path, dict[tuple[int, str], int]](dict)  # what stood where, in which order
    result = []
    for file in files:
        if not file.statement:
            result.append(file)
            continue
        place = (file.statement.number, file.statement.language)
        around = near[file.statement.number] | near[file.path.parent]
        clashes = _clashes(file, (first[one] for one in sorted(around, key=around.__getitem__)))
        result.append(replace(file, problems=(*file.problems, *clashes)))
        if place not in first:
            near[file.statement.number][place] = near[file.path.parent][place] = len(first)
            first[place] = file
    return result


def _clashes(file: Verdict, others: Iterable[Verdict]) -> Iterable[StatementError]:
    mine = file.statement
    if not mine:
        return
    number_spot = Spot(file.path, line_of(file.data, "Statement"))
    for other in others:
        theirs = other.statement
        if not theirs:
            continue
        if mine.number == theirs.number and mine.language == theirs.language:
            yield number_spot.error(
                f"{other.path} has the same number and language", hint="give this one the next free number"
            )
        elif mine.number == theirs.number and mine.date != theirs.date:
            yield Spot(file.path, line_of(file.data, "Date")).error(
                f"{other.path} is the same statement with another date", hint="give both the same date"
            )
        elif mine.number != theirs.number and file.path.parent == other.path.parent:
            yield number_spot.error(
                f"{other.path} stands in the same folder with another number",
                hint="a folder holds the languages of one statement: correct the number or move the file",
            )
