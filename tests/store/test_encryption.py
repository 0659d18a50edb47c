"""A database file that is encrypted as a whole: nothing of it shows, and it is as good as any other."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.broadcast import BroadcastId, State
from bot.domain.contact import ChatId, Contact
from bot.errors import BadInputError, DamagedVaultError, SettingsError
from bot.store import Store, encryption, sqlcipher
from bot.vault import keys
from bot.vault.vault import Vault
from tests.store.helpers import broadcast, person
from tests.store.test_sqlite import files, modes
from tests.vault.helpers import create

PLAIN, ENCRYPTED = "sqlite+aiosqlite", "sqlite+sqlcipher"
PEOPLE = 300
SHOWN = (b"SQLite format 3", b"CREATE TABLE", b"contacts", b"alembic")


@pytest.fixture
def everybody() -> list[Contact]:
    return [person(number) for number in range(PEOPLE)]


def address(kind: str, folder: Path) -> str:
    return f"{kind}:///{folder}/handbill.db"


async def opened(kind: str, folder: Path, vault: Vault) -> Store:
    return await Store.open(address(kind, folder), vault, random=os.urandom)


async def filled(kind: str, folder: Path, vault: Vault, people: Sequence[Contact]) -> BroadcastId:
    """A closed database with these people and one broadcast."""
    store = await opened(kind, folder, vault)
    one = broadcast(State.DONE)
    async with store.begin() as tx:
        for contact in people:
            await tx.contacts.add(contact)
        await tx.broadcasts.add(one)
    await store.close()
    return one.id


async def found(store: Store) -> list[Contact | None]:
    async with store.read() as tx:
        return [await tx.contacts.find(ChatId(number)) for number in range(PEOPLE)]


async def test_nothing_shows(tmp_path: Path, vault: Vault) -> None:
    """Neither tables nor rows, in the file and in its log; the same search finds them where it is plain."""
    for kind, shows in ((PLAIN, True), (ENCRYPTED, False)):
        folder = tmp_path / kind
        folder.mkdir()
        one = person(1)
        store = await opened(kind, folder, vault)
        async with store.begin() as tx:
            await tx.contacts.add(one)
        both = files(folder)
        await store.close()
        assert modes(folder) == {"handbill.db": 0o600}
        for word in (*SHOWN, bytes(one.id)):
            assert (word in both) is shows, (kind, word)


async def test_another_key(tmp_path: Path, vault: Vault, everybody: list[Contact]) -> None:
    """With the keys of another home it does not open, and is left as it is."""
    await filled(ENCRYPTED, tmp_path, vault, everybody)
    before = files(tmp_path)
    for kind in (ENCRYPTED, PLAIN):
        with pytest.raises(DamagedVaultError):
            await opened(kind, tmp_path, Vault({1: os.urandom(32)}, random=os.urandom))
    assert files(tmp_path) == before


async def test_made_the_other_kind(tmp_path: Path, vault: Vault, everybody: list[Contact]) -> None:
    """A setting changes what the file is when it is next opened, there and back, and nothing is lost."""
    one = await filled(PLAIN, tmp_path, vault, everybody)
    for kind, plain in ((ENCRYPTED, False), (ENCRYPTED, False), (PLAIN, True), (ENCRYPTED, False)):
        store = await opened(kind, tmp_path, vault)
        assert await found(store) == everybody
        async with store.read() as tx:
            assert await tx.broadcasts.get(one)
        assert await store.reckoning.compare() is None
        await store.close()
        assert modes(tmp_path) == {"handbill.db": 0o600}
        assert encryption.is_plain(tmp_path / "handbill.db") is plain


async def test_killed_before_it_was_whole(tmp_path: Path, vault: Vault, everybody: list[Contact]) -> None:
    """What a killed change left beside the file is thrown away; the file itself is still the old one."""
    await filled(PLAIN, tmp_path, vault, everybody)
    for end in encryption.DRAFTS:
        (tmp_path / f"handbill.db{end}").write_bytes(b"half of it")
    store = await opened(ENCRYPTED, tmp_path, vault)
    assert await found(store) == everybody
    await store.close()
    assert modes(tmp_path) == {"handbill.db": 0o600}


def test_no_room(tmp_path: Path) -> None:
    """Without room for the file twice nothing is changed, and one line says so."""
    run = f"""
