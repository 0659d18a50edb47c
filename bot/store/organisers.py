"""Organisers, their TOTP secrets, and how many were ever enrolled. Who may do what is `domain.organiser`."""

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select, update

from bot.domain.contact import ChatId
from bot.domain.organiser import Organiser, OrganiserId, Standing
from bot.errors import DamagedVaultError
from bot.store import tables
from bot.store.connection import AnyRow, Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(
    Organiser,
    (
        "name",
        "role",
        "chat",
        "language",
        "standing",
        "since",
        "last_step",
        "wrong_codes",
        "approved_by",
        "suspended",
    ),
    schema=2,
    upgrades={1: list},
)
"""Schema 1 had no `suspended`: a program that does not know it would let a frozen organiser publish."""

_EVER = b"organisers ever\0"
"""The id of the row in `policy` that holds the count."""


class Organisers:
    """Everybody who is an organiser or waits to become one."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def add(self, organiser: Organiser, secret: bytes) -> None:
        """Write a new one with the TOTP secret from the invitation. A second one in a chat is refused."""
        sealed = self._vault.seal("organisers", "totp", organiser.id, secret)
        row = self._row(organiser)
        await self._connection.run(insert(tables.organisers).values(id=organiser.id, totp=sealed, **row))
        await self._count(organiser.standing is Standing.ENROLLED)

    async def replace(self, organiser: Organiser) -> None:
        """Write a known one again, changed; the secret stays."""
        before = await self.get(organiser.id)
        if before is None:
            return
        column = tables.organisers.c
        await self._connection.run(
            update(tables.organisers).where(column.id == organiser.id).values(**self._row(organiser))
        )
        await self._count(
            organiser.standing is Standing.ENROLLED and before.standing is not Standing.ENROLLED
        )

    async def remove(self, id_: OrganiserId) -> bool:
        """Delete one; the number ever enrolled stays. False when there is none."""
        return await self._connection.run(delete(tables.organisers).where(tables.organisers.c.id == id_)) > 0

    async def get(self, id_: OrganiserId) -> Organiser | None:
        """One organiser by id."""
        return self._opened(await self._row_where(tables.organisers.c.id == id_))

    async def by_chat(self, chat: ChatId) -> Organiser | None:
        """The organiser who writes from this chat, if it is one."""
        return self._opened(await self._row_where(tables.organisers.c.bidx == self._index(chat)))

    async def all(self) -> list[Organiser]:
        """All of them, the longest-serving first."""
        found = [self._opened(row) for row in await self._connection.all(select(tables.organisers))]
        return sorted((one for one in found if one), key=lambda one: (one.since, one.id))

    async def secret(self, id_: OrganiserId) -> bytes | None:
        """The TOTP secret; None for an unknown organiser."""
        row = await self._row_where(tables.organisers.c.id == id_)
        return self._vault.open("organisers", "totp", row.id, row.totp) if row else None

    async def ever_enrolled(self) -> int:
        """How many were ever enrolled in this home, those removed later included.

        DamagedVaultError when the count is missing though there are organisers: without it a deleted row
        would lower the number of approvals.
        """
        row = await self._connection.one(select(tables.policy).where(tables.policy.c.id == _EVER))
        if row:
            _, count = msgspec.msgpack.decode(self._vault.open("policy", "rec", _EVER, row.rec))
            return int(count)
        if await self._connection.one(select(tables.organisers.c.id).limit(1)):
            raise DamagedVaultError(
                "The number of organisers ever enrolled is missing.",
                hint="Somebody deleted from the database. Put a backup in its place.",
            )
        return 0

    async def _count(self, one_more: bool) -> None:  # noqa: FBT001 - says itself
        row = await self._connection.one(select(tables.policy.c.id).where(tables.policy.c.id == _EVER))
        count = (await self.ever_enrolled() if row else 0) + one_more
        rec = self._vault.seal("policy", "rec", _EVER, msgspec.msgpack.encode([1, count]))
        if row:
            await self._connection.run(
                update(tables.policy).where(tables.policy.c.id == _EVER).values(rec=rec)
            )
        else:
            await self._connection.run(insert(tables.policy).values(id=_EVER, rec=rec))

    async def _row_where(self, condition: ColumnElement[bool]) -> AnyRow | None:
        return await self._connection.one(select(tables.organisers).where(condition))

    def _opened(self, row: AnyRow | None) -> Organiser | None:
        if row is None:
            return None
        return CODEC.decode(self._vault.open("organisers", "rec", row.id, row.rec), id=row.id)

    def _row(self, organiser: Organiser) -> dict[str, bytes]:
        rec = self._vault.seal("organisers", "rec", organiser.id, CODEC.encode(organiser))
        return {"bidx": self._index(organiser.chat), "rec": rec}

    def _index(self, chat: ChatId) -> bytes:
        return self._vault.index("organisers", chat.to_bytes(8, "big", signed=True))
