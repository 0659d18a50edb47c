"""How a database is opened and locked, as far as it is the same everywhere; `sqlite`, `postgres` do the rest.

One transaction writes at a time, so whatever an action has read is still true when it writes. What the rows
mean is not known here.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection as SyncConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.common import Common
from bot.store.connection import Connection, whole
from bot.store.leases import WorkerId

READERS = 4
"""Connections that may read at once; whoever comes fifth waits a few milliseconds."""


class Engine(ABC):
    """One database: `writing` and `reading` give a connection inside a transaction."""

    shared = False
    """Whether several processes may deliver from it."""

    def __init__(self, *, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._turn = asyncio.Lock()  # waiting for it has no time limit, as waiting for a connection has
        self._writer = writer
        self._reader = reader

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """A write transaction; the others of this process wait in order. Commits unless an error leaves."""
        async with self._turn, self._transaction(self._writer) as raw:
            yield Connection(raw)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """One state of the database from the first look to the last; nobody waits for it."""
        async with self._transaction(self._reader) as raw:
            yield Connection(raw)

    async def migrate(self, change: Callable[[SyncConnection], None]) -> None:
        """Run a change of the tables in one write transaction."""
        async with self._turn, self._transaction(self._writer) as raw:
            await whole(raw.run_sync(change))

    async def close(self) -> None:
        """Close every connection."""
        for engine in (self._reader, self._writer):
            await whole(engine.dispose())

    def common(self, worker: WorkerId) -> Common | None:  # noqa: ARG002 - where there are several processes
        """What a process has in common with others; None where there is only one."""
        return None

    async def rekey(self, key: bytes) -> bool:  # noqa: ARG002 - where a file has one
        """Encrypt an encrypted file with another key; False where there is nothing to do."""
        return False

    @abstractmethod
    def alone(self) -> AbstractAsyncContextManager[None]:
        """Be the only service of this database; NetworkError when there is another."""

    @abstractmethod
    async def checkpoint(self) -> bool:
        """Make what was deleted disappear from the log; False while a reader is in the way."""

    @abstractmethod
    async def copy(self, target: Path) -> None:
        """Write a whole and compact copy into a new file, while others read and write."""

    @abstractmethod
    async def vacuum(self) -> None:
        """Write the database anew, so that nothing of what was deleted is left in it. Writers wait."""

    @abstractmethod
    def _transaction(self, engine: AsyncEngine) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction whose errors are told in our own words where a person can mend their cause."""
