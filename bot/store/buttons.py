"""What organisers' buttons mean. A handle is never written down: the row's id is its blind index."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.domain.organiser import OrganiserId
from bot.domain.stepup import Button
from bot.store import tables
from bot.store.connection import Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(Button, ("organiser", "action", "subject", "digest", "expires"))


class Buttons:
    """Buttons that were shown to organisers and not pressed yet."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def add(self, handle: bytes, button: Button) -> None:
        """Remember what the button with this handle (12 random bytes) does."""
        id_ = self._id(handle)
        rec = self._vault.seal("buttons", "rec", id_, CODEC.encode(button))
        row = {"id": id_, "about": self._about(button.subject), "rec": rec}
        await self._connection.run(insert(tables.buttons).values(**row))

    async def peek(self, handle: bytes, now: datetime) -> Button | None:
        """What the button does, without using it up; None for an unknown, used or expired one."""
        row = await self._connection.one(
            select(tables.buttons).where(tables.buttons.c.id == self._id(handle))
        )
        if row is None:
            return None
        button = CODEC.decode(self._vault.open("buttons", "rec", row.id, row.rec))
        return button if button.expires > now else None

    async def take(self, handle: bytes, now: datetime) -> Button | None:
        """What the button does, once: it is deleted. None for an unknown, used or expired one."""
        button = await self.peek(handle, now)
        await self._connection.run(delete(tables.buttons).where(tables.buttons.c.id == self._id(handle)))
        return button

    async def drop_for(self, subject: bytes) -> int:
        """Delete every button that acts on this subject; returns how many."""
        about = tables.buttons.c.about == self._about(subject)
        return await self._connection.run(delete(tables.buttons).where(about))

    async def drop_of(self, organiser: OrganiserId) -> int:
        """Delete every button that this organiser was shown; returns how many."""
        rows = await self._connection.all(select(tables.buttons))
        opened = ((row.id, CODEC.decode(self._vault.open("buttons", "rec", row.id, row.rec))) for row in rows)
        theirs = [id_ for id_, button in opened if button.organiser == organiser]
        return await self._connection.run(delete(tables.buttons).where(tables.buttons.c.id.in_(theirs)))

    async def purge(self, now: datetime) -> int:
        """Delete what has expired; returns how many."""
        rows = await self._connection.all(select(tables.buttons))
        opened = ((row.id, CODEC.decode(self._vault.open("buttons", "rec", row.id, row.rec))) for row in rows)
        old = [id_ for id_, button in opened if button.expires <= now]
        return await self._connection.run(delete(tables.buttons).where(tables.buttons.c.id.in_(old)))

    def _id(self, handle: bytes) -> bytes:
        return self._vault.index("buttons", b"handle" + handle)

    def _about(self, subject: bytes) -> bytes:
        return self._vault.index("buttons", b"about" + subject)
