"""`python -m tests.bench parts`: the single parts of delivery, each with what it measures beside it.

CPU time and medians of several rounds, because machines are shared and noisy. What it writes goes into a
temporary home of its own. The whole program is measured by the rounds.
"""

import asyncio
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.delivery.pacing import Pacer
from bot.domain.broadcast import Broadcast, BroadcastId, State
from bot.domain.contact import ChatId, Contact, ContactId, Kind, month
from bot.domain.organiser import OrganiserId
from bot.domain.outcome import Outcome
from bot.domain.rich_text import RichText
from bot.store import Entry, Store
from bot.vault.vault import Vault

ROUNDS = 5
CONTACTS = 5_000
GROUP = 100
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def say(what: str, figure: str) -> None:
    print(f"{what:<58} {figure}", flush=True)


def median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(ROUNDS))


async def median_of(measure: Callable[[], Awaitable[float]]) -> float:
    return statistics.median([await measure() for _ in range(ROUNDS)])


def sealing(vault: Vault) -> None:
    """Sealing and opening one contact's record."""
    row, plain = os.urandom(16), os.urandom(60)
    blob = vault.seal("contacts", "rec", row, plain)

    def seconds(call: Callable[[], object]) -> float:
        started = time.process_time()
        for _ in range(20_000):
            call()
        return (time.process_time() - started) / 20_000

    seal = median(lambda: seconds(lambda: vault.seal("contacts", "rec", row, plain)))
    opening = median(lambda: seconds(lambda: vault.open("contacts", "rec", row, blob)))
    say("seal a contact (CPU)", f"{seal * 1e6:.1f} µs, {1 / seal:,.0f}/s")
    say("open a contact (CPU)", f"{opening * 1e6:.1f} µs, {1 / opening:,.0f}/s")


def reader(number: int) -> Contact:
    return Contact(
        id=ContactId(os.urandom(16)),
        chat=ChatId(10**9 + number),
        kind=Kind.PERSON,
        language="en",
        joined=month(NOW),
    )


async def contacts(store: Store, home: Path) -> list[Contact]:
    """Adding readers, and reading them again page by page."""
    people = [reader(number) for number in range(CONTACTS)]
    started = time.process_time()
    async with store.begin() as tx:
        for person in people:
            await tx.contacts.add(person)
    say(
        "add a contact, in one transaction (CPU)",
        f"{(time.process_time() - started) / CONTACTS * 1e3:.3f} ms",
    )
    await store.checkpoint()
    say("disk a contact", f"{(home / 'handbill.db').stat().st_size / CONTACTS:.0f} B (with empty tables)")

    async def walk() -> float:
        started = time.process_time()
        async with store.read() as tx:
            for shard in range(256):
                for sealed in await tx.contacts.page(shard, None):
                    store.unseal(sealed)
        return time.process_time() - started

    say(
        "read and open all contacts by shard (CPU a contact)",
        f"{await median_of(walk) / CONTACTS * 1e6:.1f} µs",
    )
    return people


async def journal(store: Store, people: list[Contact]) -> None:
    """Committing what was delivered, in groups."""
    broadcast = BroadcastId(os.urandom(16))
    async with store.begin() as tx:
        await tx.broadcasts.add(sending(broadcast))
        await tx.journal.prepare(broadcast)
    done = [
        Entry(contact=person.id, outcome=Outcome.SENT, message=n) for n, person in enumerate(people[:GROUP])
    ]
    for shards in (1, 85):
        spread = [
            replace(e, contact=ContactId(bytes([n % shards]) + e.contact[1:])) for n, e in enumerate(done)
        ]
        took, cpu = await committing(store, broadcast, spread)
        say(
            f"commit {GROUP} outcomes of {shards} shards, synchronous=FULL (wall, CPU)",
            f"{took * 1e3:.1f} ms, {cpu * 1e3:.1f} ms",
        )


async def committing(store: Store, broadcast: BroadcastId, entries: list[Entry]) -> tuple[float, float]:
    """One commit, in seconds by the clock and of CPU; medians."""
    rounds = []
    for _ in range(ROUNDS):
        started, before = time.perf_counter(), time.process_time()
        async with store.begin() as tx:
            await tx.journal.append(broadcast, entries, NOW)
        rounds.append((time.perf_counter() - started, time.process_time() - before))
    took, cpu = zip(*rounds, strict=True)
    return statistics.median(took), statistics.median(cpu)


def sending(broadcast: BroadcastId) -> Broadcast:
    return Broadcast(
        id=broadcast,
        state=State.SENDING,
        author=OrganiserId(bytes(16)),
        texts={"": RichText("Hello")},
        digest=bytes(32),
        created=NOW,
        needed=1,
        cooldown=1,
    )


class InstantClock:
    """Time that passes only by sleeping, so that pacing costs what it computes."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)


async def pacing() -> None:
    """How many of 30 slots a second are used while work remains, in simulated time."""
    clock = InstantClock()
    pacer = Pacer(clock=clock, rate=30.0)
    running = asyncio.create_task(pacer.run(), name="send slots")
    started = time.process_time()
    for number in range(3_000):
        await pacer.slot(ChatId(number + 1), group=False, bulk=True)
    cpu = time.process_time() - started
    running.cancel()
    say("slots used at 30/s, 3,000 recipients (simulated time)", f"{3_000 / clock.passed / 30:.1%}")
    say("a send slot (CPU)", f"{cpu / 3_000 * 1e6:.0f} µs")


async def measure() -> None:
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    print(f"Python {platform.python_version()}, {machine}; medians of {ROUNDS} rounds\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        started = time.perf_counter()
        key = Vault.create_home(home, "six words that nobody ever uses", random=os.urandom)
        say("Argon2id, 256 MiB, once (wall, with the pad)", f"{time.perf_counter() - started:.2f} s")
        vault = Vault.unlock(home, key, random=os.urandom)
        sealing(vault)
        store = await Store.open(f"sqlite+aiosqlite:///{home / 'handbill.db'}", vault, random=os.urandom)
        try:
            await journal(store, await contacts(store, home))
        finally:
            await store.close()
    await pacing()
