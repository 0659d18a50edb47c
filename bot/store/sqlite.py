"""All that is true of SQLite only.

It has one writer at a time, so there is one connection that writes, one that checkpoints, and a few that
read. One process at a time works in a home: `control/home` sees to that.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import DamagedVaultError, SettingsError
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

_BEGIN = "handbill_begin"


class Sqlite(Engine):
    """One SQLite file."""

    def __init__(self, url: URL) -> None:
        super().__init__(
            writer=_engine(url, size=1, begin="BEGIN IMMEDIATE"),
            reader=_engine(url, size=READERS, begin="BEGIN", query_only="ON"),
        )
        self._url, self._file = url, Path(url.database or "").absolute()
        self._cleaner = _engine(url, size=1, begin="", busy_timeout=str(CHECKPOINT_WAIT))

    @classmethod
    def at(cls, url: URL) -> Self:
        """The engine for a file; makes it, for its owner alone, if it is not there.

        SettingsError when it cannot be opened.
        """
        path = Path(url.database or "")
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            path.chmod(0o600)
        except OSError as error:
            raise SettingsError(
                f"The database file cannot be opened: {error.strerror}.",
                hint="Check that the folder exists and belongs to the user that runs Handbill.",
            ) from None
        return cls(url)

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
        """A connection of its own whose temporary files lie in the home: in memory it is all of the list."""
        folder = str(self._file.parent).replace("'", "''")
        engine = _engine(self._url, size=1, begin="", temp_store="FILE", temp_store_directory=f"'{folder}'")
        try:
            async with self._transaction(engine) as raw:
                yield raw
        finally:
            await whole(engine.dispose())

    async def close(self) -> None:
        """Close every connection; the last one, which writes, empties the write-ahead log."""
        await whole(self._cleaner.dispose())
        await super().close()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with _damage():
            async with transaction(engine) as raw:
                yield raw


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
