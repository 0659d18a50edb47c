"""Where nobody may get a message twice (in_doubt = "skip"), each is written down before it leaves."""

import asyncio
from pathlib import Path

import pytest

from bot.delivery.ends import Finished, Interrupted
from bot.domain.contact import ChatId
from bot.domain.outcome import Answer, Moved, Outcome, Retry
from bot.errors import HandbillError
from tests.delivery.scripted import Town, contact_id, town


@pytest.mark.parametrize("rate", [30.0, 1000.0])
async def test_after_a_kill_who_was_under_way_is_skipped(home: Path, rate: float) -> None:
    """Killed again and again, nobody gets it twice; whoever did not get it is counted as in doubt."""
    async with town(home, rate=rate, in_doubt="skip") as t:
        await t.settle(700)
        for after in (1, 40, 133, 7):
            await t.deliver_until_killed(after)
            t.restarted(in_doubt="skip")
        assert await t.deliver() == Finished()
        began = [chat for _, chat in t.sender.began]
        assert len(began) == len(set(began))
        doubts = (await t.outcomes())[Outcome.IN_DOUBT]
        assert 700 - t.sender.delivered.total() <= doubts
        assert t.tallies[-1].in_doubt == doubts
        assert t.tallies[-1].sent + doubts == 700
        assert doubts <= 4 * (t.sender.most_in_flight + 0.25 * rate + 20)


async def test_another_policy_sends_them_after_all(home: Path) -> None:
    """Started again with "resend", whoever was under way gets it, perhaps twice."""
    async with town(home, in_doubt="skip") as t:
        await t.settle(100)
        await t.deliver_until_killed(30)
        t.restarted(in_doubt="resend")
        assert await t.deliver() == Finished()
        assert set(t.sender.delivered) == set(range(1, 101))
        assert await t.outcomes() == {Outcome.SENT: 100}


@pytest.mark.parametrize("answer", [Retry(after=9.0), Retry(after=9.0, flood=True), Moved(chat=ChatId(77))])
async def test_what_was_refused_is_in_no_doubt(home: Path, answer: Answer) -> None:
    """Killed between a message that Telegram did not take and the next try, it is tried again."""
    async with town(home, in_doubt="skip") as t:
        await t.settle(1)
        t.sender.scripts[1] = [answer]
        t.sender.scripts[77] = [Retry(after=9.0)]
        running = asyncio.create_task(t.deliver())
        await t.clock.sleep(5.0)
        assert Outcome.WITHDRAWN in await t.outcomes()
        t.store.killed = True
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        t.store.killed = False
        t.restarted(in_doubt="skip")
        assert await t.deliver() == Finished()
        assert t.sender.delivered.total() == 1
        assert await t.outcomes() == {Outcome.SENT: 1}


async def written(t: Town) -> int:
    """How many messages are announced in the database."""
    return (await t.outcomes())[Outcome.BEGUN]


async def test_an_interruption_between_the_writing_and_the_sending(home: Path) -> None:
    """What was announced and not sent, because organisers paused meanwhile, goes out after the resume."""
    async with town(home, in_doubt="skip") as t:
        await t.settle(50)
        t.store.after_write = t.worker.interrupt
        assert await t.deliver() == Interrupted()
        assert t.sender.began == []
        assert set(await t.outcomes()) == {Outcome.WITHDRAWN}
        t.store.after_write = None
        assert await t.deliver() == Finished()
        assert await t.outcomes() == {Outcome.SENT: 50}


async def test_a_cancellation_between_the_writing_and_the_sending(home: Path) -> None:
    """The same when the service stops in that moment."""
    async with town(home, in_doubt="skip") as t:
        await t.settle(50)
        running = asyncio.create_task(t.deliver())
        t.store.after_write = running.cancel
        with pytest.raises(asyncio.CancelledError):
            await running
        t.store.after_write = None
        assert t.sender.began == []
        assert await written(t) == 0
        assert await t.deliver() == Finished()
        assert await t.outcomes() == {Outcome.SENT: 50}


async def test_a_stop_between_the_writing_and_the_sending(home: Path) -> None:
    """A reader who left in that moment gets nothing."""
    async with town(home, in_doubt="skip") as t:
        await t.settle(1)
        t.store.after_write = lambda: asyncio.ensure_future(t.worker.strike(contact_id(1)))
        assert await t.deliver() == Finished()
        assert t.sender.began == []


async def test_nothing_leaves_that_could_not_be_written(home: Path) -> None:
    """When the database fails, the run ends with its error, and only what is written was sent."""
    async with town(home, in_doubt="skip") as t:
        await t.settle(200)
        t.store.after_write = lambda: setattr(t.store, "killed", True)
        with pytest.raises(HandbillError, match="killed"):
            await t.deliver()
        t.store.killed, t.store.after_write = False, None
        assert len(t.sender.began) <= (await t.outcomes()).total() < 200
