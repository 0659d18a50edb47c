"""Destroying a home: the keys first, which is what counts, then everything else that Handbill wrote there.

It needs no passphrase, no readable settings and no running service, and may be run again after a kill.
What it cannot reach (SSD remapping, snapshots, copies elsewhere) `LIMITS` says.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from bot.config import FILE
from bot.control.grace import FILE as DUE
from bot.control.home import KEYRING, LOCK, SOCKET
from bot.control.restoring import DATABASE, STAGE
from bot.errors import BadInputError
from bot.store.encryption import DRAFTS
from bot.store.store import COPY
from bot.vault.files import PAD
from bot.vault.mark import MARK

LIMITS = (
    "What this cannot reach: blocks that an SSD has put aside, snapshots, images taken before, backups and",
    "copies elsewhere. Whoever has one of those and a passphrase can read it. Destroying data may itself be",
    "a crime where you are.",
)
_ENDS = ("", "-wal", "-shm", "-journal", *DRAFTS)


def destroy_keys(home: Path, random: Callable[[int], bytes]) -> bool:
    """Overwrite and remove pad and keyring; False when there were none. Takes less than a second.

    What cannot be overwritten is removed all the same, and one failure keeps no other from going.
    BadInputError when one of them is still there in the end.
    """
    found = [path for name in (PAD, KEYRING) for path in _with_drafts(home / name) if os.path.lexists(path)]
    for path in found:
        with suppress(OSError), path.open("r+b") as file:
            file.write(random(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        _remove(path)
    if found:
        _settle(home)
    left = [path.name for path in found if os.path.lexists(path)]
    if left:
        raise BadInputError(
            f"not everything of the keys could be removed: {', '.join(left)}",
            hint="see whether the disk is read-only; else destroy the disk",
        )
    return bool(found)


def destroy_rest(home: Path, database: Path | None) -> list[str]:
    """Remove everything else that Handbill wrote into the home, and the database; the names of what is left.

    Its content is sealed with the keys that are gone, so it is removed without being written over. What is
    left is somebody else's, or could not be removed.
    """
    bases = {home / DATABASE, home / COPY, *([database] if database else [])}
    names = [path.with_name(path.name + end) for path in sorted(bases) for end in _ENDS]
    names += [path for name in (MARK, FILE, DUE) for path in _with_drafts(home / name)]
    names += [home / SOCKET, home / LOCK]
    for path in (*names, home / STAGE):
        _remove(path)
    elsewhere = [database.name] if database and database.parent != home and database.exists() else []
    if not home.is_dir():
        return elsewhere
    _settle(home)
    left = elsewhere + sorted(path.name for path in home.iterdir())
    if not left and home.resolve() != Path.cwd():
        home.rmdir()
    return left


def _with_drafts(path: Path) -> Iterator[Path]:
    """A file, and the one that a killed writer of it leaves."""
    yield path
    yield path.with_name(f".{path.name}.new")


def _remove(path: Path) -> None:
    """Whatever stands in this place, as far as that is possible."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
