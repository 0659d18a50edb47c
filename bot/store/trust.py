"""Who may sign: one sealed row with the file. Reading it and deciding about another one is elsewhere."""

from sqlalchemy import delete, insert, select

from bot.domain.trust import TrustFile
from bot.store import tables
from bot.store.connection import Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(TrustFile, ("source", "since", "replaced"))

_ROW = b"who may sign\0\0\0\0"
"""The id of the row in `policy`."""


class TrustRow:
    """The policy of signatures that holds."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def get(self) -> TrustFile | None:
        """What was set last; None before that."""
        row = await self._connection.one(select(tables.policy).where(tables.policy.c.id == _ROW))
        return CODEC.decode(self._vault.open("policy", "rec", _ROW, row.rec)) if row else None

    async def set(self, file: TrustFile) -> None:
        """What holds from now on."""
        await self._connection.run(delete(tables.policy).where(tables.policy.c.id == _ROW))
        rec = self._vault.seal("policy", "rec", _ROW, CODEC.encode(file))
        await self._connection.run(insert(tables.policy).values(id=_ROW, rec=rec))
