"""All that is true of PostgreSQL only.

An advisory lock makes the writers of all processes take turns, as SQLite's do; readers see a snapshot and
wait for nobody. Which service is the only one is `guard`'s.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import BadInputError
from bot.store import server
from bot.store.common import Common
from bot.store.connection import transaction, whole
from bot.store.engine import READERS, Engine
from bot.store.guard import Guard
from bot.store.leases import WorkerId

WRITING = 0x68616E64
"""The advisory lock that every transaction holds while it writes: "hand"."""


class Postgres(Engine):
    """One PostgreSQL database."""

    shared = True

    def __init__(self, url: URL) -> None:
        super().__init__(
            writer=_engine(url, size=1, isolation_level="READ COMMITTED"),
            reader=_engine(
                url,
                size=READERS,
                isolation_level="REPEATABLE READ",
                execution_options={"postgresql_readonly": True},
            ),
        )
        self._connect = partial(server.connect, url)
        self._guard = Guard(self._connect)

    def common(self, worker: WorkerId) -> Common:
        """What the processes at this database have in common, as this one of them sees it."""
        return Common(self._connect, worker)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be the only service of this database, until the block ends or the process dies.

        NetworkError when there is another. Should the connection that holds the lock be lost, the next write
        takes the lock again, or fails.
        """
        async with self._guard.held():
            yield

    async def checkpoint(self) -> bool:
        """Nothing to do: the server cleans its files by itself, in its own time (SECURITY.md)."""
        return True

    async def copy(self, target: Path) -> None:
        """Not ours to do: the server has its own way, and its rows are sealed as they are."""
        del target
        raise BadInputError(
            "the database is on a server, which is backed up with `pg_dump`",
            hint="its rows are sealed; keep keyring.json and shred.pad in another place than the dump",
        )

    async def vacuum(self) -> None:
        """Nothing to do: as `checkpoint`."""

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        if engine is self._writer:
            await self._guard.keep()
        async with transaction(engine) as raw:
            if engine is self._writer:
                await whole(raw.execute(select(func.pg_advisory_xact_lock(WRITING))))
            yield raw


def _engine(url: URL, *, size: int, **more: Any) -> AsyncEngine:
    """A pool of `size` connections; one that the server has closed meanwhile is replaced unnoticed."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=partial(server.connect, url),
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        **more,
    )
    event.listen(engine.sync_engine, "checkout", _open)
    event.listen(engine.sync_engine, "handle_error", _told)
    return engine


def _open(connection: Any, _record: object, _proxy: object) -> None:
    """Let the pool replace a connection that the server has closed; asking it would take three ways."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _told(context: ExceptionContext) -> None:
    """Tell in our words what a keeper can mend; of any other error leave its kind alone."""
    error = context.original_exception
    server.explain(error, lost=context.is_disconnect)
    state = getattr(error, "sqlstate", None)
    for one in (error, error.__cause__, context.sqlalchemy_exception):
        server.silence(one, state)
