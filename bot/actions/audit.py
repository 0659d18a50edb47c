"""What the service itself writes into the audit when it is opened and locked, and what it looks for then."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.domain.audit import Event
from bot.store import Store, Tx

SLOT = 8
"""Bytes that stand for a key slot in what `vault.keys.marks` gives, after one for how many it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is to be told after unlocking."""

    head: str
    restarted: bool
    """It had never been locked: the machine or the service went down."""
    broken: int | None
    """The first entry of the audit that is missing or not what was written."""
    slots: tuple[int, ...] | None
    """The key slots that are others than last time; None where nothing changed."""


async def opened(store: Store, marks: bytes, clock: Clock) -> Opened:
    """Read the whole audit, and write down that the service is open now."""
    async with store.read() as tx:
        found = await tx.audit.review()
    async with store.begin() as tx:
        now = clock.now()
        if found.broken is not None:
            await tx.audit.add(Event.GAP, now, detail=str(found.broken))
        await tx.audit.add(Event.RESTARTED if found.left_open else Event.UNLOCKED, now)
        slots = await keyholders(tx, marks, now)
        head = await tx.audit.head()
    return Opened(head=str(head), restarted=found.left_open, broken=found.broken, slots=slots)


async def locked(store: Store, clock: Clock, cause: Event | None = None) -> None:
    """Write down that the service is locked, on purpose or by itself, and first what led to it."""
    async with store.begin() as tx:
        if cause:
            await tx.audit.add(cause, clock.now())
        await tx.audit.add(Event.LOCKED, clock.now())


async def keyholders(tx: Tx, marks: bytes, now: datetime) -> tuple[int, ...] | None:
    """Write down which slots changed hands since somebody last looked; None where nothing changed."""
    before = await tx.audit.keys_seen(marks, now)
    if before in {b"", marks}:
        return None
    slots = tuple(
        slot for slot in range((len(marks) - 1) // SLOT) if _slot(marks, slot) != _slot(before, slot)
    )
    changed = ", ".join(map(str, slots)) or "none"
    await tx.audit.add(Event.KEYHOLDERS, now, detail=f"{changed}; {marks[0]} needed")
    return slots


def _slot(marks: bytes, slot: int) -> bytes:
    return marks[1 + slot * SLOT :][:SLOT]
