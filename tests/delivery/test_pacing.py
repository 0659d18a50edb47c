import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.delivery.pacing import Pacer
from bot.domain.contact import ChatId
from tests.delivery.told_clock import ToldClock, running


@dataclass
class Street:
    """A pacer, and what left through it."""

    clock: ToldClock
    pacer: Pacer
    sent: list[tuple[float, int]]

    async def go(self, chat: int, *, bulk: bool = True, patience: float | None = None) -> bool:
        given = await self.pacer.slot(ChatId(chat), group=chat < 0, bulk=bulk, patience=patience)
        if given:
            self.sent.append((round(self.clock.time - 1000.0, 3), chat))
        return given


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    clock = ToldClock()
    pacer = Pacer(clock=clock)
    async with running(clock.run(), pacer.run()):
        yield Street(clock, pacer, [])


async def test_slots_are_evenly_spaced(street: Street) -> None:
    """Three hundred messages to different people leave at 29.8 a second: 99 % of what is permitted."""
    await asyncio.gather(*(street.go(chat) for chat in range(1, 301)))
    assert 299 / 30 < street.sent[-1][0] < 300 / 30 / 0.99
    assert [chat for _, chat in street.sent] == list(range(1, 301))


async def test_a_quiet_process_answers_at_once(street: Street) -> None:
    """When nobody waits and the chat is ready, the slot is given without any waiting."""
    assert await street.go(1, bulk=False)
    assert street.sent == [(0.0, 1)]


async def test_an_answer_in_parts_comes_in_a_burst(street: Street) -> None:
    """Five parts of an answer leave at once, the sixth waits a second; a broadcast waits for its second."""
    for _ in range(6):
        await street.go(1, bulk=False)
    await street.go(1, bulk=True)
    moments = [at for at, _ in street.sent]
    assert moments[4] < 0.2
    assert moments[5] == pytest.approx(1.05, abs=0.06)
    assert moments[6] - moments[5] == pytest.approx(1.05, abs=0.06)


async def test_one_after_another_loses_no_slot(street: Street) -> None:
    """Somebody who asks for the next slot only when the last one was given still gets every one of them."""
    for chat in range(1, 101):
        await street.go(chat)
    assert street.sent[-1][0] < 100 / 30 / 0.99


async def test_a_reply_overtakes_a_broadcast(street: Street) -> None:
    """A person who asks during a broadcast is answered within a few slots."""
    bulk = asyncio.gather(*(street.go(chat) for chat in range(1, 100)))
    await street.clock.sleep(1.0)
    await street.go(1000, bulk=False, patience=5.0)
    assert street.sent[-1][0] < 1.2
    await bulk


async def test_an_answer_that_must_wait_too_long_is_dropped_at_once(street: Street) -> None:
    """The caller is told before any waiting, whether the chat, the whole bot or the line is the reason."""
    street.pacer.flooded(ChatId(1), group=False, after=6.0)
    assert not await street.go(1, bulk=False, patience=5.0)
    street.pacer.flooded(ChatId(2), group=False, after=7.0)
    assert not await street.go(3, bulk=False, patience=5.0)
    assert street.clock.time == 1000.0


async def test_a_long_line_of_replies_drops_those_at_its_end(street: Street) -> None:
    """With 5 s of patience no reply leaves later than 5 s after it was asked for, and none hangs."""
    asked = [street.go(chat, bulk=False, patience=5.0) for chat in range(1, 400)]
    asked += [street.go(1000 + chat) for chat in range(1, 400)]
    given = await asyncio.gather(*asked)
    assert 100 < sum(given[:399]) < 5 * 30
    assert all(at <= 5.05 for at, chat in street.sent if chat < 1000)


async def test_a_refused_person_waits_and_nobody_else(street: Street) -> None:
    """A 429 of one chat defers that chat for exactly as long as Telegram said."""
    street.pacer.flooded(ChatId(1), group=False, after=3.0)
    await asyncio.gather(street.go(1), street.go(2))
    assert street.sent[0] == (0.0, 2)
    assert street.sent[1][1] == 1
    assert 3.0 <= street.sent[1][0] < 3.1


async def test_two_refused_people_pause_everybody(street: Street) -> None:
    """After 429s of two people within a second nothing leaves until the longest time is over."""
    street.pacer.flooded(ChatId(1), group=False, after=3.0)
    street.pacer.flooded(ChatId(2), group=False, after=8.0)
    await asyncio.gather(*(street.go(chat) for chat in range(3, 10)))
    assert street.sent[0][0] == pytest.approx(8.0, abs=0.01)


async def test_who_stops_waiting_leaves_no_trace(street: Street) -> None:
    """A cancelled wait gives its place to the next and takes no slot of its chat."""
    street.pacer.flooded(ChatId(1), group=False, after=3.0)
    waiting = asyncio.create_task(street.go(1))
    behind = asyncio.create_task(street.go(2))
    await street.clock.sleep(1.0)
    waiting.cancel()
    await asyncio.gather(waiting, behind, return_exceptions=True)
    await street.clock.sleep(3.0)
    assert [chat for _, chat in street.sent] == [2]


async def test_a_wait_cancelled_in_the_moment_of_its_slot() -> None:
    """A slot given to somebody who is just leaving is lost, and nothing breaks."""
    clock = ToldClock()
    pacer = Pacer(clock=clock)
    assert await pacer.slot(ChatId(1), group=False, bulk=True)
    waiting = asyncio.create_task(pacer.slot(ChatId(2), group=False, bulk=True))
    await asyncio.sleep(0)
    clock.time += 1.0
    giving = asyncio.create_task(pacer.run())
    waiting.cancel()
    async with running(clock.run()):
        await asyncio.gather(waiting, return_exceptions=True)
        giving.cancel()
        await asyncio.gather(giving, return_exceptions=True)
    assert waiting.cancelled()


async def test_a_fast_rate_is_given_in_ticks() -> None:
    """At a thousand a second the process wakes some 200 times, not for each message."""
    clock = ToldClock()
    pacer = Pacer(clock=clock, rate=1000.0)
    street = Street(clock, pacer, [])
    async with running(clock.run(), pacer.run()):
        await asyncio.gather(*(street.go(chat) for chat in range(1, 2001)))
    assert 1.98 < street.sent[-1][0] < 2.02
    assert len({at for at, _ in street.sent}) < 420
