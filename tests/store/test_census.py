"""The census: who writes into the database takes nobody off the list and puts nobody back unnoticed."""

import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from bot.domain.contact import ChatId, Contact
from bot.store import Doubt, Store, tables
from bot.store.connection import AnyRow
from bot.store.paging import TOGETHER
from bot.vault.mark import Mark
from bot.vault.vault import Vault
from tests.store.helpers import StillClock, execute, person, record

COUNT = 12
CONTACT, CENSUS = tables.contacts.c, tables.census.c


async def lives_in_three_shards(store: Store) -> list[Contact]:
    found = [person(number, shard=number % 3) for number in range(COUNT)]
    async with store.begin() as tx:
        for one in found:
            await tx.contacts.add(one)
    return found


@pytest.fixture
async def people(store: Store) -> list[Contact]:
    """Readers in three shards, one of them erased again and one moved to another chat."""
    found = await lives_in_three_shards(store)
    async with store.begin() as tx:
        await tx.contacts.erase(found.pop().id)
        await tx.contacts.replace(found[0].moved(ChatId(99)))
    return found


async def rows(store: Store, *tabled: object) -> Sequence[AnyRow]:
    async with store._engine.reading() as connection:
        return await connection.all(select(*tabled))  # type: ignore[call-overload]  # tables and columns


async def verdict(store: Store) -> Doubt | None:
    """What a service finds that is unlocked now: first the numbers, then every row."""
    store.reckoning.doubt = None
    store.reckoning.forget_what_fitted()
    await store.reckoning.compare()
    for start in range(0, 256, TOGETHER):
        await store.reckoning.fits(*range(start, start + TOGETHER))
    return store.reckoning.doubt


async def test_nothing_happened(store: Store, people: list[Contact]) -> None:
    """A list that only Handbill has changed fits its census."""
    assert people
    assert await verdict(store) is None
    assert not store.reckoning.doubted.is_set()
    async with store.begin() as tx:
        await tx.contacts.erase_all([one.id for one in people])
    assert await verdict(store) is None


async def deleted(store: Store, people: list[Contact]) -> None:
    await execute(store, delete(tables.contacts).where(CONTACT.id == people[0].id))


async def all_deleted(store: Store, people: list[Contact]) -> None:
    del people
    await execute(store, delete(tables.contacts), delete(tables.census))


async def put_back(store: Store, people: list[Contact]) -> None:
    """A reader who left stands on the list again."""
    row = (await rows(store, tables.contacts.c.id, CONTACT.bidx, CONTACT.rec))[0]
    async with store.begin() as tx:
        await tx.contacts.erase(row.id)
    await execute(store, insert(tables.contacts).values(id=row.id, bidx=row.bidx, rec=row.rec))
    del people


async def rolled_back(store: Store, people: list[Contact]) -> None:
    """A record is put back to an older one, in its own place."""
    one = people[1]
    before = await rows(store, CONTACT.id, CONTACT.rec)
    async with store.begin() as tx:
        await tx.contacts.replace(one.speaking("ru"))
    old = next(row.rec for row in before if row.id == one.id)
    await execute(store, update(tables.contacts).where(CONTACT.id == one.id).values(rec=old))


async def swapped(store: Store, people: list[Contact]) -> None:
    """Two readers change indexes, so that each would be taken for the other."""
    one, other = people[0].id, people[3].id
    index = {row.id: row.bidx for row in await rows(store, CONTACT.id, CONTACT.bidx)}
    for id_, bidx in ((one, b"between"), (other, index[one]), (one, index[other])):
        await execute(store, update(tables.contacts).where(CONTACT.id == id_).values(bidx=bidx))


async def one_for_another(store: Store, people: list[Contact]) -> None:
    """One is taken away, and one who left comes back: the number stays."""
    row = (await rows(store, CONTACT.id, CONTACT.bidx, CONTACT.rec))[0]
    async with store.begin() as tx:
        await tx.contacts.erase(row.id)
    same_shard = next(one for one in people if one.id[0] == row.id[0] and one.id != row.id)
    await execute(store, delete(tables.contacts).where(CONTACT.id == same_shard.id))
    await execute(store, insert(tables.contacts).values(id=row.id, bidx=row.bidx, rec=row.rec))


async def with_its_line(store: Store, people: list[Contact]) -> None:
    """A shard goes back to what it was, together with its line of the census."""
    shard = people[0].id[0]
    line = next(row.rec for row in await rows(store, CENSUS.shard, CENSUS.rec) if row.shard == shard)
    newcomer = person(50, shard=shard)
    async with store.begin() as tx:
        await tx.contacts.add(newcomer)
    await execute(store, delete(tables.contacts).where(CONTACT.id == newcomer.id))
    await execute(store, update(tables.census).where(CENSUS.shard == shard).values(rec=line))


async def line_taken(store: Store, people: list[Contact]) -> None:
    await execute(store, delete(tables.census).where(CENSUS.shard == people[0].id[0]))


async def all_lines_taken(store: Store, people: list[Contact]) -> None:
    del people
    await execute(store, delete(tables.census))


async def line_altered(store: Store, people: list[Contact]) -> None:
    await execute(store, update(tables.census).where(CENSUS.shard == people[0].id[0]).values(rec=bytes(95)))


async def everything_older(store: Store, people: list[Contact]) -> None:
    """List and census are both put back to what they were."""
    del people
    before = await rows(store, tables.contacts), await rows(store, tables.census)
    async with store.begin() as tx:
        await tx.contacts.add(person(60))
    await execute(store, delete(tables.contacts), delete(tables.census))
    for table, old in zip((tables.contacts, tables.census), before, strict=True):
        for row in old:
            await execute(store, insert(table).values(**row._mapping))


