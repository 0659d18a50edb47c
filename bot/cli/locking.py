"""`handbill unlock` and `handbill lock`: hand the running service its keys, or take them away."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli import access
from bot.cli.terminal import of
from bot.config import span
from bot.control import client
from bot.control.messages import AskStatus, Lock, Request, State, Status, Unlock, UnlockHalf
from bot.errors import Exit, HandbillError, NetworkError, UsageError

if TYPE_CHECKING:
    from bot.vault.slots import Half


def add_to(app: typer.Typer) -> None:
    """Add both commands."""
    app.command()(unlock)
    app.command()(lock)


def unlock(
    context: typer.Context,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
    for_: str = typer.Option("", "--for", metavar="TIME", help='Lock again by itself after "12h".'),
) -> int:
    """Unlock the running service. The passphrase stays in this process; only keys are handed over."""
    terminal = of(context)
    seconds = _seconds(for_)
    config = access.configured(terminal)
    terminal.harden()
    found = client.status(config.home)
    if found is None:
        raise _stopped()
    if found.state is not State.LOCKED:
        terminal.say("it is unlocked already")
        return Exit.OK
    opened = access.opened(terminal, config.home, access.source(passphrase_file, unlock_fd))
    with terminal.working("opening the database"):
        answer = client.ask(config.home, _request(opened, seconds))
    if not isinstance(answer, Status):
        raise _stopped()
    if answer.state is State.LOCKED:
        terminal.say("; ".join(answer.problems))
        return Exit.LOCKED
    terminal.say(f"unlocked: {answer.state}")
    if answer.next_due:
        terminal.say(f"next due: {answer.next_due}")
        if seconds and _after(terminal.clock.now(), seconds, answer.next_due):
            terminal.note("It locks again before that; what is locked publishes nothing.")
    return Exit.OK


def _after(now: datetime, seconds: int, due: str) -> bool:
    """Whether something is due only when it is locked again."""
    return datetime.fromisoformat(due) >= now + timedelta(seconds=seconds)


def _seconds(text: str) -> int | None:
    found = span(text)
    if text and not found:
        raise UsageError("--for takes a length of time", hint="a number and a unit, such as 90s, 30m or 12h")
    return int(found.total_seconds()) if found else None


def _request(opened: "bytes | Half", seconds: int | None) -> Request:
    """The key, or what one of two keyholders brings."""
    if isinstance(opened, bytes):
        return Unlock(master_key=opened, seconds=seconds)
    return UnlockHalf(slot=opened.slot, private=bytes(opened.private), seconds=seconds)


def lock(context: typer.Context) -> None:
    """Lock the running service: it stops, closes the database and drops the keys."""
    terminal = of(context)
    config = access.configured(terminal)
    due = _next_due(config.home)
    with terminal.working("locking"):
        answer = client.ask(config.home, Lock())
    if answer is None:
        raise _stopped()
    terminal.say("locked")
    if due:
        terminal.say(f"next due: {due}")
        terminal.note("What is locked publishes nothing: unlock it before then.")


def _next_due(home: Path) -> str | None:
    """What goes out next by itself. Locking does not wait for the answer longer than a second."""
    try:
        found = client.ask(home, AskStatus(), patience=1.0)
    except HandbillError:
        return None
    return found.next_due if isinstance(found, Status) else None


def _stopped() -> NetworkError:
    return NetworkError("no service is running on this home", hint="start it with `handbill run`")
