"""Broadcasts from the first message to the end, without trouble and with organisers who interfere."""

import asyncio
from pathlib import Path

import pytest

from bot.delivery.ends import Finished, Interrupted
from bot.delivery.run import room
from bot.domain.broadcast import ALL_OTHERS, Tally
from bot.domain.contact import ChatId
from bot.domain.outcome import Gone, InDoubt, Outcome, Retry, Sent
from bot.errors import DamagedVaultError, HandbillError
from bot.store import SealedContact
from tests.delivery.scripted import BROADCAST, broadcast, contact_id, town


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


async def test_an_interrupted_broadcast_goes_on_where_it_was(home: Path) -> None:
    """After an interruption what had left is written; the next run sends the rest, nobody gets two."""
    async with town(home) as t:
        await t.settle(300)
        t.sender.at_each = lambda number: t.worker.interrupt() if number == 100 else None
        assert await t.deliver() == Interrupted()
        assert t.sender.delivered.total() == len(t.sender.began) == 100
        assert t.tallies[-1].sent == 100
        assert await t.deliver() == Finished()
        assert t.sender.delivered.total() == 300
        assert set(t.sender.delivered.values()) == {1}
        assert t.tallies[-1].sent == 300


async def test_an_interruption_ends_long_waits(home: Path) -> None:
    """Whether the run waits for a slot, for a retry or between probes, it ends at once."""
    async with town(home, rate=30.0) as t:
        await t.settle(50)
        t.sender.everybody = lambda chat: Retry(after=600.0, flood=True)
        running = asyncio.create_task(t.deliver())
        await t.clock.sleep(30.0)
        before = t.clock.time
        t.worker.interrupt()
        assert await running == Interrupted()
        assert t.clock.time - before < 1.0


async def test_an_interruption_before_the_slot_sends_nothing(home: Path) -> None:
    """A contact that was just opened when the organisers interrupted gets nothing, now."""
    async with town(home) as t:
        await t.settle(20)
        unseal = t.store.unseal

        def interrupted(sealed: SealedContact) -> object:
            t.worker.interrupt()
            return unseal(sealed)

        t.store.unseal = interrupted  # type: ignore[method-assign,assignment] # the worst moment
        assert await t.deliver() == Interrupted()
        assert t.sender.began == []


@pytest.mark.parametrize(("in_doubt", "outcomes"), [("resend", {}), ("skip", {Outcome.IN_DOUBT: 4})])
async def test_an_answer_that_never_comes_holds_nobody_up(
    home: Path, in_doubt: str, outcomes: dict[Outcome, int]
) -> None:
    """An interrupted run waits half a minute for what is in flight; then it is in doubt."""
    async with town(home, rate=1.0, in_doubt="skip" if in_doubt == "skip" else "resend") as t:
        await t.settle(9)
        t.sender.latency = 9999.0
        running = asyncio.create_task(t.deliver())
        await t.clock.sleep(10.0)
        t.worker.interrupt()
        assert await running == Interrupted()
        assert t.clock.time < 1045.0
        assert await t.outcomes() == outcomes


async def test_a_cancelled_run_writes_what_it_knows(home: Path) -> None:
    """Cancelling is the last resort: answers that had come are in the journal all the same."""
    async with town(home) as t:
        await t.settle(300)
        running = asyncio.create_task(t.deliver())
        await t.clock.sleep(0.2)
        answered = t.sender.delivered.total()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert answered > 50
        assert await t.outcomes() == {Outcome.SENT: answered}


async def test_a_kill_loses_nobody(home: Path) -> None:
    """Killed again and again, everybody gets it; twice at most what was in flight and one commit window."""
    async with town(home) as t:
        await t.settle(1500)
        for after in (1, 40, 333, 7, 501):
            await t.deliver_until_killed(after)
        assert await t.deliver() == Finished()
        assert set(t.sender.delivered) == set(range(1, 1501))
        duplicates = len(t.sender.began) - 1500
        print(f"{duplicates} duplicates after 5 kills, {t.sender.most_in_flight} in flight")
        assert duplicates <= 5 * (t.sender.most_in_flight + 0.25 * 1000 + 20)
        assert await t.outcomes() == {Outcome.SENT: 1500}


