"""Floods, lost answers and outages: nobody is lost, nobody is erased, and people decide in the end."""

from itertools import pairwise
from pathlib import Path

import pytest

from bot.delivery import agenda
from bot.delivery.ends import Finished, Paused
from bot.domain.broadcast import Reason, Tally
from bot.domain.outcome import (
    Answer,
    InDoubt,
    Outcome,
    Retry,
    Sent,
    TokenSuspect,
)
from tests.delivery.scripted import Town, town


def tries(t: Town, chat: int) -> list[float]:
    """When messages to this chat began, in seconds after the first message of all."""
    return [at - t.sender.began[0][0] for at, to in t.sender.began if to == chat]


async def test_a_refused_person_is_served_later_in_the_same_run(home: Path) -> None:
    """A 429 is obeyed to the letter for that chat, and holds up nobody else."""
    async with town(home, rate=30.0) as t:
        await t.settle(90)
        refused: list[int] = []

        def fifth(chat: int) -> Answer | None:
            refused.append(chat)
            return Retry(after=1.5, flood=True) if len(refused) == 5 else None

        t.sender.everybody = fifth
        assert await t.deliver() == Finished()
        first, second = tries(t, refused[4])
        assert second - first >= 1.5
        assert t.sender.began[-1][0] - t.sender.began[0][0] < 91 / 29.8
        assert set(t.sender.delivered.values()) == {1}


async def test_a_refused_group_is_served_at_the_end(home: Path) -> None:
    """A group that asks to wait comes after everybody else."""
    async with town(home, rate=30.0) as t:
        await t.settle(90, groups=2)
        t.sender.scripts[-1] = [Retry(after=0.5, flood=True)]
        assert await t.deliver() == Finished()
        assert t.sender.began[-1][1] == -1
        assert t.sender.delivered[-1] == 1


async def test_two_refused_people_pause_everybody(home: Path) -> None:
    """429s of two people within a second mean the whole bot: nothing leaves until the longest is over."""
    async with town(home, rate=30.0) as t:
        await t.settle(60)
        refused: list[int] = []

        def first_two(chat: int) -> Answer | None:
            refused.append(chat)
            return Retry(after=4.0, flood=True) if len(refused) in {10, 12} else None

        t.sender.everybody = first_two
        assert await t.deliver() == Finished()
        moments = [at for at, _ in t.sender.began]
        longest = max(later - earlier for earlier, later in pairwise(moments))
        assert 3.9 < longest < 4.1
        assert t.sender.delivered.total() == 60


async def test_who_is_refused_again_and_again_fails(home: Path) -> None:
    """After five tries without an outcome a contact is given up, and reported."""
    async with town(home) as t:
        await t.settle(20)
        t.sender.scripts[2] = [Retry(after=0.1)] * 9
        t.sender.scripts[3] = [Retry(after=0.1)] * 4
        assert await t.deliver() == Finished()
        assert (len(tries(t, 2)), len(tries(t, 3))) == (5, 5)
        assert t.tallies[-1] == Tally(sent=19, failed=1)


async def test_a_lost_answer_is_sent_again(home: Path) -> None:
    """By default a message in doubt is sent again, five times at most, then it is reported as in doubt."""
    async with town(home) as t:
        await t.settle(20)
        t.sender.scripts[2] = [InDoubt(), Sent(message=1)]
        t.sender.scripts[3] = [InDoubt()] * 9
        assert await t.deliver() == Finished()
        assert (len(tries(t, 2)), len(tries(t, 3))) == (2, 5)
        assert t.tallies[-1] == Tally(sent=19, in_doubt=1)


async def test_a_lost_answer_can_be_left_alone(home: Path) -> None:
    """With the policy to skip, nobody can get a message twice."""
    async with town(home, in_doubt="skip") as t:
        await t.settle(20)
        t.sender.scripts[2] = [InDoubt()]
        assert await t.deliver() == Finished()
        assert len(tries(t, 2)) == 1
        assert await t.outcomes() == {Outcome.SENT: 19, Outcome.IN_DOUBT: 1}


async def test_a_dead_token_pauses_the_broadcast(home: Path) -> None:
    """When getMe is refused as well, nothing more is sent and nobody is marked or erased."""
    async with town(home, rate=30.0) as t:
        await t.settle(200)
        t.sender.token = False
        t.sender.everybody = lambda chat: TokenSuspect()
        assert await t.deliver() == Paused(reason=Reason.FAULTS, word="token")
        assert len(t.sender.began) <= 5
        assert await t.outcomes() == {}
        t.sender.everybody = lambda chat: None
        assert await t.deliver() == Finished()
        assert t.sender.delivered.total() == 200


