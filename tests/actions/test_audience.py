"""How many readers an audience has, about."""

import os

import pytest

from bot.actions.audience import size
from bot.domain.audience import Audience
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month
from bot.store import Store


async def fill(store: Store, people: int, groups: int) -> None:
    async with store.begin() as tx:
        for n in range(people + groups):
            contact = Contact(
                id=ContactId(os.urandom(16)),
                chat=ChatId(n + 1),
                kind=Kind.PERSON if n < people else Kind.GROUP,
                language="ru" if n % 2 else "en",
                joined=Month(24322),
            )
            await tx.contacts.add(contact)


@pytest.mark.parametrize(
    ("written", "number"), [("everyone", 40), ("groups", 10), ("people", 30), ("languages ru", 20)]
)
async def test_a_short_list(store: Store, written: str, number: int) -> None:
    """Of a short list all parts are looked at."""
    await fill(store, people=30, groups=10)
    async with store.read() as tx:
        assert await size(tx, Audience.read(written), os.urandom) == number


async def test_an_empty_list(store: Store) -> None:
    """Nobody is nobody."""
    async with store.read() as tx:
        assert await size(tx, Audience(kind=Kind.GROUP), os.urandom) == 0


async def test_a_longer_list(store: Store) -> None:
    """Of a longer one some parts are, and the estimate is near the truth."""
    await fill(store, people=3000, groups=1000)
    async with store.read() as tx:
        about = {await size(tx, Audience(kind=Kind.GROUP), os.urandom) for _ in range(5)}
    assert len(about) > 1
    assert all(700 < number < 1300 for number in about)
