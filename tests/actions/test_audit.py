"""What the service writes into the audit when it is opened and locked, and what it finds then."""

import os

import pytest
from sqlalchemy import delete

from bot.actions import audit
from bot.actions.holding import hold
from bot.domain.audit import Act, Event
from bot.domain.broadcast import Reason, State
from bot.store import Store, tables
from tests.store.helpers import broadcast, execute
from tests.support.clock import StoryClock

MARKS = bytes([1]) + b"".join(bytes([slot]) * audit.SLOT for slot in range(8))


def other(slot: int, needed: int = 1) -> bytes:
    """The same keyring with another keyholder in one slot."""
    at = 1 + slot * audit.SLOT
    return bytes([needed]) + MARKS[1:at] + os.urandom(audit.SLOT) + MARKS[at + audit.SLOT :]


async def acts(store: Store) -> list[tuple[Event, str]]:
    async with store.read() as tx:
        found: list[Act] = [one.act for one in await tx.audit.last(100) if one.act]
    return [(act.event, act.detail) for act in found]


async def test_opened_and_locked(store: Store, clock: StoryClock) -> None:
    """Opened after it was locked it is unlocked; opened without that, it is back after going down."""
    first = await audit.opened(store, MARKS, clock)
    assert (first.restarted, first.broken, first.slots) == (False, None, None)
    await audit.locked(store, clock)
    second = await audit.opened(store, MARKS, clock)
    third = await audit.opened(store, MARKS, clock)
    assert (second.restarted, third.restarted) == (False, True)
    assert await acts(store) == [
        (Event.BEGAN, ""),
        (Event.UNLOCKED, ""),
        (Event.LOCKED, ""),
        (Event.UNLOCKED, ""),
        (Event.RESTARTED, ""),
    ]
    async with store.read() as tx:
        assert third.head == str(await tx.audit.head())
    assert len({first.head, second.head, third.head}) == 3


async def test_a_gap(store: Store, clock: StoryClock) -> None:
    """The first entry that is missing is found each time, and each time written down."""
    for _ in range(2):
        await audit.opened(store, MARKS, clock)
        await audit.locked(store, clock)
    await execute(store, delete(tables.audit).where(tables.audit.c.seq == 3))
    found = [await audit.opened(store, MARKS, clock) for _ in range(2)]
    assert [each.broken for each in found] == [3, 3]
    assert [detail for event, detail in await acts(store) if event is Event.GAP] == ["3", "3"]


async def test_slots(store: Store, clock: StoryClock) -> None:
    """Nothing is told the first time or of the same keys; then each slot that changed, by number."""
    seen = [
        (await audit.opened(store, marks, clock)).slots
        for marks in (MARKS, MARKS, other(0), MARKS, other(7, needed=2), other(7, needed=2))
    ]
    assert seen == [None, None, (0,), (0,), (7,), (7,)]
    assert [detail for event, detail in await acts(store) if event is Event.KEYHOLDERS] == [
        "0; 1 needed",
        "0; 1 needed",
        "7; 2 needed",
        "7; 2 needed",
    ]


async def test_two_slots(store: Store, clock: StoryClock) -> None:
    """Several slots are named in order; the audit begins when the keys are first seen."""
    async with store.begin() as tx:
        assert await audit.keyholders(tx, MARKS, clock.now()) is None
        [first] = await tx.audit.last(1)
    assert first.act
    assert (first.act.event, type(first.act.at)) == (Event.BEGAN, type(clock.now()))
    assert (await audit.opened(store, bytes([1]) + bytes(64), clock)).slots == tuple(range(1, 8))
    assert (Event.KEYHOLDERS, "1, 2, 3, 4, 5, 6, 7; 1 needed") in await acts(store)


async def test_only_how_many(store: Store, clock: StoryClock) -> None:
    """Another number of passphrases with the same slots is a change too."""
    await audit.opened(store, MARKS, clock)
    found = await audit.opened(store, bytes([2]) + MARKS[1:], clock)
    assert found.slots == ()
    assert (Event.KEYHOLDERS, "none; 2 needed") in await acts(store)


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (Reason.RESTORED, "restored"),
        (Reason.CENSUS, "somebody changed the list"),
        (Reason.OTHER_BOT, "another bot"),
    ],
)
async def test_held(store: Store, clock: StoryClock, reason: Reason, why: str) -> None:
    """What was held back is written down, and why; a restored backup is, whatever was under way."""
    restored = [(Event.RESTORED, "")] if reason is Reason.RESTORED else []
    begins = [(Event.BEGAN, ""), *restored] if restored else []
    async with store.begin() as tx:
        await hold(tx, reason, clock.now())
    assert await acts(store) == begins
    async with store.begin() as tx:
        await tx.broadcasts.add(broadcast(State.COOLING))
        assert len(await hold(tx, reason, clock.now())) == 1
    assert (await acts(store))[-1] == (Event.HELD, why)
    assert (await acts(store)).count((Event.RESTORED, "")) == 2 * len(restored)


async def test_an_accepted_list(store: Store) -> None:
    """That the keeper took the list for right is written down."""
    await store.accept()
    assert (await acts(store))[-1] == (Event.ACCEPTED, "")