async def test_nothing_is_sent_after_a_stop_while_queued(home: Path) -> None:
    """A reader who left while waiting for the slot gets nothing, and is in no journal."""
    async with town(home, rate=30.0) as t:
        await t.settle(60)
        sent: list[int] = []

        def stop(number: int) -> None:
            if number == 3:
                sent.extend(chat for _, chat in t.sender.began)

        t.sender.at_each = stop
        running = asyncio.create_task(t.deliver())
        while not sent:
            await t.clock.sleep(0.01)
        left = [chat for chat in range(1, 61) if chat not in {chat for _, chat in t.sender.began}]
        for chat in left:
            async with t.store.begin() as tx:
                await tx.contacts.erase(contact_id(chat))
            await t.worker.strike(contact_id(chat))
        after_answers = len(t.sender.began)
        assert await running == Finished()
        assert len(t.sender.began) == after_answers
        assert await t.open_shards() == set()


async def test_a_stop_waits_for_what_is_in_flight(home: Path) -> None:
    """The answer to /stop comes after the message that was already under way, and nothing is written."""
    async with town(home) as t:
        await t.settle(1)
        t.sender.latency = 7.0
        running = asyncio.create_task(t.deliver())
        while not t.sender.began:
            await t.clock.sleep(0.01)
        before = t.clock.time
        async with t.store.begin() as tx:
            await tx.contacts.erase(contact_id(1))
        await t.worker.strike(contact_id(1))
        assert 6.9 < t.clock.time - before < 7.1
        assert await running == Finished()
        assert await t.outcomes() == {}


@pytest.mark.parametrize("answer", [Retry(after=1.0), InDoubt(), Gone(), Sent(message=1)])
async def test_a_stop_in_flight_is_the_last_message(
    home: Path, answer: Sent | Retry | InDoubt | Gone
) -> None:
    """Whatever the answer to the message under way is, no second one follows."""
    async with town(home) as t:
        await t.settle(1)
        t.sender.scripts[1] = [answer]
        running = asyncio.create_task(t.deliver())
        while not t.sender.began:
            await t.clock.sleep(0.01)
        await t.worker.strike(contact_id(1))
        assert await running == Finished()
        assert len(t.sender.began) == 1
        assert await t.outcomes() == {}


async def test_a_damaged_contact_is_said(home: Path) -> None:
    """A row that was tampered with ends the run with the vault's own error; what was sent is written."""
    async with town(home) as t:
        await t.settle(40)
        unseal = t.store.unseal

        def damaged(sealed: SealedContact) -> object:
            if sealed.id == contact_id(7):
                raise DamagedVaultError("damaged")
            return unseal(sealed)

        t.store.unseal = damaged  # type: ignore[method-assign,assignment] # one row is damaged
        with pytest.raises(DamagedVaultError):
            await t.deliver()
        assert (await t.outcomes())[Outcome.SENT] == t.sender.delivered.total()


async def test_a_database_that_fails_is_said(home: Path) -> None:
    """When nothing can be written the run ends with that error instead of sending on blindly."""
    async with town(home) as t:
        await t.settle(1500)
        t.sender.at_each = lambda number: setattr(t.store, "killed", number >= 100)
        with pytest.raises(HandbillError, match="killed"):
            await t.deliver()
        assert len(t.sender.began) < 600


async def test_a_broadcast_ended_early_still_erases_who_is_gone(home: Path) -> None:
    """When organisers cancel, those who blocked the bot until then are forgotten."""
    async with town(home) as t:
        await t.settle(30)
        t.sender.scripts[5] = [Gone()]
        t.sender.at_each = lambda number: t.worker.interrupt() if number == 29 else None
        await t.deliver()
        before = await t.readers()
        await t.worker.bury(BROADCAST)
        gone = before - await t.readers()
        assert gone == ({5} if any(chat == 5 for _, chat in t.sender.began) else set())
