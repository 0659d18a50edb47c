"""The audit's chain: what was taken away, changed or put in another order is noticed, and where."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from bot.domain.audit import Act, Event, Head, Review
from bot.store import Store, rotation, tables
from bot.store import audit as chains
from bot.vault import keys
from bot.vault.vault import Vault
from tests.store.helpers import NOW, StillClock, execute, organiser
from tests.vault.helpers import create

column = tables.audit.c.seq
NAMES = ("Olga", "Pavel", "Vera", "Ivan", "Anna")


async def write(store: Store, names: Sequence[str] = NAMES) -> None:
    """An entry each, after the one with which the audit begins: six of them."""
    for name in names:
        async with store.begin() as tx:
            await tx.audit.add(Event.INVITED, NOW, about=name, detail="author")


async def head(store: Store) -> Head:
    async with store.read() as tx:
        found = await tx.audit.head()
    assert found
    return found


async def review(store: Store, asked: Head | None = None) -> Review:
    async with store.read() as tx:
        return await tx.audit.review(asked)


async def row(store: Store, number: int) -> bytes:
    async with store._engine.reading() as connection:
        found = await connection.one(select(tables.audit.c.rec).where(column == number))
    assert found
    return bytes(found.rec)


async def put(store: Store, number: int, rec: bytes) -> None:
    await execute(store, update(tables.audit).where(column == number).values(rec=rec))


async def test_entries_and_heads(store: Store) -> None:
    """Entries are numbered from 1, every head is another one, and each is found in a chain that is whole."""
    async with store.read() as tx:
        assert await tx.audit.head() is None
        assert await tx.audit.last(5) == []
    assert await review(store) == Review(entries=0, broken=None, known=True, left_open=False)
    heads = []
    for name in NAMES:
        await write(store, [name])
        heads.append(await head(store))
    assert [each.number for each in heads] == [2, 3, 4, 5, 6]
    assert len({each.mark for each in heads}) == 5
    for each in heads:
        assert await review(store, each) == Review(entries=6, broken=None, known=True, left_open=False)
    async with store.read() as tx:
        everything, two = await tx.audit.last(100), await tx.audit.last(2)
    assert [one.number for one in everything] == [1, 2, 3, 4, 5, 6]
    assert everything[0].act == Act(event=Event.BEGAN, at=NOW)
    assert everything[1].act == Act(event=Event.INVITED, at=NOW, about="Olga", detail="author")
    assert two == everything[-2:]


async def test_an_unknown_head(store: Store) -> None:
    """A head with another mark or another number is not of this audit."""
    await write(store)
    true = await head(store)
    other = Head(number=true.number, mark=bytes(10))
    later = Head(number=true.number + 1, mark=true.mark)
    earlier = Head(number=true.number - 1, mark=true.mark)
    assert [(await review(store, each)).known for each in (true, other, later, earlier)] == [
        True,
        False,
        False,
        False,
    ]


async def test_an_entry_that_is_gone(store: Store) -> None:
    """Whichever entry is deleted, the first, one in the middle or the newest: it is missed, and named."""
    for number in range(1, 7):
        await execute(store, delete(tables.audit))
        await write(store)
        await execute(store, delete(tables.audit).where(column == number))
        assert (await review(store)).broken == number
        async with store.read() as tx:
            shown = await tx.audit.last(100)
        assert [one.number for one in shown if one.act is None] == [number]


async def test_an_entry_that_was_changed(store: Store) -> None:
    """One that does not open, one that was copied from another place, or one of another chain is noticed."""
    await write(store)
    for number in range(1, 7):
        own = await row(store, number)
        for other in (
            b"nothing that was sealed",
            own[:-1] + bytes([own[-1] ^ 1]),
            await row(store, 7 - number),
        ):
            await put(store, number, other)
            assert (await review(store)).broken == number
        await put(store, number, own)
        assert (await review(store)).broken is None


async def test_whoever_holds_the_open_vault(store: Store) -> None:
    """A changed entry that is sealed rightly breaks the chain; one that is linked anew has other heads."""
    await write(store)
    sent_round, vault = await head(store), store._vault
    body = chains.CODEC.encode(Act(event=Event.INVITED, at=NOW, about="Eve", detail="author"))
    link = vault.open("audit", "rec", chains.place(3), await row(store, 3))[: chains.LINK]
    await put(store, 3, vault.seal("audit", "rec", chains.place(3), link + body))
    assert (await review(store, sent_round)).broken == 3
    await execute(store, delete(tables.audit))
    await write(store)
    assert await review(store, sent_round) == Review(entries=6, broken=None, known=False, left_open=False)


async def test_newest_entries_taken_away(store: Store) -> None:
    """An older state of the whole audit looks whole; a head that was sent round tells."""
    await write(store)
    older = await row(store, 0)
    earlier = await head(store)
    await write(store, ["Eve"])
    sent_round = await head(store)
    await execute(store, delete(tables.audit).where(column == sent_round.number))
    await put(store, 0, older)
    found = await review(store, sent_round)
    assert (found.broken, found.known) == (None, False)
    assert (await review(store, earlier)).known


async def test_everything_taken_away(store: Store) -> None:
    """Where there are organisers there is an audit: without one it is broken, also once it has begun anew."""
    await write(store)
    async with store.begin() as tx:
        await tx.organisers.add(organiser(5), b"secret")
    assert (await review(store)).broken is None
    sent_round = await head(store)
    await execute(store, delete(tables.audit))
    assert (await review(store)).broken == 1
    await write(store)
    assert (await review(store, sent_round)).broken == 1
    async with store.read() as tx:
        first = (await tx.audit.last(100))[0].act
    assert first
    assert first.event is Event.BEGAN_ANEW


async def test_the_row_that_knows_the_newest_taken_away(store: Store) -> None:
    """Without it nothing fits; what is written later goes behind what is there."""
    await write(store)
    await execute(store, delete(tables.audit).where(column == 0))
    assert (await review(store)).broken == 1
    await write(store, ["Eve"])
    assert (await review(store)).broken == 1
    assert (await head(store)).number == 8


async def test_an_entry_too_many(store: Store) -> None:
    """A copy behind the newest entry is noticed."""
    await write(store)
    await execute(store, insert(tables.audit).values(seq=7, rec=await row(store, 6)))
    assert (await review(store)).broken == 7


async def test_in_the_transaction_of_its_effect(store: Store) -> None:
    """What is rolled back leaves no entry, and the chain stays whole."""
    await write(store)
    before = await head(store)

    async def fails() -> None:
        async with store.begin() as tx:
            await tx.audit.add(Event.ROTATED, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    assert await head(store) == before
    await write(store, ["Eve"])
    assert (await review(store, before)) == Review(entries=7, broken=None, known=True, left_open=False)


async def test_left_open(store: Store) -> None:
    """The audit knows whether the service was locked in the end."""
    states = []
    for event in (Event.UNLOCKED, Event.INVITED, Event.LOCKED, Event.INVITED, Event.RESTARTED, Event.PAUSED):
        async with store.begin() as tx:
            await tx.audit.add(event, NOW)
        states.append((await review(store)).left_open)
    assert states == [True, True, False, False, True, True]


async def test_longer_than_what_is_read_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit is read in parts, and whole."""
    monkeypatch.setattr(chains, "BATCH", 2)
    await write(store)
    assert await review(store, await head(store)) == Review(
        entries=6, broken=None, known=True, left_open=False
    )
    await execute(store, delete(tables.audit).where(column == 5))
    assert (await review(store)).broken == 5


