"""Who delivers which shards. A file has one process, which owns them all without asking."""

import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.domain.broadcast import Broadcast, State
from bot.store import Store, tables
from bot.vault.vault import Vault
from tests.store.helpers import broadcast

LONG = 60.0
EVERY = range(256)


@pytest.fixture
async def sent(store: Store) -> Broadcast:
    """A broadcast that is being sent, in 256 open shards."""
    found = broadcast(State.SENDING)
    async with store.begin() as tx:
        await tx.broadcasts.add(found)
        await tx.journal.prepare(found.id)
    return found


@pytest.fixture
async def other(store: Store, store_url: str, vault: Vault) -> AsyncIterator[Store]:
    """The same database, as another process sees it."""
    opened = await Store.open(store_url, vault, random=os.urandom)
    yield opened
    await opened.close()


async def claims(store: Store, sent: Broadcast, shards: range = EVERY, seconds: float = LONG) -> set[int]:
    async with store.begin() as tx:
        return set(await tx.leases.claim(sent.id, shards, seconds))


async def lost(store: Store, sent: Broadcast, shards: range = EVERY) -> set[int]:
    async with store.begin() as tx:
        return await tx.leases.lost(sent.id, shards)


async def lease_until(store: Store, shard: int) -> int:
    async with store._engine.reading() as connection:
        row = await connection.one(select(tables.shards.c.lease_until).where(tables.shards.c.shard == shard))
    assert row
    return int(row[0])


async def test_what_is_open_is_leased(store: Store, sent: Broadcast) -> None:
    """A process leases the open shards it asks for, and may ask again."""
    async with store.begin() as tx:
        await tx.journal.finish(sent.id, [3, 5])
    for _ in range(2):
        assert await claims(store, sent, range(10)) == set(range(10)) - {3, 5}
    assert await lost(store, sent, range(3)) == set()
    async with store.begin() as tx:
        assert await tx.leases.renew(sent.id, LONG)
        await tx.leases.give_back(sent.id)
        assert await tx.leases.open(sent.id, range(6)) == {0, 1, 2, 4}


class TestOnAServer:
    """Several processes."""

    @pytest.fixture
    def store_url(self, postgres_url: str) -> str:
        return postgres_url

    async def test_a_shard_is_one_process_s(self, store: Store, other: Store, sent: Broadcast) -> None:
        """Two processes never have the same shard."""
        assert await claims(store, sent, range(100)) == set(range(100))
        assert await claims(other, sent) == set(range(100, 256))
        assert await claims(store, sent) == set(range(100))
        assert await lost(other, sent) == set(range(100))

    async def test_some_at_a_time(self, store: Store, other: Store, sent: Broadcast) -> None:
        """The first that are free, in the order in which they are asked for, and no more than wanted."""
        async with store.begin() as tx:
            assert await tx.leases.claim(sent.id, [9, 3, 7, 5], LONG, 2) == [9, 3]
        async with other.begin() as tx:
            assert await tx.leases.claim(sent.id, [9, 3, 7, 5], LONG, 9) == [7, 5]
            assert await tx.leases.renew(sent.id, LONG) == 2
            assert await tx.leases.others(sent.id)
        async with store.begin() as tx:
            await tx.leases.give_back(sent.id)
        async with other.begin() as tx:
            assert not await tx.leases.others(sent.id)

    async def test_a_lease_ends(self, store: Store, other: Store, sent: Broadcast) -> None:
        """What was not renewed in time by the server's clock is the next one's, and lost to the first."""
        await claims(store, sent, range(100), seconds=-1.0)
        assert await lost(store, sent, range(100)) == set()
        assert await claims(other, sent, range(50)) == set(range(50))
        assert await lost(store, sent, range(100)) == set(range(50))
        async with store.begin() as tx:
            assert await tx.leases.renew(sent.id, LONG)
        assert await claims(other, sent, range(100)) == set(range(50))

    async def test_a_lease_that_is_given_back(self, store: Store, other: Store, sent: Broadcast) -> None:
        """It is free at once, and there is nothing left to renew."""
        await claims(store, sent)
        async with store.begin() as tx:
            await tx.leases.give_back(sent.id)
            assert not await tx.leases.renew(sent.id, LONG)
        assert await claims(other, sent) == set(EVERY)

    async def test_the_server_s_clock(self, store: Store, sent: Broadcast) -> None:
        """A process whose own clock stands still leases for as long as the server says."""
        await claims(store, sent, range(1))
        first = await lease_until(store, 0)
        async with store.begin() as tx:
            await tx.leases.renew(sent.id, 2 * LONG)
        assert LONG * 1000 <= await lease_until(store, 0) - first < 2 * LONG * 1000

    async def test_the_same_place_is_the_same_process(
        self, store: Store, store_url: str, vault: Vault, sent: Broadcast
    ) -> None:
        """Whoever starts again in the same home goes on at once; in a copy of it one has to wait."""
        stores = [
            await Store.open(store_url, vault, random=os.urandom, place=place) for place in (b"1", b"1", b"2")
        ]
        killed, again, copy = stores
        assert await claims(killed, sent) == set(EVERY)
        assert await claims(copy, sent) == set()
        assert await claims(again, sent) == set(EVERY)
        for opened in stores:
            await opened.close()
