"""The bot's token and number, sealed like the list: whoever has the token can read recent correspondence."""

from sqlalchemy import insert, select, update

from bot.domain.bot_record import BotRecord
from bot.store import tables
from bot.store.connection import Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(BotRecord, ("token", "bot_id", "username", "list_bot_id", "counted"))

_ONLY = bytes(16)
"""The id of the only row."""


class Bot:
    """One record a home; beside it in the table stand its `prints`."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def get(self) -> BotRecord | None:
        """The record; None before the first token was set."""
        row = await self._connection.one(select(tables.bot).where(tables.bot.c.id == _ONLY))
        return CODEC.decode(self._vault.open("bot", "token", _ONLY, row.token)) if row else None

    async def set(self, record: BotRecord) -> None:
        """Write the record, in the place of any other."""
        token = self._vault.seal("bot", "token", _ONLY, CODEC.encode(record))
        known = await self._connection.one(select(tables.bot.c.id).where(tables.bot.c.id == _ONLY))
        own = update(tables.bot).where(tables.bot.c.id == _ONLY)
        change = own if known else insert(tables.bot).values(id=_ONLY)
        await self._connection.run(change.values(token=token))
