"""The open vault, for commands that need it: through the running service, or else with a passphrase.

A passphrase comes from a file, an open descriptor or the terminal, never from an argument or the environment.
"""

import asyncio
import os
from pathlib import Path

import typer

from bot.cli.terminal import Terminal
from bot.config import Config, load
from bot.control import client
from bot.control import home as homes
from bot.control.messages import Answer, DeskRequest
from bot.errors import BadInputError, UsageError

PassphraseFile = typer.Option(
    None, "--passphrase-file", metavar="FILE", help="Read the passphrase from this file.", show_default=False
)
UnlockFd = typer.Option(
    None,
    "--unlock-fd",
    metavar="N",
    min=0,
    max=2**31 - 1,
    help="Read the passphrase from this open descriptor.",
    show_default=False,
)


def configured(terminal: Terminal) -> Config:
    """The settings of the home there is. Raises SettingsError without one."""
    config = load(terminal.environment)
    homes.require(config.home)
    return config


def ask(
    terminal: Terminal,
    config: Config,
    request: DeskRequest,
    source: Path | int | None,
    *,
    patience: float = client.PATIENCE,
) -> Answer:
    """The answer of the running service; without one, of the vault opened just for this."""
    with terminal.working("asking the service"):
        answer = client.ask(config.home, request, patience=patience)
    if answer is not None:
        return answer
    terminal.harden()
    with homes.only_one(config.home):
        key = master_key(terminal, config.home, source)
        from bot.control.desk import answer_once

        with terminal.working("working in the vault"):
            return asyncio.run(
                answer_once(config, key, request, clock=terminal.clock, random=terminal.random)
            )


def source(file: Path | None, descriptor: int | None) -> Path | int | None:
    """Where the passphrase comes from; None to ask for it."""
    if file is not None and descriptor is not None:
        raise UsageError(
            "--passphrase-file and --unlock-fd are given together",
            hint="one place for the passphrase is enough",
        )
    return file if file is not None else descriptor


def master_key(terminal: Terminal, home: Path, source: Path | int | None) -> bytes:
    """The 32 bytes that the passphrase opens; Argon2id takes about a second."""
    from bot.vault.vault import Vault

    secret = passphrase(terminal, source)
    with terminal.working("deriving keys"):
        return Vault.open_home(home, secret)


def passphrase(terminal: Terminal, source: Path | int | None) -> str:
    """From a file or descriptor, one newline at its end dropped; without one the terminal is asked."""
    from bot.vault import passphrase as passphrases

    if source is None:
        return passphrases.read(terminal.ask_secret("Passphrase: ").encode())
    return passphrases.read(content(source, passphrases.LIMIT + 3, "passphrase"))


def content(source: Path | int, limit: int, what: str) -> bytes:
    """A small secret file or descriptor. Raises BadInputError where it cannot be read; never quotes it."""
    try:
        with open(source, "rb", opener=_private) as file:
            return file.read(limit)
    except (OSError, OverflowError):
        raise BadInputError(f"the {what} cannot be read", hint="check the file and its owner") from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC)
