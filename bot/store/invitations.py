"""Ways in for new organisers. A code is never written down: the row knows it by its blind index.

Whether an invitation has expired or was claimed by somebody else is for the caller to judge.
"""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.domain.contact import ChatId
from bot.domain.organiser import Invitation
from bot.store import tables
from bot.store.connection import AnyRow, Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(Invitation, ("name", "role", "expires", "claimed_by", "wrong_codes"))


class Invitations:
    """The few that are open; each carries the TOTP secret that its organiser will have."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def add(self, invitation: Invitation, code: str, secret: bytes) -> None:
        """Write a new one."""
        row = {
            "id": invitation.id,
            "bidx": self._index(code),
            "rec": self._sealed(invitation),
            "totp": self._vault.seal("invitations", "totp", invitation.id, secret),
        }
        await self._connection.run(insert(tables.invitations).values(**row))

    async def by_code(self, code: str) -> Invitation | None:
        """The invitation with this code, even an expired one."""
        found = tables.invitations.c.bidx == self._index(code)
        row = await self._connection.one(select(tables.invitations).where(found))
        return self._opened(row) if row else None

    async def by_name(self, name: str) -> Invitation | None:
        """The newest invitation for this name."""
        named = [one for one in await self._all() if one.name == name]
        return max(named, key=lambda one: one.expires, default=None)

    async def by_claimer(self, chat: ChatId) -> Invitation | None:
        """The newest invitation that this chat has claimed."""
        claimed = [one for one in await self._all() if one.claimed_by == chat]
        return max(claimed, key=lambda one: one.expires, default=None)

    async def replace(self, invitation: Invitation) -> None:
        """Write a known one again, changed; code and secret stay."""
        known = tables.invitations.c.id == invitation.id
        rec = self._sealed(invitation)
        await self._connection.run(update(tables.invitations).where(known).values(rec=rec))

    async def remove(self, id_: bytes) -> None:
        """Delete one: it was used."""
        await self._connection.run(delete(tables.invitations).where(tables.invitations.c.id == id_))

    async def secret(self, id_: bytes) -> bytes | None:
        """The TOTP secret; None for an unknown invitation."""
        row = await self._connection.one(select(tables.invitations).where(tables.invitations.c.id == id_))
        return self._vault.open("invitations", "totp", row.id, row.totp) if row else None

    async def purge(self, now: datetime) -> int:
        """Delete what has expired; returns how many."""
        old = [one.id for one in await self._all() if one.expires <= now]
        return await self._connection.run(delete(tables.invitations).where(tables.invitations.c.id.in_(old)))

    async def _all(self) -> list[Invitation]:
        return [self._opened(row) for row in await self._connection.all(select(tables.invitations))]

    def _opened(self, row: AnyRow) -> Invitation:
        return CODEC.decode(self._vault.open("invitations", "rec", row.id, row.rec), id=row.id)

    def _sealed(self, invitation: Invitation) -> bytes:
        return self._vault.seal("invitations", "rec", invitation.id, CODEC.encode(invitation))

    def _index(self, code: str) -> bytes:
        return self._vault.index("invitations", code.encode())
