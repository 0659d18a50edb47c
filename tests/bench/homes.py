"""Homes full of synthetic readers. Contacts are written in bulk only here, and only into a home made here.

The product itself has no way to import anybody, on purpose.
`python -m tests.bench.homes FOLDER PEOPLE GROUPS` makes a folder that must not exist yet; a process of its
own, so that whoever measures keeps its own memory small.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, insert, text

from bot.actions.shelving import Shelving
from bot.clock import SystemClock
from bot.domain.bot_record import BotRecord
from bot.domain.broadcast import Broadcast, BroadcastId, State
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month, month
from bot.domain.organiser import OrganiserId
from bot.domain.rich_text import RichText
from bot.store import Store, tables
from bot.store.connection import Connection
from bot.vault.vault import Vault

TOKEN = "1234567890:" + "B" * 35
PASSPHRASE = "six words nobody uses"
MARK = "made-by-the-bench"
"""The file that says so. It is only ever written into a folder that was made in the same moment."""

FIRST_CHAT = 10**9
BATCH = 20_000
CACHE = "PRAGMA cache_size=-1000000"
"""A gigabyte while a home is filled: readers join in any order, so every page is written to all the time."""

TEXT = "The meeting is tomorrow at six, at the usual place. Bring a friend.\n" * 4
STATEMENT = Path(__file__).parents[2] / "statements"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchHome:
    """A home that this file made."""

    path: Path
    store: Store


def chats(people: int, groups: int) -> Iterator[int]:
    """The synthetic numbers of chats, groups spread among the people."""
    every = (people + groups) // groups if groups else 0
    made = 0
    for number in range(people + groups):
        if every and number % every == every - 1 and made < groups:
            made += 1
            yield -FIRST_CHAT - number
        else:
            yield FIRST_CHAT + number


def create(path: Path) -> None:
    """A new home in a folder that must not exist yet. FileExistsError otherwise."""
    path.mkdir(mode=0o700)
    (path / MARK).touch()
    Vault.create_home(path, PASSPHRASE, random=os.urandom, kdf_memory_mib=8, kdf_time=1)


@asynccontextmanager
async def opened(path: Path, database: str = "") -> AsyncIterator[BenchHome]:
    """A home made here, open. PermissionError for any other."""
    if not (path / MARK).exists():
        raise PermissionError("the bench opens no home but its own")
    vault = Vault.unlock(path, Vault.open_home(path, PASSPHRASE), random=os.urandom)
    url = database or f"sqlite+aiosqlite:///{path / 'handbill.db'}"
    store = await Store.open(url, vault, random=os.urandom)
    try:
        yield BenchHome(path=path, store=store)
    finally:
        await store.close()


async def fill(path: Path, people: int, groups: int = 0, database: str = "") -> None:
    """Write so many synthetic readers into a home made here, with a token and one statement."""
    joined = month(datetime.now(UTC))
    numbers = list(chats(people, groups))
    async with opened(path, database) as home:
        async with home.store.begin() as tx:
            await tx.bot.set(BotRecord(token=TOKEN, bot_id=int(TOKEN.partition(":")[0])))
            files = [(str(one), one.read_bytes()) for one in sorted(STATEMENT.rglob("en.md"))[:1]]
            await Shelving(clock=SystemClock()).import_files(tx, files)
        for start in range(0, len(numbers), BATCH):
            async with home.store.begin() as tx:
                connection: Connection = tx.contacts._connection
                if not database:
                    await connection.run(text(CACHE))
                rows = []
                for number in numbers[start : start + BATCH]:
                    reader = _reader(number, joined)
                    rows.append({"id": reader.id, **tx.contacts._row(reader)})
                await connection.run(insert(tables.contacts), rows)
        await home.store.accept()
        await home.store.checkpoint()


def _reader(number: int, joined: Month) -> Contact:
    return Contact(
        id=ContactId(os.urandom(16)),
        chat=ChatId(number),
        kind=Kind.PERSON if number > 0 else Kind.GROUP,
        language="en",
        joined=joined,
    )


async def emptied(home: BenchHome) -> None:
    """Without what an earlier round began, so that nobody goes on with it."""
    async with home.store.begin() as tx:
        connection: Connection = tx.contacts._connection
        for table in (tables.journal, tables.shards, tables.broadcasts, tables.updates_seen):
            await connection.run(delete(table))
    await home.store.checkpoint()


async def cooling(home: BenchHome, seconds: float) -> Broadcast:
    """A broadcast everybody agreed to, which begins after so many seconds."""
    now = datetime.now(UTC)
    broadcast = Broadcast(
        id=BroadcastId(os.urandom(16)),
        state=State.COOLING,
        author=OrganiserId(bytes(16)),
        texts={"": RichText(TEXT)},
        digest=bytes(32),
        created=now,
        needed=1,
        cooldown=1,
        starts=now + timedelta(seconds=seconds),
    )
    async with home.store.begin() as tx:
        await tx.broadcasts.add(broadcast)
        await tx.journal.prepare(broadcast.id)
    return broadcast


if __name__ == "__main__":
    create(Path(sys.argv[1]))
    asyncio.run(fill(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
