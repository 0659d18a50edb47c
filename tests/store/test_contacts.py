"""The list of readers: found by chat, walked by shard, and nothing else."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month
from bot.errors import DamagedVaultError, NewerDatabaseError
from bot.store import Store, contacts, tables
from bot.store.contacts import Contacts
from tests.store.helpers import blobs, contact_id, execute, person

CHATS = st.integers(-(2**63), 2**63 - 1)
ANYBODY = st.builds(
    Contact,
    id=st.binary(min_size=16, max_size=16),
    chat=CHATS,
    kind=st.sampled_from(Kind),
    language=st.text("abcdefghijklmnopqrstuvwxyz-", min_size=2, max_size=8),
    joined=st.integers(0, 2**16 - 1),
    paused=st.booleans(),
    thread=CHATS,
)


class TestContacts:
    async def test_found(self, store: Store) -> None:
        """A contact is found by its chat and by its id, exactly as it was written."""
        group = replace(person(-1002003004005), kind=Kind.GROUP, thread=77, paused=True)
        for contact in (person(1234567890), group):
            async with store.begin() as tx:
                await tx.contacts.add(contact)
            async with store.read() as tx:
                assert await tx.contacts.find(contact.chat) == contact
                assert await tx.contacts.get(contact.id) == contact
                assert await tx.contacts.find(ChatId(contact.chat + 1)) is None
                assert await tx.contacts.get(contact_id()) is None

    async def test_one_a_chat(self, store: Store) -> None:
        """A chat is on the list once: a second row for it is refused, and all that was written with it."""
        async with store.begin() as tx:
            await tx.contacts.add(person(5))

        async def again() -> None:
            async with store.begin() as tx:
                await tx.contacts.add(person(6))
                await tx.contacts.add(person(5))

        with pytest.raises(IntegrityError) as caught:
            await again()
        assert "hidden" in str(caught.value)
        async with store.read() as tx:
            assert await tx.contacts.find(ChatId(6)) is None
            assert await tx.contacts.estimate() == 1

    async def test_moved(self, store: Store) -> None:
        """A group that became a supergroup is found under its new number and not under the old one."""
        before = replace(person(-500), kind=Kind.GROUP)
        after = before.moved(ChatId(-1000000000500)).speaking("ru").muted(paused=True)
        async with store.begin() as tx:
            await tx.contacts.add(before)
            await tx.contacts.replace(after)
        async with store.read() as tx:
            assert await tx.contacts.find(after.chat) == after
            assert await tx.contacts.find(before.chat) is None

    async def test_erased(self, store: Store) -> None:
        """Who is erased is gone, and does not come back because something else still knew the contact."""
        contact, other = person(5), person(6)
        async with store.begin() as tx:
            await tx.contacts.add(contact)
            await tx.contacts.add(other)
            assert await tx.contacts.erase(contact.id)
            assert not await tx.contacts.erase(contact.id)
            await tx.contacts.replace(contact)
        async with store.read() as tx:
            assert await tx.contacts.find(contact.chat) is None
            assert await tx.contacts.find(other.chat) == other
            assert await tx.contacts.estimate() == 1

    @pytest.mark.parametrize("shard", [0, 7, 255])
    async def test_pages(self, store: Store, shard: int) -> None:
        """A shard is walked page by page: each contact of it once, in order, and none of another shard."""
        first = bytes([shard])
        edges = [ContactId(first + bytes(15)), ContactId(first + b"\xff" * 15)]
        mine = [replace(person(n), id=id_) for n, id_ in enumerate(edges)]
        mine += [person(n, shard=shard) for n in range(10, 21)]
        others = [person(n, shard=other) for n, other in enumerate({shard ^ 1, 128}, start=100)]
        async with store.begin() as tx:
            for contact in (*mine, *others):
                await tx.contacts.add(contact)
        walked: list[Contact] = []
        async with store.read() as tx:
            while page := await tx.contacts.page(shard, walked[-1].id if walked else None, limit=5):
                assert len(page) <= 5
                walked += [store.unseal(sealed) for sealed in page]
        assert walked == sorted(mine, key=lambda contact: contact.id)

    async def test_first_pages(self, store: Store) -> None:
        """The beginnings of several shards, read at once, are what each would have given alone."""
        async with store.begin() as tx:
            for number in range(40):
                await tx.contacts.add(person(number, shard=number % 4))
        async with store.read() as tx:
            alone = {shard: await tx.contacts.page(shard, None, 7) for shard in (9, 3, 0, 2)}
            assert await tx.contacts.first_pages(alone, 7) == alone
            with pytest.raises(ValueError, match="so many"):
                await tx.contacts.first_pages(range(9))
        assert [len(page) for page in alone.values()] == [0, 7, 7, 7]

    async def test_one_size(self, store: Store) -> None:
        """Nothing about a contact shows in the size of its row."""
        group = replace(person(-(2**62)), kind=Kind.GROUP, thread=2**40, paused=True, language="zh-hant")
        async with store.begin() as tx:
            await tx.contacts.add(person(1))
            await tx.contacts.add(group)
        assert {len(blob) for blob in await blobs(store, tables.contacts)} == {64 + 31}

    async def test_swapped(self, store: Store) -> None:
        """A sealed contact works in no other row, not even of its shard: somebody who moves it is noticed."""
        one, other = person(1, shard=7), person(2, shard=7)
        async with store.begin() as tx:
            await tx.contacts.add(one)
            await tx.contacts.add(other)
            [sealed] = [each for each in await tx.contacts.page(one.shard, None) if each.id == one.id]
        column = tables.contacts.c
        await execute(store, update(tables.contacts).where(column.id == other.id).values(rec=sealed.rec))
        async with store.read() as tx:
            with pytest.raises(DamagedVaultError):
                await tx.contacts.find(other.chat)

    def test_no_list(self) -> None:
        """No way to list or search; the second line of these may be called by few."""
        public = {name for name in dir(Contacts) if not name.startswith("_")}
        assert public == {
            *("find", "get", "add", "replace", "erase", "erase_all"),
            *("estimate", "page", "first_pages", "share", "sealed"),
        }


class TestLayout:
    @given(ANYBODY)
    @settings(max_examples=200)
    def test_there_and_back(self, contact: Contact) -> None:
        """Every contact fits 63 bytes and is read as it was written."""
        data = contacts.encode(contact)
        assert len(data) == 46
        assert contacts.decode(contact.id, data) == contact

    def test_every_field(self) -> None:
        """Nothing a contact knows is left out of its layout."""
        known = {"id", "chat", "kind", "language", "joined", "paused", "thread"}
        assert {field.name for field in fields(Contact)} == known

    def test_written_down(self) -> None:
        """The bytes are those of the table in the file's docstring, for good."""
        data = bytes.fromhex("01 0003 ffffffffffffff9c 7275000000000000 5f02 0000 0000000000000000 0000 0000")
        data += bytes.fromhex("0000000000000007 00 0000")
        contact = Contact(
            id=ContactId(bytes(16)),
            chat=ChatId(-100),
            kind=Kind.GROUP,
            language="ru",
            joined=Month(24322),
            paused=True,
            thread=7,
        )
        assert contacts.decode(contact.id, data) == contact
        assert contacts.encode(contact) == data

    def test_newer(self) -> None:
        """A contact that a newer Handbill wrote is not guessed at."""
        data = contacts.encode(person(1))
        with pytest.raises(NewerDatabaseError):
            contacts.decode(contact_id(), b"\x02" + data[1:])
        for wrong in (data[:-1], data + b"\0", b""):
            with pytest.raises(DamagedVaultError):
                contacts.decode(contact_id(), wrong)

    @pytest.mark.parametrize("language", ["toolongname", "рус"])
    def test_language(self, language: str) -> None:
        """A language is at most eight ASCII characters."""
        with pytest.raises(ValueError, match=r"language|ascii"):
            contacts.encode(person(1, language=language))
