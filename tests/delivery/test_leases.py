"""Two processes at one PostgreSQL database: never do both send to one shard, and nobody is left out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select, update

from bot.delivery.ends import Finished, Interrupted
from bot.delivery.lease import LEASE, RENEW, Lease
from bot.delivery.pacing import Pacer
from bot.delivery.worker import Worker
from bot.domain.outcome import Outcome
from bot.store import tables
from tests.delivery.scripted import BROADCAST, OPEN, ScriptedSender, Town, broadcast, served
from tests.delivery.told_clock import ToldClock, running

EVERY = range(OPEN)


@asynccontextmanager
async def process(url: str, clock: ToldClock, number: int) -> AsyncIterator[Town]:
    """One of several processes; all have the same time."""
    store = await served(url, clock, number=number)
    sender, pacer = ScriptedSender(clock), Pacer(clock=clock, rate=1000.0)
    worker = Worker(store=store, sender=sender, pacer=pacer, clock=clock, in_doubt="resend")
    try:
        async with running(pacer.run()):
            yield Town(clock, store, sender, pacer, worker, broadcast())
    finally:
        await store.close()


@asynccontextmanager
async def two(url: str, *, people: int) -> AsyncIterator[tuple[Town, Town]]:
    """Two processes, and a broadcast that is about to be sent."""
    clock = ToldClock()
    async with process(url, clock, 1) as first, process(url, clock, 2) as second, running(clock.run()):
        async with first.store.begin() as tx:
            await tx.broadcasts.add(first.broadcast)
            await tx.journal.prepare(BROADCAST)
            await tx.journal.finish(BROADCAST, range(OPEN, 256))
        await first.settle(people)
        yield first, second


async def expire(t: Town) -> None:
    """All leases end, as if nobody had renewed them for a while."""
    async with t.store._engine.writing() as connection:
        await connection.run(update(tables.shards).values(lease_until=0))


async def lease_until(t: Town) -> int:
    async with t.store._engine.reading() as connection:
        rows = await connection.all(
            select(tables.shards.c.lease_until).where(tables.shards.c.lease_until.is_not(None))
        )
    return max((row[0] for row in rows), default=0)


async def test_who_lost_the_lease_writes_nothing(postgres_url: str) -> None:
    """Fenced: it stops, what it learned since is not written; the other one sends all that is not."""
    async with two(postgres_url, people=1500) as (first, second):
        sending = asyncio.create_task(first.deliver())
        while first.sender.delivered.total() < 400:
            await first.clock.sleep(0.01)
        await expire(second)
        async with second.store.begin() as tx:
            await tx.leases.claim(BROADCAST, EVERY, LEASE)
        known = await second.outcomes()
        assert await sending == Interrupted()
        assert await second.outcomes() == known
        assert known.total() < first.sender.delivered.total() < 1500
        assert await second.deliver() == Finished()
        assert second.sender.delivered.total() == 1500 - known.total()
        assert set(first.sender.delivered) | set(second.sender.delivered) == set(range(1, 1501))
        twice = first.sender.delivered.total() - known.total()
        assert twice <= first.sender.most_in_flight + 0.25 * 1000 + 100
        assert await second.outcomes() == {Outcome.SENT: 1500}


async def test_who_comes_second_waits(postgres_url: str) -> None:
    """As long as another process renews, nothing is sent beside it; then there is nothing left to do."""
    async with two(postgres_url, people=600) as (first, second):
        sending = asyncio.create_task(first.deliver())
        while not first.sender.began:
            await first.clock.sleep(0.01)
        assert await second.deliver() == Finished()
        assert await sending == Finished()
        assert second.sender.began == []
        assert set(first.sender.delivered.values()) == {1}


async def test_who_waits_can_be_interrupted(postgres_url: str) -> None:
    """Organisers may pause, and the service may stop, while another process still has all shards."""
    async with two(postgres_url, people=1) as (first, second):
        async with first.store.begin() as tx:
            await tx.leases.claim(BROADCAST, EVERY, LEASE)
        waiting = asyncio.create_task(second.deliver())
        await second.clock.sleep(2.5)
        second.worker.interrupt()
        assert await waiting == Interrupted()
        assert second.sender.began == []


async def test_the_shards_of_the_dead_return(postgres_url: str) -> None:
    """A process that was killed elsewhere holds its shards until its lease ends, and not longer."""
    async with two(postgres_url, people=600) as (first, second):
        await first.deliver_until_killed(200)
        waiting = asyncio.create_task(second.deliver())
        await second.clock.sleep(30.0)
        assert second.sender.began == []
        await expire(second)
        assert await waiting == Finished()
        assert set(first.sender.delivered) | set(second.sender.delivered) == set(range(1, 601))


async def test_two_share_a_broadcast(postgres_url: str) -> None:
    """Each sends to its own shards; who is done first waits for the rest, which it takes if it is left."""
    async with two(postgres_url, people=800) as (first, second):
        async with second.store.begin() as tx:
            await tx.leases.claim(BROADCAST, range(3), LEASE)
        assert await first.deliver() == Interrupted()
        assert {chat % OPEN for chat in first.sender.delivered} == set(range(3, OPEN))
        assert await first.open_shards() == set(range(3))
        assert await second.deliver() == Finished()
        assert {chat % OPEN for chat in second.sender.delivered} == set(range(3))
        assert await first.deliver() == Finished()
        assert first.sender.delivered.total() + second.sender.delivered.total() == 800


async def test_a_helper_comes_too_late(postgres_url: str) -> None:
    """A worker that finds nothing left sends nothing, and leaves it to the service to say how it ended."""
    async with two(postgres_url, people=20) as (first, second):
        assert await first.deliver() == Finished()
        helper = Worker(
            store=second.store,
            sender=second.sender,
            pacer=second.pacer,
            clock=second.clock,
            in_doubt="resend",
            helping=True,
        )
        assert await helper.deliver(second.broadcast, second.tallies.append) == Interrupted()
        assert (second.sender.began, second.tallies) == ([], [])


async def test_a_lease_is_renewed_though_no_answer_comes(postgres_url: str) -> None:
    """While Telegram is silent nothing is committed; the shards are kept all the same."""
    async with two(postgres_url, people=5) as (first, _):
        first.sender.latency = 100.0
        sending = asyncio.create_task(first.deliver())
        await first.clock.sleep(1.0)
        before = await lease_until(first)
        await first.clock.sleep(3 * RENEW)
        assert await lease_until(first) > before
        assert await sending == Finished()
        assert await lease_until(first) == 0


async def test_a_process_that_slept(postgres_url: str) -> None:
    """After a sleep longer than the lease it sends nothing before it has asked whether it still may."""
    async with two(postgres_url, people=600) as (first, _):

        def sleep(number: int) -> None:
            if number == 100:
                first.clock.time += LEASE

        first.sender.at_each = sleep
        assert await first.deliver() == Interrupted()
        assert len(first.sender.began) == 100
        assert await first.deliver() == Finished()
        assert set(first.sender.delivered.values()) == {1}


async def test_nothing_left_to_renew(postgres_url: str) -> None:
    """A process that finds at a renewal that it has no shard any more sends nothing more."""
    async with two(postgres_url, people=1) as (first, second):
        lease = Lease(store=first.store, broadcast=BROADCAST, clock=first.clock)
        await lease.claim(EVERY)
        await expire(second)
        async with second.store.begin() as tx:
            await tx.leases.claim(BROADCAST, EVERY, LEASE)
        async with running(lease.keep()):
            assert lease.valid
            await first.clock.sleep(RENEW + 0.1)
            assert not lease.valid


async def test_one_shard_that_is_lost(postgres_url: str) -> None:
    """A process that finds that one of its shards is another's keeps none: it cannot know since when."""
    async with two(postgres_url, people=1) as (first, second):
        lease = Lease(store=first.store, broadcast=BROADCAST, clock=first.clock)
        assert await lease.claim(EVERY, 6) == list(range(6))
        await expire(second)
        async with second.store.begin() as tx:
            await tx.leases.claim(BROADCAST, [3], LEASE)
        await first.clock.sleep(RENEW)
        async with first.store.begin() as tx:
            assert await lease.lost(tx, range(6)) == {3}
        assert not lease.valid
        assert await lease.more(EVERY) == []


async def test_a_renewal_that_comes_too_late(postgres_url: str) -> None:
    """After the lease nothing is renewed: what another took and gave back meanwhile would not show."""
    async with two(postgres_url, people=1) as (first, _):
        lease = Lease(store=first.store, broadcast=BROADCAST, clock=first.clock)
        await lease.claim(EVERY, 6)
        assert await lease.more(EVERY) == [6, 7]
        first.clock.time += LEASE
        async with first.store.begin() as tx:
            assert await lease.lost(tx, EVERY) == set()
        assert not lease.valid
