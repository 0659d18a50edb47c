"""Which process delivers which shards, for a while. What a lease is good for is `delivery.lease`'s.

Only a PostgreSQL database has several processes: there the server's clock measures leases, so that no two
machines need the same time. A SQLite database has one, and everything is its own without a question.
"""

from collections.abc import Collection, Sequence
from typing import NewType

from sqlalchemy import BigInteger, ColumnElement, cast, func, or_, select, update

from bot.domain.broadcast import BroadcastId
from bot.domain.contact import SHARDS
from bot.store import tables
from bot.store.connection import Connection

WorkerId = NewType("WorkerId", bytes)
"""16 bytes: one home on one machine."""

_COLUMN = tables.shards.c
_NOW = cast(func.extract("epoch", func.clock_timestamp()) * 1000, BigInteger)
"""Milliseconds; the clock itself, for a transaction's own time stands still while it waits for its turn."""


class Leases:
    """The leases of one process. Every method runs in a write transaction."""

    def __init__(self, connection: Connection, worker: WorkerId | None) -> None:
        """`worker` is None where there is only one process."""
        self._connection = connection
        self._worker = worker

    async def claim(
        self, broadcast: BroadcastId, shards: Sequence[int], seconds: float, most: int = SHARDS
    ) -> list[int]:
        """Lease the first of these open shards that nobody else has, at most so many; which they are.

        Where there is only one process, all that are open.
        """
        if self._worker is None:
            found = await self.open(broadcast, shards)
            return [shard for shard in shards if shard in found]
        free = or_(_COLUMN.worker.is_(None), _COLUMN.worker == self._worker, _COLUMN.lease_until < _NOW)
        rows = await self._connection.all(
            select(_COLUMN.shard).where(*_places(broadcast, shards), free).with_for_update(skip_locked=True)
        )
        found = {row.shard for row in rows}
        mine = [shard for shard in shards if shard in found][:most]
        await self._connection.run(
            update(tables.shards)
            .where(_COLUMN.broadcast == broadcast, _COLUMN.shard.in_(mine))
            .values(worker=self._worker, lease_until=_NOW + int(seconds * 1000))
        )
        return mine

    async def lost(self, broadcast: BroadcastId, shards: Collection[int]) -> set[int]:
        """Those of these shards that another process has by now; what is known about them is not written.

        One process writes at a time, so this is still true when the transaction commits.
        """
        if self._worker is None or not shards:
            return set()
        rows = await self._connection.all(
            select(_COLUMN.shard).where(
                _COLUMN.broadcast == broadcast,
                _COLUMN.shard.in_(list(shards)),
                _COLUMN.worker == self._worker,
            )
        )
        return set(shards) - {row.shard for row in rows}

    async def renew(self, broadcast: BroadcastId, seconds: float) -> int:
        """Keep what is still leased for so many more seconds; how many shards that is."""
        if self._worker is None:
            return SHARDS
        until = _NOW + int(seconds * 1000)
        return await self._connection.run(
            update(tables.shards).where(*self._mine(broadcast)).values(lease_until=until)
        )

    async def give_back(self, broadcast: BroadcastId) -> None:
        """Lease nothing any more: another process may begin at once."""
        if self._worker is not None:
            await self._connection.run(
                update(tables.shards).where(*self._mine(broadcast)).values(worker=None, lease_until=None)
            )

    async def others(self, broadcast: BroadcastId) -> bool:
        """Whether another process may be sending to somebody in this broadcast now."""
        row = await self._connection.one(
            select(_COLUMN.shard)
            .where(
                _COLUMN.broadcast == broadcast,
                _COLUMN.done.is_(False),
                _COLUMN.worker != self._worker,
                _COLUMN.lease_until >= _NOW,
            )
            .limit(1)
        )
        return row is not None

    async def open(self, broadcast: BroadcastId, shards: Collection[int]) -> set[int]:
        """Those of these shards that are not done, whoever has them."""
        rows = await self._connection.all(select(_COLUMN.shard).where(*_places(broadcast, shards)))
        return {row.shard for row in rows}

    def _mine(self, broadcast: BroadcastId) -> tuple[ColumnElement[bool], ...]:
        return (_COLUMN.broadcast == broadcast, _COLUMN.worker == self._worker)


def _places(broadcast: BroadcastId, shards: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return (_COLUMN.broadcast == broadcast, _COLUMN.shard.in_(list(shards)), _COLUMN.done.is_(False))
