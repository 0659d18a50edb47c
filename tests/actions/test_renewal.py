"""Renewal over years of told time: killed at every commit, and in random lives of readers.

Nobody who answered is erased, nobody is erased early or unasked, nobody is asked twice in a year.
"""

import asyncio
import os
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.actions.years import FATES, FOREVER, Town, opened

SOAK = bool(os.environ.get("HANDBILL_TEST_SOAK"))


async def test_killed_at_every_step(tmp_path: Path) -> None:
    """Around each commit, and with the question under way: asked once, erased in time or next year."""
    async with opened(tmp_path / "home") as town:
        for moment in count():
            life = await town.joins(0)
            town.store.left = moment
            killed = not all([await town.looks(days) for days in (1, 25, 20, 20)])
            town.store.left = FOREVER
            await town.looks(1)
            await town.check()
            assert len(life.questions) <= 1
            if not killed:
                break
            for days in (370, 62):
                await town.looks(days)
                await town.check()
            assert await town.gone(life)
        assert moment >= 12
        assert await town.gone(life)


async def test_an_answer_before_the_bot_knows_that_it_has_asked(tmp_path: Path) -> None:
    """Somebody presses Stay while Telegram's own answer is still on its way: it counts."""
    async with opened(tmp_path / "home") as town:
        life = await town.joins(0)
        life.hasty = True
        for days in (1, 62, 62):
            assert await town.looks(days)
            await town.check()
        assert (len(life.questions), life.answers) == (1, 1)
        assert not await town.gone(life)


Event = tuple[str, int]
NUMBERS = st.integers(0, 39)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("days"), NUMBERS),
        st.tuples(st.just("days"), NUMBERS),
        st.tuples(st.sampled_from(["off", "stays", "leaves", "hasty", "killed", "restored"]), NUMBERS),
        st.tuples(st.sampled_from(list(FATES)), NUMBERS),
    ),
    max_size=30,
)


async def happens(town: Town, what: str, number: int) -> None:
    """One thing in the lives of these readers."""
    life = list(town.lives.values())[number % len(town.lives)]
    match what:
        case "days":
            await town.looks(number)
        case "off":
            town.clock.at += timedelta(days=3 * number)
        case "stays":
            await town.stays(life)
        case "leaves" if number % 3 == 0:
            await town.leaves(life)
        case "hasty":
            life.hasty = not life.hasty
        case "killed":
            town.store.left = number
            await town.looks(number)
            town.store.left = FOREVER
        case "restored":
            await town.restored()
        case "sent" | "lost before" | "lost after" | "busy" | "blocked" | "ours":
            town.fates.append(what)
        case _:
            pass


async def lived(town: Town, events: list[Event]) -> None:
    await town.anew(readers=4)
    for what, number in events:
        await happens(town, what, number)
        await town.check()
    silent = [life for life in town.lives.values() if not life.hasty]
    town.fates.clear()
    for _ in range(15):
        await town.looks(62)
        await town.check()
    assert all([await town.gone(life) for life in silent]), "who never answers is erased at last"
    town.remember()


def test_random_lives(tmp_path: Path, figures: list[str]) -> None:
    """Answers, kills, lost questions, months switched off, restored lists: nobody is wronged by any order."""
    with asyncio.Runner() as runner:
        doors = AsyncExitStack()
        town = runner.run(doors.enter_async_context(opened(tmp_path / "home")))

        @settings(max_examples=1000 if SOAK else 8)
        @given(EVENTS)
        def live(events: list[Event]) -> None:
            runner.run(lived(town, events))

        try:
            live()
        finally:
            runner.run(doors.aclose())
    told = town.told
    figures.append(
        f"renewal: {told['readers']} random lives with kills, lost questions and restored lists: "
        f"{told['questions']} questions, {told['answers']} answers, {told['erased']} erased in time, "
        "0 after an answer, early, unasked or asked twice in a year"
    )
