"""A wrong token or a hostile relay says that everybody is gone. That must never empty the list."""

import asyncio
from collections import defaultdict
from pathlib import Path

from bot.delivery.agenda import Delivery, Shards
from bot.delivery.ends import Finished, Paused
from bot.delivery.lease import Lease
from bot.delivery.ledger import Ledger
from bot.domain.broadcast import Reason, Tally
from bot.domain.outcome import Gone, Outcome, Sent
from bot.store import Entry
from tests.delivery.scripted import BROADCAST, Town, contact_id, town

BREAKER = Paused(reason=Reason.BREAKER)


def lie_after(t: Town, answers: int) -> None:
    """From so many deliveries on, Telegram seems to know nobody."""
    t.sender.everybody = lambda chat: Gone() if t.sender.delivered.total() >= answers else None


async def test_a_relay_that_knows_nobody_erases_nobody(home: Path) -> None:
    """The third "gone" of a broadcast that delivered nothing pauses it; nobody is marked as gone."""
    async with town(home, rate=30.0) as t:
        await t.settle(60)
        lie_after(t, 0)
        assert await t.deliver() == BREAKER
        assert 3 <= len(t.sender.began) <= 6
        assert len(await t.readers()) == 60
        assert await t.outcomes() == {Outcome.DOUBTED: len(t.sender.began)}
        assert t.tallies[-1] == Tally()


async def test_a_relay_that_turns_hostile_erases_nobody(home: Path) -> None:
    """After hundreds of good answers, 21 gone in the last 100 pause the broadcast; nobody is erased."""
    async with town(home) as t:
        await t.settle(600)
        lie_after(t, 300)
        assert await t.deliver() == BREAKER
        assert len(await t.readers()) == 600
        found = await t.outcomes()
        assert found[Outcome.SENT] == 300
        assert found[Outcome.DOUBTED] == len(t.sender.began) - 300
        assert found[Outcome.GONE] == 0
        assert t.tallies[-1] == Tally(sent=300)


