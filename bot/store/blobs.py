"""The rows of the delivery journal: sealed, numbered blobs, for many shards in one statement.

A statement for each shard was most of what a commit cost. What the blobs mean is `journal` and `entries`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select

from bot.domain.broadcast import BroadcastId
from bot.store import tables
from bot.store.connection import Connection
from bot.vault.vault import Vault

_COLUMN = tables.journal.c

BATCH = 64 * 1024
"""Sealed bytes of the shards in one batch; a shard that is larger is one of its own."""


class Row(NamedTuple):
    """One row, opened."""

    shard: int
    seq: int
    plain: bytes


class Blobs:
    """What is written for each shard of a broadcast, in the order of its numbers."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def shards(self, broadcast: BroadcastId) -> list[int]:
        """The shards of which something is written, in order."""
        rows = await self._connection.all(
            select(_COLUMN.shard).where(_COLUMN.broadcast == broadcast).distinct().order_by(_COLUMN.shard)
        )
        return [row.shard for row in rows]

    async def batches(self, broadcast: BroadcastId) -> list[list[int]]:
        """The same, in batches that are opened in a few milliseconds: a short list's shards are tiny."""
        size = func.sum(func.length(_COLUMN.rec))
        rows = await self._connection.all(
            select(_COLUMN.shard, size)
            .where(_COLUMN.broadcast == broadcast)
            .group_by(_COLUMN.shard)
            .order_by(_COLUMN.shard)
        )
        batches: list[list[int]] = []
        room = 0
        for shard, size_of in rows:
            room -= size_of
            if room < 0:
                batches.append([])
                room = BATCH - size_of
            batches[-1].append(shard)
        return batches

    async def several(self, broadcast: BroadcastId, shards: Collection[int]) -> list[int]:
        """Those of these shards that have more than one row."""
        rows = await self._connection.all(
            select(_COLUMN.shard)
            .where(*_places(broadcast, shards))
            .group_by(_COLUMN.shard)
            .having(func.count() > 1)
        )
        return [row.shard for row in rows]

    async def free(self, broadcast: BroadcastId, shards: Collection[int]) -> dict[int, int]:
        """The next number of each shard: one look into the key for each. The broadcast must be prepared."""
        shard = tables.shards.c
        newest = (
            select(func.max(_COLUMN.seq))
            .where(_COLUMN.broadcast == shard.broadcast, _COLUMN.shard == shard.shard)
            .scalar_subquery()
        )
        rows = await self._connection.all(
            select(shard.shard, newest).where(shard.broadcast == broadcast, shard.shard.in_(list(shards)))
        )
        return {row[0]: 0 if row[1] is None else row[1] + 1 for row in rows}

    async def read(self, broadcast: BroadcastId, shards: Collection[int]) -> dict[int, list[Row]]:
        """Every row of these shards, by shard and in order; nothing for a shard without one."""
        rows = await self._connection.all(
            select(_COLUMN.shard, _COLUMN.seq, _COLUMN.rec)
            .where(*_places(broadcast, shards))
            .order_by(_COLUMN.shard, _COLUMN.seq)
        )
        opened: dict[int, list[Row]] = defaultdict(list)
        for shard, seq, rec in rows:
            plain = self._vault.open("journal", "rec", _name(broadcast, shard, seq), rec)
            opened[shard].append(Row(shard, seq, plain))
        return opened

    async def add(self, broadcast: BroadcastId, rows: Iterable[Row]) -> None:
        """Seal and write these."""
        sealed = [
            {
                "broadcast": broadcast,
                "shard": row.shard,
                "seq": row.seq,
                "rec": self._vault.seal_blocks(
                    "journal", "rec", _name(broadcast, row.shard, row.seq), row.plain
                ),
            }
            for row in rows
        ]
        if sealed:
            await self._connection.run(insert(tables.journal), sealed)

    async def drop(self, broadcast: BroadcastId, shards: Collection[int], seq: int | None = None) -> None:
        """Delete every row of these shards, or those of one number."""
        places = _places(broadcast, shards)
        if seq is not None:
            places = (*places, _COLUMN.seq == seq)
        await self._connection.run(delete(tables.journal).where(*places))


def _places(broadcast: BroadcastId, shards: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return (_COLUMN.broadcast == broadcast, _COLUMN.shard.in_(list(shards)))


def _name(broadcast: BroadcastId, shard: int, seq: int) -> bytes:
    """What the vault binds a blob to."""
    return broadcast + bytes([shard]) + seq.to_bytes(4, "big")