async def test_the_keyring_as_it_was_seen(store: Store) -> None:
    """What the keys looked like is remembered, through later entries too."""
    async with store.begin() as tx:
        assert await tx.audit.keys_seen(b"one", NOW) == b""
        assert await tx.audit.keys_seen(b"two", NOW) == b"one"
    await write(store)
    async with store.begin() as tx:
        assert await tx.audit.keys_seen(b"two", NOW) == b"two"


async def test_another_root_key(store_url: str, tmp_path: Path) -> None:
    """Heads outlive a change of the root key, and no row opens with the old one."""
    home = tmp_path, create(tmp_path)
    vault = Vault.unlock(*home, random=os.urandom)
    store = await Store.open(store_url, vault, random=os.urandom, clock=StillClock())
    await write(store)
    sent_round = await head(store)
    await store.reseal(keys.begin_rotation(*home, random=os.urandom))
    keys.end_rotation(*home, random=os.urandom)
    store.drop_older_keys()
    assert await head(store) == sent_round
    await write(store, ["Eve"])
    assert await review(store, sent_round) == Review(entries=7, broken=None, known=True, left_open=False)
    assert {(await row(store, number))[:3] for number in range(8)} == {b"\1\0\2"}
    await store.close()


def test_a_rotation_knows_the_audit() -> None:
    """Its rows are bound to their numbers."""
    [kind] = [each for each in rotation.KINDS if each.table is tables.audit]
    assert kind.name({"seq": 7}) == chains.place(7) == b"\0\0\0\0\0\0\0\7"
