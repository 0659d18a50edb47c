"""Under which names Telegram keeps the leaflets and posters that this bot has sent before.

Such a name is worth something to one bot only, so the record stands beside that bot's token. It says what was
printed, never for whom or how often.
"""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from bot.domain.media import Media
from bot.store import tables
from bot.store.connection import Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

KEPT = 256
"""The newest ones; an older one is laid out and uploaded again."""

_ROW = bytes(15) + b"\x01"
"""The id of the row, beside the token's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One thing that was printed: what it is the print of, and how to send it again."""

    key: bytes
    media: Media


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prints:
    prints: tuple[Print, ...] = ()


CODEC = Codec(_Prints, ("prints",))


class Prints:
    """One record a home."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def find(self, key: bytes) -> Media | None:
        """How it can be sent again; None if it never was, or long ago."""
        return next((each.media for each in await self._all() if each.key == key), None)

    async def keep(self, key: bytes, media: Media) -> None:
        """Remember a print, in the place of an earlier one of the same."""
        others = [each for each in await self._all() if each.key != key]
        prints = (Print(key=key, media=media), *others[: KEPT - 1])
        record = CODEC.encode(_Prints(prints=prints))
        sealed = self._vault.seal("bot", "token", _ROW, record)
        known = await self._connection.one(select(tables.bot.c.id).where(tables.bot.c.id == _ROW))
        where = tables.bot.c.id == _ROW
        change = update(tables.bot).where(where) if known else insert(tables.bot).values(id=_ROW)
        await self._connection.run(change.values(token=sealed))

    async def _all(self) -> tuple[Print, ...]:
        row = await self._connection.one(select(tables.bot).where(tables.bot.c.id == _ROW))
        if row is None:
            return ()
        return CODEC.decode(self._vault.open("bot", "token", _ROW, row.token)).prints
