"""The list in pages: short shards are read together, long ones page after page, and nobody is passed over."""

from sqlalchemy import delete

from bot.store import Store, tables
from bot.store.census import PAGE
from bot.store.paging import TOGETHER
from tests.store.helpers import execute, person


async def test_short_and_long_shards(store: Store) -> None:
    """Shards of every length are compared together, and one row too few in the longest is noticed."""
    each = PAGE // TOGETHER
    lengths = (0, 1, each - 1, each, each + 1, 2 * each + 1, PAGE + 1)
    numbers = iter(range(sum(lengths)))
    async with store.begin() as tx:
        for shard, length in enumerate(lengths):
            for _ in range(length):
                await tx.contacts.add(last := person(next(numbers), shard=shard))
    assert await store.reckoning.fits(*range(len(lengths)))
    store.reckoning.forget_what_fitted()
    await execute(store, delete(tables.contacts).where(tables.contacts.c.id == last.id))
    assert not await store.reckoning.fits(*range(len(lengths)))
