"""Homes full of synthetic readers. Contacts are written in bulk only here, and only into a home made here.

The product itself has no way to import anybody, on purpose.
"""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from bot.domain.bot_record import BotRecord
from bot.domain.broadcast import Broadcast, BroadcastId, State
from bot.domain.contact import ChatId, Contact, ContactId, Kind, month
from bot.domain.organiser import OrganiserId
from bot.domain.rich_text import RichText
from bot.store import Store, tables
from bot.vault.vault import Vault

TOKEN = "1234567890:" + "B" * 35
FIRST_CHAT = 10**9
BATCH = 5_000
TEXT = "The meeting is tomorrow at six, at the usual place. Bring a friend.\n" * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchHome:
    """A home that this file made; it goes when the round ends."""

    path: Path
    store: Store


@asynccontextmanager
async def made() -> AsyncIterator[BenchHome]:
    """An empty home with a token, open."""
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        path = Path(folder)
        key = Vault.create_home(
            path, "six words nobody uses", random=os.urandom, kdf_memory_mib=8, kdf_time=1
        )
        vault = Vault.unlock(path, key, random=os.urandom)
        store = await Store.open(f"sqlite+aiosqlite:///{path / 'handbill.db'}", vault, random=os.urandom)
        try:
            async with store.begin() as tx:
                await tx.bot.set(BotRecord(token=TOKEN, bot_id=int(TOKEN.partition(":")[0])))
            yield BenchHome(path=path, store=store)
        finally:
            await store.close()


async def fill(home: BenchHome, people: int) -> None:
    """Write so many synthetic readers."""
    joined = month(datetime.now(UTC))
    for start in range(0, people, BATCH):
        async with home.store.begin() as tx:
            rows = []
            for number in range(start, min(start + BATCH, people)):
                reader = Contact(
                    id=ContactId(os.urandom(16)),
                    chat=ChatId(FIRST_CHAT + number),
                    kind=Kind.PERSON,
                    language="en",
                    joined=joined,
                )
                rows.append({"id": reader.id, **tx.contacts._row(reader)})
            await tx.contacts._connection.run(insert(tables.contacts), rows)
    await home.store.accept()
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
