"""Key files on disk: written whole or not at all, readable by their owner only, read with an upper bound.

The shred pad is here too: random bytes without which the keyring cannot be opened, large enough to be
overwritten for certain. What stands inside the keyring is not this file's business.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import DamagedVaultError, SettingsError
from bot.vault import primitives

KEYRING = "keyring.json"
KEYRING_LIMIT = 10_000
"""Bytes; a longer keyring is not read."""
PAD = "shred.pad"
PAD_SIZE = 4 * 1024 * 1024

_RESTORE = "restore it from the backup of the keys; without it nothing opens the vault"


def replace(path: Path, data: bytes) -> None:
    """Write a file so that a crash at any moment leaves either the old content or the new one, mode 0600.

    The temporary name is always the same, so that a killed writer leaves no pile of old keys behind; the lock
    on the folder keeps two writers apart and ends with the process.
    """
    with _locked(path.parent) as folder:
        _write(path, data, folder)


def change_keyring(home: Path, change: Callable[[bytes], bytes]) -> None:
    """As `replace`, for keyring.json made from what it is now; of two changes at once none is lost.

    Raises what `read_keyring` and `change` raise, with the file as it was.
    """
    with _locked(home) as folder:
        _write(home / KEYRING, change(read_keyring(home)), folder)


def read_keyring(home: Path) -> bytes:
    """The bytes of keyring.json.

    Raises SettingsError where there is none, DamagedVaultError where it cannot be read or is too long.
    """
    try:
        data = _read(home / KEYRING, KEYRING_LIMIT)
    except FileNotFoundError as error:
        raise SettingsError("There is no vault in this home", hint="make one with `handbill init`") from error
    except OSError as error:
        raise DamagedVaultError("The keyring cannot be read", hint=_RESTORE) from error
    if data is None:
        raise DamagedVaultError("The keyring is too long", hint=_RESTORE)
    return data


def make_pad(home: Path, random: Callable[[int], bytes]) -> bytes:
    """Write a new shred pad and return its SHA-256."""
    pad = random(PAD_SIZE)
    replace(home / PAD, pad)
    return primitives.sha256(pad)


def pad_hash(home: Path) -> bytes:
    """The SHA-256 of the shred pad. DamagedVaultError where it is missing, unreadable or of another size."""
    try:
        pad = _read(home / PAD, PAD_SIZE)
    except FileNotFoundError as error:
        raise DamagedVaultError("The shred pad is missing", hint=_RESTORE) from error
    except OSError as error:
        raise DamagedVaultError("The shred pad cannot be read", hint=_RESTORE) from error
    if pad is None or len(pad) != PAD_SIZE:
        raise DamagedVaultError("The shred pad has not its full size", hint=_RESTORE)
    return primitives.sha256(pad)


def _write(path: Path, data: bytes, folder: int) -> None:
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - Path.open cannot take a mode that is private from the start
        os.fchmod(file.fileno(), 0o600)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    os.fsync(folder)


def _read(path: Path, limit: int) -> bytes | None:
    # A pipe in its place would be waited for without end.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - Path.open takes no descriptor
        data = file.read(limit + 1)
    return data if len(data) <= limit else None


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
