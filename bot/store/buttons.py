"""What organisers' buttons mean. A handle stands nowhere in the open: the row's id is its blind index.

It is sealed with what the button does, so that the index can be made anew for another root key.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select

from bot.domain.organiser import OrganiserId
from bot.domain.stepup import Button
from bot.store import tables
from bot.store.connection import Connection
from bot.store.lookup import one_of
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(Button, ("organiser", "action", "subject", "digest", "expires"))

_HANDLE = b"\xc4"
"""How the record begins: msgpack's `bin 8`, then the handle; older records begin with the array itself."""


def opened(plain: bytes) -> tuple[bytes, Button]:
    """The handle (empty in a record of an older Handbill) and the button."""
    end = 2 + plain[1] if plain[:1] == _HANDLE else 0
    return plain[2:end], CODEC.decode(plain[end:])


def places(vault: Vault, handle: bytes, subject: bytes) -> dict[str, bytes]:
    """The two blind indexes of a row."""
    return {
        "id": vault.index("buttons", b"handle" + handle),
        "about": vault.index("buttons", b"about" + subject),
    }


class Buttons:
    """Buttons that were shown to organisers and not pressed yet."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def add(self, handle: bytes, button: Button) -> None:
        """Remember what the button with this handle (12 random bytes) does."""
        row = places(self._vault, handle, button.subject)
        plain = _HANDLE + bytes([len(handle)]) + handle + CODEC.encode(button)
        rec = self._vault.seal("buttons", "rec", row["id"], plain)
        await self._connection.run(insert(tables.buttons).values(**row, rec=rec))

    async def peek(self, handle: bytes, now: datetime) -> Button | None:
        """What the button does, without using it up; None for an unknown, used or expired one."""
        row = await self._connection.one(select(tables.buttons).where(self._is(handle)))
        if row is None:
            return None
        _, button = opened(self._vault.open("buttons", "rec", row.id, row.rec))
        return button if button.expires > now else None

    async def take(self, handle: bytes, now: datetime) -> Button | None:
        """What the button does, once: it is deleted. None for an unknown, used or expired one."""
        button = await self.peek(handle, now)
        await self._connection.run(delete(tables.buttons).where(self._is(handle)))
        return button

    async def drop_for(self, subject: bytes) -> int:
        """Delete every button that acts on this subject; returns how many."""
        about = one_of(tables.buttons.c.about, self._vault.indexes("buttons", b"about" + subject))
        return await self._connection.run(delete(tables.buttons).where(about))

    async def drop_of(self, organiser: OrganiserId) -> int:
        """Delete every button that this organiser was shown; returns how many."""
        rows = await self._connection.all(select(tables.buttons))
        found = ((row.id, opened(self._vault.open("buttons", "rec", row.id, row.rec))[1]) for row in rows)
        theirs = [id_ for id_, button in found if button.organiser == organiser]
        return await self._connection.run(delete(tables.buttons).where(tables.buttons.c.id.in_(theirs)))

    async def purge(self, now: datetime) -> int:
        """Delete what has expired; returns how many."""
        rows = await self._connection.all(select(tables.buttons))
        found = ((row.id, opened(self._vault.open("buttons", "rec", row.id, row.rec))[1]) for row in rows)
        old = [id_ for id_, button in found if button.expires <= now]
        return await self._connection.run(delete(tables.buttons).where(tables.buttons.c.id.in_(old)))

    def _is(self, handle: bytes) -> ColumnElement[bool]:
        return one_of(tables.buttons.c.id, self._vault.indexes("buttons", b"handle" + handle))
