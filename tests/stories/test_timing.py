"""How long the bot takes to answer tells nobody whether somebody is on the list.

The words are the same for members and strangers, which `make test` checks. How long it takes is measured
in `make soak` and reported as Welch's t; a test that fails by the clock would fail by chance.
"""

import os
import random
import time
from math import sqrt
from statistics import fmean, variance

import pytest

from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.support.house import House

COMMANDS = ("/start", "/subscribe", "/stop", "/forget")
SOAK = bool(os.environ.get("HANDBILL_TEST_SOAK"))
PAIRS = 200
"""Measurements of each kind; the first quarter only warms up."""


async def asks(house: House, person: Person, command: str) -> tuple[str, float]:
    """The answer, and the seconds until it stood in the chat."""
    house.hush(person)
    house.clock.forward(seconds=30)  # past Telegram's pause between two answers
    began = time.perf_counter()
    await person.says(command)
    return (await person.hears()).text, time.perf_counter() - began


async def becomes(house: House, person: Person, *, member: bool) -> None:
    await asks(house, person, "/subscribe" if member else "/forget")


@pytest.mark.parametrize("command", COMMANDS)
async def test_the_same_words(house: House, command: str) -> None:
    """/start, /subscribe, /stop and /forget answer members and strangers in the same words."""
    rosa, eve = house.world.person("Rosa"), house.world.person("Eve")
    await becomes(house, rosa, member=True)
    to_member, _ = await asks(house, rosa, command)
    to_stranger, _ = await asks(house, eve, command)
    assert to_member == to_stranger


@pytest.mark.skipif(not SOAK, reason="the clock is looked at in make soak only")
@pytest.mark.parametrize("command", COMMANDS)
async def test_the_same_time(house: House, en: Words, command: str, figures: list[str]) -> None:
    """Reported, not judged: the difference of the means, and Welch's t."""
    chance = random.Random(7)
    times: dict[bool, list[float]] = {True: [], False: []}
    person = house.world.person("Rosa")
    for nth in range(2 * PAIRS):
        member = chance.random() < 0.5
        await becomes(house, person, member=member)
        _, seconds = await asks(house, person, command)
        if nth >= PAIRS // 2:
            times[member].append(seconds)
    t, difference = welch(times[True], times[False])
    count = min(len(each) for each in times.values())
    figures.append(
        f"timing: {command}: {fmean(times[False]) * 1000:.1f} ms for strangers, {difference * 1000:+.2f} ms "
        f"for members, Welch's t {t:+.1f}, at least {count} of each"
    )
    assert count > PAIRS // 4


def welch(one: list[float], other: list[float]) -> tuple[float, float]:
    """Welch's t, and the difference of the means."""
    difference = fmean(one) - fmean(other)
    return difference / sqrt(variance(one) / len(one) + variance(other) / len(other)), difference
