"""Another root key: everything is sealed anew, everything is still found, and nothing stops meanwhile."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, delete, insert

from bot.domain.broadcast import BroadcastId, State
from bot.domain.contact import ChatId, Contact
from bot.errors import BadInputError, DamagedVaultError
from bot.store import Store, Tx, rotation, tables
from bot.store.buttons import CODEC
from bot.vault import keys
from bot.vault.mark import Mark, Marked
from bot.vault.vault import Vault
from tests.store.helpers import (
    NOW,
    StillClock,
    blobs,
    broadcast,
    button,
    execute,
    invitation,
    organiser,
    person,
)
from tests.store.test_census import MOVES, lives_in_three_shards, verdict
from tests.store.test_swapped import SEALED, fill
from tests.vault.helpers import PASSPHRASE, create

Home = tuple[Path, bytes]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return tmp_path, create(tmp_path)


@pytest.fixture
async def store(store_url: str, home: Home) -> AsyncIterator[Store]:
    """With keys of its own: they are changed."""
    vault = Vault.unlock(*home, random=os.urandom)
    opened = await Store.open(store_url, vault, random=os.urandom, clock=StillClock())
    yield opened
    await opened.close()


async def rotate(store: Store, home: Home) -> None:
    """As the desk does it."""
    await store.may_rotate()
    await store.reseal(keys.begin_rotation(*home, random=os.urandom))
    keys.end_rotation(*home, random=os.urandom)
    store.drop_older_keys()


async def ended(store: Store) -> None:
    """The broadcast that `fill` leaves is over."""
    async with store.begin() as tx:
        for found in await tx.broadcasts.in_states(State.SENDING):
            await tx.broadcasts.replace(replace(found, state=State.DONE))


def done(tx: Tx) -> Awaitable[object]:
    return tx.broadcasts.in_states(State.DONE)


READERS = {**SEALED, ("broadcasts", "rec"): done}


async def everything(store: Store) -> dict[tuple[str, str], object]:
    async with store.read() as tx:
        return {place: await reader(tx) for place, reader in READERS.items()}


def test_every_table_is_sealed_anew() -> None:
    """No table is forgotten: one that holds anything sealed is changed, or must be empty."""
    kinds = {kind.table.name: set(kind.columns) for kind in rotation.KINDS}
    for table in rotation.EMPTY:
        assert table.name not in kinds
        kinds[table.name] = {"rec"}
    for table in tables.metadata.tables.values():
        sealed = {column.name for column in table.c if isinstance(column.type, LargeBinary)}
        sealed -= {"id", "bidx", "about", "broadcast", "organiser", "worker"}
        assert kinds.get(table.name, set()) == sealed, table.name


async def test_everything_is_sealed_anew_and_found(store: Store, home: Home) -> None:
    """After a rotation each record is read and found as before, and not one still opens with the old key."""
    await fill(store)
    await ended(store)
    before = await everything(store)
    assert all(before.values())
    places = [(kind.table, column) for kind in rotation.KINDS for column in kind.columns]
    old = {(table.name, column): await blobs(store, table, column) for table, column in places}
    indexes = {
        table.name: await blobs(store, table, "bidx")
        for table in (tables.contacts, tables.organisers, tables.statements, tables.slogans)
    }
    await rotate(store, home)
    found = await everything(store)
    code = ("invitations", "rec")
    assert found.pop(code) is None, "an unused code is used up"
    before.pop(code)
    assert found == before
    for table, column in places:
        sealed = await blobs(store, table, column)
        assert {blob[:3] for blob in sealed} == {b"\1\0\2"}
        assert not set(sealed) & set(old[table.name, column])
    for name, values in indexes.items():
        assert not set(values) & set(await blobs(store, tables.metadata.tables[name], "bidx"))
    for blob in old["contacts", "rec"]:
        with pytest.raises(DamagedVaultError):
            store._vault.open("contacts", "rec", b"", blob)
    reopened = Vault.unlock(*home, random=os.urandom)
    assert not reopened.rotating
    assert reopened.header == b"\1\0\2"


async def test_buttons_and_claimed_invitations_go_on(store: Store, home: Home) -> None:
    """A button that organisers have before them works after a rotation; who has used a code may go on."""
    mine, claimed = button(), replace(invitation(), claimed_by=ChatId(9))
    async with store.begin() as tx:
        await tx.buttons.add(b"h" * 12, mine)
        await tx.buttons.add(b"i" * 12, mine)
        await tx.invitations.add(claimed, "oCODE", b"secret")
    await rotate(store, home)
    async with store.begin() as tx:
        assert await tx.buttons.take(b"h" * 12, NOW) == mine
        assert await tx.buttons.take(b"h" * 12, NOW) is None
        assert await tx.buttons.drop_for(mine.subject) == 1
        assert await tx.invitations.by_claimer(ChatId(9)) == claimed
        assert await tx.invitations.secret(claimed.id) == b"secret"


async def test_buttons_of_an_older_handbill(store: Store, home: Home) -> None:
    """A button that was sealed without its handle works until the rotation, which takes it away."""
    vault, handle = store._vault, b"h" * 12
    id_ = vault.index("buttons", b"handle" + handle)
    rec = vault.seal("buttons", "rec", id_, CODEC.encode(button()))
    await execute(store, insert(tables.buttons).values(id=id_, about=bytes(16), rec=rec))
    async with store.read() as tx:
        assert await tx.buttons.peek(handle, NOW)
    await rotate(store, home)
    assert await blobs(store, tables.buttons) == []


async def test_readers_and_writers_go_on_meanwhile(
    store: Store, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the root key is changed everybody is found, and whoever joins, changes or leaves is not lost."""
    monkeypatch.setattr(rotation, "BATCH", 7)
    chance, people = random.Random(3), [person(number) for number in range(1, 120)]
    async with store.begin() as tx:
        for one in people:
            await tx.contacts.add(one)
    expected = {one.chat: one for one in people}
    stop = asyncio.Event()

    async def live() -> int:
        """Somebody asks, joins, changes the language or leaves, over and over."""
        rounds = 0
        while not stop.is_set():
            rounds += 1
            chat = chance.choice(list(expected))
            async with store.read() as tx:
                assert await tx.contacts.find(chat) == expected[chat]
            async with store.begin() as tx:
                expected[chat] = replace(expected[chat], language="ru")
                await tx.contacts.replace(expected[chat])
                new = person(1000 + rounds)
                await tx.contacts.add(new)
                expected[new.chat] = new
                gone = chance.choice(list(expected))
                await tx.contacts.erase(expected.pop(gone).id)
        return rounds

    async with asyncio.TaskGroup() as group:
        living = group.create_task(live())
        await asyncio.sleep(0)
        await rotate(store, home)
        stop.set()
    assert living.result() > 0
    async with store.read() as tx:
        assert await tx.contacts.estimate() == len(expected)
        for chat, contact in expected.items():
            assert await tx.contacts.find(chat) == contact
    assert await verdict(store) is None
    assert {blob[:3] for blob in await blobs(store, tables.contacts)} == {b"\1\0\2"}


