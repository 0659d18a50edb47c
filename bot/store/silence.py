"""The one sealed row about the dead man's switch: since when nobody has checked in."""

from sqlalchemy import delete, insert, select

from bot.domain.silence import Silence
from bot.store import tables
from bot.store.connection import Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

_ID = b"silence"
"""The id of the row in `policy`."""
CODEC = Codec(Silence, ("since", "ran", "warned"))


class Silences:
    """One record a home, or none where the switch is off."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def get(self) -> Silence | None:
        """What was written last."""
        row = await self._connection.one(select(tables.policy).where(tables.policy.c.id == _ID))
        return CODEC.decode(self._vault.open("policy", "rec", _ID, row.rec)) if row else None

    async def set(self, silence: Silence) -> None:
        """Write it in the place of the last one."""
        await self.clear()
        rec = self._vault.seal("policy", "rec", _ID, CODEC.encode(silence))
        await self._connection.run(insert(tables.policy).values(id=_ID, rec=rec))

    async def clear(self) -> None:
        """The switch is off."""
        await self._connection.run(delete(tables.policy).where(tables.policy.c.id == _ID))
