"""A home as a folder: what makes it one, where its socket is, and that one process at a time works in it."""

import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.config import FILE
from bot.errors import NetworkError, SettingsError

KEYRING = "keyring.json"
SOCKET = "control.sock"
LOCK = "service.lock"
BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Linux's name for one start of one machine (random(4))."""


def is_configured(home: Path) -> bool:
    """Whether `init` was run here."""
    return (home / FILE).is_file() and (home / KEYRING).is_file()


def require(home: Path) -> None:
    """Raise SettingsError where there is no home."""
    if not is_configured(home):
        raise SettingsError(
            "there is no home here", hint="set HANDBILL_HOME to your home, or make one with `handbill init`"
        )


def place(home: Path) -> bytes:
    """What tells this home on this machine from its copies elsewhere; empty where the system does not say.

    As only one process works in a home, whoever had the same place before is no more.
    """
    try:
        boot, folder = BOOT.read_bytes(), home.stat()
    except OSError:
        return b""
    return boot + f"{folder.st_dev} {folder.st_ino}".encode()


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Be the one process that works in this home; the lock ends with the process, whatever happens to it.

    Not the folder itself is locked, as writing a key file does that. Raises NetworkError when another has it.
    """
    descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NetworkError(
                "another handbill is already running on this home", hint="see `handbill status`"
            ) from None
        yield
    finally:
        os.close(descriptor)


def is_taken(home: Path) -> bool:
    """Whether a process works in this home now."""
    try:
        with only_one(home):
            return False
    except NetworkError:
        return True
    except OSError:
        return False


@contextmanager
def socket_address(home: Path) -> Iterator[str]:
    """The path to bind or connect to. A socket's path has at most 107 bytes, a home's may have more."""
    folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET}"
    finally:
        os.close(folder)


def peer_is_us(connection: socket.socket) -> bool:
    """Whether the other end of a unix socket belongs to the same user (SO_PEERCRED, unix(7))."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", credentials)
    return bool(user == os.geteuid())
