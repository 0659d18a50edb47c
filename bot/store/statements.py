"""Statements and slogans as they were imported. The bot answers from here, never from the workshop's files.

Reading the files is `library`; which statement is the latest is decided there too.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Table, insert, select, update

from bot.domain.statement import Slogan, SloganFile, Statement
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
        "signatures",
        "accepted",
        "withdrawn",
    ),
)

SLOGANS = Codec(SloganFile, ("language", "slogans", "source", "signatures", "accepted", "replaced"))

Mark = bytes
"""A row's id: what is changed gets another one, so that it is enough to look at ids."""
TOGETHER = 500
"""Rows that are asked for in one statement."""


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
        return await self.put_slogan_file(
            SloganFile(language=language, slogans=tuple(slogans), source=source)
        )

    async def put_slogan_file(self, file: SloganFile) -> bool:
        """Put this in the place of a language's slogans; False when nothing changed."""
        return await self._put(tables.slogans, file.language.encode(), SLOGANS, file)

    async def slogans(self) -> list[Slogan]:
        """Every slogan, in the order of its file, languages in alphabetical order."""
        return [one for file in await self.slogan_files() for one in file.slogans]

    async def slogan_files(self) -> list[SloganFile]:
        """Every language's file, in alphabetical order."""
        found = [SLOGANS.decode(plain) for plain in await self._opened(tables.slogans)]
        return sorted(found, key=lambda of: of.language)

    async def marks(self) -> tuple[frozenset[Mark], frozenset[Mark]]:
        """What tells any change of statements and of slogans; reads no sealed row."""
        texts = await self._connection.all(select(tables.statements.c.id))
        files = await self._connection.all(select(tables.slogans.c.id))
        return frozenset(bytes(row.id) for row in texts), frozenset(bytes(row.id) for row in files)

    async def marked(self, marks: Collection[Mark]) -> dict[Mark, Statement]:
        """These statements, of those that are there."""
        found, table, wanted = dict[Mark, Statement](), tables.statements, sorted(marks)
        for at in range(0, len(wanted), TOGETHER):
            some = table.c.id.in_(wanted[at : at + TOGETHER])
            for row in await self._connection.all(select(table.c.id, table.c.rec).where(some)):
                found[bytes(row.id)] = CODEC.decode(self._vault.open(table.name, "rec", row.id, row.rec))
        return found

    async def _put(self, table: Table, key: bytes, codec: Codec[Any], value: object) -> bool:
        bidx = self._vault.index(table.name, key)
        known = one_of(table.c.bidx, self._vault.indexes(table.name, key))
        row = await self._connection.one(select(table).where(known))
        plain = codec.encode(value)
        if row and self._vault.open(table.name, "rec", row.id, row.rec) == plain:
            return False
        id_ = self._random(16)
        rec = self._vault.seal(table.name, "rec", id_, plain)
        change = update(table).where(table.c.id == row.id) if row else insert(table)
        await self._connection.run(change.values(id=id_, rec=rec, bidx=bidx))
        return True

    async def _opened(self, table: Table) -> list[bytes]:
        rows = await self._connection.all(select(table.c.id, table.c.rec))
        return [self._vault.open(table.name, "rec", row.id, row.rec) for row in rows]
