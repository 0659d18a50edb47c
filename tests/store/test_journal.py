"""The delivery journal: nobody is lost or written to twice, nothing is kept longer than promised."""

from datetime import timedelta

import pytest

from bot.domain.broadcast import BroadcastId, State, Tally
from bot.domain.contact import SHARDS
from bot.domain.outcome import Outcome
from bot.errors import DamagedVaultError
from bot.store import Store, tables
from tests.store.helpers import HOUR, NOW, blobs, broadcast, came_out, contact_id, sent, tamper


async def sending(store: Store) -> BroadcastId:
    """A broadcast that has just started."""
    one = broadcast(State.SENDING)
    async with store.begin() as tx:
        await tx.broadcasts.add(one)
        await tx.journal.prepare(one.id)
    return one.id


class TestJournal:
    async def test_shards(self, store: Store) -> None:
        """A broadcast has 256 shards; each is open until it is finished, and can be opened again."""
        mine, other = await sending(store), await sending(store)
        async with store.begin() as tx:
            assert await tx.journal.open_shards(mine) == set(range(SHARDS))
            for shard in range(SHARDS):
                await tx.journal.finish(mine, [shard])
            assert await tx.journal.open_shards(mine) == set()
            await tx.journal.reopen(mine, {3, 200})
            assert await tx.journal.open_shards(mine) == {3, 200}
            assert await tx.journal.open_shards(other) == set(range(SHARDS))

    async def test_read(self, store: Store) -> None:
        """A shard's journal says what became of each contact; the last word counts."""
        mine, other = await sending(store), await sending(store)
        a, b, elsewhere = contact_id(7), contact_id(7), contact_id(8)
        async with store.begin() as tx:
            await tx.journal.append(mine, [sent(a, 2**56 - 1), came_out(b, Outcome.DOUBTED)], NOW)
            await tx.journal.append(mine, [sent(elsewhere)], NOW)
            await tx.journal.append(mine, [sent(b, 9)], NOW + HOUR)
        for finished in (False, True):
            async with store.begin() as tx:
                if finished:
                    await tx.journal.finish(mine, [7])
                read = await tx.journal.read(mine, 7)
                assert {one: (e.outcome, e.message, e.at) for one, e in read.items()} == {
                    a: (Outcome.SENT, 2**56 - 1, NOW),
                    b: (Outcome.SENT, 9, NOW + HOUR),
                }
                assert all(one == entry.contact for one, entry in read.items())
                assert await tx.journal.read(other, 7) == {}

    async def test_append_after_finish(self, store: Store) -> None:
        """A finished shard that is opened again goes on where it was."""
        mine = await sending(store)
        contacts = [contact_id(1) for _ in range(9)]
        async with store.begin() as tx:
            for contact in contacts[:8]:
                await tx.journal.append(mine, [sent(contact)], NOW)
            await tx.journal.finish(mine, [1])
            await tx.journal.append(mine, [sent(contacts[8])], NOW)
            await tx.journal.finish(mine, [1])
            await tx.journal.finish(mine, [1])
            assert set(await tx.journal.read(mine, 1)) == set(contacts)
        assert len(await blobs(store, tables.journal)) == 1

    async def test_many_shards(self, store: Store) -> None:
        """One commit may hold deliveries of any shards; each shard then has them, and goes on from there."""
        mine = await sending(store)
        people = [contact_id(shard) for shard in (0, 255, 4, 4, 200)]
        async with store.begin() as tx:
            await tx.journal.append(mine, [], NOW)
            await tx.journal.append(mine, [sent(people[2], 1)], NOW)
            await tx.journal.append(mine, [sent(person, 2) for person in people], NOW + HOUR)
            assert await tx.journal.begun(mine) == {0, 255, 4, 200}
            for finished in (False, True):
                if finished:
                    await tx.journal.finish(mine, range(256))
                for shard in (0, 255, 4, 200):
                    known = await tx.journal.read(mine, shard)
                    assert {one for one in people if one[0] == shard} == set(known)
                    assert {entry.message for entry in known.values()} == {2}
        assert len(await blobs(store, tables.journal)) == 4

    async def test_no_message_id(self, store: Store) -> None:
        """A message id is only taken if it is one."""
        mine = await sending(store)
        async with store.begin() as tx:
            for entry in (sent(contact_id(3), -1), sent(contact_id(3), 2**56)):
                with pytest.raises(ValueError, match="message"):
                    await tx.journal.append(mine, [entry], NOW)
            assert await tx.journal.read(mine, 3) == {}

    async def test_small(self, store: Store) -> None:
        """A delivery takes at most 26 bytes of a blob, and a commit 12 more."""
        mine = await sending(store)
        async with store.begin() as tx:
            await tx.journal.append(mine, [sent(contact_id(1)) for _ in range(1000)], NOW)
        [blob] = await blobs(store, tables.journal)
        assert len(blob) <= 26 * 1000 + 12 + 64 + 31

    async def test_tally(self, store: Store) -> None:
        """The report counts each contact once, by what became of it last."""
        mine = await sending(store)
        people = {outcome: contact_id() for outcome in Outcome}
        again = contact_id(9)
        async with store.begin() as tx:
            await tx.journal.append(mine, [came_out(again, Outcome.DOUBTED)], NOW)
            for outcome, contact in people.items():
                await tx.journal.append(mine, [came_out(contact, outcome)], NOW)
            await tx.journal.append(mine, [sent(again)], NOW)
            tally = await tx.journal.tally(mine)
            gone = await tx.journal.gone(mine)
        assert tally == Tally(sent=2, gone=2, refused=1, in_doubt=1, failed=1)
        assert gone == [people[Outcome.GONE]]

    async def test_end(self, store: Store) -> None:
        """When a broadcast has ended only sent messages are known, until their 48 hours are over."""
        mine, other = await sending(store), await sending(store)
        a, b = contact_id(1), contact_id(2)
        async with store.begin() as tx:
            await tx.journal.append(mine, [sent(a, 5), came_out(contact_id(1), Outcome.GONE)], NOW)
            await tx.journal.append(mine, [sent(a, 6)], NOW)
            await tx.journal.append(mine, [came_out(b, Outcome.FAILED)], NOW)
            await tx.journal.append(other, [came_out(a, Outcome.GONE)], NOW)
            await tx.journal.end(mine)
            assert set(await tx.journal.read(mine, 1)) == {a}
            assert await tx.journal.read(mine, 2) == {}
            assert await tx.journal.messages_of(a) == [6]
            assert await tx.journal.open_shards(mine) == set()
            assert await tx.journal.gone(other) == [a]
            assert await tx.journal.wipe_message_ids(NOW + HOUR) == 1
            assert await tx.journal.read(mine, 1) == {}
        assert len(await blobs(store, tables.journal)) == 1

    async def test_wipe(self, store: Store) -> None:
        """Message ids go 48 hours after their send, to the second; outcomes stay while it is being sent."""
        mine, other = await sending(store), await sending(store)
        a, b, c = contact_id(1), contact_id(1), contact_id(2)
        async with store.begin() as tx:
            assert await tx.journal.next_wipe() is None
            await tx.journal.append(mine, [sent(a, 5)], NOW + timedelta(milliseconds=900))
            await tx.journal.append(mine, [sent(b, 6)], NOW + HOUR)
            await tx.journal.append(other, [sent(c, 7)], NOW + 2 * HOUR)
            await tx.journal.finish(mine, [1])
            assert await tx.journal.next_wipe() == NOW + timedelta(hours=48)
            assert await tx.journal.wipe_message_ids(NOW - timedelta(seconds=1)) == 0
            assert await tx.journal.wipe_message_ids(NOW) == 1
            assert await tx.journal.next_wipe() == NOW + timedelta(hours=49)
            read = await tx.journal.read(mine, 1)
            assert [(read[one].outcome, read[one].message) for one in (a, b)] == [
                (Outcome.SENT, 0),
                (Outcome.SENT, 6),
            ]
            assert await tx.journal.wipe_message_ids(NOW + 3 * HOUR) == 2
            assert await tx.journal.next_wipe() is None
            assert await tx.journal.messages_of(c) == []

    async def test_messages_of(self, store: Store) -> None:
        """/forget can delete what was sent lately: the messages of this contact, from every broadcast."""
        first, second = await sending(store), await sending(store)
        a, b = contact_id(1), contact_id(1)
        async with store.begin() as tx:
            await tx.journal.append(first, [sent(a, 5), sent(b, 6)], NOW)
            await tx.journal.append(second, [sent(b, 8), sent(a, 7)], NOW)
            assert sorted(await tx.journal.messages_of(a)) == [5, 7]
            assert await tx.journal.messages_of(contact_id(1)) == []

    async def test_known(self, store: Store) -> None:
        """Which messages could be taken back: how many in each shard, and since when the oldest is there."""
        mine = await sending(store)
        a, b, c = contact_id(1), contact_id(1), contact_id(2)
        async with store.begin() as tx:
            assert await tx.journal.known(mine) == {}
            await tx.journal.append(mine, [sent(a, 5)], NOW)
            await tx.journal.append(mine, [sent(b, 6), sent(c, 7)], NOW + HOUR)
            await tx.journal.append(mine, [came_out(contact_id(2), Outcome.REFUSED)], NOW)
            assert await tx.journal.known(mine) == {1: (NOW, 2), 2: (NOW + HOUR, 1)}
            await tx.journal.end(mine)
            await tx.journal.wipe_message_ids(NOW)
            assert await tx.journal.known(mine) == {1: (NOW + HOUR, 1), 2: (NOW + HOUR, 1)}

    @pytest.mark.parametrize("ended", [True, False])
    async def test_withdraw(self, store: Store, *, ended: bool) -> None:
        """What an undo is done with is not known any more; what it did not reach is, and who got it stays."""
        mine, undo = await sending(store), await sending(store)
        ends = [Outcome.SENT, Outcome.KEPT, Outcome.REFUSED, Outcome.FAILED, Outcome.IN_DOUBT]
        people = {contact_id(n % 2): outcome for n, outcome in enumerate(ends)}
        async with store.begin() as tx:
            await tx.journal.append(mine, [sent(one, 5 + n) for n, one in enumerate(people)], NOW)
            if ended:
                await tx.journal.end(mine)
            await tx.journal.append(undo, [came_out(one, outcome) for one, outcome in people.items()], NOW)
            await tx.journal.withdraw(mine, undo)
            left = {e.contact for s in (0, 1) for e in (await tx.journal.read(mine, s)).values() if e.message}
            assert left == {one for one, outcome in people.items() if outcome in ends[3:]}
            assert (await tx.journal.tally(mine)).sent == (2 if ended else 5)

    async def test_lose_messages(self, store: Store) -> None:
        """A contact in another chat has other messages: those of before are not known any more."""
        mine = await sending(store)
        a, b = contact_id(1), contact_id(1)
        async with store.begin() as tx:
            await tx.journal.append(mine, [sent(a, 5), sent(b, 6)], NOW)
            await tx.journal.lose_messages(a)
            assert await tx.journal.messages_of(a) == []
            assert await tx.journal.messages_of(b) == [6]
            assert (await tx.journal.tally(mine)).sent == 2

    async def test_forget(self, store: Store) -> None:
        """Who is forgotten is in no journal any more, and nobody else is touched."""
        first, second = await sending(store), await sending(store)
        a, b = contact_id(1), contact_id(1)
        async with store.begin() as tx:
            await tx.journal.append(first, [sent(a, 5)], NOW)
            await tx.journal.append(first, [sent(b, 6)], NOW)
            await tx.journal.append(second, [sent(b, 8), sent(a, 7)], NOW)
            await tx.journal.forget(a)
            assert set(await tx.journal.read(first, 1)) == {b}
            assert set(await tx.journal.read(second, 1)) == {b}
            assert await tx.journal.messages_of(a) == []
            await tx.journal.append(first, [sent(a, 9)], NOW)
            assert set(await tx.journal.read(first, 1)) == {a, b}

    async def test_altered(self, store: Store) -> None:
        """A journal blob that was moved to another number is noticed."""
        mine = await sending(store)
        async with store.begin() as tx:
            await tx.journal.append(mine, [sent(contact_id(1))], NOW)
        await tamper(store, tables.journal, seq=1)
        async with store.read() as tx:
            with pytest.raises(DamagedVaultError):
                await tx.journal.read(mine, 1)
