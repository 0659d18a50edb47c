"""Everybody at once through the whole pacer, in virtual time: limits kept, nobody starved, no slot lost."""

import asyncio
import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.limits import AIM, CATCH_UP
from bot.delivery.pacing import Pacer
from bot.domain.contact import ChatId
from bot.sandbox.limits import Gate, Limits
from tests.delivery.told_clock import ToldClock, running


@dataclass
class Square:
    """A pacer, the limits behind it, and when each message left."""

    clock: ToldClock
    pacer: Pacer
    gate: Gate
    sent: list[tuple[float, int, bool]] = field(default_factory=list)
    refused: int = 0
    waits: dict[bool, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def send(self, chat: int, *, bulk: bool) -> None:
        """One message, tried until it is out; what is refused waits as long as it is told to."""
        asked = self.clock.time
        while True:
            await self.pacer.slot(ChatId(chat), group=chat < 0, bulk=bulk)
            after = self.gate.ask(chat, self.clock.time, paid=bulk and self.pacer.rate > 30)
            if not after:
                break
            self.refused += 1
            self.pacer.flooded(ChatId(chat), group=chat < 0, after=after)
        self.sent.append((self.clock.time, chat, bulk))
        self.waits[bulk].append(self.clock.time - asked)

    async def later(self, seconds: float, chat: int) -> None:
        await self.clock.sleep(seconds)
        await self.send(chat, bulk=False)


async def gathered(
    messages: Sequence[int], replies: Sequence[tuple[float, int]], limits: Limits, *, rate: float = 30.0
) -> Square:
    """Send all of these at once, and each of those when its moment comes."""
    clock = ToldClock()
    square = Square(clock, Pacer(clock=clock, rate=rate), Gate(limits))
    async with running(clock.run(), square.pacer.run()):
        await asyncio.gather(
            *(square.send(chat, bulk=True) for chat in messages),
            *(square.later(seconds, chat) for seconds, chat in replies),
        )
    return square


def fullest(times: Sequence[float], seconds: float) -> int:
    return max((bisect_right(times, at + seconds - 1e-6) - n for n, at in enumerate(times)), default=0)


def keeps_all_limits(square: Square) -> None:
    times = sorted(at for at, _, _ in square.sent)
    assert fullest(times, 1.0) <= 31
    assert len(times) <= 30 * (times[-1] - times[0] + CATCH_UP) + 1
    by_chat: dict[int, list[float]] = defaultdict(list)
    for at, chat, _ in square.sent:
        by_chat[chat].append(at)
    for chat, moments in by_chat.items():
        assert fullest(moments, 60.0) <= (20 if chat < 0 else 65)
        assert fullest(moments, 1.0) <= (1 if chat < 0 else 5)


CHATS = st.integers(-3, 40).filter(bool)
FEW_CHATS = st.sampled_from([-1, -1, -1, -2, 1, 2])
"""So few that a group's minute and a person's second are filled."""


@given(
    messages=st.lists(CHATS, max_size=60) | st.lists(FEW_CHATS, min_size=30, max_size=60),
    replies=st.lists(st.tuples(st.floats(0, 8), CHATS | FEW_CHATS), max_size=60),
)
@settings(max_examples=25, deadline=None)
def test_no_window_is_ever_exceeded(messages: list[int], replies: list[tuple[float, int]]) -> None:
    """Replies and broadcasts, people and groups, in whatever order they come: no limit is ever broken."""
    square = asyncio.run(gathered(messages, replies, Limits()))
    assert len(square.sent) == len(messages) + len(replies)
    if square.sent:
        keeps_all_limits(square)
    assert square.refused == 0


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 30)), max_size=20), st.integers(1, 6))
@settings(max_examples=15, deadline=None)
def test_refusals_in_between_are_obeyed(replies: list[tuple[float, int]], strict: int) -> None:
    """Where Telegram is stricter than it says, everybody is still served, and each wait is kept to."""
    limits = Limits(rate=30.0 - strict, depth=1, per_chat=0.8, chat_depth=1)
    square = asyncio.run(gathered(range(1, 61), replies, limits))
    assert len(square.sent) == 60 + len(replies)


@given(
    people=st.integers(1, 1500),
    replies=st.lists(
        st.tuples(st.floats(0, 2), st.integers(-3, 200).filter(bool)), min_size=60, max_size=150
    ),
)
@settings(max_examples=10, deadline=None)
def test_what_is_not_paid_for_keeps_to_the_free_rate(people: int, replies: list[tuple[float, int]]) -> None:
    """While a broadcast pays for a thousand a second, answers and edits stay below thirty: no 429 at all."""
    square = asyncio.run(gathered(range(1, people + 1), replies, Limits(), rate=1000.0))
    assert len(square.sent) == people + len(replies)
    assert square.refused == 0
    unpaid = sorted(at for at, _, bulk in square.sent if not bulk)
    assert fullest(unpaid, 1.0) <= 31
    assert fullest([at for at, _, _ in square.sent], 1.0) <= 1020


