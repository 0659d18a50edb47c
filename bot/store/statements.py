"""Statements and slogans as they were imported. The bot answers from here, never from the workshop's files.

Reading the files is `library`; which statement is the latest is decided there too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert, select, update

from bot.domain.statement import Slogan, Statement
from bot.store import tables
from bot.store.connection import Connection
from bot.store.lookup import one_of
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(
    Statement,
    (
        "number",
        "date",
        "language",
        "title",
        "body",
        "author",
        "preface",
        "place",
        "original",
        "translator",
        "topics",
        "publish_at",
        "links",
        "prev",
        "code",
        "source",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slogans:
    """The slogans of one language, and the exact bytes of their file."""

    language: str
    slogans: tuple[Slogan, ...]
    source: bytes = b""


SLOGANS = Codec(_Slogans, ("language", "slogans", "source"))


def key(statement: Statement) -> bytes:
    """What the blind index of a statement is taken of."""
    return statement.number.to_bytes(4, "big") + statement.language.encode()


class Statements:
    """One row a statement and language, one row a language for its slogans."""

    def __init__(self, connection: Connection, vault: Vault, random: Callable[[int], bytes]) -> None:
        self._connection = connection
        self._vault = vault
        self._random = random

    async def put(self, statement: Statement) -> bool:
        """Seal a statement; False when the same bytes were there already, True when anything changed."""
        return await self._put(tables.statements, key(statement), CODEC, statement)

    async def all(self) -> list[Statement]:
        """Every statement in every language, by number and language."""
        found = [CODEC.decode(plain) for plain in await self._opened(tables.statements)]
        return sorted(found, key=lambda one: (one.number, one.language))

    async def put_slogans(self, language: str, slogans: Sequence[Slogan], source: bytes = b"") -> bool:
        """Put these in the place of a language's slogans; False when nothing changed."""
        record = _Slogans(language=language, slogans=tuple(slogans), source=source)
        return await self._put(tables.slogans, language.encode(), SLOGANS, record)

    async def slogans(self) -> list[Slogan]:
        """Every slogan, in the order of its file, languages in alphabetical order."""
        found = [SLOGANS.decode(plain) for plain in await self._opened(tables.slogans)]
        return [one for of in sorted(found, key=lambda of: of.language) for one in of.slogans]

    async def _put(self, table: Table, key: bytes, codec: Codec[Any], value: object) -> bool:
        bidx = self._vault.index(table.name, key)
        known = one_of(table.c.bidx, self._vault.indexes(table.name, key))
        row = await self._connection.one(select(table).where(known))
        id_ = row.id if row else self._random(16)
        plain = codec.encode(value)
        if row and self._vault.open(table.name, "rec", id_, row.rec) == plain:
            return False
        rec = self._vault.seal(table.name, "rec", id_, plain)
        change = update(table).where(table.c.id == id_) if row else insert(table).values(id=id_)
        await self._connection.run(change.values(rec=rec, bidx=bidx))
        return True

    async def _opened(self, table: Table) -> list[bytes]:
        rows = await self._connection.all(select(table.c.id, table.c.rec))
        return [self._vault.open(table.name, "rec", row.id, row.rec) for row in rows]
