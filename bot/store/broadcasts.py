"""Broadcasts: texts by language, audience, digest and approvals, all sealed. Who got one is in `journal`.

The state stands in the open so that it can be asked for, and once more under the seal: a state that somebody
else wrote into the database is noticed and not obeyed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.domain.broadcast import Broadcast, BroadcastId, State
from bot.domain.revision import Purpose
from bot.errors import DamagedVaultError
from bot.store import tables
from bot.store.connection import AnyRow, Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(
    Broadcast,
    (
        "state",
        "author",
        "texts",
        "digest",
        "created",
        "needed",
        "cooldown",
        "audience",
        "approved_by",
        "starts",
        "started",
        "ended",
        "paused",
        "reason",
        "tally",
        "urgent",
        "people",
        "wave",
        "rest",
        "media",
        "purpose",
        "of",
        "edited",
        "withdrawn",
        "progress",
        "planned",
        "links",
        "repeats",
        "plan",
    ),
    schema=5,
    upgrades={1: list, 2: list, 3: list, 4: list},
)
"""Schema 1 had no `media`, 2 no `purpose`, 3 no `planned`, 4 no `repeats`.

A program that does not know them would send a caption alone, an undo to every reader, or a statement that was
withdrawn meanwhile: it must refuse.
"""


class Broadcasts:
    """All broadcasts of this home."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def add(self, broadcast: Broadcast) -> None:
        """Write a new one."""
        await self._connection.run(insert(tables.broadcasts).values(id=broadcast.id, **self._row(broadcast)))

    async def replace(self, broadcast: Broadcast) -> None:
        """Write a known one again, changed."""
        column = tables.broadcasts.c
        await self._connection.run(
            update(tables.broadcasts).where(column.id == broadcast.id).values(**self._row(broadcast))
        )

    async def get(self, id_: BroadcastId) -> Broadcast | None:
        """One broadcast; None for a draft that was purged."""
        row = await self._connection.one(select(tables.broadcasts).where(tables.broadcasts.c.id == id_))
        return self._opened(row) if row else None

    async def in_states(self, *states: State) -> list[Broadcast]:
        """Every broadcast in one of these states, oldest first."""
        wanted = tables.broadcasts.c.state.in_([state.value for state in states])
        rows = await self._connection.all(select(tables.broadcasts).where(wanted))
        return sorted((self._opened(row) for row in rows), key=lambda found: found.created)

    async def recent(self, since: datetime) -> list[Broadcast]:
        """Every broadcast and edit whose first message left at `since` or later, newest first."""
        found = [b for b in await self.in_states(*_PERHAPS_STARTED) if b.started and b.started >= since]
        found = [b for b in found if b.purpose is not Purpose.UNDO]
        return sorted(found, key=lambda one: one.started or one.created, reverse=True)

    async def revisions(self, of: BroadcastId, *states: State) -> list[Broadcast]:
        """What is or was being done about the messages of a broadcast, in one of these states."""
        return [found for found in await self.in_states(*states) if found.of == of]

    async def purge_drafts(self, before: datetime) -> int:
        """Delete drafts made before a moment; returns how many."""
        old = [draft.id for draft in await self.in_states(State.DRAFT) if draft.created < before]
        return await self._connection.run(delete(tables.broadcasts).where(tables.broadcasts.c.id.in_(old)))

    def _row(self, broadcast: Broadcast) -> dict[str, Any]:
        rec = self._vault.seal("broadcasts", "rec", broadcast.id, CODEC.encode(broadcast))
        return {"state": broadcast.state.value, "rec": rec}

    def _opened(self, row: AnyRow) -> Broadcast:
        plain = self._vault.open("broadcasts", "rec", row.id, row.rec)
        broadcast = CODEC.decode(plain, id=row.id)
        if broadcast.state != row.state:
            raise DamagedVaultError(
                "The state of a broadcast is not the one that was sealed.",
                hint="Somebody wrote into the database. Put a backup in its place.",
            )
        return broadcast


_PERHAPS_STARTED = frozenset(State) - {State.DRAFT, State.WAITING, State.COOLING}
