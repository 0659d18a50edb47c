"""Looking at a home's database without its keys, for `status` and `doctor`. It changes nothing.

Read-only, and without the engine: opening the database as the service does would upgrade it.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy.engine import URL

from bot.errors import HandbillError
from bot.store import address, server
from bot.store.encryption import is_plain

_VERSION = "SELECT version_num FROM alembic_version"
_NOT_PLAIN = "it is damaged, or encrypted though encrypt_database is off now: unlocking tells which"
_LASTING = ("fsync", "full_page_writes", "synchronous_commit")
"""What must be on for a server to keep what it has confirmed, whatever happens to its power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The number of the newest migration (None before the first), and what is wrong, with what to do."""

    schema: int | None
    problem: str = ""
    encrypted: bool = False
    """Then no more can be seen than that there is a file."""


async def look(url: str, *, thorough: bool = False) -> Seen:
    """What the database shows; `thorough` reads all of an SQLite file."""
    try:
        found = address.parsed(url)
        if found.get_backend_name() == "postgresql":
            return await _server(found)
    except HandbillError as error:
        return Seen(schema=None, problem=f"{error.message}: {error.hint}")
    return _file(Path(found.database or ""), thorough=thorough, encrypted=address.is_encrypted(found))


async def in_use(url: str) -> bool:
    """Whether a server's database belongs to a home. SettingsError and NetworkError as in `Store.open`."""
    async with server.asking(address.parsed(url)) as connection:
        there = await connection.fetchval("SELECT to_regclass('bot') IS NOT NULL")
        return bool(there and await connection.fetchval("SELECT EXISTS (SELECT FROM bot)"))


def _file(file: Path, *, thorough: bool, encrypted: bool) -> Seen:
    damaged = Seen(schema=None, problem="it is missing or damaged: put a backup in its place")
    if not file.is_file():
        return damaged
    if file.stat().st_size and not is_plain(file):
        return Seen(schema=None, encrypted=encrypted, problem="" if encrypted else _NOT_PLAIN)
    # Without a write-ahead log nobody has it open; SQLite then needs to be told not to make one.
    resting = not file.with_name(f"{file.name}-wal").exists()
    name = f"{file.absolute().as_uri()}?mode=ro" + ("&immutable=1" if resting else "")
    try:
        with closing(sqlite3.connect(name, uri=True, timeout=5)) as database:
            row = database.execute(_VERSION).fetchone()
            whole = not thorough or database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        return damaged
    return Seen(schema=_number(row[0] if row else None)) if whole else damaged


async def _server(url: URL) -> Seen:
    try:
        async with server.asking(url) as connection:
            there = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
            schema = _number(await connection.fetchval(_VERSION)) if there else None
            off = [name for name in _LASTING if await connection.fetchval(f"SHOW {name}") == "off"]
    except asyncpg.PostgresError:
        return Seen(schema=None, problem="its tables cannot be read: put a backup in its place")
    if not there:
        return Seen(schema=None, problem="it has no tables: put a backup in its place")
    lasting = f"the server may lose what it confirmed: switch on {', '.join(off)}" if off else ""
    return Seen(schema=schema, problem=lasting)


def _number(version: object) -> int | None:
    return int(str(version)) if version is not None and str(version).isdecimal() else None
