"""What a killed process left on its disk, looked at in a copy: whoever looks changes nothing.

The keys are the real ones; the tests know the passphrase.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.domain.broadcast import Broadcast, BroadcastId, State
from bot.domain.contact import ContactId
from bot.domain.outcome import Outcome
from bot.store import Store
from bot.vault.vault import Vault
from tests.support.keeper import Keeper

SERVER = "HANDBILL_DATABASE_URL"
LEFT = ("handbill.db", "handbill.db-wal")


@asynccontextmanager
async def opened(keeper: Keeper, folder: Path | None = None) -> AsyncIterator[Store]:
    """The database of a home, or a copy of it in another folder. No service may run on an SQLite file."""
    key = await asyncio.to_thread(Vault.open_home, keeper.home, keeper.passphrase)
    vault = Vault.unlock(keeper.home, key, random=os.urandom)
    url = keeper.environment.get(SERVER, f"sqlite+aiosqlite:///{(folder or keeper.home) / LEFT[0]}")
    store = await Store.open(url, vault, random=os.urandom)
    try:
        yield store
    finally:
        await store.close()
        vault.close()


@asynccontextmanager
async def left_behind(keeper: Keeper) -> AsyncIterator[Store]:
    """A copy of what is on the disk now; SQLite itself finds it whole. Of a server, what it shows."""
    if SERVER in keeper.environment:
        async with opened(keeper) as store:
            yield store
        return
    with TemporaryDirectory() as folder:
        for name in LEFT:
            if (keeper.home / name).exists():
                shutil.copy(keeper.home / name, folder)
        with closing(sqlite3.connect(Path(folder) / LEFT[0])) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        async with opened(keeper, Path(folder)) as store:
            yield store


async def every_broadcast(store: Store) -> list[Broadcast]:
    """All of them, oldest first."""
    async with store.read() as tx:
        return await tx.broadcasts.in_states(*State)


async def journal(store: Store, broadcast: BroadcastId) -> dict[ContactId, Outcome]:
    """What the journal of a broadcast says of each contact."""
    async with store.read() as tx:
        shards = await tx.journal.open_shards(broadcast) | {
            shard async for shard, _ in tx.journal._shards(broadcast)
        }
        found = {}
        for shard in shards:
            found.update(await tx.journal.read(broadcast, shard))
        return {contact: entry.outcome for contact, entry in found.items()}


async def settled(store: Store, broadcast: BroadcastId) -> set[ContactId]:
    """Whom the journal of a broadcast knows to be finished, or in doubt where nobody may get it twice."""
    found = await journal(store, broadcast)
    return {contact for contact, one in found.items() if one.finished or one is Outcome.BEGUN}
