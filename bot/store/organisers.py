"""Organisers, their TOTP secrets, and how many were ever enrolled. Who may do what is `domain.organiser`."""

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select, update

from bot.domain.contact import ChatId
from bot.domain.organiser import Organiser, OrganiserId, Standing
from bot.domain.policy import Policy
from bot.errors import DamagedVaultError
from bot.store import tables
from bot.store.connection import AnyRow, Connection
from bot.store.contacts import key
from bot.store.lookup import one_of
from bot.store.records import Codec, checked
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
        "seen",
        "named",
        "zone",
    ),
    schema=2,
    upgrades={1: list},
)
"""Schema 1 had no `suspended`: a program that does not know it would let a frozen organiser publish."""

EVER = b"organisers ever\0"
"""The id of the row in `policy` that holds the count, and what the organisers have agreed to."""

_SCHEMA = 2


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
        indexes = self._vault.indexes("organisers", key(chat))
        return self._opened(await self._row_where(one_of(tables.organisers.c.bidx, indexes)))

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
        founded = await self._founded()
        if founded:
            return founded[0]
        if await self._connection.one(select(tables.organisers.c.id).limit(1)):
            raise DamagedVaultError(
                "The number of organisers ever enrolled is missing.",
                hint="Somebody deleted from the database. Put a backup in its place.",
            )
        return 0

    async def policy(self) -> Policy | None:
        """What the organisers have agreed to; None where nothing was sealed yet.

        It stands in one row with the count: without that row nothing opens.
        """
        founded = await self._founded()
        return founded[1] if founded else None

    async def seal_policy(self, policy: Policy) -> None:
        """Write what holds from now on."""
        await self._write(await self.ever_enrolled(), policy)

    async def _count(self, one_more: bool) -> None:  # noqa: FBT001 - says itself
        count, policy = await self._founded() or (0, None)
        await self._write(count + one_more, policy)

    async def _founded(self) -> tuple[int, Policy | None] | None:
        """The count and the policy. Schema 1 had no policy."""
        row = await self._connection.one(select(tables.policy).where(tables.policy.c.id == EVER))
        if row is None:
            return None
        schema, count, *policy = msgspec.msgpack.decode(self._vault.open("policy", "rec", EVER, row.rec))
        checked(schema, newest=_SCHEMA)
        return int(count), policy[0] if policy else None

    async def _write(self, count: int, policy: Policy | None) -> None:
        plain = msgspec.msgpack.encode([_SCHEMA, count, policy])
        await self._connection.run(delete(tables.policy).where(tables.policy.c.id == EVER))
        rec = self._vault.seal("policy", "rec", EVER, plain)
        await self._connection.run(insert(tables.policy).values(id=EVER, rec=rec))

    async def _row_where(self, condition: ColumnElement[bool]) -> AnyRow | None:
        return await self._connection.one(select(tables.organisers).where(condition))

    def _opened(self, row: AnyRow | None) -> Organiser | None:
        if row is None:
            return None
        return CODEC.decode(self._vault.open("organisers", "rec", row.id, row.rec), id=row.id)

    def _row(self, organiser: Organiser) -> dict[str, bytes]:
        rec = self._vault.seal("organisers", "rec", organiser.id, CODEC.encode(organiser))
        return {"bidx": self._vault.index("organisers", key(organiser.chat)), "rec": rec}
