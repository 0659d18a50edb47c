"""When something was done last, one sealed row each: today only the last backup."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.store import tables
from bot.store.connection import Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

BACKUP = "backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When it was."""

    at: datetime


CODEC = Codec(Moment, ("at",))


class Moments:
    """By name, in `policy`."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def get(self, name: str) -> datetime | None:
        """When this was last; None if never."""
        row = await self._connection.one(select(tables.policy).where(tables.policy.c.id == _id(name)))
        return CODEC.decode(self._vault.open("policy", "rec", _id(name), row.rec)).at if row else None

    async def set(self, name: str, at: datetime) -> None:
        """It was now."""
        await self._connection.run(delete(tables.policy).where(tables.policy.c.id == _id(name)))
        rec = self._vault.seal("policy", "rec", _id(name), CODEC.encode(Moment(at=at)))
        await self._connection.run(insert(tables.policy).values(id=_id(name), rec=rec))


def _id(name: str) -> bytes:
    return f"last {name}".encode()
