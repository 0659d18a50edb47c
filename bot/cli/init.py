"""`handbill init`: make a home. It never goes online."""

import asyncio
from pathlib import Path

import typer

from bot.cli import access
from bot.cli.terminal import Terminal, of
from bot.config import Config, load


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    context: typer.Context,
    token_file: Path | None = typer.Option(
        None,
        "--token-file",
        metavar="FILE",
        help="The bot's token, as BotFather gave it.",
        show_default=False,
    ),
    passphrase_file: Path | None = access.PassphraseFile,
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
    passphrase = _passphrase(terminal, passphrase_file)
    with terminal.working("making keys"):
        asyncio.run(
            make_home(
                config,
                token,
                passphrase,
                kdf_memory_mib=kdf_memory,
                clock=terminal.clock,
                random=terminal.random,
            )
        )
    _explain(terminal, config)


def _token(terminal: Terminal, file: Path | None) -> bytes:
    if file is None:
        return terminal.ask_secret("Token from BotFather (it is not shown): ").encode()
    return access.content(file, 400, "token")


def _passphrase(terminal: Terminal, file: Path | None) -> str:
    """The one in the file, if it is strong enough; else six new words, shown once and typed once."""
    from bot.vault import passphrase as passphrases

    if file is not None:
        chosen = access.passphrase(terminal, file)
        passphrases.check(chosen)
        return chosen
    generated = passphrases.generate(terminal.random)
    terminal.tell("\nThe passphrase of this home. It is shown only now, and nobody can find it again:\n")
    terminal.tell(f"    {generated}\n")
    terminal.tell("Learn it, or keep it on paper far from this machine.")
    while " ".join(terminal.ask_secret("Type it once: ").split()) != generated:
        terminal.tell("That is something else.")
    return generated


def _explain(terminal: Terminal, config: Config) -> None:
    terminal.say(f"home made: {config.home}")
    terminal.note("Next: `handbill run`, then `handbill unlock` in another terminal.")
