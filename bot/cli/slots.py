"""`handbill slots`: who holds a passphrase of this home, by number. A slot names nobody.

Every command takes as many passphrases as unlocking does, even while the service is unlocked: whoever sits
down at an open terminal must not become a keyholder. The root keys of the service stay the same; it is
only asked to write the change down.
"""

from contextlib import suppress
from pathlib import Path

import typer

from bot.cli import access
from bot.cli.terminal import of
from bot.config import Config
from bot.control import client
from bot.control.audit import NoticeKeys
from bot.errors import LockedError, NetworkError

NewFile = typer.Option(
    None,
    "--new-passphrase-file",
    metavar="FILE",
    show_default=False,
    help="Read the new passphrase from this file; without it one is made and shown once.",
)


def add_to(app: typer.Typer) -> None:
    """Add the noun."""
    slots = typer.Typer(help="Who holds a passphrase of this home.", no_args_is_help=True)
    slots.command("list")(show)
    slots.command("add")(add)
    slots.command("remove")(remove)
    slots.command("change")(change)
    slots.command("require")(require)
    app.add_typer(slots, name="slots")


def show(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="One line of JSON."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Show which of the eight slots are used, how many passphrases it takes, and which are yours."""
    terminal = of(context)
    config = access.configured(terminal)
    terminal.harden()
    from bot.vault import keys

    given = access.keyholders(terminal, config.home, access.source(passphrase_file, unlock_fd))
    with terminal.working("deriving keys"):
        found = keys.overview(config.home, given)
    needed, used = found.holders.needed, sorted(found.holders.used)
    if as_json:
        terminal.json({"needed": needed, "used": used, "given": list(found.opened)})
        return
    terminal.say(f"passphrases needed: {needed}")
    told = {slot: f": passphrase {number} of those given now" for number, slot in enumerate(found.opened, 1)}
    for slot in used:
        terminal.say(f"slot {slot}{told.get(slot, '')}")


def add(
    context: typer.Context,
    new_passphrase_file: Path | None = NewFile,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Give one more keyholder a passphrase."""
    terminal = of(context)
    config = access.configured(terminal)
    terminal.harden()
    from bot.vault import keys

    given = access.keyholders(terminal, config.home, access.source(passphrase_file, unlock_fd))
    new = access.new_passphrase(terminal, new_passphrase_file, whose="The passphrase of the new keyholder.")
    with terminal.working("making keys"):
        slot = keys.add(config.home, given, new, random=terminal.random)
    _notice(config)
    terminal.say(f"slot {slot}")
    terminal.note("Let the new keyholder remember this number: nothing else says whose a slot is.")


def remove(
    context: typer.Context,
    slot: int = typer.Argument(..., metavar="SLOT", help="Its number.", min=0, max=7),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Take a keyholder's slot away. The others keep their passphrases and need not be there."""
    terminal = of(context)
    config = access.configured(terminal)
    terminal.harden()
    from bot.vault import keys

    given = access.keyholders(terminal, config.home, access.source(passphrase_file, unlock_fd))
    with terminal.working("making keys"):
        keys.remove(config.home, given, slot, random=terminal.random)
    _notice(config)
    terminal.say(f"slot {slot} is free")
    terminal.note(
        "An old copy of the key files still opens with the old passphrase: `handbill database rotate`"
    )
    terminal.note("makes a new root key.")


def change(
    context: typer.Context,
    new_passphrase_file: Path | None = NewFile,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Put another passphrase in the place of your own: the first one given or typed."""
    terminal = of(context)
    config = access.configured(terminal)
    terminal.harden()
    from bot.vault import keys

    given = access.keyholders(terminal, config.home, access.source(passphrase_file, unlock_fd))
    new = access.new_passphrase(terminal, new_passphrase_file, whose="Your new passphrase.")
    with terminal.working("making keys"):
        slot = keys.change(config.home, given, new, random=terminal.random)
    _notice(config)
    terminal.say(f"slot {slot} has its new passphrase")


def require(
    context: typer.Context,
    needed: int = typer.Argument(..., metavar="1|2", help="How many passphrases.", min=1, max=2),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Let it take one passphrase from now on, or two. Then write the same number into config.toml."""
    terminal = of(context)
    config = access.configured(terminal)
    terminal.harden()
    from bot.vault import keys

    given = access.keyholders(terminal, config.home, access.source(passphrase_file, unlock_fd))
    with terminal.working("making keys"):
        keys.require(config.home, given, needed, random=terminal.random)
    terminal.say(f"passphrases needed: {needed}")
    if config.vault.unlock != needed:
        terminal.note(
            f"Now write unlock = {needed} in [vault] of config.toml: until then it does not unlock."
        )


def _notice(config: Config) -> None:
    """Let an unlocked service write it into the audit and tell the organisers; a locked one sees it later."""
    with suppress(LockedError, NetworkError):
        client.ask(config.home, NoticeKeys())
