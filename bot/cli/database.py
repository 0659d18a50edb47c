"""`handbill database`: another root key, and whether the list is the one that was written last."""

from pathlib import Path

import typer

from bot.cli import access
from bot.cli.terminal import Terminal, of
from bot.control import client
from bot.control import home as homes
from bot.control.messages import AcceptList, CheckList, ListState, Rotate
from bot.errors import DamagedVaultError

PATIENCE = 24 * 3600.0
"""Seconds to wait for the largest list on the slowest disk."""
PHRASE = "take the list as it is"
_WORDS = {
    "behind": "the database is an older one than this home has had",
    "counts": "there are fewer readers than were written, or more",
    "rows": "a reader is not the one that was written last",
}
_HINT = "nothing is sent meanwhile. Put a backup in its place, or take it: `handbill database accept`"


def add_to(app: typer.Typer) -> None:
    """Add the noun."""
    database = typer.Typer(help="The database as a whole.", no_args_is_help=True)
    database.command("check")(check)
    database.command("accept")(accept)
    database.command("rotate")(rotate)
    app.add_typer(database, name="database")


def check(
    context: typer.Context,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Look at every row of the list. Exit code 6 if it is not the one that was written last."""
    terminal = of(context)
    doubt = _ask(terminal, CheckList(), access.source(passphrase_file, unlock_fd))
    if doubt:
        raise DamagedVaultError(_WORDS.get(doubt, "the list does not fit its census"), hint=_HINT)
    terminal.say("the list is the one that was written last")


def accept(
    context: typer.Context,
    yes: bool = typer.Option(
        False, "--yes-take-the-list-as-it-is", help="Do not ask, for scripts.", show_default=False
    ),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Take the list as it is now, though something does not fit. Readers may be missing, or back who left."""
    terminal = of(context)
    if not yes:
        terminal.confirm("Readers may be missing, and some may be back who had left.", PHRASE)
    _ask(terminal, AcceptList(), access.source(passphrase_file, unlock_fd))
    terminal.say("the list is taken as it is now")


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


def _ask(terminal: Terminal, request: CheckList | AcceptList, sources: access.Sources) -> str:
    answer = access.ask(terminal, access.configured(terminal), request, sources, patience=PATIENCE)
    return answer.doubt if isinstance(answer, ListState) else ""