async def test_a_relays_404_is_not_believed(home: Path) -> None:
    """401 or 404 while getMe is answered well is a passing fault: the message is sent again."""
    async with town(home) as t:
        await t.settle(20)
        t.sender.scripts[2] = [TokenSuspect()]
        assert await t.deliver() == Finished()
        assert t.sender.token_asked == 1
        assert t.sender.delivered.total() == 20


async def test_a_short_outage_loses_nobody(home: Path) -> None:
    """Two minutes without a network: sending slows down to single probes and goes on by itself."""
    async with town(home, rate=30.0) as t:
        await t.settle(120)
        began = t.clock.time
        t.sender.everybody = lambda chat: Retry(after=1.0) if 1 < t.clock.time - began < 121 else None
        assert await t.deliver() == Finished()
        assert t.tallies[-1] == Tally(sent=120)
        assert sum(1 < at - began < 120 for at, _ in t.sender.began) < 70


async def test_an_outage_gives_up_nobody_on_a_short_list(home: Path) -> None:
    """While everything fails a failure is held against no reader, however often the same few are tried."""
    async with town(home, rate=30.0) as t:
        await t.settle(3)
        began = t.clock.time
        t.sender.everybody = lambda chat: Retry(after=1.0) if t.clock.time - began < 150 else None
        assert await t.deliver() == Finished()
        assert t.tallies[-1] == Tally(sent=3)
        assert len(t.sender.began) > 3 * 4


async def test_an_outage_without_an_end_pauses(home: Path) -> None:
    """Some eight minutes of faults without a delivery, and people decide; nobody is given up."""
    async with town(home, rate=30.0) as t:
        await t.settle(120)
        began = t.clock.time
        t.sender.everybody = lambda chat: Retry(after=1.0)
        assert await t.deliver() == Paused(reason=Reason.FAULTS)
        assert 300 < t.clock.time - began < 600
        assert await t.outcomes() == {}
        t.sender.everybody = lambda chat: None
        assert await t.deliver() == Finished()
        assert t.sender.delivered.total() == 120


async def test_a_429_is_no_failure(home: Path) -> None:
    """Telegram may ask for time again and again; only after twenty times a reader is given up."""
    async with town(home) as t:
        await t.settle(20)
        t.sender.scripts[2] = [Retry(after=2.0, flood=True)] * 19
        t.sender.scripts[3] = [Retry(after=2.0, flood=True)] * 99
        assert await t.deliver() == Finished()
        assert (len(tries(t, 2)), len(tries(t, 3))) == (20, 20)
        assert t.tallies[-1] == Tally(sent=19, failed=1)


async def test_broken_chats_slow_nobody_down(home: Path) -> None:
    """Chats that fail for themselves, many in a row, look like no outage: all others get it at full speed."""
    async with town(home, rate=30.0) as t:
        await t.settle(300)
        seen: list[int] = []
        broken: set[int] = set()

        def a_dozen_in_a_row(chat: int) -> Answer | None:
            if chat not in seen:
                seen.append(chat)
                broken.update({chat} if 100 <= len(seen) < 109 else ())
            return Retry(after=3.0) if chat in broken else None

        t.sender.everybody = a_dozen_in_a_row
        assert await t.deliver() == Finished()
        assert t.tallies[-1] == Tally(sent=291, failed=9)
        healthy = [at - t.sender.began[0][0] for at, chat in t.sender.began if chat not in broken]
        assert max(healthy) < 330 / 29.8


async def test_chats_that_fail_at_the_end_end_it(home: Path) -> None:
    """When only broken chats are left they are given up and reported; nobody has to decide."""
    async with town(home, rate=30.0) as t:
        await t.settle(100)
        broken = set(range(10, 70, 5))
        t.sender.everybody = lambda chat: Retry(after=3.0) if chat in broken else None
        assert await t.deliver() == Finished()
        assert t.tallies[-1] == Tally(sent=88, failed=12)


async def test_what_is_deferred_is_bounded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With too many deferred nothing new is begun until some of them are due; nobody is forgotten."""
    monkeypatch.setattr(agenda, "MOST_DEFERRED", 30)
    async with town(home, rate=30.0) as t:
        await t.settle(300, groups=100)
        calls: list[int] = []

        def every_other(chat: int) -> Answer | None:
            calls.append(chat)
            return Retry(after=50.0) if len(calls) % 2 and len(calls) < 300 else None

        t.sender.everybody = every_other
        assert await t.deliver() == Finished()
        assert sum(at < t.sender.began[0][0] + 40 for at, _ in t.sender.began) < 60 + 100
        assert t.sender.delivered.total() == 400