async def test_a_paid_broadcast_does_not_wait_for_answers() -> None:
    """A crowd that asks at the free rate's limit costs a paid broadcast none of its slots."""
    replies = [(n / 40, 100_000 + n) for n in range(160)]
    square = await gathered(range(1, 4_001), replies, Limits(), rate=1000.0)
    assert square.refused == 0
    bulk = [at for at, _, paid in square.sent if paid]
    assert bulk[-1] - bulk[0] < 4_130 / 990
    assert max(square.waits[False]) < 2.0


async def test_two_hundred_groups_and_two_thousand_people() -> None:
    """All get it at 99 % of the permitted rate, and not one message is refused."""
    chats = [*range(1, 2_001), *range(-200, 0)]
    random.Random(7).shuffle(chats)
    square = await gathered(chats, (), Limits())
    assert {chat for _, chat, _ in square.sent} == set(chats)
    assert square.refused == 0
    keeps_all_limits(square)
    assert len(chats) / (square.sent[-1][0] - square.sent[0][0]) >= 0.99 * 30


async def test_replies_are_not_starved_and_starve_nobody() -> None:
    """Forty people a second ask for a minute: a quarter of the slots stays the broadcast's, none is lost."""
    replies = [(n / 40, 10_000 + n) for n in range(2_400)]
    square = await gathered(range(1, 1_001), replies, Limits())
    assert square.refused == 0
    keeps_all_limits(square)
    times = [at for at, _, _ in square.sent]
    assert len(times) / (times[-1] - times[0]) >= 0.99 * 30
    minute = [bulk for at, _, bulk in square.sent if at < times[0] + 60]
    assert minute.count(True) >= 0.24 * 60 * 30 * AIM
    assert minute.count(False) >= 0.74 * 60 * 30 * AIM


async def test_a_reply_overtakes_a_broadcast() -> None:
    """With a thousand readers in line, somebody who asks waits for a handful of slots."""
    square = await gathered(range(1, 1_001), [(n * 1.5, 10_000 + n) for n in range(20)], Limits())
    assert max(square.waits[False]) < 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What comes to a pacer: a broadcast, answers and edits to people and groups, refusals in between."""

    people: int
    groups: int
    replies: list[tuple[float, int]]
    refused: list[tuple[int, float]]


ARRIVALS = st.builds(
    Arrivals,
    people=st.integers(150, 500),
    groups=st.integers(0, 60),
    replies=st.lists(st.tuples(st.floats(0, 12), st.integers(-40, 900).filter(bool)), max_size=120),
    # One person, and less than five groups: more than that would rightly pause everybody.
    refused=st.tuples(st.integers(1, 150), st.floats(0.2, 6)).flatmap(
        lambda one: st.lists(
            st.tuples(st.integers(-60, -1), st.floats(0.2, 6)),
            max_size=4,
            unique_by=lambda refusal: refusal[0],
        ).map(lambda groups: [one, *groups])
    ),
)


class Moody(Gate):
    """Telegram's limits, and a few chats that are asked to wait once for no reason that anybody can see."""

    def __init__(self, refused: Sequence[tuple[int, float]]) -> None:
        super().__init__(Limits())
        self.moods = dict(refused)
        self.asked: list[float] = []
        self.unfounded = 0

    def ask(self, chat: int, now: float, *, paid: bool) -> int:
        self.asked.append(now)
        after = super().ask(chat, now, paid=paid)
        mood = self.moods.pop(chat, 0.0)
        self.unfounded += mood > 0
        return after or ceil(mood)


async def passed(arrivals: Arrivals) -> tuple[Square, Moody]:
    """All of them through one pacer."""
    clock, gate = ToldClock(), Moody(arrivals.refused)
    square = Square(clock, Pacer(clock=clock, rate=30.0), gate)
    chats = [*range(1, arrivals.people + 1), *range(-arrivals.groups, 0)]
    async with running(clock.run(), square.pacer.run()):
        await asyncio.gather(
            *(square.send(chat, bulk=True) for chat in chats),
            *(square.later(seconds, chat) for seconds, chat in arrivals.replies),
        )
    return square, gate


@given(ARRIVALS)
@settings(max_examples=20, deadline=None)
def test_no_slot_is_lost_and_no_limit_broken(arrivals: Arrivals) -> None:
    """Whatever comes, however it is mixed: no limit is broken and 99 % of the slots are used."""
    square, gate = asyncio.run(passed(arrivals))
    assert len(square.sent) == arrivals.people + arrivals.groups + len(arrivals.replies)
    assert square.refused == gate.unfounded
    times = sorted(gate.asked)
    assert fullest(times, 1.0) <= 31
    keeps_all_limits(square)
    # Work remains for certain until the broadcast's people are through, but for the one who has to wait.
    busy = arrivals.people - 1
    assert busy / (times[busy] - times[0]) >= 0.99 * 30
