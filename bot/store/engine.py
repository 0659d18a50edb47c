"""How the database is opened and locked: all that is true of SQLite only stands in this file.

SQLite has one writer at a time, so there is one connection that writes, one that checkpoints, and a few that
read. What the rows mean is not known here.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import DamagedVaultError, SettingsError
from bot.store.connection import Connection, whole

READERS = 4
"""Connections that may read at once; whoever comes fifth waits a few milliseconds."""

PRAGMAS = {
    "busy_timeout": "5000",
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "secure_delete": "ON",
    "temp_store": "MEMORY",
    "foreign_keys": "ON",
    "trusted_schema": "OFF",
}
"""Set on every connect (VAULT §3). The time-out first: entering WAL may have to wait for somebody."""

CHECKPOINT_WAIT = 20
"""Milliseconds a checkpoint waits for readers. Writers wait with it, so it gives up soon and is repeated."""

_BEGIN = "handbill_begin"


class Engine:
    """One database: `writing` and `reading` give a connection inside a transaction."""

    def __init__(self, url: URL) -> None:
        self._lock = asyncio.Lock()  # waiting for it has no time limit, as waiting for a connection has
        self._writer = _engine(url, size=1, begin="BEGIN IMMEDIATE")
        self._reader = _engine(url, size=READERS, begin="BEGIN", query_only="ON")
        self._cleaner = _engine(url, size=1, begin="", busy_timeout=str(CHECKPOINT_WAIT))

    @classmethod
    def at(cls, url: str) -> "Engine":
        """The engine for a database address; makes the file, for its owner alone, if it is not there.

        SettingsError when the address cannot be read or is not that of an SQLite file.
        """
        parsed = _parsed(url)
        path = Path(parsed.database or "")
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            path.chmod(0o600)
        except OSError as error:
            raise SettingsError(
                f"The database file cannot be opened: {error.strerror}.",
                hint="Check that the folder exists and belongs to the user that runs Handbill.",
            ) from None
        return cls(parsed)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """A write transaction; the others of this process wait in order. Commits unless an error leaves."""
        async with self._lock, _transaction(self._writer) as raw:
            yield Connection(raw)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """One state of the database from the first look to the last; nobody waits for it."""
        async with _transaction(self._reader) as raw:
            yield Connection(raw)

    async def checkpoint(self) -> bool:
        """Carry the write-ahead log over and cut it to nothing; False while a reader is in the way."""
        async with self._lock, _transaction(self._cleaner) as raw:
            busy = (await whole(raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)"))).scalar_one()
        return not busy

    async def migrate(self, change: Callable[[SyncConnection], None]) -> None:
        """Run a change of the tables in one write transaction."""
        async with self._lock, _transaction(self._writer) as raw:
            await whole(raw.run_sync(change))

    async def close(self) -> None:
        """Close every connection; the last one empties the write-ahead log."""
        for engine in (self._reader, self._cleaner, self._writer):
            await whole(engine.dispose())


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(
            "The database address cannot be read.", hint="See HANDBILL_DATABASE_URL."
        ) from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise SettingsError(
            "This version of Handbill keeps its database in an SQLite file only.",
            hint="Unset HANDBILL_DATABASE_URL, or use sqlite:///FILE.",
        )
    return parsed.set(drivername="sqlite+aiosqlite")


def _engine(url: URL, *, size: int, begin: str, **pragmas: str) -> AsyncEngine:
    """A pool of `size` connections whose transactions start with `begin` ("" for none at all)."""
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        execution_options={_BEGIN: begin},
    )
    settings = PRAGMAS | pragmas

    def connected(raw: Any, _record: object) -> None:
        raw.isolation_level = None  # the driver's own, half-automatic BEGIN is off: `begun` says it
        cursor = raw.cursor()
        for name, value in settings.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    def begun(connection: SyncConnection) -> None:
        statement = connection.get_execution_options()[_BEGIN]
        if statement:
            connection.exec_driver_sql(statement)

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
    return engine


@contextmanager
def _damage() -> Iterator[None]:
    """Say that the file is damaged where the database says that it is no database."""
    try:
        yield
    except DatabaseError as error:
        if type(error) is not DatabaseError:
            raise
        raise DamagedVaultError(
            "The database file is damaged or is not a database.",
            hint="Put a backup in its place; keep the damaged file until that worked.",
        ) from None


@asynccontextmanager
async def _transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that is never left half open, whenever the task is cancelled."""
    raw = engine.connect()
    try:
        with _damage():
            await whole(_started(raw))
            yield raw
            await whole(raw.commit())
    except BaseException:
        if raw.sync_connection is not None:
            await whole(raw.rollback())
        raise
    finally:
        if raw.sync_connection is not None:
            await whole(raw.close())


async def _started(raw: AsyncConnection) -> None:
    await raw.start()
    await raw.begin().start()
