"""Broadcasts from the first message to the end, without trouble."""

from pathlib import Path

import pytest

from bot.delivery.ends import Finished
from bot.delivery.lanes import room
from bot.delivery.worker import connections
from bot.domain.broadcast import ALL_OTHERS, Tally
from bot.domain.contact import ChatId
from bot.domain.outcome import Outcome
from bot.store import SealedContact
from tests.delivery.scripted import BROADCAST, broadcast, town


async def test_everybody_gets_it_once(home: Path) -> None:
    """People and groups get exactly one message each, all of it is journaled and every shard is finished."""
    async with town(home) as t:
        await t.settle(300, groups=5)
        assert await t.deliver() == Finished()
        assert set(t.sender.delivered.values()) == {1}
        assert len(t.sender.delivered) == 305
        assert t.tallies[-1] == Tally(sent=305)
        assert await t.outcomes() == {Outcome.SENT: 305}
        assert await t.open_shards() == set()


async def test_few_contacts_in_many_shards_waste_no_slot(home: Path) -> None:
    """The walk runs ahead over the borders of shards: 256 shards with one person each go at full speed."""
    async with town(home) as t:
        async with t.store.begin() as tx:
            await tx.journal.reopen(BROADCAST, range(256))
        await t.settle(256, shards=256)
        assert await t.deliver() == Finished()
        assert t.sender.began[-1][0] - t.sender.began[0][0] < 0.27
        assert await t.open_shards() == set()


async def test_an_empty_list_is_finished_at_once(home: Path) -> None:
    """A broadcast to nobody ends, and its shards are finished."""
    async with town(home) as t:
        assert await t.deliver() == Finished()
        assert await t.open_shards() == set()


async def test_a_second_run_sends_nothing(home: Path) -> None:
    """Delivering a finished broadcast again finds nothing left."""
    async with town(home) as t:
        await t.settle(20)
        await t.deliver()
        assert await t.deliver() == Finished()
        assert t.sender.delivered.total() == 20


@pytest.mark.parametrize(("rate", "people"), [(30.0, 500), (60.0, 1500), (1000.0, 3000)])
async def test_almost_every_slot_is_used(home: Path, rate: float, people: int) -> None:
    """From the first to the last message of a broadcast at least 99 % of the permitted slots are used."""
    async with town(home, rate=rate) as t:
        await t.settle(people)
        await t.deliver()
        moments = [at for at, _ in t.sender.began]
        used = (people - 1) / (rate * (moments[-1] - moments[0]))
        assert 0.99 <= used <= 1
        assert t.sender.delivered.total() == people


async def test_a_large_shard_is_walked_in_pages(home: Path) -> None:
    """A shard with more contacts than one page loses nobody."""
    async with town(home) as t:
        await t.settle(1100, shards=1)
        await t.deliver()
        assert t.sender.delivered.total() == 1100


async def test_what_is_open_at_once_is_bounded(home: Path) -> None:
    """When Telegram answers slowly, no more contacts lie open than three seconds' worth."""
    async with town(home, rate=60.0) as t:
        opened = 0
        unseal = t.store.unseal

        def counted(sealed: SealedContact) -> object:
            nonlocal opened
            opened += 1
            assert opened - t.sender.delivered.total() <= room(60.0) + 1
            return unseal(sealed)

        t.store.unseal = counted  # type: ignore[method-assign,assignment] # a look at what is open
        await t.settle(600)
        t.sender.latency = 20.0
        await t.deliver()
        assert opened == t.sender.delivered.total() == 600
        assert t.sender.most_in_flight <= room(60.0)


@pytest.mark.parametrize(("rate", "most"), [(0.1, 4), (30.0, 90), (1000.0, 500)])
def test_room_follows_the_rate(rate: float, most: int) -> None:
    """Three seconds' worth of messages, at least four, at most five hundred."""
    assert room(rate) == most


async def test_each_reads_their_own_language(home: Path) -> None:
    """A reader whose language has no text, and no text serves all others, is left out: nothing is sent."""
    async with town(home) as t:
        t.broadcast = broadcast([("ru", "Забастовка")])
        await t.settle(10, language="en")
        await t.settle(0, groups=3, language="ru")
        assert await t.deliver() == Finished()
        assert set(t.sender.delivered) == {-1, -2, -3}
        assert t.sender.texts == {"Забастовка"}
        assert await t.open_shards() == set()
        assert ALL_OTHERS not in t.broadcast.texts


async def test_a_paused_group_is_skipped(home: Path) -> None:
    """A group in which the bot may not write gets nothing, and is no reason to wait."""
    async with town(home) as t:
        await t.settle(2, groups=1)
        async with t.store.begin() as tx:
            group = await tx.contacts.find(ChatId(-1))
            assert group
            await tx.contacts.replace(group.muted(paused=True))
        assert await t.deliver() == Finished()
        assert set(t.sender.delivered) == {1, 2}


async def test_outcomes_are_written_in_groups(home: Path) -> None:
    """At a thousand a second four commits a second are enough."""
    async with town(home) as t:
        await t.settle(800)
        await t.deliver()
        assert len(t.tallies) <= 6


async def test_outcomes_are_written_at_once_at_a_low_rate(home: Path) -> None:
    """Below fifty a second each outcome is written as soon as it is known, and progress only grows."""
    async with town(home, rate=30.0) as t:
        await t.settle(30)
        await t.deliver()
        assert len(t.tallies) >= 29
        assert [tally.sent for tally in t.tallies] == sorted(tally.sent for tally in t.tallies)


async def test_connections_are_opened_before_a_broadcast(home: Path) -> None:
    """As many as the rate needs: three at 30 messages a second, a hundred at 1000."""
    async with town(home) as t:
        await t.worker.warm()
        assert t.sender.warmed == connections(t.pacer.rate)
    assert [connections(rate) for rate in (1, 30, 1000, 10**6)] == [1, 3, 100, 500]
