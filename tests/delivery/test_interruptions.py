"""Broadcasts that are interrupted, killed or left by a reader, and databases that fail."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery.agenda import shuffled
from bot.delivery.ends import Finished, FirstWave, Interrupted
from bot.domain.outcome import Gone, InDoubt, Outcome, Retry, Sent
from bot.errors import DamagedVaultError, HandbillError
from bot.store import SealedContact
from tests.delivery.scripted import BROADCAST, OPEN, contact_id, town


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


async def test_the_first_wave_is_part_of_the_list(home: Path) -> None:
    """Only its shards are sent to, nobody is erased at its end, and the next run sends the rest."""
    async with town(home) as t:
        await t.settle(300)
        whole, order = t.broadcast, shuffled(t.broadcast.id, range(256))
        wave = order.index([shard for shard in order if shard < OPEN][2]) + 1
        first = {chat for chat in range(1, 301) if contact_id(chat)[0] in order[:wave]}
        leaver = min(first)
        t.sender.scripts[leaver] = [Gone()]
        t.broadcast = replace(whole, wave=wave)
        assert await t.deliver() == FirstWave()
        assert set(t.sender.delivered) == first - {leaver}
        assert await t.readers() == set(range(1, 301))
        assert len(await t.open_shards()) == OPEN - 3
        t.broadcast = whole
        assert await t.deliver() == Finished()
        assert set(t.sender.delivered.values()) == {1}
        assert set(t.sender.delivered) == await t.readers() == set(range(1, 301)) - {leaver}


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


async def test_a_cancellation_in_the_middle_of_a_commit(home: Path) -> None:
    """Outcomes that are being written are written to the end, whenever the service is stopped."""
    async with town(home) as t:
        await t.settle(300)
        running = asyncio.create_task(t.deliver())
        t.store.in_write = running.cancel
        with pytest.raises(asyncio.CancelledError):
            await running
        assert t.sender.delivered.total() > 50
        assert await t.outcomes() == {Outcome.SENT: t.sender.delivered.total()}


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