import asyncio, os, resource
from pathlib import Path
from bot.errors import SettingsError
from bot.vault.vault import Vault
from tests.store.helpers import person
from tests.store.test_encryption import ENCRYPTED, PLAIN, PEOPLE, filled, opened
async def main():
    folder, vault = Path({str(tmp_path)!r}), Vault({{1: bytes(32)}}, random=os.urandom)
    await filled(PLAIN, folder, vault, [person(number) for number in range(PEOPLE)])
    size = (folder / "handbill.db").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, resource.RLIM_INFINITY))
    try:
        await opened(ENCRYPTED, folder, vault)
    except SettingsError as error:
        print(error.message)
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert "nothing was changed" in done.stdout
    assert encryption.is_plain(tmp_path / "handbill.db")


async def test_a_page_was_altered(tmp_path: Path, vault: Vault, everybody: list[Contact]) -> None:
    """One bit is enough for a page to be refused when it is read."""
    await filled(ENCRYPTED, tmp_path, vault, everybody)
    file = tmp_path / "handbill.db"
    whole = bytearray(file.read_bytes())
    for page in range(1, len(whole) // 4096):
        whole[page * 4096 + 2000] ^= 1
    file.write_bytes(whole)
    with pytest.raises(DamagedVaultError):
        await found(await opened(ENCRYPTED, tmp_path, vault))


async def test_without_the_extra(
    tmp_path: Path, vault: Vault, everybody: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where SQLCipher is not installed one line says what to do, and no file is made or changed."""
    await filled(ENCRYPTED, tmp_path, vault, everybody)
    before = files(tmp_path)
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    for kind in (ENCRYPTED, PLAIN):
        with pytest.raises(SettingsError, match="sqlcipher") as caught:
            await opened(kind, tmp_path, vault)
        assert "make sqlcipher" in caught.value.hint
    assert files(tmp_path) == before
    with pytest.raises(SettingsError):
        await opened(ENCRYPTED, tmp_path / "elsewhere", vault)


async def test_another_root_key(tmp_path: Path, everybody: list[Contact]) -> None:
    """A rotation encrypts the file anew, online: then the older root key opens it no more."""
    master = create(tmp_path)
    vault = Vault.unlock(tmp_path, master, random=os.urandom)
    folder = tmp_path / "data"
    folder.mkdir()
    await filled(ENCRYPTED, folder, vault, everybody)
    store = await opened(ENCRYPTED, folder, vault)
    before = files(folder)
    (older,) = vault.file_keys()
    older = bytes(bytearray(older))
    async with asyncio.TaskGroup() as group:
        rotating = group.create_task(store.reseal(keys.begin_rotation(tmp_path, master, random=os.urandom)))
        while not rotating.done():
            assert await found(store) == everybody
    keys.end_rotation(tmp_path, master, random=os.urandom)
    store.drop_older_keys()
    assert await found(store) == everybody
    await store.close()
    assert files(folder)[4096:8192] != before[4096:8192]
    with pytest.raises(DamagedVaultError):
        encryption.prepare(folder / "handbill.db", [older], encrypted=True)
    again = await opened(ENCRYPTED, folder, Vault.unlock(tmp_path, master, random=os.urandom))
    assert await found(again) == everybody
    await again.close()


async def test_while_somebody_reads(
    tmp_path: Path, vault: Vault, everybody: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is changed when nobody works with the file; who never ends is told, and nothing has changed."""
    await filled(ENCRYPTED, tmp_path, vault, everybody)
    store = await opened(ENCRYPTED, tmp_path, vault)
    engine = store._engine
    assert isinstance(engine, sqlcipher.Sqlcipher)
    async with store.read() as reading:
        changing = asyncio.create_task(engine.rekey(bytes(range(32))))
        waiting = asyncio.create_task(found(store))
        await asyncio.sleep(0.05)
        assert not changing.done()
        assert await reading.contacts.find(ChatId(0))
    assert await changing
    assert await waiting == everybody
    assert not await engine.rekey(bytes(range(32)))
    monkeypatch.setattr(sqlcipher, "QUIET", 0.05)
    async with store.read():
        with pytest.raises(BadInputError):
            await engine.rekey(bytes(32))
    assert await found(store) == everybody
    await store.close()