async def test_after_a_resume_the_doubted_are_tried_once_more(home: Path) -> None:
    """When organisers resume, the doubted get the message; those gone a second time are kept all the same."""
    async with town(home) as t:
        await t.settle(600)
        lie_after(t, 300)
        await t.deliver()
        doubted = {chat for _, chat in t.sender.began if not t.sender.delivered[chat]}
        stubborn = set(sorted(doubted)[: len(doubted) // 2])
        t.restarted()
        t.sender.everybody = lambda chat: Gone() if chat in stubborn else None
        assert await t.deliver() == Finished()
        assert len(await t.readers()) == 600
        assert await t.outcomes() == {Outcome.SENT: 600 - len(stubborn), Outcome.KEPT: len(stubborn)}
        assert t.tallies[-1] == Tally(sent=600 - len(stubborn), gone=len(stubborn))
        assert await t.open_shards() == set()


async def test_a_small_list_survives_too(home: Path) -> None:
    """Three readers, all "gone": the broadcast pauses; after a resume with the same answers they are kept."""
    async with town(home) as t:
        await t.settle(3)
        lie_after(t, 0)
        assert await t.deliver() == BREAKER
        assert await t.deliver() == Finished()
        assert await t.readers() == {1, 2, 3}
        assert t.tallies[-1] == Tally(gone=3)


async def test_finished_shards_are_opened_again_for_the_doubted(home: Path) -> None:
    """Somebody who seemed gone in a shard that was finished since is tried once more after the resume."""
    async with town(home, rate=30.0) as t:
        await t.settle(64)
        order: list[int] = []

        def answer(chat: int) -> Sent | Gone | None:
            order.append(chat)
            return Gone() if len(order) == 2 or len(order) > 15 else None

        t.sender.everybody = answer
        assert await t.deliver() == BREAKER
        early = order[1]
        lie_after(t, 9999)
        assert await t.deliver() == Finished()
        assert t.sender.delivered[early] == 1
        assert t.sender.delivered.total() == 64
        assert len(await t.readers()) == 64


async def test_no_shard_is_finished_over_the_heads_of_the_doubted(home: Path) -> None:
    """A good answer that lands after the breaker fired does not finish the shard of somebody doubted."""
    async with town(home, rate=30.0) as t:
        await t.settle(4, shards=2)
        t.sender.scripts = defaultdict(list, {2: [Gone()], 1: [Gone()], 3: [Gone()]})
        t.sender.slow = {1: 1.0, 3: 1.0, 4: 3.0}
        assert await t.deliver() == BREAKER
        assert t.tallies[-1] == Tally(sent=1)
        assert {0, 1} <= await t.open_shards()
        assert await t.deliver() == Finished()
        assert set(t.sender.delivered) == {1, 2, 3, 4}


async def test_answers_after_the_firing_make_nobody_gone(home: Path) -> None:
    """However many answers still land, whoever seemed gone before the breaker fired is not erased."""
    async with town(home) as t:
        await t.settle(1)
        ledger = Ledger(
            store=t.store,
            broadcast=BROADCAST,
            clock=t.clock,
            rate=30.0,
            shards=Shards(),
            progress=t.tallies.append,
            lease=Lease(store=t.store, broadcast=BROADCAST, clock=t.clock),
            fenced=t.worker.interrupt,
        )
        ledger.gone(Delivery(contact=contact_id(1)), answers=1)
        ledger.doubt()
        ledger.ripen(500)
        await ledger.commit()
        assert await t.readers() == {1}
        assert await t.outcomes() == {Outcome.DOUBTED: 1}


async def test_a_kill_while_the_breaker_fires_erases_nobody(home: Path) -> None:
    """Killed at any moment of the lie and started again and again, the list is never shortened."""
    for moment in (1, 3, 8, 12):
        folder = home / str(moment)
        folder.mkdir()
        (folder / "handbill.db").write_bytes((home / "handbill.db").read_bytes())
        async with town(folder) as t:
            await t.settle(12)
            lie_after(t, 0)
            await t.deliver_until_killed(moment)
            assert await t.deliver() == BREAKER
            assert len(await t.readers()) == 12
            t.sender.everybody = lambda chat: None
            assert await t.deliver() == Finished()
            assert len(t.sender.delivered) == len(await t.readers()) == 12


async def test_a_short_broadcast_remembers_its_answers_over_a_restart(home: Path) -> None:
    """Two "gone" before a kill and one after it are three: what earlier processes heard counts."""
    async with town(home, rate=30.0) as t:
        await t.settle(3)
        lie_after(t, 0)
        t.sender.latency = 0.001
        await t.deliver_until_killed(3)
        assert (await t.outcomes())[Outcome.GONE] == 2
        assert await t.deliver() == BREAKER
        assert len(t.sender.began) == 4
        assert await t.readers() == {1, 2, 3}


async def test_a_kill_after_the_breaker_fired_erases_nobody(home: Path) -> None:
    """Whoever is marked as gone is doubted in the same transaction as the first answer after the firing."""
    async with town(home, rate=30.0) as t:
        await t.settle(9)
        lie_after(t, 0)
        t.sender.latency = 2.0
        running = asyncio.create_task(t.deliver())
        while not t.tallies or t.tallies[-1].gone:
            await t.clock.sleep(0.01)
        t.store.killed = True
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert (await t.outcomes())[Outcome.GONE] == 0
        t.store.killed = False
        t.restarted()
        await t.deliver()
        assert len(await t.readers()) == 9


async def test_what_was_enough_before_a_kill_is_enough_after_it(home: Path) -> None:
    """A journal in which too many of a few are gone pauses at once, before anything is sent."""
    async with town(home) as t:
        await t.settle(4)
        async with t.store.begin() as tx:
            for chat in (1, 2, 3):
                entry = Entry(contact=contact_id(chat), outcome=Outcome.GONE)
                await tx.journal.append(BROADCAST, [entry], t.clock.now())
        assert await t.deliver() == BREAKER
        assert t.sender.began == []
        assert len(await t.readers()) == 4
        assert await t.outcomes() == {Outcome.DOUBTED: 3}


async def test_who_was_gone_before_a_kill_is_erased_at_the_end_only(home: Path) -> None:
    """After a restart nobody knows how many answers came since: the end of the broadcast decides."""
    async with town(home) as t:
        await t.settle(900)
        t.sender.everybody = lambda chat: Gone() if chat < 3 else None
        await t.deliver_until_killed(600)
        assert len(await t.readers()) >= 898
        assert await t.deliver() == Finished()
        assert await t.readers() == set(range(3, 901))
