"""`handbill statements`: write, check, import, read, print. `new`, `check` and what prints need no home."""

from pathlib import Path

import msgspec
import typer

from bot.cli import access, mail, paper, signing
from bot.cli.terminal import Terminal, of
from bot.control.messages import (
    Imported,
    ImportStatements,
    ListStatements,
    Shelf,
    ShowStatement,
    Sources,
)
from bot.control.signing import File, Withdrawn, WithdrawStatement
from bot.errors import BadInputError, Exit, NetworkError

_PATHS = typer.Argument(..., metavar="PATH…", help="Statement and slogan files, or folders of them.")
_JSON = typer.Option(False, "--json", help="JSON instead of text.")


def add_to(app: typer.Typer) -> None:
    """Add the noun."""
    statements = typer.Typer(help="Statements and slogans.", no_args_is_help=True)
    statements.command("new")(new)
    statements.command("check")(check)
    statements.command("import")(bring_in)
    statements.command("sign")(signing.sign)
    statements.command("verify")(signing.verify)
    statements.command("withdraw")(withdraw)
    statements.command("list")(show_list)
    statements.command("show")(show)
    statements.command("leaflet")(paper.leaflet)
    statements.command("poster")(paper.poster)
    statements.command("mail")(mail.mail)
    app.add_typer(statements, name="statements")


def new(
    context: typer.Context,
    title: str = typer.Option(..., "--title", help="The title."),
    language: str = typer.Option("en", "--language", help="Two or three letters."),
    number: int | None = typer.Option(None, "--number", help="Another language of this statement."),
    folder: Path = typer.Option(Path("statements"), "--folder", help="The workshop with all statements."),
) -> None:
    """Write a new statement file with number, date and chain filled in."""
    from bot.library import skeleton

    terminal = of(context)
    today = terminal.clock.now().date()
    terminal.say(str(skeleton.new(folder, title=title, language=language, today=today, number=number)))


def check(
    context: typer.Context,
    paths: list[Path] = _PATHS,
    fix: bool = typer.Option(False, "--fix", help="Fill in the headers Code and Links."),
    as_json: bool = _JSON,
) -> int:
    """Check files; exit code 10 if one is not right."""
    from bot.library import shelf

    terminal = of(context)
    if fix:
        for path in shelf.fix(paths):
            terminal.note(f"filled in: {path}")
    with terminal.working("reading"):
        report = shelf.check(paths)
    for warning in report.warnings:
        terminal.note(f"warning: {warning}")
    if as_json:
        terminal.json(
            [
                {
                    "file": str(file.path),
                    "ok": file.ok,
                    "number": file.statement.number if file.statement else None,
                    "problems": [
                        {"line": problem.line, "message": problem.problem, "hint": problem.hint}
                        for problem in file.problems
                    ],
                }
                for file in report.files
            ]
        )
    for problem in report.problems:
        terminal.failed(problem)
    if report.ok and not as_json:
        count = len(report.files)
        terminal.say("1 file is right" if count == 1 else f"{count} files are right")
    return Exit.OK if report.ok else Exit.BAD_INPUT


def bring_in(
    context: typer.Context,
    paths: list[Path] = _PATHS,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> int:
    """Seal checked files, and the signatures beside them, into the database. All or none."""
    from bot.library import shelf, signatures

    terminal = of(context)
    config = access.configured(terminal)
    report = shelf.check(paths)
    for problem in report.problems:
        terminal.failed(problem)
    if not report.ok:
        return Exit.BAD_INPUT
    for warning in report.warnings:
        terminal.note(f"warning: {warning}")
    files = [File(name=_name(file.path), data=file.data) for file in report.files]
    for file in report.files:
        files += [File(name=_name(each), data=signatures.read(each)) for each in signatures.beside(file.path)]
    source = access.source(passphrase_file, unlock_fd)
    answer = access.ask(terminal, config, ImportStatements(files=tuple(files)), source)
    if not isinstance(answer, Imported):
        raise _other_version()
    terminal.say(f"{answer.new} new, {answer.same} as before, {answer.replaced} replaced")
    return Exit.OK


def show_list(
    context: typer.Context,
    as_json: bool = _JSON,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Show what stands on the shelf, newest first, with its signers."""
    terminal = of(context)
    config = access.configured(terminal)
    answer = access.ask(terminal, config, ListStatements(), access.source(passphrase_file, unlock_fd))
    if not isinstance(answer, Shelf):
        raise _other_version()
    if as_json:
        terminal.json({"statements": msgspec.to_builtins(answer.statements)})
        return
    for line in answer.statements:
        terminal.say(
            f"{line.number}  {line.language}  {line.date}  {line.code}  {line.standing}  {line.title}"
        )
    if not answer.statements:
        terminal.note("Nothing was imported yet: `handbill statements import`.")


def show(
    context: typer.Context,
    number: int = typer.Argument(..., help="Its number."),
    language: str = typer.Option("", "--language", help="Only this language."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Show a statement's file as it was imported."""
    terminal = of(context)
    config = access.configured(terminal)
    request = ShowStatement(number=number, language=language)
    answer = access.ask(terminal, config, request, access.source(passphrase_file, unlock_fd))
    if not isinstance(answer, Sources):
        raise _other_version()
    _print(terminal, answer)


def withdraw(
    context: typer.Context,
    number: int = typer.Argument(..., help="Its number."),
    language: str = typer.Option("", "--language", help="Only this language."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Show a statement no more, for good; /verify then says that it was withdrawn."""
    terminal = of(context)
    config = access.configured(terminal)
    request = WithdrawStatement(number=number, language=language)
    answer = access.ask(terminal, config, request, access.source(passphrase_file, unlock_fd))
    if not isinstance(answer, Withdrawn):
        raise _other_version()
    terminal.say("1 text withdrawn" if answer.texts == 1 else f"{answer.texts} texts withdrawn")


def _print(terminal: Terminal, answer: Sources) -> None:
    if not answer.files:
        raise BadInputError("there is no such statement", hint="see `handbill statements list`")
    for data in answer.files:
        terminal.say(data.decode())


def _name(path: Path) -> str:
    """The end of a path: enough to tell a slogan file and to find an error, without the keeper's folders."""
    return str(Path(*path.absolute().parts[-3:]))


def _other_version() -> NetworkError:
    return NetworkError("the running service is of another version", hint="start it again")
