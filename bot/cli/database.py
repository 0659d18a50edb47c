"""`handbill database`: what is done to the database as a whole."""

from pathlib import Path

import typer

from bot.cli import access
from bot.cli.terminal import of
from bot.control import client
from bot.control import home as homes
from bot.control.messages import Rotate

PATIENCE = 24 * 3600.0
"""Seconds to wait for the largest list on the slowest disk."""


def add_to(app: typer.Typer) -> None:
    """Add the noun."""
    database = typer.Typer(help="The database as a whole.", no_args_is_help=True)
    database.command("rotate")(rotate)
    app.add_typer(database, name="database")


def rotate(
    context: typer.Context,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Seal everything anew under another root key, also while the service runs. Takes the passphrases."""
    terminal = of(context)
    config = access.configured(terminal)
    terminal.harden()
    key = access.master_key(terminal, config.home, access.source(passphrase_file, unlock_fd))
    request = Rotate(master_key=key)
    with terminal.working("sealing everything anew"):
        answer = client.ask(config.home, request, patience=PATIENCE)
    if answer is None:
        with homes.only_one(config.home):
            access.ask_alone(terminal, config, request, key)
    terminal.say("the root key is another one")
