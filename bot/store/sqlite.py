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
        self._cleaner = _engine(url, size=1, begin="", busy_timeout=str(CHECKPOINT_WAIT))
        self._folder = Path(url.database or "").absolute().parent

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

    async def vacuum(self) -> None:
        """As said in `Engine`, in a file beside the database: in memory it would be all of it."""
        folder = str(self._folder).replace("'", "''")
        steps = ("PRAGMA temp_store = FILE", f"PRAGMA temp_store_directory = '{folder}'", "VACUUM")
        async with self._turn, self._transaction(self._cleaner) as raw:
            for step in steps:
                await whole(raw.exec_driver_sql(step))

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
