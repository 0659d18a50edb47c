import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.limits import (
    CREEP,
    GROUP_MESSAGES,
    MINUTE,
    SECOND,
    ChatLimits,
    Floods,
    Schedule,
)
from bot.domain.contact import ChatId

ALICE, BOB, CAROL = ChatId(1), ChatId(2), ChatId(3)
GROUP = ChatId(-1)


def tokens_never_run_out(moments: list[float], *, rate: float, depth: float) -> bool:
    """Telegram's own bucket, as the sandbox has it."""
    tokens, last = depth, 0.0
    for moment in moments:
        tokens = min(depth, tokens + (moment - last) * rate)
        last = moment
        if tokens < 1:
            return False
        tokens -= 1
    return True


def fullest_window(moments: list[float], width: float) -> int:
    first, most = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= width:
            first += 1
        most = max(most, last - first + 1)
    return most


def leave(schedule: Schedule, wakings: list[float]) -> list[float]:
    """Messages that always wait, with a process that wakes only so often."""
    now, sent = 0.0, []
    for late in wakings:
        now = max(now, schedule.next(now)) + late
        while schedule.next(now) <= now:
            schedule.take(now)
            sent.append(now)
    return sent


@given(st.lists(st.floats(0, 0.2) | st.floats(0, 5), min_size=1, max_size=300), st.sampled_from([30.0, 7.0]))
@settings(max_examples=80)
def test_no_window_is_ever_over_full(wakings: list[float], rate: float) -> None:
    """However late the process wakes, Telegram's bucket never runs out and no window holds too many."""
    sent = leave(Schedule(rate=rate, now=0.0), wakings)
    assert tokens_never_run_out(sent, rate=rate, depth=3)
    for width in (0.1, 1.0, 7.5, 60.0):
        assert fullest_window(sent, width) <= math.ceil(rate * 149 / 150 * width) + 1


@given(st.lists(st.floats(0, 0.019), min_size=300, max_size=300))
@settings(max_examples=30)
def test_waking_a_little_late_loses_no_slot(wakings: list[float]) -> None:
    """While work waits and the process wakes within 20 ms, 99 % of the permitted slots are used."""
    sent = leave(Schedule(rate=30, now=0.0), wakings)
    assert len(sent) >= 0.99 * 30 * (sent[-1] - sent[0])


def test_a_fast_rate_is_caught_up_with_for_20_ms_only() -> None:
    """At a thousand a second no second holds more than 1.02 times the rate, even after a standstill."""
    sent = leave(Schedule(rate=1000, now=0.0), [0.005] * 300 + [2.0] + [0.005] * 300)
    assert fullest_window(sent, 1.0) <= 1020
    assert len(sent) >= 0.99 * 1000 * (sent[-1] - 2.0)


def test_after_a_pause_the_rate_creeps_back() -> None:
    """After a pause for the whole bot nothing leaves before its end, then half the rate, then all of it."""
    schedule = Schedule(rate=30, now=0.0)
    schedule.pause(10.0)
    schedule.pause(5.0)
    sent = []
    while schedule.next(0.0) < 10 + 2 * CREEP:
        sent.append(schedule.next(0.0))
        schedule.take(sent[-1])
    assert sent[0] == 10.0
    assert 15 <= fullest_window([m for m in sent if m < 12], 1.0) <= 17
    assert 29 <= sum(60 <= m < 61 for m in sent) <= 30


@given(st.lists(st.tuples(st.floats(0, 3), st.booleans()), max_size=80))
@settings(max_examples=80)
def test_a_private_chat_gets_one_message_a_second(asked: list[tuple[float, bool]]) -> None:
    """Replies may come in a short burst; a broadcast waits a second; the chat's own bucket never runs out."""
    chats, now, sent, last = ChatLimits(), 0.0, [], -10.0
    for pause, bulk in asked:
        now = max(now + pause, chats.ready(ALICE, bulk=bulk))
        assert not bulk or now - last >= 1.0
        chats.take(ALICE, now, group=False)
        sent.append(last := now)
    assert tokens_never_run_out(sent, rate=1.0, depth=5)


@given(st.lists(st.floats(0, 5), max_size=90))
@settings(max_examples=60)
def test_a_group_gets_twenty_messages_a_minute(pauses: list[float]) -> None:
    """No minute holds more than 20 messages to a group, and no second more than one."""
    chats, now, sent = ChatLimits(), 0.0, []
    for pause in pauses:
        now = max(now + pause, chats.ready(GROUP, bulk=False))
        chats.take(GROUP, now, group=True)
        sent.append(now)
    assert fullest_window(sent, 60.0) <= 20
    assert fullest_window(sent, 1.0) <= 1


def test_a_group_may_use_all_its_twenty() -> None:
    """Twenty messages go at one a second; the next waits until the first is a minute old."""
    chats = ChatLimits()
    for number in range(GROUP_MESSAGES):
        assert chats.ready(GROUP, bulk=True) <= number * SECOND + 1e-9
        chats.take(GROUP, number * SECOND, group=True)
    assert chats.ready(GROUP, bulk=True) == MINUTE


@pytest.mark.parametrize("group", [False, True])
def test_a_refused_chat_waits(group: bool) -> None:
    """A chat that answered 429 gets nothing until its time is over, whoever asks."""
    chats = ChatLimits()
    chats.block(ALICE, 50.0, group=group)
    chats.block(ALICE, 40.0, group=group)
    assert chats.ready(ALICE, bulk=False) == chats.ready(ALICE, bulk=True) == 50.0
    assert chats.ready(BOB, bulk=True) <= 0.0


def test_idle_chats_are_forgotten() -> None:
    """However many chats are written to, only the lately active ones are remembered."""
    chats = ChatLimits()
    most = 0
    for number in range(20_000):
        group = number % 10 == 0
        chats.take(ChatId(-number if group else number + 1), number / 30, group=group)
        most = max(most, len(chats))
    assert most < 3 * 30 * MINUTE / 10 + 100
    for number in range(200):
        chats.take(ALICE, 2000.0 + number, group=False)
    assert len(chats) < 20


def test_one_refused_person_is_no_flood() -> None:
    """One person, or one person twice, or two with a second between them, pause nobody else."""
    floods = Floods()
    assert floods.refused(ALICE, group=False, until=9.0, now=0.0) is None
    assert floods.refused(ALICE, group=False, until=9.0, now=0.5) is None
    assert floods.refused(BOB, group=False, until=9.0, now=1.6) is None


def test_two_people_within_a_second_are_a_flood() -> None:
    """Two different people refused within a second pause all, for the longest time that was asked."""
    floods = Floods()
    assert floods.refused(ALICE, group=False, until=30.0, now=0.0) is None
    assert floods.refused(BOB, group=False, until=9.0, now=0.9) == 30.0


def test_five_groups_within_a_second_are_a_flood() -> None:
    """Groups are slow by themselves: only five of them mean the whole bot."""
    floods = Floods()
    answers = [floods.refused(ChatId(-n), group=True, until=5.0 + n, now=0.1 * n) for n in range(1, 6)]
    assert answers == [None, None, None, None, 10.0]
