"""How many were asked in a month whether they stay, and how many have answered: one sealed row."""

from collections.abc import Callable

from sqlalchemy import delete, insert, select

from bot.domain.renewal import Terms
from bot.store import tables
from bot.store.connection import Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

_ID = b"renewal"
"""The id of the row in `policy`."""
CODEC = Codec(Terms, ("void", "terms"))


class Renewals:
    """One record a home, or none while nobody was asked."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def get(self) -> Terms:
        """What was written last."""
        row = await self._connection.one(select(tables.policy).where(tables.policy.c.id == _ID))
        return CODEC.decode(self._vault.open("policy", "rec", _ID, row.rec)) if row else Terms()

    async def change(self, change: Callable[[Terms], Terms]) -> Terms:
        """Write what this makes of it, if that is something else; what it is now."""
        before = await self.get()
        after = change(before)
        if after != before:
            rec = self._vault.seal("policy", "rec", _ID, CODEC.encode(after))
            await self._connection.run(delete(tables.policy).where(tables.policy.c.id == _ID))
            await self._connection.run(insert(tables.policy).values(id=_ID, rec=rec))
        return after
