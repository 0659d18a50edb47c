"""What organisers have proposed and not yet decided: one sealed row for all of it."""

from datetime import datetime

import msgspec
from sqlalchemy import delete, insert, select

from bot.domain.motion import Motion
from bot.domain.organiser import OrganiserId
from bot.store import records, tables
from bot.store.connection import Connection
from bot.vault.vault import Vault

_ROW = b"open motions\0\0\0\0"
"""The id of the row in `policy`."""

SCHEMA = 1


class Motions:
    """Open proposals, oldest first."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def all(self, now: datetime) -> list[Motion]:
        """Everything that can still be agreed to."""
        row = await self._connection.one(select(tables.policy).where(tables.policy.c.id == _ROW))
        if row is None:
            return []
        schema, motions = msgspec.msgpack.decode(self._vault.open("policy", "rec", _ROW, row.rec))
        records.checked(schema, newest=SCHEMA)
        return [each for each in msgspec.convert(motions, list[Motion]) if each.open(now)]

    async def find(self, digest: bytes, now: datetime) -> Motion | None:
        """The proposal that an agreement is for."""
        return next((each for each in await self.all(now) if each.digest == digest), None)

    async def put(self, motion: Motion, now: datetime) -> None:
        """Write a proposal, in the place of an earlier one of the same."""
        await self._write([each for each in await self.all(now) if each.digest != motion.digest] + [motion])

    async def drop(self, digest: bytes, now: datetime) -> None:
        """It was decided."""
        await self._write([each for each in await self.all(now) if each.digest != digest])

    async def drop_about(self, organiser: OrganiserId, now: datetime) -> None:
        """Nothing more is to be decided about this organiser, and nothing by them is open."""
        kept = [each for each in await self.all(now) if organiser not in {each.subject, each.by}]
        await self._write(kept)

    async def strike(self, organiser: OrganiserId, now: datetime) -> None:
        """What this organiser agreed to does not count any more; what they proposed is gone."""
        kept = [each.without(organiser) for each in await self.all(now) if each.by != organiser]
        await self._write(kept)

    async def _write(self, motions: list[Motion]) -> None:
        await self._connection.run(delete(tables.policy).where(tables.policy.c.id == _ROW))
        plain = msgspec.msgpack.encode([SCHEMA, motions])
        rec = self._vault.seal("policy", "rec", _ROW, plain)
        await self._connection.run(insert(tables.policy).values(id=_ROW, rec=rec))
