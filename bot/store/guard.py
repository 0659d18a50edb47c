"""That one service at a time works with a PostgreSQL database: an advisory lock on a connection of its own.

The server gives the lock back when the connection ends, whatever happens to the process.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg

from bot.errors import NetworkError
from bot.store import server
from bot.store.connection import whole

SERVING = 0x62696C6C
"""The advisory lock that a service holds while it is unlocked: "bill"."""

PATIENCE = "SET lock_timeout = '1s'"
"""For how long a service waits: a server needs a moment to notice that a process was killed."""


class Guard:
    """The lock of one service; nothing is held before `held`."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
        self._connect = connect
        self._turn = asyncio.Lock()
        self._wanted = False
        self._connection: asyncpg.Connection | None = None

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the lock in this block. NetworkError when another service has it."""
        self._wanted = True
        try:
            await self.keep()
            yield
        finally:
            self._wanted = False
            await whole(self._leave())

    async def keep(self) -> None:
        """Take the lock again if its connection was lost. NetworkError when another service has it now."""
        async with self._turn:
            if self._wanted and (self._connection is None or self._connection.is_closed()):
                await whole(self._take())

    async def _take(self) -> None:
        self._connection = None
        connection = await self._connect()
        try:
            await connection.execute(PATIENCE)
            await connection.execute("SELECT pg_advisory_lock($1)", SERVING)
        except server.FAILURES as error:
            await server.leave(connection)
            if not isinstance(error, asyncpg.LockNotAvailableError):
                server.explain(error, lost=True)
            raise NetworkError(
                "another handbill already works with this database",
                hint="stop that one first; the server frees the place of a machine that is gone in a minute",
            ) from None
        self._connection = connection

    async def _leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await server.leave(connection)
