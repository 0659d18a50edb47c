"""`handbill doctor`: checks of a home that need no passphrase. It changes nothing and goes nowhere."""

import asyncio
import os
import stat
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import typer

from bot.cli import keeping
from bot.cli.keeping import Check
from bot.cli.terminal import of
from bot.config import DATABASE_URL, Config, home, load
from bot.control import client, process, room
from bot.control import home as homes
from bot.control.messages import Status
from bot.errors import Exit, HandbillError, NetworkError, SettingsError

SWAPS = Path("/proc/swaps")
FEWEST_APPROVALS = 2
"""One hijacked account must not be enough."""
SHORTEST_COOLDOWN = 60
"""Seconds; less than it takes to read a notice and tap Cancel."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    context: typer.Context, as_json: bool = typer.Option(False, "--json", help="One line of JSON.")
) -> int:
    """Check the home: files, keys, database, settings, memory. Exit code 3 if something is not right."""
    terminal = of(context)
    terminal.harden()
    with terminal.working("looking"):
        checks = examine(terminal.environment, now=terminal.clock.now())
    if as_json:
        listed = [{"name": check.name, "ok": check.ok, "hint": check.hint} for check in checks]
        terminal.json({"checks": listed})
    else:
        for check in checks:
            terminal.say(
                f"{'ok  ' if check.ok else 'BAD '} {check.name}" + (f": {check.hint}" if check.hint else "")
            )
    return Exit.OK if all(check.ok for check in checks) else Exit.SETTINGS


def examine(environment: Mapping[str, str], *, now: datetime, swaps: Path = SWAPS) -> list[Check]:
    """All checks, in the order in which a keeper should mend what is wrong."""
    folder = home(environment)
    settings, config = _settings(environment)
    service = _service(folder)
    return [
        _files(folder),
        _keyring(folder),
        _database(config),
        settings,
        _unlocking(service),
        _memory(swaps, service),
        *keeping.examine(folder, config, service, now=now),
    ]


def _files(folder: Path) -> Check:
    """The folder and every file in it are their owner's alone, and the owner is whoever runs this."""
    if not homes.is_configured(folder):
        return Check(
            name="files", ok=False, hint="there is no home here: `handbill init`, or set HANDBILL_HOME"
        )
    for path in (folder, *sorted(folder.iterdir())):
        found = path.lstat()
        name = "the folder of the home" if path == folder else path.name
        if found.st_uid != os.geteuid():
            return Check(name="files", ok=False, hint=f"{name} belongs to another user: chown it")
        if stat.S_IMODE(found.st_mode) & 0o077 and not stat.S_ISLNK(found.st_mode):
            return Check(name="files", ok=False, hint=f"others can reach {name}: chmod go= it")
    return Check(name="files", ok=True)


def _keyring(folder: Path) -> Check:
    """The keyring and the shred pad are as they were written, and belong together."""
    from bot.vault import files, keyring

    def whole() -> None:
        found, _ = keyring.parse(files.read_keyring(folder))
        keyring.check_pad(found, files.pad_hash(folder))
        if len(found.epochs) > 1:
            raise SettingsError("a change of the root key has not ended", hint="`handbill database rotate`")

    return _by("keyring", whole)


def _database(config: Config | None) -> Check:
    """It is there and whole, loses nothing it has confirmed, and this version knows its tables."""
    if config is None:
        return Check(name="database", ok=False, hint="mend the settings first")
    from bot.store import inspection
    from bot.store.migrate import MIGRATIONS

    newest = max(int(file.name[:4]) for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    seen = asyncio.run(inspection.look(config.database, thorough=True))
    if seen.problem or (full := room.problem(config)):
        return Check(name="database", ok=False, hint=seen.problem or full)
    if seen.encrypted:
        return Check(name="database", ok=True, hint="encrypted as a whole: what is in it shows at unlocking")
    if seen.schema is None or seen.schema > newest:
        return Check(name="database", ok=False, hint="a newer Handbill wrote it: install that one")
    return Check(name="database", ok=True)


def _settings(environment: Mapping[str, str]) -> tuple[Check, Config | None]:
    """They can be read, none is weaker than recommended, and no password stands in the environment."""
    try:
        config = load(environment)
    except HandbillError as error:
        return Check(name="settings", ok=False, hint=f"{error.message}; {error.hint}"), None
    publishing = config.publishing
    doubts = {
        f"approvals is below {FEWEST_APPROVALS}": publishing.approvals < FEWEST_APPROVALS,
        f"cooldown_seconds is below {SHORTEST_COOLDOWN}": publishing.cooldown_seconds < SHORTEST_COOLDOWN,
        f"a password stands in {DATABASE_URL}": _holds_password(config.database_url),
        "a password stands in the address of the proxy": _holds_password(config.telegram.proxy),
    }
    weak = [doubt for doubt, found in doubts.items() if found]
    return Check(name="settings", ok=not weak, hint="; ".join(weak)), config


def _holds_password(address: str) -> bool:
    return urlsplit(address).password is not None


def _service(folder: Path) -> Status | None:
    """The running service's own words; None without one that answers."""
    try:
        return client.status(folder) if homes.is_configured(folder) else None
    except NetworkError:
        return None


def _unlocking(service: Status | None) -> Check:
    """The passphrases are not on this machine, as far as the running service knows."""
    weaker = "weaker: the service got its passphrases at the start: whoever has the machine may have them too"
    unattended = service is not None and service.unattended
    return Check(name="unlocking", ok=not unattended, hint=weaker if unattended else "")


def _memory(swaps: Path, service: Status | None) -> Check:
    """Keys in memory reach no disk: no core dump, no swap (compressed memory is no disk)."""
    if not process.is_hardened() or (service and not service.hardened):
        return Check(name="memory", ok=False, hint="core dumps or debuggers cannot be switched off here")
    if service and service.memory_locked:
        return Check(name="memory", ok=True)
    try:
        used = [line.split()[0] for line in swaps.read_text().splitlines()[1:]]
    except OSError:
        used = []
    if any("zram" not in name for name in used):
        mend = "switch it off, use zram, or let the service lock its memory (LimitMEMLOCK=infinity)"
        return Check(name="memory", ok=False, hint=f"keys can end in swap: {mend}")
    return Check(name="memory", ok=True)


def _by(name: str, look: Callable[[], None]) -> Check:
    try:
        look()
    except HandbillError as error:
        return Check(name=name, ok=False, hint=f"{error.message.removesuffix('.')}; {error.hint}")
    except OSError as error:
        return Check(name=name, ok=False, hint=f"it cannot be read ({type(error).__name__})")
    return Check(name=name, ok=True)
