"""What people said just before a kill is neither lost nor done twice: unconfirmed updates come again."""

import asyncio
import os
import random
from pathlib import Path

from bot.domain.broadcast import State
from bot.domain.contact import ChatId
from bot.sandbox import Person
from tests.crash.disk import every_broadcast, left_behind
from tests.crash.street import Street
from tests.support.nursery import Nursery

ROUNDS = 60 if os.environ.get("HANDBILL_TEST_SOAK") else 6
HANDLING = 0.06
"""Seconds in which an update is usually fetched, carried out and confirmed."""


async def subscribed(street: Street, people: list[Person]) -> list[bool]:
    async with left_behind(street.keeper) as store, store.read() as tx:
        return [await tx.contacts.find(ChatId(person.id)) is not None for person in people]


async def drafts(street: Street) -> list[str]:
    """The first line of every draft there is."""
    async with left_behind(street.keeper) as store:
        found = await every_broadcast(store)
    assert {broadcast.state for broadcast in found} <= {State.DRAFT}
    return sorted(broadcast.texts[""].text.splitlines()[0] for broadcast in found)


async def test_done_but_not_confirmed(tmp_path: Path, nursery: Nursery) -> None:
    """Killed after the effect and before Telegram heard of it: the update comes again and is ignored."""
    async with Street.open(tmp_path, nursery) as street:
        await street.starts()
        olga = await street.organiser("Olga")
        ann, ben = await street.readers(2)
        await street.world.listening()
        street.wire.hold("getupdates")
        confirming = asyncio.create_task(street.wire.hears("getupdates"))
        await asyncio.sleep(0)
        await ann.says("/stop")
        await olga.says("/broadcast Once only.")
        await confirming
        await street.killed()
        assert len(street.world.bot().queue) >= 2
        before = await drafts(street)
        street.wire.release()
        await street.starts()
        await ann.says("/subscribe")
        await street.world.settled()
        await street.killed()
        assert await subscribed(street, [ann, ben]) == [True, True]
        assert before == await drafts(street) == ["Once only."]


async def test_killed_at_any_moment_of_it(tmp_path: Path, nursery: Nursery, figures: list[str]) -> None:
    """Killed at any moment between the word and its confirmation: done once, in this life or the next."""
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    async with Street.open(tmp_path, nursery) as street:
        await street.starts()
        olga = await street.organiser("Olga")
        leaving = await street.readers(ROUNDS)
        joining = [street.world.person(f"Newcomer {number}") for number in range(ROUNDS)]
        unconfirmed = 0
        for number in range(ROUNDS):
            await street.world.listening()
            await leaving[number].says("/stop")
            await olga.says(f"/broadcast Round {number:02}.")
            await joining[number].says("/subscribe")
            await asyncio.sleep(chance.uniform(0.0, HANDLING))
            await street.killed()
            unconfirmed += bool(len(street.world.bot().queue))
            await street.starts()
        await street.killed()
        assert await subscribed(street, leaving) == [False] * ROUNDS, f"seed {seed}"
        assert await subscribed(street, joining) == [True] * ROUNDS, f"seed {seed}"
        assert await drafts(street) == [f"Round {number:02}." for number in range(ROUNDS)], f"seed {seed}"
    figures.append(
        f"crash, updates: {ROUNDS} kills, {unconfirmed} with something unconfirmed, 0 lost, 0 done twice "
        f"(seed {seed})"
    )
