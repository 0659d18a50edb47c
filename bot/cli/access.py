"""The open vault, for commands that need it: through the running service, or else with passphrases.

A passphrase comes from a file, an open descriptor or the terminal, never from an argument or the environment.
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.terminal import Terminal
from bot.config import Config, load
from bot.control import client
from bot.control import home as homes
from bot.control.messages import Answer, DeskRequest
from bot.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from bot.vault.slots import Half

PassphraseFile = typer.Option(
    None,
    "--passphrase-file",
    metavar="FILE",
    help="Read a passphrase from this file; may be given twice.",
    show_default=False,
)
UnlockFd = typer.Option(
    None,
    "--unlock-fd",
    metavar="N",
    min=0,
    max=2**31 - 1,
    help="Read a passphrase from this open descriptor, or two, one a line; may be given twice.",
    show_default=False,
)


def configured(terminal: Terminal) -> Config:
    """The settings of the home there is. Raises SettingsError without one."""
    config = load(terminal.environment)
    homes.require(config.home)
    return config


Sources = tuple[Path | int, ...]
"""Where passphrases come from; empty to ask for them."""

CREDENTIALS = "CREDENTIALS_DIRECTORY"
CREDENTIAL_NAMES = ("handbill.passphrase", "handbill.passphrase-2")
"""Of `LoadCredential=` in the unit (systemd.exec(5)); the folder's path in the environment is no secret."""


def ask(
    terminal: Terminal,
    config: Config,
    request: DeskRequest,
    sources: Sources,
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
        key = master_key(terminal, config.home, sources)
        return ask_alone(terminal, config, request, key)


def ask_alone(terminal: Terminal, config: Config, request: DeskRequest, key: bytes) -> Answer:
    """The answer without a service. The caller holds `homes.only_one`."""
    from bot.control.desk import answer_once

    with terminal.working("working in the vault"):
        return asyncio.run(answer_once(config, key, request, clock=terminal.clock, random=terminal.random))


def ask_with(terminal: Terminal, config: Config, request: DeskRequest, key: bytes) -> Answer:
    """As `ask`, where the key is there already because the request itself takes it."""
    with terminal.working("asking the service"):
        answer = client.ask(config.home, request)
    if answer is not None:
        return answer
    with homes.only_one(config.home):
        return ask_alone(terminal, config, request, key)


def source(files: Path | Sequence[Path] | None, descriptors: int | Sequence[int] | None) -> Sources:
    """Where the passphrases come from; nothing, to ask for them."""
    by_file = (files,) if isinstance(files, Path) else tuple(files or ())
    by_descriptor = (descriptors,) if isinstance(descriptors, int) else tuple(descriptors or ())
    if by_file and by_descriptor:
        raise UsageError(
            "--passphrase-file and --unlock-fd are given together",
            hint="one place for the passphrases is enough",
        )
    return by_file or by_descriptor


def credentials(terminal: Terminal) -> Sources:
    """The passphrases that systemd was told to hand over."""
    folder = terminal.environment.get(CREDENTIALS)
    found = [Path(folder) / name for name in CREDENTIAL_NAMES] if folder else []
    return tuple(file for file in found if file.is_file())


def master_key(terminal: Terminal, home: Path, sources: Sources) -> bytes:
    """The 32 bytes that the passphrases open; Argon2id takes about a second for each.

    Where nothing was given and two are needed, both keyholders are asked. LockedError when one is missing.
    """
    from bot.vault import keys

    found = opened(terminal, home, sources)
    if isinstance(found, bytes):
        return found
    if not sources:
        second = opened(terminal, home, (), prompt="Passphrase of a second keyholder: ")
        key = second if isinstance(second, bytes) else keys.combine(home, [found, second])
        if key:
            return key
    raise keys.second_needed()


def opened(
    terminal: Terminal, home: Path, sources: Sources, *, prompt: str = "Passphrase: "
) -> "bytes | Half":
    """The master key, or what one passphrase of two opens."""
    from bot.vault import keys

    given = passphrases(terminal, sources, prompt=prompt)
    with terminal.working("deriving keys"):
        return keys.open_home(home, given)


def passphrases(terminal: Terminal, sources: Sources, *, prompt: str = "Passphrase: ") -> list[str]:
    """From files or descriptors, one newline at their end dropped; without one the terminal is asked."""
    from bot.vault import passphrase

    if not sources:
        return [passphrase.read(terminal.ask_secret(prompt).encode())]
    found: list[str] = []
    for one in sources:
        given = content(one, passphrase.MOST, "passphrase")
        found += passphrase.lines(given) if isinstance(one, int) else [passphrase.read(given)]
    return found


def keyholders(terminal: Terminal, home: Path, sources: Sources) -> list[str]:
    """Enough passphrases to change keys, the first one that of whoever acts. LockedError without a tty."""
    given = passphrases(terminal, sources)
    if not sources:
        from bot.vault import keys

        with terminal.working("deriving keys"):
            found = keys.open_home(home, given)
        if not isinstance(found, bytes):
            given += passphrases(terminal, (), prompt="Passphrase of a second keyholder: ")
    return given


def content(source: Path | int, limit: int, what: str) -> bytes:
    """A small secret file or descriptor. Raises BadInputError where it cannot be read; never quotes it."""
    try:
        with open(source, "rb", opener=_private) as file:
            return file.read(limit)
    except (OSError, OverflowError):
        raise BadInputError(f"the {what} cannot be read", hint="check the file and its owner") from None


def new_passphrase(terminal: Terminal, file: Path | None, *, whose: str) -> str:
    """The one in the file, if it is strong enough; else six new words, shown once and typed once."""
    from bot.vault import passphrase

    if file is not None:
        [chosen] = passphrases(terminal, (file,))
        passphrase.check(chosen)
        return chosen
    generated = passphrase.generate(terminal.random)
    terminal.tell(f"\n{whose} It is shown only now, and nobody can find it again:\n")
    terminal.tell(f"    {generated}\n")
    terminal.tell("Learn it, or keep it on paper far from this machine.")
    while " ".join(terminal.ask_secret("Type it once: ").split()) != generated:
        terminal.tell("That is something else.")
    return generated


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC)
