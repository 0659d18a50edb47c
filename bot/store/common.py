"""What the processes at one PostgreSQL database have in common: send slots, the service, who was just erased.

One row and one short table, both UNLOGGED: nothing of them needs to outlive the server, so fifty changes a
second cost no log, and no migration. A connection of its own, which waits for no writer. What slots are good
for is `delivery.shared`'s, what a strike is, `delivery.crew`'s.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import asyncpg

from bot.domain.contact import ContactId
from bot.errors import BadInputError, NetworkError
from bot.store import server
from bot.store.connection import whole
from bot.store.guard import SERVING
from bot.store.leases import WorkerId

WORKING = 0x776F726B
"""The advisory lock that all workers share while they run: "work"."""

PATIENCE = 5.0
"""Seconds until a server that does not answer counts as out of reach."""

MOST_AHEAD = 60.0
"""Seconds that slots may be given out ahead; more means that the server's clock was put back."""

_MAKE_COMMON = """
CREATE UNLOGGED TABLE IF NOT EXISTS common (
    id smallint PRIMARY KEY, terms text NOT NULL, service bytea,
    next float8 NOT NULL, resumed float8 NOT NULL
)"""
_MAKE_STRUCK = """
CREATE UNLOGGED TABLE IF NOT EXISTS struck (
    contact bytea NOT NULL, worker bytea NOT NULL, PRIMARY KEY (contact, worker)
)"""
_OPEN = """
INSERT INTO common VALUES (0, $1, $2, 0, 0) ON CONFLICT (id) DO UPDATE SET terms = $1, service = $2
"""
_CLOSE = "UPDATE common SET service = NULL WHERE id = 0 AND service = $1"
_TAKE = """
UPDATE common SET next =
    greatest(
        least(next, greatest(extract(epoch FROM clock_timestamp()), resumed) + $5::float8),
        extract(epoch FROM clock_timestamp()) + $3::float8
    ) + $1::float8 / ($2::float8 * ($6::float8 + (1 - $6::float8) *
        least(greatest(extract(epoch FROM clock_timestamp()) - resumed, 0) / $4::float8, 1)))
WHERE id = 0 RETURNING next, resumed, extract(epoch FROM clock_timestamp())::float8 AS now
"""
_PAUSE = "UPDATE common SET resumed = greatest(resumed, $1), next = greatest(next, $1) WHERE id = 0"
_LOOK = """
SELECT terms, service IS NOT NULL AS open, ARRAY(SELECT contact FROM struck WHERE worker = $1) AS struck,
    EXISTS (
        SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND classid = 0 AND objid = $2 AND granted
        AND datname = current_database()
    ) AS served
FROM common WHERE id = 0
"""
_WORKERS = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE locktype = 'advisory' AND classid = 0 AND objid = $1 AND granted AND datname = current_database()
"""
_STRIKE = """
WITH told AS (
    INSERT INTO struck SELECT DISTINCT $1::bytea, worker FROM shards
    WHERE shard = $2 AND NOT done AND worker <> $3
    AND lease_until > extract(epoch FROM clock_timestamp()) * 1000
    ON CONFLICT (contact, worker) DO UPDATE SET worker = excluded.worker RETURNING worker
) SELECT count(*) FROM told
"""
_AWAITED = """
SELECT EXISTS (
    SELECT FROM struck JOIN shards USING (worker) WHERE contact = $1 AND shard = $2 AND NOT done
    AND lease_until > extract(epoch FROM clock_timestamp()) * 1000
)
"""
_LANDED = "DELETE FROM struck WHERE contact = $1 AND worker = $2"
_SETTLED = "DELETE FROM struck WHERE contact = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Send slots were taken: the last of them ends at `next`. All in seconds of the server's clock."""

    next: float
    resumed: float
    """When the last pause of all sending ends, or ended."""
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a worker sees of the service."""

    served: bool
    """A service is there: there is somebody who can stop what is sent."""
    open: bool
    """It did not lock, and was not stopped; one that was killed did neither."""
    terms: str
    """What all who send must agree on."""
    struck: tuple[ContactId, ...]
    """Who was erased, and to whom this worker may be sending."""


class Common:
    """Of one process. Every method raises NetworkError when the server cannot be reached."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], worker: WorkerId) -> None:
        self._connect = connect
        self._worker = worker
        self._turn = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None
        self._terms: str | None = None
        self._working = False

    @asynccontextmanager
    async def serving(self, terms: str) -> AsyncIterator[None]:
        """Be the service, which `store.alone` has made sure of: others work on these terms in this block."""
        self._terms = terms
        try:
            await self._ask("DELETE FROM struck")  # of one that was killed
            yield
        finally:
            with suppress(NetworkError):
                await whole(self._ask(_CLOSE, self._worker))
            self._terms = None

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Be one of the workers."""
        self._working = True
        await self._ask("SELECT 1")
        yield

    async def look(self) -> Seen | None:
        """How the service is; None if none ever worked with this database, or not since the server fell."""
        row = await self._ask(_LOOK, self._worker, SERVING)
        return Seen(**{**row, "struck": tuple(map(ContactId, row["struck"]))}) if row else None

    async def workers(self) -> int:
        """How many workers there are."""
        row = await self._ask(_WORKERS, WORKING)
        return int(row[0]) if row else 0

    async def without_workers(self) -> None:
        """Raise BadInputError while there are workers: they have the root keys that they began with."""
        if await self.workers():
            raise BadInputError(
                "workers are running, and they have the older key",
                hint="stop them, run this again, then start them with a copy of the new keyring",
            )

    async def take(
        self, slots: int, *, rate: float, notice: float, creep: float, slower: float
    ) -> Taken | None:
        """Take the next so many send slots; None when there is no service.

        They are `rate` a second, the first in `notice` seconds at the earliest, for the answer is under way
        so long; from the end of a pause on only the share `slower` of them, all after `creep` seconds.
        """
        row = await self._ask(_TAKE, slots, rate, notice, creep, MOST_AHEAD, slower)
        return Taken(**row) if row else None

    async def pause(self, until: float) -> None:
        """Give no slot before this moment of the server's clock."""
        await self._ask(_PAUSE, until)

    async def strike(self, contact: ContactId) -> bool:
        """Tell those who may be sending to an erased contact; False where nobody is."""
        row = await self._ask(_STRIKE, contact, contact[0], self._worker)
        return bool(row and row[0])

    async def awaited(self, contact: ContactId) -> bool:
        """Whether somebody who was told may still be sending to the contact."""
        row = await self._ask(_AWAITED, contact, contact[0])
        return bool(row and row[0])

    async def landed(self, contact: ContactId) -> None:
        """This process sends nothing to the contact any more, and nothing is in flight."""
        await self._ask(_LANDED, contact, self._worker)

    async def settled(self, contact: ContactId) -> None:
        """Nobody sends to the contact any more."""
        await self._ask(_SETTLED, contact)

    async def close(self) -> None:
        """Close the connection, and with it leave the workers."""
        connection, self._connection = self._connection, None
        if connection:
            await server.leave(connection)

    async def _ask(self, statement: str, *values: object) -> Any:
        async with self._turn:
            try:
                connection = await self._connected()
                return await connection.fetchrow(statement, *values, timeout=PATIENCE)
            except asyncpg.UndefinedTableError:
                return None
            except server.FAILURES as error:
                if self._connection:
                    self._connection.terminate()
                server.explain(error, lost=True)
                raise

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            connection = self._connection = await self._connect()
            if self._working:
                await connection.execute("SELECT pg_advisory_lock_shared($1)", WORKING)
            if self._terms is not None:
                await connection.execute(_MAKE_COMMON)
                await connection.execute(_MAKE_STRUCK)
                await connection.execute(_OPEN, self._terms, self._worker)
        return self._connection


@asynccontextmanager
async def serving(common: Common | None, terms: str) -> AsyncIterator[None]:
    """`Common.serving`; where there is one process only, nobody needs to know."""
    if common is None:
        yield
    else:
        async with common.serving(terms):
            yield
