"""All that is true of SQLite only.

It has one writer at a time, so there is one connection that writes, one that checkpoints, and a few that
read. One process at a time works in a home: `control/home` sees to that.
"""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import DamagedVaultError, NetworkError, SettingsError
from bot.store.connection import transaction, whole
from bot.store.engine import READERS, Engine

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

_DISK = ("disk is full", "disk I/O error", "readonly database", "unable to open database file")
"""Parts of what SQLite says then (sqlite3ErrStr in its source); not every driver passes on the number."""

_BEGIN = "handbill_begin"


class Sqlite(Engine):
    """One SQLite file."""

    def __init__(self, url: URL) -> None:
        self._url, self._file = url, Path(url.database or "").absolute()
        super().__init__(
            writer=self._pool(size=1, begin="BEGIN IMMEDIATE"),
            reader=self._pool(size=READERS, begin="BEGIN", query_only="ON"),
        )
        self._cleaner = self._pool(size=1, begin="", busy_timeout=str(CHECKPOINT_WAIT))

    @staticmethod
    def make(path: Path) -> None:
        """Make the file, for its owner alone, if it is not there. SettingsError when it cannot be opened."""
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            path.chmod(0o600)
        except OSError as error:
            raise SettingsError(
                f"The database file cannot be opened: {error.strerror}.",
                hint="Check that the folder exists and belongs to the user that runs Handbill.",
            ) from None

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Nothing to do: only one process works in a home."""
        yield

    async def checkpoint(self) -> bool:
        """Carry the write-ahead log over and cut it to nothing; False while a reader is in the way."""
        async with self._turn, self._transaction(self._cleaner) as raw:
            busy = (await whole(raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)"))).scalar_one()
        return not busy

    async def copy(self, target: Path) -> None:
        """Write a whole and compact copy into a new file, while others read and write."""
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        async with self._big_work() as raw:
            await whole(raw.exec_driver_sql("VACUUM INTO ?", (str(target),)))

    async def vacuum(self) -> None:
        """Write the file anew, so that nothing of what was deleted is left in it. Writers wait."""
        async with self._turn, self._big_work() as raw:
            await whole(raw.exec_driver_sql("VACUUM"))

    @asynccontextmanager
    async def _big_work(self) -> AsyncIterator[AsyncConnection]:
        """A connection of its own, for what takes more room than the other ones have."""
        engine = self._pool(size=1, begin="", **self._big())
        try:
            async with self._transaction(engine) as raw:
                yield raw
        finally:
            await whole(engine.dispose())

    async def close(self) -> None:
        """Close every connection; the last one, which writes, empties the write-ahead log."""
        await whole(self._cleaner.dispose())
        await super().close()

    def _big(self) -> Mapping[str, str]:
        """Temporary files lie in the home: in memory they are all of the list."""
        folder = str(self._file.parent).replace("'", "''")
        return {"temp_store": "FILE", "temp_store_directory": f"'{folder}'"}

    def _driver(self) -> Mapping[str, Any]:
        """What SQLAlchemy is told about another driver than Python's own."""
        return {}

    def _pool(self, *, size: int, begin: str, **pragmas: str) -> AsyncEngine:
        """`size` connections whose transactions start with `begin` ("" for none at all)."""
        engine = create_async_engine(
            self._url,
            pool_size=size,
            max_overflow=0,
            hide_parameters=True,
            execution_options={_BEGIN: begin},
            **self._driver(),
        )
        settings = PRAGMAS | pragmas

        def connected(raw: Any, _record: object) -> None:
            raw.isolation_level = None  # the driver's own, half-automatic BEGIN is off: `begun` says it
            cursor = raw.cursor()
            for name, value in settings.items():
                cursor.execute(f"PRAGMA {name}={value}")
            cursor.close()

        event.listen(engine.sync_engine, "connect", connected)
        event.listen(engine.sync_engine, "begin", _begun)
        return engine

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with _damage():
            async with transaction(engine) as raw:
                yield raw


def _begun(connection: SyncConnection) -> None:
    statement = connection.get_execution_options()[_BEGIN]
    if statement:
        connection.exec_driver_sql(statement)


@contextmanager
def _damage() -> Iterator[None]:
    """Say in our own words that the file is no database, or that its disk does not take what is written."""
    try:
        yield
    except OperationalError as error:
        if not any(words in str(error.orig) for words in _DISK):
            raise
        raise NetworkError(
            "The database cannot be written: its disk is full, read-only or broken.",
            hint="Make room. Nothing that was confirmed is lost, and whatever waits goes on by itself.",
        ) from None
    except DatabaseError as error:
        if type(error) is not DatabaseError:
            raise
        raise DamagedVaultError(
            "The database file is damaged or is not a database.",
            hint="Put a backup in its place; keep the damaged file until that worked.",
        ) from None
