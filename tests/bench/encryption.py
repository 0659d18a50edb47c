"""What it costs to encrypt the database file as a whole: writing, reading, a change of the kind or the key.

`python -m tests.bench.encryption --contacts 100000` fills a plain and an encrypted file in turn, in one run.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.domain.contact import SHARDS, ChatId, Contact, ContactId, Kind, Month
from bot.store import Store, encryption
from bot.vault.vault import Vault
from tests.bench.homes import FIRST_CHAT

KINDS = {"plain": "sqlite+aiosqlite", "encrypted": "sqlite+sqlcipher"}
BATCH = 2000
ROUNDS = 100


def person(number: int) -> Contact:
    return Contact(
        id=ContactId(os.urandom(16)),
        chat=ChatId(FIRST_CHAT + number),
        kind=Kind.PERSON,
        language="en",
        joined=Month(24322),
    )


async def measure(people: int) -> None:
    vault = Vault({1: os.urandom(32)}, random=os.urandom)
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        stores = {}
        for name, kind in KINDS.items():
            path = Path(folder) / name
            path.mkdir()
            stores[name] = await Store.open(f"{kind}:///{path}/handbill.db", vault, random=os.urandom)
        batches = [range(first, min(first + BATCH, people)) for first in range(0, people, BATCH)]
        await compare(
            f"add {people:,} readers, {BATCH} at a time", stores, [adding(each) for each in batches]
        )
        single = [adding(range(people + n, people + n + 1)) for n in range(ROUNDS)]
        await compare(f"{ROUNDS} subscriptions, a commit each", stores, single)
        await compare(f"read {people:,} readers", stores, [reading(shard) for shard in range(SHARDS)])
        for store in stores.values():
            await store.close()
        file = Path(folder) / "plain" / "handbill.db"
        changing(f"encrypt a file of {people:,} readers", lambda: become(file, vault, encrypted=True))
        changing("give it another key", lambda: encryption.change_key(file, vault.file_keys()[0], bytes(32)))


def become(file: Path, vault: Vault, *, encrypted: bool) -> None:
    encryption.prepare(file, vault.file_keys(), encrypted=encrypted)


def adding(numbers: range) -> Callable[[Store], Awaitable[None]]:
    async def work(store: Store) -> None:
        async with store.begin() as tx:
            for number in numbers:
                await tx.contacts.add(person(number))

    return work


def reading(shard: int) -> Callable[[Store], Awaitable[None]]:
    async def work(store: Store) -> None:
        after = None
        async with store.read() as tx:
            while page := await tx.contacts.page(shard, after):
                after = page[-1].id

    return work


async def compare(
    what: str, stores: dict[str, Store], works: list[Callable[[Store], Awaitable[None]]]
) -> None:
    """CPU of the same pieces of work on both, in turn; the sum of medians times their number."""
    took: dict[str, list[float]] = {name: [] for name in stores}
    for work in works:
        for name, store in stores.items():
            before = time.process_time()
            await work(store)
            took[name].append(time.process_time() - before)
    plain, encrypted = (statistics.median(took[name]) * len(works) for name in KINDS)
    print(f"{what:45} {plain:.2f} s plain, {encrypted:.2f} s encrypted: {encrypted / plain:.2f} ×")


def changing(what: str, work: Callable[[], None]) -> None:
    before = time.perf_counter()
    work()
    print(f"{what:45} {time.perf_counter() - before:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--contacts", type=int, default=100_000)
    asyncio.run(measure(parser.parse_args().contacts))
