"""The list of readers. It can find one by its chat and walk one shard; it cannot list, search or export.

A contact's plaintext has a fixed layout, big-endian, at most 63 bytes, so that every sealed contact has the
same size:

    at  bytes  what
     0      1  schema, 1
     1      2  flags: 1 group, 2 paused, 4 perhaps asked, 8 asked whether to stay
     3      8  chat, signed
    11      8  language, ASCII, zeros after it
    19      2  month joined, months since January of the year 0
    21      2  month renewed or asked, 0 for neither
    23      8  topics, one bit each, zero today
    31      4  quiet from and until, minutes of the day in UTC; twice 0 for never
    35      8  forum topic (thread), 0 for none
    43      1  schedule: hour + 1, 0 for none           ─┐ zero today
    44      2  zone, a number, 0 for the server's       ─┘
    46         end
"""

import struct
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from bot.domain.contact import Asked, ChatId, Contact, ContactId, Kind, Month
from bot.domain.quiet import Quiet
from bot.store import paging, records, tables
from bot.store.census import Census
from bot.store.connection import Connection
from bot.store.lookup import one_of
from bot.vault.vault import Vault

SCHEMA = 1
PAGE = 500

_LAYOUT = struct.Struct(">BHq8sHHQHHqBH")
_GROUP, _PAUSED = 1, 2
_ASKED = {Asked.NO: 0, Asked.PERHAPS: 4, Asked.YES: 8}
_ASKED_BACK = {bits: asked for asked, bits in _ASKED.items()}


@dataclass(frozen=True, slots=True)
class SealedContact:
    """A contact as it lies in the database; `Store.unseal` opens it at the moment of sending."""

    id: ContactId
    rec: bytes


def key(chat: ChatId) -> bytes:
    """What the blind index of a chat is taken of."""
    return chat.to_bytes(8, "big", signed=True)


def encode(contact: Contact) -> bytes:
    """The 46 bytes of a contact. ValueError for a language of more than eight ASCII characters."""
    language = contact.language.encode("ascii")
    if len(language) > 8:  # noqa: PLR2004 - the layout above
        raise ValueError("the name of the language is too long")
    flags = _GROUP * (contact.kind is Kind.GROUP) | _PAUSED * contact.paused | _ASKED[contact.asked]
    months = contact.joined, contact.renewed
    quiet = (contact.quiet.begins, contact.quiet.ends) if contact.quiet else (0, 0)
    return _LAYOUT.pack(SCHEMA, flags, contact.chat, language, *months, 0, *quiet, contact.thread, 0, 0)


def decode(id_: ContactId, data: bytes) -> Contact:
    """The contact in 46 bytes. NewerDatabaseError for a newer schema, DamagedVaultError for other bytes."""
    if data[:1] != b"\x01":
        records.checked(data[0] if data else 0, newest=SCHEMA)
        records.senseless()
    if len(data) != _LAYOUT.size:
        records.senseless()
    _, flags, chat, language, joined, renewed, _, begins, ends, thread, _, _ = _LAYOUT.unpack(data)
    asked = _ASKED_BACK.get(flags & 12)
    if asked is None or not language.isascii():
        records.senseless()
    return Contact(
        id=id_,
        chat=ChatId(chat),
        kind=Kind.GROUP if flags & _GROUP else Kind.PERSON,
        language=language.rstrip(b"\0").decode("ascii"),
        joined=Month(joined),
        paused=bool(flags & _PAUSED),
        thread=thread,
        renewed=Month(renewed),
        asked=asked,
        quiet=_quiet(begins, ends) if begins or ends else None,
    )


def _quiet(begins: int, ends: int) -> Quiet:
    try:
        return Quiet(begins, ends)
    except ValueError:
        records.senseless()


def unseal(vault: Vault, sealed: SealedContact) -> Contact:
    """Open one contact. DamagedVaultError when the row is not as it was written."""
    return decode(sealed.id, vault.open("contacts", "rec", sealed.id, sealed.rec))