async def test_interrupted_it_goes_on(
    store: Store, store_url: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was half done is found with both keys, and a second rotation ends the first one."""
    monkeypatch.setattr(rotation, "BATCH", 2)
    async with store.begin() as tx:
        for number in range(20):
            await tx.contacts.add(person(number))
    store._vault.adopt(keys.begin_rotation(*home, random=os.urandom))
    after = None
    for _ in range(3):
        after = await store._reseal(rotation.KINDS[0], after)
        assert await verdict(store) is None
    await store.close()
    vault = Vault.unlock(*home, random=os.urandom)
    assert vault.rotating
    again = await Store.open(store_url, vault, random=os.urandom, clock=StillClock())
    async with again.read() as tx:
        known = [await tx.contacts.find(ChatId(number)) is not None for number in range(21)]
    assert known == [True] * 20 + [False]
    assert {blob[:3] for blob in await blobs(again, tables.contacts)} == {b"\1\0\1", b"\1\0\2"}
    assert await verdict(again) is None, "the census goes with each batch"
    await rotate(again, home)
    assert not again.rotating
    assert await verdict(again) is None
    assert {blob[:3] for blob in await blobs(again, tables.contacts)} == {b"\1\0\2"}
    await again.close()


async def test_not_over_a_list_in_doubt(store: Store, home: Home) -> None:
    """What does not fit is decided before anything is sealed anew."""
    async with store.begin() as tx:
        await tx.contacts.add(person(1))
    await execute(store, delete(tables.contacts))
    assert await store.reckoning.compare()
    with pytest.raises(BadInputError, match="not what was written last"):
        await rotate(store, home)
    assert not Vault.unlock(*home, random=os.urandom).rotating


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
async def test_it_hides_nothing(
    store: Store, home: Home, move: Callable[[Store, list[Contact]], Awaitable[None]]
) -> None:
    """What was not noticed before everything was sealed anew is noticed then, or after it."""
    await move(store, await lives_in_three_shards(store))
    with suppress(DamagedVaultError, BadInputError):
        await store.reseal(keys.begin_rotation(*home, random=os.urandom))
    assert store.reckoning.doubt or await verdict(store)


async def test_the_mark_goes_with_the_keys(store_url: str, home: Home) -> None:
    """What a home remembers of the census opens with the new key: an older list is noticed after it too."""
    vault = Vault.unlock(*home, random=os.urandom)
    mark = Mark(home[0], vault)
    store = await Store.open(store_url, vault, random=os.urandom, clock=StillClock(), mark=mark)
    async with store.begin() as tx:
        await tx.contacts.add(person(1))
    await rotate(store, home)
    generation = store.reckoning.generation
    await store.close()
    marked = Mark(home[0], Vault.unlock(*home, random=os.urandom)).read()
    assert marked == Marked(generation)


async def test_not_while_a_broadcast_is_sent(store: Store, home: Home) -> None:
    """Contacts that are being written to were opened with the old key: the rotation waits for another day."""
    async with store.begin() as tx:
        await tx.broadcasts.add(broadcast(State.SENDING, id=BroadcastId(b"b" * 16)))
    with pytest.raises(BadInputError, match="is being sent"):
        await rotate(store, home)
    assert not Vault.unlock(*home, random=os.urandom).rotating, "nothing was begun"
    with pytest.raises(BadInputError, match="is being sent"):
        await store.reseal(keys.begin_rotation(*home, random=os.urandom))
    assert Vault.unlock(*home, random=os.urandom).rotating, "begun before the broadcast, to be ended later"
    await ended(store)
    await rotate(store, home)
    assert not Vault.unlock(*home, random=os.urandom).rotating


async def test_not_over_what_is_not_known(store: Store, home: Home) -> None:
    """A row in a table that this version does not write keeps its key: nothing is made unreadable."""
    await execute(
        store, insert(tables.publications).values(id=b"p", state=1, rec=b"sealed by a later Handbill")
    )
    with pytest.raises(BadInputError, match="not everything"):
        await rotate(store, home)


async def test_again_and_again(store: Store, home: Home) -> None:
    """One rotation follows another; only the newest root key is ever left."""
    async with store.begin() as tx:
        await tx.organisers.add(organiser(5), b"secret")
    for _ in range(3):
        await rotate(store, home)
    async with store.read() as tx:
        found = await tx.organisers.by_chat(ChatId(5))
        assert found
        assert await tx.organisers.secret(found.id) == b"secret"
    assert {blob[:3] for blob in await blobs(store, tables.organisers, "totp")} == {b"\1\0\4"}
    master = Vault.open_home(home[0], PASSPHRASE)
    assert Vault.unlock(home[0], master, random=os.urandom).header == b"\1\0\4"
