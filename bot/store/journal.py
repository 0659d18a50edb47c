"""The delivery journal: what is finished. What is left to deliver is a shard minus its journal.

Rows are (broadcast, shard, number) and one sealed blob with the deliveries of a commit (`entries`). At most
one shard of one broadcast is read at a time, so neither memory nor the event loop is held for long.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from bot.domain.broadcast import MESSAGE_ID_LIFE, BroadcastId, Tally
from bot.domain.contact import SHARDS, ContactId
from bot.domain.outcome import Outcome
from bot.store import entries as layout
from bot.store import tables
from bot.store.blobs import Blobs, Row
from bot.store.connection import Connection
from bot.store.entries import Entry, Group
from bot.vault.vault import LARGEST, Vault

_COUNTED = {
    Outcome.SENT: "sent",
    Outcome.GONE: "gone",
    Outcome.KEPT: "gone",
    Outcome.REFUSED: "refused",
    Outcome.IN_DOUBT: "in_doubt",
    Outcome.FAILED: "failed",
}

_WITHDRAWN = {Outcome.SENT, Outcome.KEPT, Outcome.REFUSED}
"""What an undo need not try again: deleted, gone before, or not to be deleted."""

TOGETHER = 32
"""Shards of which the blobs are merged in one go; of the largest list they are some megabytes."""


class Known(NamedTuple):
    """The messages of one shard that are still known: when the first was sent, and how many they are."""

    oldest: datetime
    messages: int


class _Blob(NamedTuple):
    """One row, opened."""

    seq: int
    groups: list[Group]


class Journal:
    """Shards and what was delivered in them, for every broadcast that still needs it."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._rows = Blobs(connection, vault)

    async def prepare(self, broadcast: BroadcastId) -> None:
        """Write the 256 shards of a broadcast that starts: all there is to write before the first message."""
        rows = [{"broadcast": broadcast, "shard": shard, "done": False} for shard in range(SHARDS)]
        await self._connection.run(insert(tables.shards), rows)

    async def open_shards(self, broadcast: BroadcastId) -> set[int]:
        """The shards that are not finished; none for a broadcast that has ended or was never prepared."""
        column = tables.shards.c
        rows = await self._connection.all(
            select(column.shard).where(column.broadcast == broadcast, column.done.is_(False))
        )
        return {row.shard for row in rows}

    async def read(self, broadcast: BroadcastId, shard: int) -> dict[ContactId, Entry]:
        """The last entry of each contact in one shard."""
        groups = _all_groups(await self._blobs(broadcast, shard))
        return {entry.contact: entry for entry in layout.unpacked(shard, groups)}

    async def append(self, broadcast: BroadcastId, entries: Iterable[Entry], at: datetime) -> None:
        """Write the outcomes of one commit, of any shards. The broadcast must have been prepared.

        The caller leaves out contacts that were erased meanwhile. Two statements, however many shards: one
        of its own for each was most of what a commit cost (ARCHITECTURE, Measured).
        """
        shards: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            shards[entry.contact[0]].append(entry)
        if not shards:
            return
        free = await self._rows.free(broadcast, shards)
        blobs = {shard: layout.encode([layout.group(group, at)]) for shard, group in shards.items()}
        await self._rows.add(broadcast, [Row(shard, free[shard], blob) for shard, blob in blobs.items()])

    async def begun(self, broadcast: BroadcastId) -> set[int]:
        """The shards of which something is written."""
        return set(await self._rows.shards(broadcast))

    async def finish(self, broadcast: BroadcastId, shards: Collection[int]) -> None:
        """Mark shards as done, and merge the blobs of each into one (or a few, over 40,000 deliveries)."""
        await self._mark(broadcast, list(shards), done=True)
        found = await self._rows.several(broadcast, shards)
        for start in range(0, len(found), TOGETHER):
            await self._merge(broadcast, found[start : start + TOGETHER])

    async def reopen(self, broadcast: BroadcastId, shards: Iterable[int]) -> None:
        """Mark shards as not done: some of their contacts are to be tried again."""
        await self._mark(broadcast, list(shards), done=False)

    async def tally(self, broadcast: BroadcastId) -> Tally:
        """How many ended how. Reads the whole journal of the broadcast: for its end, not for its progress."""
        counts = dict.fromkeys(_COUNTED.values(), 0)
        async for _, groups in self._shards(broadcast):
            for packed, _ in layout.newest(groups).values():
                name = _COUNTED.get(layout.outcome(packed))
                if name:
                    counts[name] += 1
        return Tally(**counts)

    async def gone(self, broadcast: BroadcastId) -> list[ContactId]:
        """The contacts that are gone: to be erased once the broadcast has ended and no breaker fired."""
        found = []
        async for shard, groups in self._shards(broadcast):
            for contact, (packed, _) in layout.newest(groups).items():
                if layout.outcome(packed) is Outcome.GONE:
                    found.append(ContactId(bytes([shard]) + contact))
        return found

    async def end(self, broadcast: BroadcastId) -> None:
        """Drop the shards and every outcome; messages that were sent are known until they are wiped."""
        await self._connection.run(delete(tables.shards).where(tables.shards.c.broadcast == broadcast))
        async for shard, groups in self._shards(broadcast):
            await self._rewrite(broadcast, shard, _packed(_only_messages(layout.settled(groups))))

    async def wipe_message_ids(self, before: datetime) -> int:
        """Wipe the ids of messages committed up to a moment; returns how many. A checkpoint follows.

        Called at `next_wipe()` with that moment less 48 hours, it always finds something.
        """
        limit, wiped = int(before.timestamp()), 0
        for broadcast in await self._broadcasts():
            ended = await self._ended(broadcast)
            async for shard, groups in self._shards(broadcast):
                old = sum(layout.message(row[1]) > 0 for g in groups if g.at <= limit for row in g.rows)
                if old:
                    kept = [g if g.at > limit else _wiped(g) for g in groups]
                    await self._rewrite(broadcast, shard, _packed(_only_messages(kept) if ended else kept))
                wiped += old
        return wiped

    async def next_wipe(self) -> datetime | None:
        """When the oldest message id that is still known must be wiped; None when none is known."""
        oldest: int | None = None
        for broadcast in await self._broadcasts():
            async for _, groups in self._shards(broadcast):
                times = [g.at for g in groups if any(layout.message(row[1]) for row in g.rows)]
                oldest = min([*times, *([oldest] if oldest is not None else [])], default=None)
        return None if oldest is None else layout.moment(oldest) + MESSAGE_ID_LIFE

    async def messages_of(self, contact: ContactId) -> list[int]:
        """The messages this contact was sent in the last 48 hours, as far as they are still known."""
        found = []
        for broadcast in await self._broadcasts():
            groups = _all_groups(await self._blobs(broadcast, contact[0]))
            packed, _ = layout.newest(groups).get(contact[1:], (0, 0))
            found.append(layout.message(packed))
        return [message for message in found if message]

    async def known(self, broadcast: BroadcastId) -> dict[int, Known]:
        """By shard, the messages that could be edited or deleted. Reads the broadcast's whole journal."""
        found = {}
        async for shard, groups in self._shards(broadcast):
            times = [at for packed, at in layout.newest(groups).values() if layout.message(packed)]
            if times:
                found[shard] = Known(layout.moment(min(times)), len(times))
        return found

    async def withdraw(self, broadcast: BroadcastId, undo: BroadcastId) -> None:
        """Wipe the ids of the messages that an undo is done with. It keeps those that it did not reach."""
        async for shard, undone in self._shards(undo):
            last = layout.newest(undone)
            done = {contact for contact, (packed, _) in last.items() if layout.outcome(packed) in _WITHDRAWN}
            await self._wipe(broadcast, shard, done)

    async def lose_messages(self, contact: ContactId) -> None:
        """Wipe the ids of every message to a contact whose chat is another now: they would name others'."""
        for broadcast in await self._broadcasts():
            await self._wipe(broadcast, contact[0], {contact[1:]})

    async def forget(self, contact: ContactId) -> None:
        """Write every blob that knows this contact again, without it. A checkpoint follows."""
        for broadcast in await self._broadcasts():
            for seq, groups in await self._blobs(broadcast, contact[0]):
                kept = [Group(g.at, [row for row in g.rows if row[0] != contact[1:]]) for g in groups]
                if kept != groups:
                    await self._write(broadcast, contact[0], seq, [g for g in kept if g.rows])

    async def _mark(self, broadcast: BroadcastId, shards: list[int], *, done: bool) -> None:
        column = tables.shards.c
        await self._connection.run(
            update(tables.shards)
            .where(column.broadcast == broadcast, column.shard.in_(shards))
            .values(done=done)
        )

    async def _wipe(self, broadcast: BroadcastId, shard: int, contacts: Collection[bytes]) -> None:
        """Wipe the ids of the messages to some contacts of a shard."""
        groups = _all_groups(await self._blobs(broadcast, shard))
        kept = [_wiped(group, contacts) for group in groups]
        if kept != groups:
            kept = _only_messages(kept) if await self._ended(broadcast) else kept
            await self._rewrite(broadcast, shard, _packed(kept))

    async def _ended(self, broadcast: BroadcastId) -> bool:
        shards = select(tables.shards.c.shard).where(tables.shards.c.broadcast == broadcast).limit(1)
        return await self._connection.one(shards) is None

    async def _broadcasts(self) -> list[BroadcastId]:
        """Every broadcast with a journal: one look into the key for each, not one for each row."""
        column, found = tables.journal.c.broadcast, [b""]
        while row := await self._connection.one(
            select(column).where(column > found[-1]).order_by(column).limit(1)
        ):
            found.append(row[0])
        return [BroadcastId(id_) for id_ in found[1:]]

    async def _shards(self, broadcast: BroadcastId) -> AsyncIterator[tuple[int, list[Group]]]:
        """The journal of a broadcast, shard by shard."""
        for shard in await self._rows.shards(broadcast):
            yield shard, _all_groups(await self._blobs(broadcast, shard))

    async def _blobs(self, broadcast: BroadcastId, shard: int) -> list[_Blob]:
        rows = (await self._rows.read(broadcast, [shard])).get(shard, [])
        return [_Blob(row.seq, layout.decode(row.plain)) for row in rows]

    async def _merge(self, broadcast: BroadcastId, shards: Collection[int]) -> None:
        """Put one blob in the place of each shard's several, where they fit one."""
        changed: list[Row] = []
        for shard, rows in (await self._rows.read(broadcast, shards)).items():
            merged = layout.joined([row.plain for row in rows], LARGEST)
            if len(merged) < len(rows):
                changed += [Row(shard, seq, plain) for seq, plain in enumerate(merged)]
        await self._rows.drop(broadcast, {row.shard for row in changed})
        await self._rows.add(broadcast, changed)

    async def _rewrite(self, broadcast: BroadcastId, shard: int, blobs: Sequence[bytes]) -> None:
        """Put these in the place of every blob of a shard."""
        await self._rows.drop(broadcast, [shard])
        await self._rows.add(broadcast, [Row(shard, seq, plain) for seq, plain in enumerate(blobs)])

    async def _write(self, broadcast: BroadcastId, shard: int, seq: int, groups: list[Group]) -> None:
        """Put these groups in the place of one blob."""
        await self._rows.drop(broadcast, [shard], seq)
        if groups:
            await self._rows.add(broadcast, [Row(shard, seq, layout.encode(groups))])


def _all_groups(blobs: Iterable[_Blob]) -> list[Group]:
    return [group for blob in blobs for group in blob.groups]


def _packed(groups: Sequence[Group]) -> list[bytes]:
    """The groups in as few blobs as the vault takes."""
    return layout.joined([layout.encode([one]) for one in groups], LARGEST) if groups else []


def _wiped(group: Group, only: Collection[bytes] | None = None) -> Group:
    """The group without message ids: all of them, or those of some contacts."""
    return Group(
        group.at,
        [
            (contact, layout.without_message(packed) if only is None or contact in only else packed)
            for contact, packed in group.rows
        ],
    )


def _only_messages(groups: Iterable[Group]) -> list[Group]:
    """What is kept of a broadcast that has ended: which message went where."""
    sent = [Group(g.at, [row for row in g.rows if layout.message(row[1])]) for g in groups]
    return [group for group in sent if group.rows]