class Contacts:
    """People and groups alike. The caller makes the 16 random bytes of a new contact's id.

    Every change is told to the census, which writes it down with the same commit.
    """

    def __init__(self, connection: Connection, vault: Vault, census: Census) -> None:
        self._connection = connection
        self._vault = vault
        self._census = census

    async def find(self, chat: ChatId) -> Contact | None:
        """The contact of a chat, if it is one."""
        indexes = self._vault.indexes("contacts", key(chat))
        return await self._opened(one_of(tables.contacts.c.bidx, indexes))

    async def get(self, id_: ContactId) -> Contact | None:
        """The contact with this id, unless it was erased."""
        return await self._opened(tables.contacts.c.id == id_)

    async def add(self, contact: Contact) -> None:
        """Write a new contact. A chat that is one already is a bug of the caller: the database refuses."""
        row = self._row(contact)
        await self._connection.run(insert(tables.contacts).values(id=contact.id, **row))
        self._census.entered(contact.id, **row)

    async def replace(self, contact: Contact) -> None:
        """Write a known contact again, changed; its chat may have changed too. Erased ones stay erased."""
        mine = tables.contacts.c.id == contact.id
        before = await self._connection.one(select(tables.contacts).where(mine))
        if before is None:
            return
        row = self._row(contact)
        await self._connection.run(update(tables.contacts).where(mine).values(**row))
        self._census.left(contact.id, before.bidx, before.rec)
        self._census.entered(contact.id, **row)

    async def erase(self, id_: ContactId) -> bool:
        """Delete one for good; False when it was gone already. `Journal.forget` and a checkpoint follow."""
        return await self._erase(tables.contacts.c.id == id_) > 0

    async def erase_all(self, ids: Collection[ContactId]) -> None:
        """Delete several for good, in one statement."""
        if ids:
            await self._erase(tables.contacts.c.id.in_(list(ids)))

    async def estimate(self) -> int:
        """How many rows there are.

        Only the audience estimate of a broadcast and `status` may call this, and both round before they show
        it (`domain.audience.rounded`).
        """
        row = await self._connection.one(select(func.count()).select_from(tables.contacts))
        return int(row[0]) if row else 0

    async def share(self, shard: int, wanted: Callable[[Contact], bool]) -> tuple[int, int]:
        """Of the first contacts of a shard, how many are wanted, and how many were looked at.

        Only the audience estimate of a broadcast may call this; it tells nothing but two numbers.
        """
        page = await self.page(shard, None)
        return sum(wanted(unseal(self._vault, one)) for one in page), len(page)

    async def page(self, shard: int, after: ContactId | None, limit: int = PAGE) -> list[SealedContact]:
        """The next contacts of a shard by id, still sealed; an empty list after the last one."""
        rows = await self._connection.all(paging.page(shard, after, limit, tables.contacts.c.rec))
        return [SealedContact(row[0], row[1]) for row in rows]

    async def first_pages(self, shards: Iterable[int], limit: int = PAGE) -> dict[int, list[SealedContact]]:
        """What `page` gives for the beginning of each of these shards, with one statement."""
        found: dict[int, list[SealedContact]] = {shard: [] for shard in shards}
        every = paging.pages(dict.fromkeys(found), limit, tables.contacts.c.rec)
        for row in await self._connection.all(every):
            found[row[0][0]].append(SealedContact(row[0], row[1]))
        return found

    async def sealed(self, ids: Collection[ContactId]) -> dict[ContactId, SealedContact]:
        """Those of these (at most 500, from a journal) who were not erased, still sealed."""
        column = tables.contacts.c
        rows = await self._connection.all(select(column.id, column.rec).where(column.id.in_(list(ids))))
        return {row[0]: SealedContact(row[0], row[1]) for row in rows}

    async def _erase(self, condition: ColumnElement[bool]) -> int:
        erased = await self._connection.all(
            delete(tables.contacts).where(condition).returning(*tables.contacts.columns)
        )
        for row in erased:
            self._census.left(row.id, row.bidx, row.rec)
        return len(erased)

    async def _opened(self, condition: Any) -> Contact | None:
        column = tables.contacts.c
        row = await self._connection.one(select(column.id, column.rec).where(condition))
        return unseal(self._vault, SealedContact(row.id, row.rec)) if row else None

    def _row(self, contact: Contact) -> dict[str, bytes]:
        rec = self._vault.seal("contacts", "rec", contact.id, encode(contact))
        return {"bidx": self._vault.index("contacts", key(contact.chat)), "rec": rec}
