"""Transactions: one writer after the other, all or nothing, whenever somebody changes his mind."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.domain.contact import ChatId
from bot.store import Store
from bot.vault.vault import Vault
from tests.store.helpers import EVERY_KIND, StillClock, empty, person


@pytest.fixture(params=EVERY_KIND)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return empty(request, tmp_path)


async def pair(store: Store, number: int) -> None:
    """Two contacts that belong together."""
    async with store.begin() as tx:
        await tx.contacts.add(person(2 * number))
        await tx.contacts.add(person(2 * number + 1))


async def how_many(store: Store) -> int:
    async with store.read() as tx:
        return await tx.contacts.estimate()


class TestTransactions:
    async def test_many_at_once(self, store: Store) -> None:
        """Fifty people may subscribe at the same moment: each is written, in the order of asking."""
        order: list[int] = []

        async def count(number: int) -> None:
            async with store.begin() as tx:
                seen = await tx.contacts.estimate()
                await tx.contacts.add(person(number))
                assert await tx.contacts.estimate() == seen + 1
                order.append(number)

        async with asyncio.TaskGroup() as group:
            for number in range(50):
                group.create_task(count(number))
        assert order == list(range(50))
        assert await how_many(store) == 50

    async def test_two_processes(self, store_url: str, vault: Vault) -> None:
        """Another process may write as well: whoever looks before he writes is never refused for it."""
        stores = [await Store.open(store_url, vault, random=os.urandom) for _ in range(2)]

        async def write(store: Store, chat: int) -> None:
            async with store.begin() as tx:
                seen = await tx.contacts.estimate()
                await tx.contacts.add(person(chat))
                assert await tx.contacts.estimate() == seen + 1

        async with asyncio.TaskGroup() as group:
            for number in range(40):
                group.create_task(write(stores[number % 2], number))
        assert await how_many(stores[0]) == 40
        for store in stores:
            await store.close()

    async def test_rolled_back(self, store: Store) -> None:
        """An error in the middle leaves nothing behind, and the next one is not disturbed."""

        async def fail() -> None:
            async with store.begin() as tx:
                await tx.contacts.add(person(1))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        await pair(store, 5)
        assert await how_many(store) == 2

    async def test_reading_waits_for_nobody(self, store: Store) -> None:
        """Who reads sees one state of the database, while others write and after they have written."""
        await pair(store, 0)
        async with store.begin() as writing:
            await writing.contacts.add(person(10))
            async with store.read() as reading:
                assert await reading.contacts.estimate() == 2
                await writing.contacts.add(person(11))
                assert await reading.contacts.estimate() == 2
        async with store.read() as reading:
            assert await reading.contacts.estimate() == 4
            await pair(store, 20)
            assert await reading.contacts.estimate() == 4
        assert await how_many(store) == 6

    async def test_many_readers(self, store: Store) -> None:
        """Any number may read at once; some wait their turn, and a writer does not wait for them."""
        inside = asyncio.Semaphore(0)
        go = asyncio.Event()

        async def read() -> int:
            async with store.read() as tx:
                await tx.contacts.estimate()
                inside.release()
                await go.wait()
                return await tx.contacts.estimate()

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read()) for _ in range(40)]
            await inside.acquire()
            await pair(store, 1)
            go.set()
        assert {task.result() for task in tasks} <= {0, 2}

    @pytest.mark.parametrize("work", [pair])
    async def test_cancelled_anywhere(
        self, store: Store, work: Callable[[Store, int], Awaitable[None]]
    ) -> None:
        """Whenever a task is cancelled, it wrote both or neither, and the next one can write at once."""
        complete, connected = 0, []
        event.listen(store._engine._writer.sync_engine, "connect", lambda *_: connected.append(1))
        for turns in range(120):
            task = asyncio.ensure_future(work(store, turns))
            for _ in range(turns % 40):
                await asyncio.sleep(0)
            if turns % 3 == 2:
                await asyncio.sleep(turns / 30_000)
            task.cancel()
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled() or task.exception() is None
            async with store.read() as tx:
                both = [await tx.contacts.find(ChatId(2 * turns + n)) is not None for n in (0, 1)]
            assert both[0] == both[1]
            complete += both[0]
        await pair(store, 1000)
        assert await how_many(store) == 2 * complete + 2
        assert connected == [], "no connection was given up half-way"

    async def test_cancelled_while_waiting(self, store: Store) -> None:
        """Who is cancelled while waiting for his turn does not hold up those behind him."""
        async with asyncio.TaskGroup() as group, store.begin() as tx:
            await tx.contacts.add(person(1))
            behind = [group.create_task(pair(store, number)) for number in range(1, 6)]
            await asyncio.sleep(0)
            behind[0].cancel()
            behind[3].cancel()
        assert await how_many(store) == 1 + 2 * 3

    async def test_closed_twice(self, store: Store) -> None:
        """Closing what is closed does no harm."""
        await store.close()


class TestCheckpoints:
    async def test_merged(self, store: Store) -> None:
        """However many ask at once, there is at most one checkpoint a second."""
        clock = store._clock
        assert isinstance(clock, StillClock)
        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(pair(store, number))
                group.create_task(store.checkpoint())
        assert sum(clock.pauses) <= 1.0
        assert await store.checkpoint()
        assert clock.at >= 1001.0

    async def test_after_the_call(self, store: Store) -> None:
        """A checkpoint that began before somebody asked is not counted as his."""
        runs = 0
        begun = asyncio.Event()
        whole_checkpoint = store._engine.checkpoint

        async def counted() -> bool:
            nonlocal runs
            runs += 1
            begun.set()
            return await whole_checkpoint()

        store._engine.checkpoint = counted  # type: ignore[method-assign]  # the real one, counted
        first = asyncio.ensure_future(store.checkpoint())
        await begun.wait()
        await asyncio.gather(first, store.checkpoint(), store.checkpoint())
        assert runs == 2
