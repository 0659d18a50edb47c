"""`handbill backup` and `handbill restore`: two files for two places, and a home made from them."""

import asyncio
from pathlib import Path

import typer

from bot.cli import access
from bot.cli.terminal import of
from bot.config import load
from bot.control.messages import Backup
from bot.errors import UsageError

PATIENCE = 6 * 3600.0
"""Seconds that a running service may take to write a backup."""

DataFile = typer.Option(..., "--data", metavar="FILE", help="The sealed copy of the database.")
KeysFile = typer.Option(
    ..., "--keys", metavar="FILE", help="Keyring and pad. Keep it in another place than the data."
)


def add_to(app: typer.Typer) -> None:
    """Add both commands."""
    app.command()(backup)
    app.command()(restore)


def backup(
    context: typer.Context,
    data: Path = DataFile,
    keys: Path = KeysFile,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Write two new files: the sealed database, and the keys. Works while the service runs."""
    terminal = of(context)
    config = access.configured(terminal)
    if data.absolute() == keys.absolute():
        raise UsageError("--data and --keys are the same file", hint="they belong in two places")
    request = Backup(data=str(data.absolute()), keys=str(keys.absolute()))
    access.ask(terminal, config, request, access.source(passphrase_file, unlock_fd), patience=PATIENCE)
    terminal.say("backup written")
    terminal.note("Both files and a passphrase are needed to restore it: keep them in two places.")
    terminal.note("Copies never expire by themselves, and `handbill panic` cannot reach them.")


def restore(
    context: typer.Context,
    data: Path = DataFile,
    keys: Path = KeysFile,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Make a home from a backup. Needs both files and a passphrase, and an empty HANDBILL_HOME."""
    terminal = of(context)
    config = load(terminal.environment)
    from bot.control.restoring import restore as put_back
    from bot.store.backup import Pair

    pair = Pair(data, keys)
    terminal.harden()
    sources = access.source(passphrase_file, unlock_fd)
    taken = asyncio.run(
        put_back(
            config,
            pair,
            lambda home: access.master_key(terminal, home, sources),
            clock=terminal.clock,
            random=terminal.random,
        )
    )
    terminal.say(f"home restored: {config.home}, as of {taken:%Y-%m-%d %H:%M} UTC")
    terminal.note("Whatever was unfinished is held. The next broadcast says where the list comes from.")
