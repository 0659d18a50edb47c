"""`handbill init`: make a home. It never goes online."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import typer

from bot.cli import access
from bot.cli.terminal import Terminal, of
from bot.config import Config, load

CLEAR = "\x1b[2J\x1b[3J\x1b[H"
"""Empties screen and scroll-back (ECMA-48 ED, xterm): the next keyholder sits down at it."""


TokenFile = typer.Option(
    None, "--token-file", metavar="FILE", help="The bot's token, as BotFather gave it.", show_default=False
)
Needed = typer.Option(
    None,
    "--unlock",
    metavar="1|2",
    min=1,
    max=2,
    show_default=False,
    help="How many passphrases open the home. Two: no keyholder alone; from three organisers on.",
)
Keyholders = typer.Option(
    None,
    "--keyholders",
    metavar="N",
    min=1,
    max=8,
    show_default=False,
    help="How many people get a passphrase of their own; as many as it takes unless said.",
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    context: typer.Context,
    token_file: Path | None = TokenFile,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock: int | None = Needed,
    keyholders: int | None = Keyholders,
    kdf_memory: int = typer.Option(
        256, "--kdf-memory", metavar="MIB", help="Memory that trying one passphrase takes, in MiB."
    ),
) -> None:
    """Make a home: settings, keys, and a database with the sealed token. Never goes online."""
    terminal = of(context)
    config = load(terminal.environment)
    from bot.control.desk import read_token
    from bot.control.founding import make_home, may_become_home

    may_become_home(config)
    terminal.harden()
    token = read_token(_token(terminal, token_file))
    files = passphrase_file or []
    needed = unlock or (2 if len(files) > 1 else config.vault.unlock)
    passphrases = _passphrases(terminal, files, keyholders or needed)
    with terminal.working("making keys"):
        asyncio.run(
            make_home(
                config,
                token,
                passphrases,
                needed=needed,
                kdf_memory_mib=kdf_memory,
                clock=terminal.clock,
                random=terminal.random,
            )
        )
    _explain(terminal, config, needed)


def _token(terminal: Terminal, file: Path | None) -> bytes:
    if file is None:
        return terminal.ask_secret("Token from BotFather (it is not shown): ").encode()
    return access.content(file, 400, "token")


def _passphrases(terminal: Terminal, files: Sequence[Path], keyholders: int) -> list[str]:
    """One a keyholder; at the terminal one after the other, who do not see each other's."""
    if files:
        return [access.new_passphrase(terminal, file, whose="") for file in files]
    if keyholders == 1:
        return [access.new_passphrase(terminal, None, whose="The passphrase of this home.")]
    made = []
    for number in range(1, keyholders + 1):
        whose = f"The passphrase of keyholder {number} of {keyholders}."
        made.append(access.new_passphrase(terminal, None, whose=whose))
        terminal.tell(CLEAR)
    return made


def _explain(terminal: Terminal, config: Config, needed: int) -> None:
    terminal.say(f"home made: {config.home}")
    if needed > 1:
        terminal.note("It opens with two passphrases. `handbill slots list` tells the number of one's slot.")
    terminal.note("Next: `handbill run`, then `handbill unlock` in another terminal.")
