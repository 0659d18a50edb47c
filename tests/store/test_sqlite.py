"""What is true of SQLite only: its settings, its files, and that what was deleted is really gone."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from bot.domain.broadcast import State
from bot.domain.contact import Contact, Kind
from bot.errors import DamagedVaultError
from bot.store import Store, tables
from bot.store.sqlite import PRAGMAS, Sqlite
from bot.vault.vault import Vault
from tests.store.helpers import HOUR, NOW, StillClock, blobs, broadcast, execute, person, sent

SPOKEN = {"journal_mode": "wal", "synchronous": 2, "temp_store": 2}
"""What SQLite answers where it does not repeat the word that was set (sqlite.org/pragma.html)."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/handbill.db"


@pytest.fixture
def store_url(url: str) -> str:
    return url


FILE = 1
"""temp_store: in a file."""


def files(folder: Path) -> bytes:
    """Every byte of every file of the database."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def test_settings(store: Store) -> None:
    """Every connection has every setting that the security design asks for."""
    expected = {
        name: SPOKEN.get(name, {"ON": 1, "OFF": 0}.get(value, value)) for name, value in PRAGMAS.items()
    }
    assert isinstance(store._engine, Sqlite)
    for engine in (store._engine._writer, store._engine._reader, store._engine._cleaner):
        async with engine.connect() as connection:
            for name, value in expected.items():
                if engine is store._engine._cleaner and name == "busy_timeout":
                    continue
                spoken = (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
                assert str(spoken) == str(value), name


ORPHAN = (
    text("PRAGMA defer_foreign_keys=ON"),
    insert(tables.shards).values(broadcast=bytes(16), shard=1, done=False),
)
"""Statements that are refused only when they are committed."""


async def test_commit_fails(store: Store) -> None:
    """A commit that the database refuses leaves nothing behind, and the next one is not disturbed."""
    with pytest.raises(IntegrityError):
        await execute(store, *ORPHAN)
    async with store.begin() as tx:
        await tx.contacts.add(person(1))
    assert len(await blobs(store, tables.contacts)) == 1
    assert await blobs(store, tables.shards, "broadcast") == []


async def test_readers_cannot_write(store: Store) -> None:
    """Reading never changes anything, not even by mistake."""
    async with store.read() as tx:
        with pytest.raises(Exception, match="readonly"):
            await tx.contacts.add(person(1))


async def test_private_files(url: str, tmp_path: Path, vault: Vault) -> None:
    """The files belong to their owner alone, whatever the umask is and whatever they were before."""
    loose = tmp_path / "handbill.db"
    loose.touch(mode=0o644)
    before = os.umask(0)
    try:
        store = await Store.open(url, vault, random=os.urandom)
        async with store.begin() as tx:
            await tx.contacts.add(person(1))
        assert set(modes(tmp_path).values()) == {0o600}
        assert set(modes(tmp_path)) == {"handbill.db", "handbill.db-wal", "handbill.db-shm"}
        await store.close()
    finally:
        os.umask(before)
    assert modes(tmp_path) == {"handbill.db": 0o600}


async def test_no_plain_text(url: str, tmp_path: Path, vault: Vault) -> None:
    """Neither a number nor a text stands in the files in the open."""
    group = replace(person(-1001234567890), kind=Kind.GROUP, language="kazakhs")
    store = await Store.open(url, vault, random=os.urandom)
    async with store.begin() as tx:
        await tx.contacts.add(group)
        await tx.broadcasts.add(broadcast())
    found = files(tmp_path)
    await store.close()
    for word in (b"fountain", b"1001234567890", group.chat.to_bytes(8, "big", signed=True), b"kazakhs"):
        assert word not in found
    assert bytes(group.id) in found


async def test_erased_for_good(url: str, tmp_path: Path, vault: Vault) -> None:
    """After /forget and a checkpoint nothing of the contact or its deliveries is left in any file."""
    store = await Store.open(url, vault, random=os.urandom, clock=StillClock())
    people = [person(n, shard=1) for n in range(400)]
    one, running = people[200], broadcast(State.SENDING)
    async with store.begin() as tx:
        for contact in people:
            await tx.contacts.add(contact)
        await tx.broadcasts.add(running)
        await tx.journal.prepare(running.id)
        await tx.journal.append(running.id, [sent(contact.id) for contact in people], NOW)
    rows = await sealed_of(store, one)
    journal = await blobs(store, tables.journal)
    assert all(row in files(tmp_path) for row in rows)
    async with store.begin() as tx:
        await tx.contacts.erase(one.id)
        await tx.journal.forget(one.id)
    assert rows[0] in files(tmp_path), "the control: without the checkpoint it is still there"
    assert await store.checkpoint()
    left = files(tmp_path)
    assert not any(row in left for row in rows)
    for start in range(0, len(journal[0]) - 64, 64):
        assert journal[0][start : start + 64] not in left
    assert (tmp_path / "handbill.db-wal").stat().st_size == 0
    await store.close()


async def sealed_of(store: Store, contact: Contact) -> list[bytes]:
    """The bytes that stand for a contact in the database."""
    async with store.read() as tx:
        page = await tx.contacts.page(contact.shard, None)
    [rec] = [sealed.rec for sealed in page if sealed.id == contact.id]
    return [contact.id, rec, store._vault.index("contacts", contact.chat.to_bytes(8, "big", signed=True))]


async def test_wiped_for_good(url: str, tmp_path: Path, vault: Vault) -> None:
    """After 48 hours and a checkpoint the blobs that knew message ids are nowhere."""
    store = await Store.open(url, vault, random=os.urandom, clock=StillClock())
    running = broadcast(State.SENDING)
    async with store.begin() as tx:
        await tx.broadcasts.add(running)
        await tx.journal.prepare(running.id)
        for n in range(20):
            await tx.journal.append(running.id, [sent(person(n, shard=1).id) for _ in range(50)], NOW)
    old = await blobs(store, tables.journal)
    async with store.begin() as tx:
        await tx.journal.finish(running.id, [1])
    old += await blobs(store, tables.journal)
    async with store.begin() as tx:
        assert await tx.journal.wipe_message_ids(NOW + HOUR) == 1000
    assert await store.checkpoint()
    left = files(tmp_path)
    for blob in old:
        assert blob[:64] not in left
        assert blob[-64:] not in left
    await store.close()


async def test_reader_in_the_way(url: str, vault: Vault) -> None:
    """A checkpoint says when a reader kept it from cutting the log; writers go on meanwhile."""
    clock = StillClock()
    store = await Store.open(url, vault, random=os.urandom, clock=clock)
    async with store.begin() as tx:
        await tx.contacts.add(person(1))
    async with store.read() as reading:
        assert await reading.contacts.estimate() == 1
        async with asyncio.TaskGroup() as group:
            checkpoint = group.create_task(store.checkpoint())
            async with store.begin() as tx:
                await tx.contacts.add(person(2))
        assert not checkpoint.result()
    assert sum(clock.pauses) == pytest.approx(5)
    assert await store.checkpoint()
    await store.close()


@pytest.mark.parametrize("content", [b"not a database at all\n" * 400, b"SQLite format 3\0" + b"\xff" * 4080])
async def test_damaged(url: str, tmp_path: Path, vault: Vault, content: bytes) -> None:
    """A file that is no database is called damaged, and left as it is."""
    (tmp_path / "handbill.db").write_bytes(content)
    with pytest.raises(DamagedVaultError):
        await Store.open(url, vault, random=os.urandom)
    assert (tmp_path / "handbill.db").read_bytes() == content


async def test_damaged_later(url: str, tmp_path: Path, vault: Vault) -> None:
    """A page that was overwritten is called damaged when it is read."""
    store = await Store.open(url, vault, random=os.urandom)
    async with store.begin() as tx:
        for n in range(200):
            await tx.contacts.add(person(n, shard=1))
    await store.close()
    path = tmp_path / "handbill.db"
    with sqlite3.connect(path) as connection:
        [root] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name='contacts'").fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(data)
    store = await Store.open(url, vault, random=os.urandom)

    async def read() -> None:
        async with store.read() as tx:
            await tx.contacts.page(1, None)

    with pytest.raises(DamagedVaultError):
        await read()
    await store.close()


async def test_vacuum(url: str, tmp_path: Path, vault: Vault) -> None:
    """A cleaning leaves a small file without what was deleted; its temporary files lie in the home."""
    store = await Store.open(url, vault, random=os.urandom)
    people = [person(number) for number in range(2000)]
    async with store.begin() as tx:
        for one in people:
            await tx.contacts.add(one)
    await store.checkpoint()
    before = (tmp_path / "handbill.db").stat().st_size
    async with store.begin() as tx:
        await tx.contacts.erase_all([one.id for one in people[10:]])
    await store.vacuum()
    assert (tmp_path / "handbill.db").stat().st_size < before / 2
    assert (tmp_path / "handbill.db-wal").stat().st_size == 0
    found = files(tmp_path)
    assert bytes(people[0].id) in found
    assert not any(bytes(one.id) in found for one in people[10:])
    assert await store.reckoning.compare() is None
    assert isinstance(store._engine, Sqlite)
    async with store._engine._big_work() as raw:
        kept = [
            (await raw.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("temp_store_directory", "temp_store")
        ]
    assert kept == [str(tmp_path), FILE]
    await store.close()


def test_no_room(tmp_path: Path) -> None:
    """A disk that is full is one line of ours, nothing that was confirmed is lost, and then it goes on."""
    run = f"""
import asyncio, os, resource
from bot.errors import NetworkError
from bot.domain.contact import ChatId
from bot.store import Store
from bot.vault.vault import Vault
from tests.store.helpers import person
async def main():
    vault = Vault({{1: bytes(32)}}, random=os.urandom)
    store = await Store.open("sqlite:///{tmp_path}/handbill.db", vault, random=os.urandom)
    async def adds(number):
        async with store.begin() as tx:
            await tx.contacts.add(person(number))
    await adds(1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
    try:
        await adds(2)
    except NetworkError as error:
        print(error.message)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await adds(3)
    async with store.read() as tx:
        print([bool(await tx.contacts.find(ChatId(n))) for n in (1, 2, 3)])
    await store.close()
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert "disk is full" in done.stdout
    assert "[True, False, True]" in done.stdout
