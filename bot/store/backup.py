"""A backup: two files for two places, both needed, and a passphrase. Integers are big-endian.

    data   DATA ‖ id(16) ‖ for each piece: u32(length) ‖ blob
    keys   KEYS ‖ id(16) ‖ SHA-256 of the rest ‖ u32(length) ‖ keyring.json ‖ shred.pad

A piece is sealed as table `backup`, column `data`, row id ‖ u32(number) ‖ last(1): none can be left out,
moved or cut off, and only the keys in the other file open it. Piece 0 is about the backup, the rest is the
database.
"""

import hashlib
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from bot.errors import BadInputError, DamagedVaultError
from bot.vault import files
from bot.vault.vault import Vault

DATA, KEYS = b"handbill-data-1\n", b"handbill-keys-1\n"
ID = 16
PIECE = 2**19 - 1
"""Bytes of a piece; with its padding it is sealed to 512 KiB."""
MOST = 2**20
_LENGTH = struct.Struct(">I")
_SHA = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a backup says about itself, sealed."""

    taken: datetime
    settings: str
    """The content of config.toml."""


class Pair:
    """The two files of one backup, looked at; nothing is open yet."""

    def __init__(self, data: Path, keys: Path) -> None:
        """BadInputError when these are not the two files of one backup, DamagedVaultError when one is cut."""
        self._data = data
        one, other = _beginning(data), _beginning(keys)
        if (one[: len(DATA)], other[: len(KEYS)]) == (KEYS, DATA):
            raise BadInputError("the two files are the wrong way round", hint="swap --data and --keys")
        if one[: len(DATA)] != DATA or other[: len(KEYS)] != KEYS:
            raise BadInputError("this is not a backup", hint="give the two files that `backup` wrote")
        self._id = one[len(DATA) :]
        if len(self._id) < ID or len(other) < len(KEYS) + ID:
            raise _cut()
        if self._id != other[len(KEYS) :]:
            raise BadInputError(
                "these two files are of different backups",
                hint="use the keys that were written with the data",
            )
        self._keys = keys

    def write_keys(self, home: Path) -> None:
        """Put keyring and pad into a folder. DamagedVaultError when the file is not whole."""
        rest = self._keys.read_bytes()[len(KEYS) + ID :]
        total, content = rest[:_SHA], rest[_SHA:]
        if hashlib.sha256(content).digest() != total or len(content) < _LENGTH.size:
            raise _cut()
        end = _LENGTH.size + _LENGTH.unpack_from(content)[0]
        files.replace(home / files.KEYRING, content[_LENGTH.size : end])
        files.replace(home / files.PAD, content[end:])

    def write_database(self, vault: Vault, target: Path) -> About:
        """Open every piece into a file. DamagedVaultError when one is missing or is not what was written."""
        with (
            self._data.open("rb") as source,
            open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,  # noqa: PTH123 - Path.open cannot take a mode
        ):
            source.seek(len(DATA) + ID)
            pieces = self._pieces(vault, source)
            about = _about(next(pieces))
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        return about

    def _pieces(self, vault: Vault, source: BinaryIO) -> Iterator[bytes]:
        number, blob = 0, _blob(source)
        while blob is not None:
            following = _blob(source)
            row = _row(self._id, number, last=following is None)
            yield vault.open("backup", "data", row, blob)
            number, blob = number + 1, following
        if number == 0:
            raise _cut()


def write(
    *,
    vault: Vault,
    home: Path,
    database: Path,
    about: About,
    data: Path,
    keys: Path,
    random: Callable[[int], bytes],
) -> None:
    """Seal a copy of the database into `data`, the keys into `keys`; both or none. BadInputError as it is.

    It reads and writes files of any size: call it in a thread.
    """
    made: list[Path] = []
    id_ = random(ID)
    try:
        for path, fill in ((data, _fill_data), (keys, _fill_keys)):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - as above
                made.append(path)
                fill(file, id_, vault=vault, home=home, database=database, about=about)
                file.flush()
                os.fsync(file.fileno())
    except BaseException as error:
        for path in made:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise BadInputError("there is such a file already", hint="choose another name") from None
        if isinstance(error, OSError):
            raise BadInputError(
                f"the backup cannot be written ({error.strerror})",
                hint="choose folders that the service may write to",
            ) from None
        raise


def _fill_data(file: BinaryIO, id_: bytes, *, vault: Vault, home: Path, database: Path, about: About) -> None:
    del home
    file.write(DATA + id_)
    pieces = _read(database, msgspec.msgpack.encode([1, about.taken.isoformat(), about.settings]))
    number, piece = 0, next(pieces)
    while piece:
        following = next(pieces, b"")
        blob = vault.seal("backup", "data", _row(id_, number, last=not following), piece)
        file.write(_LENGTH.pack(len(blob)) + blob)
        number, piece = number + 1, following


def _fill_keys(file: BinaryIO, id_: bytes, *, vault: Vault, home: Path, database: Path, about: About) -> None:
    del vault, database, about
    keyring = files.read_keyring(home)
    content = _LENGTH.pack(len(keyring)) + keyring + (home / files.PAD).read_bytes()
    file.write(KEYS + id_ + hashlib.sha256(content).digest() + content)


def _read(database: Path, first: bytes) -> Iterator[bytes]:
    yield first
    with database.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _about(plain: bytes) -> About:
    try:
        version, taken, settings = msgspec.msgpack.decode(plain, type=tuple[int, str, str])
        about = About(taken=datetime.fromisoformat(taken), settings=settings)
    except (msgspec.DecodeError, ValueError):
        version, about = 0, None
    if version != 1 or about is None:
        raise DamagedVaultError(
            "This backup was written by another version of Handbill", hint="restore it with that one"
        )
    return about


def _row(id_: bytes, number: int, *, last: bool) -> bytes:
    return id_ + _LENGTH.pack(number) + bytes([last])


def _blob(source: BinaryIO) -> bytes | None:
    """The next sealed piece; None at the end of the file."""
    length = source.read(_LENGTH.size)
    if not length:
        return None
    size = _LENGTH.unpack(length)[0] if len(length) == _LENGTH.size else MOST + 1
    blob = source.read(size) if size <= MOST else b""
    if len(blob) != size:
        raise _cut()
    return blob


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(DATA) + ID)
    except OSError as error:
        raise BadInputError(
            f"a file of the backup cannot be read ({error.strerror})", hint="check its name and owner"
        ) from None


def _cut() -> DamagedVaultError:
    return DamagedVaultError("A file of the backup is not whole", hint="copy it again, or use another backup")
