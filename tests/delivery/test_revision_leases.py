"""Undo at one PostgreSQL database with two processes: each message is taken back by whoever has its shard."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.delivery.ends import Finished, Interrupted
from bot.delivery.lease import LEASE
from bot.domain.outcome import Outcome
from bot.domain.revision import Purpose
from tests.delivery.scripted import BROADCAST, OPEN, Town, broadcast
from tests.delivery.test_leases import EVERY, expire, two
from tests.delivery.test_revision import UNDO, outcomes

PEOPLE = 400


@asynccontextmanager
async def sent(url: str) -> AsyncIterator[tuple[Town, Town]]:
    """Everybody has a broadcast, and both processes know that it is to be taken back."""
    async with two(url, people=PEOPLE) as (first, second):
        assert await first.deliver() == Finished()
        undo = replace(broadcast(), id=UNDO, purpose=Purpose.UNDO, of=BROADCAST, texts={})
        async with first.store.begin() as tx:
            await tx.journal.end(BROADCAST)
            await tx.broadcasts.add(undo)
            await tx.journal.prepare(UNDO)
        for one in (first, second):
            one.broadcast = undo
            one.sender.began.clear()
        yield first, second


def taken_back(*towns: Town) -> Counter[int]:
    """How often each chat's message was deleted."""
    return Counter(chat for one in towns for chat, _ in one.sender.deleted)


async def test_each_its_own_shards(postgres_url: str) -> None:
    """Who is done with its shards leaves the others'; together every message is taken back once."""
    async with sent(postgres_url) as (first, second):
        async with second.store.begin() as tx:
            await tx.leases.claim(UNDO, range(3), LEASE)
        assert await first.deliver() == Interrupted()
        assert {chat % OPEN for chat in taken_back(first)} == set(range(3, OPEN))
        assert await second.deliver() == Finished()
        assert await first.deliver() == Finished()
        assert taken_back(first, second) == dict.fromkeys(range(1, PEOPLE + 1), 1)


async def test_who_lost_the_lease_writes_nothing(postgres_url: str) -> None:
    """It stops, and the journal stays as it was; the other one takes back what is not written there."""
    async with sent(postgres_url) as (first, second):
        undoing = asyncio.create_task(first.deliver())
        while len(first.sender.deleted) < PEOPLE // 4:
            await first.clock.sleep(0.01)
        await expire(second)
        async with second.store.begin() as tx:
            await tx.leases.claim(UNDO, EVERY, LEASE)
        known = await outcomes(second)
        assert await undoing == Interrupted()
        assert await outcomes(second) == known
        assert await second.deliver() == Finished()
        assert await outcomes(second) == {Outcome.SENT: PEOPLE}
        assert set(taken_back(first, second)) == set(range(1, PEOPLE + 1))


async def test_a_process_that_slept(postgres_url: str) -> None:
    """After a sleep longer than the lease nothing is deleted before it has asked whether it still may."""
    async with sent(postgres_url) as (first, _):

        def sleep(number: int) -> None:
            if number == PEOPLE // 4:
                first.clock.time += LEASE

        first.sender.at_each = sleep
        assert await first.deliver() == Interrupted()
        assert len(first.sender.deleted) == PEOPLE // 4
        assert await first.deliver() == Finished()
        assert taken_back(first) == dict.fromkeys(range(1, PEOPLE + 1), 1)
