"""`handbill unlock` and `handbill lock`: hand the running service its keys, or take them away."""

from pathlib import Path

import typer

from bot.cli import access
from bot.cli.terminal import of
from bot.control import client
from bot.control.messages import Lock, State, Status, Unlock
from bot.errors import NetworkError, UsageError


def add_to(app: typer.Typer) -> None:
    """Add both commands."""
    app.command()(unlock)
    app.command()(lock)


def unlock(
    context: typer.Context,
    passphrase_file: Path | None = access.PassphraseFile,
    unlock_fd: int | None = access.UnlockFd,
    span: str = typer.Option(
        "", "--for", metavar="TIME", help="Lock again by itself. Not in this version yet."
    ),
) -> None:
    """Unlock the running service. The passphrase stays in this process; only the key is handed over."""
    terminal = of(context)
    if span:
        raise UsageError("--for is not available in this version yet", hint="lock with `handbill lock`")
    config = access.configured(terminal)
    terminal.harden()
    found = client.status(config.home)
    if found is None:
        raise _stopped()
    if found.state is not State.LOCKED:
        terminal.say("it is unlocked already")
        return
    key = access.master_key(terminal, config.home, access.source(passphrase_file, unlock_fd))
    with terminal.working("opening the database"):
        answer = client.ask(config.home, Unlock(master_key=key))
    if not isinstance(answer, Status):
        raise _stopped()
    terminal.say(f"unlocked: {answer.state}")


def lock(context: typer.Context) -> None:
    """Lock the running service: it stops, closes the database and drops the keys."""
    terminal = of(context)
    config = access.configured(terminal)
    with terminal.working("locking"):
        answer = client.ask(config.home, Lock())
    if answer is None:
        raise _stopped()
    terminal.say("locked")


def _stopped() -> NetworkError:
    return NetworkError("no service is running on this home", hint="start it with `handbill run`")
