"""What the census costs: a change of the list, the comparison at unlock, and the look at every row.

`python -m tests.bench.census --contacts 1000000` makes a home of its own and prints the figures.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from bot.domain.contact import SHARDS, ChatId, Contact, ContactId, Kind, Month
from bot.store import Tx
from bot.store.paging import TOGETHER
from tests.bench.homes import FIRST_CHAT, BenchHome, create, fill, opened

ROUNDS = 200
UNCOUNTED, LOOKED_UP, KNOWN = "not counted", "looked up", "known"
"""How the lines of the census come to a change: `known` is what happens."""


def say(what: str, value: str) -> None:
    print(f"{what:58} {value}")


def newcomer(number: int) -> Contact:
    return Contact(
        id=ContactId(os.urandom(16)),
        chat=ChatId(FIRST_CHAT * 10 + number),
        kind=Kind.PERSON,
        language="en",
        joined=Month(24322),
    )


async def subscriptions(home: BenchHome) -> dict[str, float]:
    """CPU seconds of one subscription in a transaction of its own, in turn each way; the medians."""
    took: dict[str, list[float]] = {way: [] for way in (UNCOUNTED, LOOKED_UP, KNOWN)}
    for number in range(ROUNDS):
        for way, times in took.items():
            times.append(await subscription(home, newcomer(number), way))
    return {way: statistics.median(times) for way, times in took.items()}


async def subscription(home: BenchHome, reader: Contact, way: str) -> float:
    kept = home.store.reckoning.known
    if way == LOOKED_UP:
        home.store.reckoning.known = {}
    before = time.process_time()
    async with home.store.begin() as tx:
        await tx.contacts.add(reader)
        if way == UNCOUNTED:
            forget(tx)
    took = time.process_time() - before
    home.store.reckoning.known = kept | home.store.reckoning.known
    async with home.store.begin() as tx:
        await tx.contacts.erase(reader.id)
        if way == UNCOUNTED:
            forget(tx)
    return took


def forget(tx: Tx) -> None:
    """Let the census hear nothing of this transaction."""
    tx.census._counts.clear()
    tx.census._totals.clear()


async def measure(people: int) -> None:
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        path = Path(folder) / "home"
        create(path)
        await fill(path, people)
        await _figures(path, people)


async def _figures(path: Path, people: int) -> None:
    async with opened(path) as home:
        took = {way: seconds * 1e3 for way, seconds in (await subscriptions(home)).items()}
        for way in (LOOKED_UP, KNOWN):
            say(
                f"a subscription, its lines {way} (CPU)",
                f"{took[way]:.2f} ms, {took[UNCOUNTED]:.2f} without: +{took[way] - took[UNCOUNTED]:.2f} ms",
            )
        started = time.perf_counter(), time.process_time()
        assert await home.store.reckoning.compare() is None
        say(f"compare numbers and generations of {people:,} at unlock", _both(*started))
        started = time.perf_counter(), time.process_time()
        await _every_row(home)
        say(f"look at every row of {people:,}", _both(*started))
        longest = [0.0]
        watching = asyncio.create_task(_holds(longest), name="holds")
        home.store.reckoning.forget_what_fitted()
        await _every_row(home)
        watching.cancel()
        say("longest hold of the event loop meanwhile", f"{longest[0] * 1e3:.0f} ms")
        size = (home.path / "handbill.db").stat().st_size / people
        say("disk a contact, everything counted", f"{size:.0f} B")


async def _every_row(home: BenchHome) -> None:
    for start in range(0, SHARDS, TOGETHER):
        assert await home.store.reckoning.fits(*range(start, start + TOGETHER))


async def _holds(longest: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0)
        longest[0] = max(longest[0], time.perf_counter() - before)


def _both(wall: float, cpu: float) -> str:
    return f"{time.perf_counter() - wall:.2f} s, {time.process_time() - cpu:.2f} s CPU"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--contacts", type=int, default=100_000)
    asyncio.run(measure(parser.parse_args().contacts))
