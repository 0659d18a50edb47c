"""The flood rule as arithmetic: what one chat and what all together may say, and how little is remembered."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.flood import REMEMBERED, USUAL, Flood
from bot.domain.contact import ChatId
from tests.delivery.test_limits import fullest_window

KEY = bytes(32)


def heard(moments: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """What is let in of what these chats say, each so many seconds after the one before."""
    flood, now, let_in = Flood(KEY), 0.0, []
    for pause, chat in moments:
        now += pause
        if flood.admits(ChatId(chat), now):
            let_in.append((now, chat))
    return let_in


@given(st.lists(st.tuples(st.floats(0, 0.05) | st.floats(0, 4), st.integers(-3, 3)), max_size=300))
@settings(max_examples=60)
def test_nobody_is_heard_more_than_that(moments: list[tuple[float, int]]) -> None:
    """Five at once, then one in three seconds: no minute holds more than 25 of one chat, whatever they do."""
    let_in = heard(moments)
    for chat in range(-3, 4):
        own = [at for at, who in let_in if who == chat]
        assert fullest_window(own, 2.9) <= USUAL.at_once
        assert fullest_window(own, 59.9) <= USUAL.at_once + 20


@given(st.lists(st.floats(0, 0.04), min_size=1, max_size=300))
@settings(max_examples=60)
def test_all_together_are_heard_fifty_times_a_second(pauses: list[float]) -> None:
    """However many different chats speak; and who speaks alone and seldom is always heard."""
    let_in = heard([(pause, number) for number, pause in enumerate(pauses, 1)])
    assert fullest_window([at for at, _ in let_in], 1.0) <= 2 * USUAL.in_all
    assert len(let_in) <= USUAL.in_all * (1 + sum(pauses)) + 1
    assert len(let_in) >= min(len(pauses), USUAL.in_all)
    assert len(heard([(3.0, 7)] * 50)) == 50


def test_a_flood_costs_its_chat_nothing_more() -> None:
    """What is dropped does not count: three seconds after the last that was heard the next one is."""
    let_in = heard([(0.01, 7)] * 1000)
    assert len(let_in) == USUAL.at_once + 3
    assert [chat for _, chat in heard([*[(0.01, 7)] * 1000, (0.01, 8)])][-1] == 8


def test_little_is_remembered() -> None:
    """A million chats leave a thousand keyed numbers in memory, and whoever still counts is among them."""
    flood, chance, now = Flood(KEY), random.Random(1), 0.0
    lately: dict[int, list[float]] = {}
    for number in range(30_000):
        now += 0.002
        chat = chance.choice([number + 100, chance.randrange(1, 40)])
        if flood.admits(ChatId(chat), now):
            own = lately.setdefault(chat, [])
            own.append(now)
            assert sum(now - at < 12.0 for at in own) <= USUAL.at_once + 4
    assert len(flood) <= REMEMBERED
