"""All that is true only of an SQLite file that is encrypted as a whole; the rest is as in `sqlite`.

Other connections cannot read what was encrypted with another key meanwhile: a change of it waits until nobody
works with the file, and everybody else for it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import BadInputError
from bot.store import encryption
from bot.store.connection import whole
from bot.store.sqlite import Sqlite

SORTING_KIB = 64 * 1024
"""Memory in which an index is sorted when the file is written anew: what spills over is not encrypted."""
_OWN = (
    "DatabaseError",
    "Error",
    "IntegrityError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "sqlite_version",
    "sqlite_version_info",
)
QUIET = 30.0
"""Seconds to wait until nobody works with the file."""


class Sqlcipher(Sqlite):
    """One SQLite file that opens only with its key."""

    def __init__(self, url: URL, key: bytes) -> None:
        self._key = key
        self._door, self._inside, self._left = asyncio.Lock(), 0, asyncio.Event()
        super().__init__(url)

    async def rekey(self, key: bytes) -> bool:
        """Encrypt the file with another key. BadInputError while somebody works with it for long."""
        if key == self._key:
            return False
        async with self._turn, self._nobody():
            for engine in (self._reader, self._writer, self._cleaner):
                await whole(engine.dispose())
            await whole(asyncio.to_thread(encryption.change_key, self._file, self._key, key))
            self._key = key
        return True

    def _driver(self) -> Mapping[str, Any]:
        return {"module": _Dbapi(aiosqlite, encryption.driver()), "async_creator": self._connection}

    async def _connection(self) -> aiosqlite.Connection:
        """A connection in a thread of its own, as `aiosqlite.connect` makes one, with the key of now."""
        opening = partial(encryption.connect, self._file, self._key, check_same_thread=False)
        connection = aiosqlite.Connection(opening, iter_chunk_size=64)
        connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: it must not outlive the process
        return await connection

    @asynccontextmanager
    async def _nobody(self) -> AsyncIterator[None]:
        """Until here ends nobody begins a transaction, and whoever had begun one has ended."""
        async with self._door:
            try:
                async with asyncio.timeout(QUIET):
                    while self._inside:
                        self._left.clear()
                        await self._left.wait()
            except TimeoutError:
                raise BadInputError("somebody else works with the database", hint="run this again") from None
            yield

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        async with self._door:
            self._inside += 1
        try:
            async with super()._transaction(engine) as raw:
                yield raw
        finally:
            self._inside -= 1
            self._left.set()

    def _big(self) -> Mapping[str, str]:
        return {**super()._big(), "cache_size": f"-{SORTING_KIB}"}


class _Dbapi(AsyncAdapt_aiosqlite_dbapi):
    """SQLAlchemy's view of aiosqlite, with the errors and the version of SQLCipher's driver."""

    def _init_dbapi_attributes(self) -> None:
        super()._init_dbapi_attributes()
        for name in _OWN:
            setattr(self, name, getattr(self.sqlite, name))
