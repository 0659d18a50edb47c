"""An SQLite file that is encrypted as a whole, so that neither its tables nor how many rows they have show.

SQLCipher does it (the extra `sqlcipher`): each page by AES-256 and HMAC-SHA512, the write-ahead log as well.
The keys are the vault's. Here a file is opened, made the one kind or the other, and given another key.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.errors import DamagedVaultError, SettingsError

PLAIN = b"SQLite format 3\0"
"""How a file begins that is not encrypted (sqlite.org/fileformat2.html)."""
DRAFTS = ("-new", "-new-journal")
"""What a file becomes, beside it, until it is whole; and what belongs to that meanwhile."""
PATIENCE = 5.0
"""Seconds to wait for another process, as `PRAGMAS` has it for what is not encrypted."""


def driver() -> ModuleType:
    """SQLCipher's DB-API module. SettingsError where the extra is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise SettingsError(
            "An encrypted database needs the extra sqlcipher, which is not installed.",
            hint="`make sqlcipher` installs it. If this one was never encrypted, its file is damaged.",
        ) from None
    found: ModuleType = dbapi2
    return found


def is_plain(file: Path) -> bool:
    """Whether anybody who has the file sees its tables."""
    with file.open("rb") as opened:
        return opened.read(len(PLAIN)) == PLAIN


def connect(file: Path, key: bytes, **options: Any) -> Any:
    """A connection of SQLCipher's driver; an empty key is for a file that is not encrypted.

    Whether the key fits shows when something is read. SettingsError as in `driver`.
    """
    connection = driver().connect(os.fspath(file), timeout=PATIENCE, **options)
    connection.execute(
        "PRAGMA cipher_log = off"
    ).close()  # else it writes to stderr where a page does not fit
    if key:
        connection.execute(f"PRAGMA key = {_spelled(key)}").close()
    return connection


def prepare(file: Path, keys: Sequence[bytes], *, encrypted: bool) -> bytes:
    """Make the file what it should be, and return the key that opens it; empty for a plain one.

    The newest key comes first in `keys`. A file that is missing or empty is left to whoever opens it. Call it
    in a thread: where the file changes its kind, it is copied. DamagedVaultError when no key opens it,
    SettingsError when the extra is missing or the copy cannot be written; then nothing was changed.
    """
    for end in DRAFTS:
        file.with_name(file.name + end).unlink(missing_ok=True)
    wanted = keys[0] if encrypted else b""
    if not file.exists() or not file.stat().st_size:
        return wanted
    if is_plain(file):
        if encrypted:
            _become(file, b"", wanted)
        return wanted
    found = next((key for key in keys if _opens(file, key)), None)
    if found is None:
        raise _damaged()
    if encrypted:
        return found
    _become(file, found, wanted)
    return wanted


def change_key(file: Path, old: bytes, new: bytes) -> None:
    """Encrypt each page with another key: all of them, or none. Nobody else may have the file open."""
    with closing(connect(file, old, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL").close()
        connection.execute(f"PRAGMA rekey = {_spelled(new)}").close()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def _spelled(key: bytes) -> str:
    """A raw key as SQLCipher reads it: nothing is derived from it, which the vault has done."""
    return f"\"x'{key.hex()}'\""


def _opens(file: Path, key: bytes) -> bool:
    with closing(connect(file, key)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").close()
        except driver().DatabaseError as error:
            if type(error) is not driver().DatabaseError:
                raise
            return False
    return True


def _become(file: Path, old: bytes, new: bytes) -> None:
    """Write everything into a new file under another key, then put that into the place of the old one."""
    draft = file.with_name(file.name + DRAFTS[0])
    with _explained():
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with closing(connect(file, old, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            key = _spelled(new) if new else "''"
            connection.execute(f"ATTACH ? AS draft KEY {key}", (os.fspath(draft),)).close()
            connection.execute("PRAGMA draft.synchronous = FULL").close()
            connection.execute("SELECT sqlcipher_export('draft')").close()
            connection.execute("DETACH draft").close()
        draft.replace(file)
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _explained() -> Iterator[None]:
    sqlcipher = driver()
    try:
        yield
    except (OSError, sqlcipher.OperationalError):
        raise SettingsError(
            "The database file cannot be written anew to change its encryption; nothing was changed.",
            hint="See that the disk has room for it twice, and that no other program has it open.",
        ) from None
    except sqlcipher.DatabaseError:
        raise _damaged() from None


def _damaged() -> DamagedVaultError:
    return DamagedVaultError(
        "The database file is damaged, or it is not of this home.",
        hint="Put a backup in its place; keep the damaged file until that worked.",
    )
