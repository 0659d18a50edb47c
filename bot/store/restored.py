"""That the list came from a copy, until its readers have been told: some of them may have left since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.domain.broadcast import ALL_OTHERS, Broadcast
from bot.store import tables
from bot.store.connection import Connection
from bot.store.records import Codec
from bot.store.renewals import Renewals
from bot.vault.vault import Vault

_ID = b"list from a copy"
"""The id of the row in `policy`."""
_EVERYONE = "everyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """From when the copy was, and since when the list is that copy."""

    taken: datetime
    since: datetime


CODEC = Codec(Copied, ("taken", "since"))


class Restored:
    """One record a home, or none."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def get(self) -> Copied | None:
        """What readers have to be told; None when there is nothing."""
        row = await self._connection.one(select(tables.policy).where(tables.policy.c.id == _ID))
        return CODEC.decode(self._vault.open("policy", "rec", _ID, row.rec)) if row else None

    async def set(self, copied: Copied) -> None:
        """The next broadcast tells it; an older copy that was not told yet is what counts.

        Whoever had been asked whether to stay may have answered since: of them nobody is erased.
        """
        known = await self.get()
        if known and known.taken < copied.taken:
            copied = Copied(taken=known.taken, since=copied.since)
        await self._clear()
        rec = self._vault.seal("policy", "rec", _ID, CODEC.encode(copied))
        await self._connection.run(insert(tables.policy).values(id=_ID, rec=rec))
        renewals = Renewals(self._connection, self._vault)
        await renewals.change(lambda terms: terms.void_until(copied.since))

    async def told(self, broadcast: Broadcast) -> None:
        """A broadcast has ended: if it went to everybody and was written since, they know."""
        copied = await self.get()
        everybody = broadcast.audience == _EVERYONE and ALL_OTHERS in broadcast.texts
        if copied and everybody and broadcast.created >= copied.since:
            await self._clear()

    async def _clear(self) -> None:
        await self._connection.run(delete(tables.policy).where(tables.policy.c.id == _ID))
