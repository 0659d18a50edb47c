"""`handbill schedule`: which statements are planned, and when. It shows numbers and times alone."""

from pathlib import Path

import msgspec
import typer

from bot.cli import access
from bot.cli.terminal import of
from bot.control.planned import Schedule, ShowSchedule
from bot.errors import NetworkError

_STATES = {
    "waiting": "waits for approvals",
    "agreed": "agreed",
    "paused": "paused",
    "held": "held back: organisers decide",
}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(schedule)


def schedule(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="One line of JSON."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Show which statements wait to go out, by number and time; organisers plan them in chat."""
    terminal = of(context)
    config = access.configured(terminal)
    answer = access.ask(terminal, config, ShowSchedule(), access.source(passphrase_file, unlock_fd))
    if not isinstance(answer, Schedule):
        raise NetworkError("the running service is of another version", hint="start it again")
    if as_json:
        terminal.json({"schedule": msgspec.to_builtins(answer.lines)})
        return
    for line in answer.lines:
        what = "slogans" if line.statement is None else f"statement {line.statement}"
        terminal.say(f"{line.at or 'once agreed':20}  {what}  {_STATES[line.state]}")
    if not answer.lines:
        terminal.note("Nothing is planned.")
