"""Broadcasts: kept as they were approved, found by their state."""

from datetime import timedelta

import msgspec
import pytest

from bot.domain.broadcast import Broadcast, Reason, State, Tally
from bot.domain.media import Media, MediaKind
from bot.domain.revision import Purpose
from bot.errors import DamagedVaultError, NewerDatabaseError
from bot.store import Store, broadcasts, tables
from bot.store.records import Codec
from tests.store.helpers import HOUR, NOW, broadcast, tamper

FIELDS_OF_0_1 = 15
FIELDS_BEFORE_UNDO = 19


class TestBroadcasts:
    async def test_kept(self, store: Store) -> None:
        """A broadcast is read back to the last entity, in every state."""
        draft = broadcast()
        ended = broadcast(
            State.DONE,
            starts=NOW,
            started=NOW + HOUR,
            ended=NOW + 2 * HOUR,
            paused=NOW,
            reason=Reason.BREAKER,
            tally=Tally(sent=3, gone=1),
            media=Media(kind=MediaKind.PHOTO, file_id="AgAC", unique_id="AQAD", size=70_000),
        )
        async with store.begin() as tx:
            await tx.broadcasts.add(draft)
            await tx.broadcasts.add(ended)
        async with store.read() as tx:
            assert await tx.broadcasts.get(draft.id) == draft
            assert await tx.broadcasts.get(ended.id) == ended
            assert await tx.broadcasts.get(broadcast().id) is None

    async def test_one_from_before(self, store: Store) -> None:
        """A record of the first schema, without what came later, still opens, with defaults."""
        kept = broadcast(State.DONE, tally=Tally(sent=3))
        row = msgspec.msgpack.decode(broadcasts.CODEC.encode(kept))
        old = msgspec.msgpack.encode([1, *row[1 : 1 + FIELDS_OF_0_1]])
        assert broadcasts.CODEC.decode(old, id=kept.id) == kept
        before_undo = msgspec.msgpack.encode([1, *row[1 : 1 + FIELDS_BEFORE_UNDO]])
        assert broadcasts.CODEC.decode(before_undo, id=kept.id) == kept
        assert kept.purpose is Purpose.SEND

    async def test_an_older_program(self, store: Store) -> None:
        """An undo is written so that a program which does not know it refuses it, and never sends it."""
        undo = broadcast(State.COOLING, purpose=Purpose.UNDO, of=broadcast().id)
        schema, *_ = msgspec.msgpack.decode(broadcasts.CODEC.encode(undo))
        assert schema > 1
        async with store.begin() as tx:
            await tx.broadcasts.add(undo)
            assert await tx.broadcasts.get(undo.id) == undo

    async def test_one_with_a_picture(self, store: Store) -> None:
        """A version that knows no pictures refuses the record: it would send the words alone."""
        media = Media(kind=MediaKind.DOCUMENT, file_id="BQAC", unique_id="AgAD")
        new = broadcasts.CODEC.encode(broadcast(State.COOLING, media=media))
        older = Codec(Broadcast, ("state", "author"))
        with pytest.raises(NewerDatabaseError):
            older.decode(new)

    async def test_by_state(self, store: Store) -> None:
        """Broadcasts are found by where they stand, oldest first, also after they moved on."""
        late = broadcast(State.WAITING, created=NOW + HOUR)
        early, sending = broadcast(State.WAITING), broadcast(State.SENDING)
        async with store.begin() as tx:
            for one in (late, early, sending):
                await tx.broadcasts.add(one)
            paused = sending.pause(Reason.FAULTS, now=NOW)
            await tx.broadcasts.replace(paused)
            assert await tx.broadcasts.in_states(State.WAITING) == [early, late]
            assert await tx.broadcasts.in_states(State.SENDING) == []
            assert await tx.broadcasts.in_states(State.SENDING, State.PAUSED) == [paused]

    async def test_recent(self, store: Store) -> None:
        """/updates shows what was started lately, newest first; never a draft or what waits for approval."""
        old = broadcast(State.DONE, started=NOW - 73 * HOUR)
        undo = broadcast(State.DONE, started=NOW, purpose=Purpose.UNDO)
        edge = broadcast(State.DONE, started=NOW - 72 * HOUR)
        new = broadcast(State.SENDING, started=NOW)
        never = broadcast(State.CANCELLED)
        async with store.begin() as tx:
            for one in (old, edge, new, never, undo, broadcast(), broadcast(State.WAITING)):
                await tx.broadcasts.add(one)
            assert await tx.broadcasts.recent(NOW - timedelta(hours=72)) == [new, edge]

    async def test_purged(self, store: Store) -> None:
        """Drafts that nobody sent are deleted after a while; nothing else is."""
        old, new = broadcast(created=NOW - HOUR), broadcast()
        sent = broadcast(State.WAITING, created=NOW - HOUR)
        async with store.begin() as tx:
            for one in (old, new, sent):
                await tx.broadcasts.add(one)
            assert await tx.broadcasts.purge_drafts(NOW) == 1
            assert await tx.broadcasts.get(old.id) is None
            assert await tx.broadcasts.get(new.id) == new
            assert await tx.broadcasts.get(sent.id) == sent

    async def test_forged_state(self, store: Store) -> None:
        """Nobody can approve a broadcast by writing another state into the database."""
        waiting = broadcast(State.WAITING)
        async with store.begin() as tx:
            await tx.broadcasts.add(waiting)
        await tamper(store, tables.broadcasts, state=State.SENDING.value)
        async with store.read() as tx:
            with pytest.raises(DamagedVaultError):
                await tx.broadcasts.in_states(State.SENDING)

    def test_every_field(self) -> None:
        """Nothing a broadcast knows is left out of its record."""
        assert broadcasts.CODEC.missing() == {"id"}
        assert Broadcast.__slots__
