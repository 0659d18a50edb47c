"""`handbill panic`: destroy the keys and the list, for good. It needs no passphrase."""

from pathlib import Path

import typer

from bot.cli.terminal import Terminal, of
from bot.config import home as home_of
from bot.config import load
from bot.control import client
from bot.control import home as homes
from bot.control.messages import Panic
from bot.errors import BadInputError, HandbillError, SettingsError

PHRASE = "destroy everything"
PATIENCE = 10.0
"""Seconds for the service to tell the organisers and to end."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(panic)


def panic(
    context: typer.Context,
    yes: bool = typer.Option(
        False, "--yes-destroy-everything", help="Do not ask, for scripts.", show_default=False
    ),
) -> None:
    """Destroy keys, list and settings of this home. Nobody can undo it."""
    terminal = of(context)
    home = home_of(terminal.environment)
    from bot.control.destroying import LIMITS, destroy_keys, destroy_rest

    database, server = _database(terminal)
    if not home.exists() and not (database and database.exists()):
        raise SettingsError("there is no home here", hint="set HANDBILL_HOME to your home")
    if not yes:
        terminal.confirm(f"Keys and list in {home} will be destroyed. Nobody can undo it.", PHRASE)
    failed = None
    try:
        if destroy_keys(home, terminal.random):
            terminal.say("keys destroyed")
    except BadInputError as error:
        failed = error  # the service and the list go all the same
    _tell_service(terminal, home)
    left = destroy_rest(home, database)
    if not failed:
        terminal.say("home destroyed")
    if left:
        terminal.note(f"Left there, not made by Handbill or not to be removed: {', '.join(left)}")
    if server:
        terminal.note("The tables on the database server are still there; nothing opens them. Use `dropdb`.")
    for line in LIMITS:
        terminal.note(line)
    if failed:
        raise failed


def _database(terminal: Terminal) -> tuple[Path | None, bool]:
    """The SQLite file of these settings, and whether a server keeps the list instead."""
    try:
        config = load(terminal.environment)
    except HandbillError:
        return None, False
    return config.database_file, config.database_file is None


def _tell_service(terminal: Terminal, home: Path) -> None:
    """Let a running service tell the organisers, drop its keys and end."""
    try:
        answered = client.ask(home, Panic(), patience=PATIENCE) is not None if home.is_dir() else True
    except (HandbillError, OSError):
        answered = False
    if not answered and homes.is_taken(home):
        terminal.note("A service runs here and does not answer: it holds keys until it ends. Kill it now.")