MOVES: dict[Callable[[Store, list[Contact]], Awaitable[None]], Doubt] = {
    deleted: Doubt.COUNTS,
    all_deleted: Doubt.BEHIND,
    put_back: Doubt.COUNTS,
    rolled_back: Doubt.ROWS,
    swapped: Doubt.ROWS,
    one_for_another: Doubt.ROWS,
    with_its_line: Doubt.ROWS,
    line_taken: Doubt.ROWS,
    all_lines_taken: Doubt.BEHIND,
    line_altered: Doubt.ROWS,
    everything_older: Doubt.BEHIND,
}


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
async def test_moves(
    store: Store, people: list[Contact], move: Callable[[Store, list[Contact]], Awaitable[None]]
) -> None:
    """Whatever somebody with write access to the database does to the list is noticed, and not mended."""
    await move(store, people)
    assert await verdict(store) is MOVES[move]
    assert store.reckoning.doubted.is_set()
    assert not await store.reckoning.fits(0)
    before = await rows(store, tables.census)
    assert await verdict(store) is MOVES[move]
    assert await rows(store, tables.census) == before, "nothing was repaired"


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
async def test_leaving_still_works(
    store: Store, people: list[Contact], move: Callable[[Store, list[Contact]], Awaitable[None]]
) -> None:
    """Even then a reader who leaves is erased; the keeper can take the list as it is, and it fits again."""
    await move(store, people)
    assert await verdict(store)
    async with store.begin() as tx:
        await tx.contacts.erase(people[2].id)
        assert await tx.contacts.get(people[2].id) is None
    assert store.reckoning.doubt, "a change of ours hides nothing"
    await store.accept()
    assert await verdict(store) is None


async def test_a_rolled_back_transaction(store: Store, people: list[Contact]) -> None:
    """What is not committed is not counted."""
    with suppress(KeyError):
        async with store.begin() as tx:
            await tx.contacts.erase(people[0].id)
            raise KeyError
    assert await verdict(store) is None


async def test_put_back_while_running(store: Store, people: list[Contact]) -> None:
    """A database that is exchanged for an older one under a running service is noticed at the next change."""
    del people
    old = await rows(store, tables.census)
    for chat in (70, 71):
        async with store.begin() as tx:
            await tx.contacts.add(person(chat))
    await execute(store, delete(tables.census))
    for row in old:
        await execute(store, insert(tables.census).values(**row._mapping))
    async with store.begin() as tx:
        await tx.contacts.add(person(72))
    assert store.reckoning.doubt is Doubt.BEHIND


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
async def test_after_a_restart(
    store_url: str,
    vault: Vault,
    tmp_path: Path,
    move: Callable[[Store, list[Contact]], Awaitable[None]],
) -> None:
    """The home remembers how far the census had come, and that it did not fit, until the keeper accepts."""
    options = {"random": os.urandom, "clock": StillClock(), "mark": Mark(tmp_path, vault)}
    store = await Store.open(store_url, vault, **options)  # type: ignore[arg-type]  # three kinds of values
    found = [person(number, shard=number % 3) for number in range(COUNT)]
    async with store.begin() as tx:
        await tx.bot.set(replace(record(), counted=True))
        for one in found:
            await tx.contacts.add(one)
    await move(store, found)
    await store.close()
    for accepted in (False, False, True):
        store = await Store.open(store_url, vault, **options)  # type: ignore[arg-type]
        await store.reckoning.compare()
        for shard in range(256):
            await store.reckoning.fits(shard)
        assert store.reckoning.doubt is not None
        async with store.begin() as tx:
            await tx.contacts.add(newcomer := person(80, shard=7))
        async with store.begin() as tx:
            await tx.contacts.erase(newcomer.id)
        if accepted:
            await store.accept()
        await store.close()
    store = await Store.open(store_url, vault, **options)  # type: ignore[arg-type]
    assert await store.reckoning.compare() is None
    await store.close()


async def test_an_older_home(store_url: str, vault: Vault) -> None:
    """A home from before the census gets one when it is opened first, and only then."""
    store = await Store.open(store_url, vault, random=os.urandom, clock=StillClock())
    async with store.begin() as tx:
        await tx.bot.set(record())
        for chat in range(COUNT):
            await tx.contacts.add(person(chat))
    await execute(store, delete(tables.census))
    await store.close()
    for expected in (None, Doubt.COUNTS):
        store = await Store.open(store_url, vault, random=os.urandom, clock=StillClock())
        assert await store.reckoning.compare() is expected
        await execute(store, delete(tables.census))
        await store.close()


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "erase", "speak", "all", "fail"]), st.integers(0, 9)), max_size=12
    )
)
@settings(max_examples=12)
async def test_any_life(
    vault: Vault, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    """After any changes, committed or not, the census is exactly what counting anew would give."""
    url = f"sqlite:///{tmp_path_factory.mktemp('life')}/handbill.db"
    store = await Store.open(url, vault, random=os.urandom, clock=StillClock())
    for what, chat in steps:
        with suppress(KeyError):
            async with store.begin() as tx:
                found = await tx.contacts.find(ChatId(chat))
                if what == "all":
                    await tx.contacts.erase_all([found.id] if found else [])
                elif found is None:
                    await tx.contacts.add(person(chat, shard=chat % 2))
                elif what == "erase":
                    await tx.contacts.erase(found.id)
                else:
                    await tx.contacts.replace(found.speaking("ru"))
                if what == "fail":
                    raise KeyError
    kept = await verdict(store)
    await store.close()
    assert kept is None
