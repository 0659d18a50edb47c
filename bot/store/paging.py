"""Contacts shard by shard and page by page, in the order of their ids: the statements for it.

Whoever runs one of these walks through the list, so `tests/structure` names who may.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, CompoundSelect, Select, select, union_all

from bot.store import tables

TOGETHER = 8
"""Shards that one statement may read of. With more, others would wait too long; all of them were a list."""


def page(shard: int, after: bytes | None, most: int, *columns: Column[Any]) -> Select[Any]:
    """The next rows of a shard, after this id or from the first: the id, and these columns."""
    id_ = tables.contacts.c.id
    low = id_ > after if after else id_ >= bytes([shard])
    rows = select(id_, *columns).where(low, id_ <= bytes([shard]) + b"\xff" * 15)
    return rows.order_by(id_).limit(most)


def pages(after: Mapping[int, bytes | None], most: int, *columns: Column[Any]) -> CompoundSelect[Any]:
    """A page of each shard with one statement. On a short list the asking was most of the work.

    ValueError for more than `TOGETHER`.
    """
    if len(after) > TOGETHER:
        raise ValueError("so many shards are not read at once")
    every = (page(shard, last, most, *columns) for shard, last in after.items())
    return union_all(*(select(one.subquery()) for one in every)).order_by("id")
