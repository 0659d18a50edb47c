"""The census: how many contacts each shard has and a keyed sum over them, so that none vanishes unnoticed.

One sealed line a shard, and one over those, written in the transaction of each change. It notices rows that
were deleted, added, exchanged or put back; it repairs nothing. Layout, big-endian, 49 bytes:

    at  bytes  what
     0      1  schema, 1
     1      8  generation when this line was written: the number of commits that changed contacts
     9      8  contacts; in the line over all shards, all of them
    17     32  XOR of HMAC(id ‖ blind index ‖ record); in the line over all, XOR of HMAC(shard ‖ sealed line)

The HMAC's key is of the root key that the record or line is sealed with: while the root key is changed, what
is done and what is not is counted side by side, and the sums are right after each commit.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import LargeBinary, SmallInteger, bindparam, case, delete, func, insert, select, update

from bot.domain.contact import SHARDS
from bot.errors import DamagedVaultError
from bot.store import records, tables
from bot.store.connection import AnyRow, Connection
from bot.store.paging import pages
from bot.vault.vault import Vault

SCHEMA = 1
HEAD = SHARDS
"""The number of the line over all shards."""
PAGE = 500

_LAYOUT = struct.Struct(">BQq32s")
_CENSUS = tables.census.c
_CONTACT = tables.contacts.c


class Doubt(StrEnum):
    """What does not fit."""

    BEHIND = "behind"
    """The database is an older one than this home has had."""
    COUNTS = "counts"
    """There are fewer readers than were written, or more."""
    ROWS = "rows"
    """A row is not the one that was written last."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the census, opened, and as it lies sealed in the database."""

    generation: int = 0
    count: int = 0
    total: int = 0
    """The XOR, as a number."""
    rec: bytes = b""

    def encode(self) -> bytes:
        """The 49 bytes to seal."""
        return _LAYOUT.pack(SCHEMA, self.generation, self.count, self.total.to_bytes(32, "big"))


_EMPTY = Line()
_SHARD = bindparam("shard_", type_=SmallInteger())
_OLD, _NEW, _OLD_HEAD, _NEW_HEAD = (
    bindparam(name, type_=LargeBinary()) for name in ("old_", "new_", "old_head", "new_head")
)
_TWO = _CENSUS.shard.in_([_SHARD, HEAD])
_AS_KNOWN = select(func.count()).select_from(tables.census).where(_TWO, _CENSUS.rec.in_([_OLD, _OLD_HEAD]))
SWAP = (
    update(tables.census)
    .where(_TWO, _AS_KNOWN.scalar_subquery() == 2)  # noqa: PLR2004 - a shard's line and the one over all
    .values(rec=case((_CENSUS.shard == HEAD, _NEW_HEAD), else_=_NEW))
)
"""Write two lines anew, if both are as they were known: one statement, all or nothing."""


class Census:
    """The census inside one transaction. `contacts` reports each change; `flush` comes before the commit.

    `known` are lines as some earlier transaction left them: they spare a look, and are never believed unseen.
    """

    def __init__(self, connection: Connection, vault: Vault, known: Mapping[int, Line] | None = None) -> None:
        self._connection = connection
        self._vault = vault
        self._known = known or {}
        self._counts: defaultdict[int, int] = defaultdict(int)
        self._totals: defaultdict[int, int] = defaultdict(int)
        self.reached = 0
        """The generation that was written, 0 when nothing was."""
        self.written: dict[int, Line] = {}

    def entered(self, id_: bytes, bidx: bytes, rec: bytes) -> None:
        """A row was written."""
        self._counts[id_[0]] += 1
        self._totals[id_[0]] ^= self._tag(id_ + bidx, rec)

    def left(self, id_: bytes, bidx: bytes, rec: bytes) -> None:
        """A row is gone, or another takes its place."""
        self._counts[id_[0]] -= 1
        self._totals[id_[0]] ^= self._tag(id_ + bidx, rec)

    async def flush(self) -> None:
        """Write what was reported."""
        if self._totals:
            shards = sorted(self._totals)
            if not await self._swap(shards):
                lines = await self._lines(shards, lock=True)
                await self._write(self._after(shards, lines), known=lines)

    async def renew(self) -> None:
        """Seal every line with the newest root key, whatever it says. DamagedVaultError if one is damaged."""
        lines = await self._lines(None, strict=True, lock=True)
        if lines:
            shards = sorted({*lines, *self._totals} - {HEAD})
            await self._write(self._after(shards, lines), known=lines)

    async def generation(self) -> int:
        """How often contacts were changed; 0 before the first."""
        return (await self._lines([])).get(HEAD, _EMPTY).generation

    async def compare(self) -> Doubt | None:
        """What does not fit between the lines and the numbers of rows; no record is read."""
        try:
            lines = await self._lines(None, strict=True)
        except DamagedVaultError:
            return Doubt.ROWS
        head = lines.pop(HEAD, _EMPTY)
        total = 0
        for shard, line in lines.items():
            total ^= self._own(shard, line)
        if total != head.total or any(line.generation > head.generation for line in lines.values()):
            return Doubt.ROWS
        first = func.substr(_CONTACT.id, 1, 1)
        rows = await self._connection.all(select(first, func.count()).group_by(first))
        found = {row[0][0]: row[1] for row in rows}
        counted = {shard: line.count for shard, line in lines.items() if line.count}
        return Doubt.COUNTS if found != counted or sum(found.values()) != head.count else None

    async def fits(self, shards: Collection[int]) -> bool:
        """Whether every row of these few shards is the one that was written last. Reads them in pages."""
        try:
            lines = await self._lines(shards, strict=True)
        except DamagedVaultError:
            return False
        known = {shard: lines.get(shard, _EMPTY) for shard in shards}
        sums = await self._sums(shards)
        return sums == {shard: (line.count, line.total) for shard, line in known.items()}

    async def rebuild(self, at_least: int = 0) -> None:
        """Count everybody anew and take what is there for right.

        Only for a list without a census, and for one that the keeper accepted. The generation goes on, from
        `at_least` if that is higher.
        """
        generation = max(await self.generation(), at_least) + 1
        lines, everybody, over_all = {}, 0, 0
        for shard in range(SHARDS):
            count, total = (await self._sums([shard]))[shard]
            if count:
                line = lines[shard] = self._sealed(shard, Line(generation, count, total))
                everybody += count
                over_all ^= self._own(shard, line)
        lines[HEAD] = self._sealed(HEAD, Line(generation, everybody, over_all))
        await self._connection.run(delete(tables.census))
        await self._write(lines, known={})

    async def _sums(self, shards: Collection[int]) -> dict[int, tuple[int, int]]:
        """Rows and XOR of each shard. One statement reads a page of all that are not at their end."""
        sums = dict.fromkeys(shards, (0, 0))
        last: dict[int, bytes | None] = dict.fromkeys(shards)
        while last:
            most = max(1, PAGE // len(last))
            read: Counter[int] = Counter()
            for row in await self._connection.all(pages(last, most, _CONTACT.bidx, _CONTACT.rec)):
                shard = row[0][0]
                count, total = sums[shard]
                sums[shard] = (count + 1, total ^ self._tag(row[0] + row[1], row[2]))
                read[shard] += 1
                last[shard] = row[0]
            last = {shard: after for shard, after in last.items() if read[shard] == most}
        return sums

    async def _lines(
        self, shards: Iterable[int] | None, *, strict: bool = False, lock: bool = False
    ) -> dict[int, Line]:
        """These lines and the one over all, or every line. One that does not open counts as missing.

        So /stop works even if somebody damaged the census; that it was, `compare` and `fits` say.
        """
        lines = select(tables.census).order_by(_CENSUS.shard)
        if shards is not None:
            lines = lines.where(_CENSUS.shard.in_([*shards, HEAD]))
        if lock:
            lines = lines.with_for_update()
        opened = {}
        for row in await self._connection.all(lines):
            try:
                opened[int(row.shard)] = self._opened(row)
            except DamagedVaultError:
                if strict:
                    raise
        return opened

    def _after(self, shards: Iterable[int], lines: Mapping[int, Line]) -> dict[int, Line]:
        """These lines and the one over all, as they are to be written."""
        head = lines.get(HEAD, _EMPTY)
        generation, total = head.generation + 1, head.total
        after = {}
        for shard in shards:
            before = lines.get(shard, _EMPTY)
            count, own = before.count + self._counts[shard], before.total ^ self._totals[shard]
            after[shard] = self._sealed(shard, Line(generation, count, own))
            total ^= self._own(shard, before) ^ self._own(shard, after[shard])
        after[HEAD] = self._sealed(HEAD, Line(generation, head.count + sum(self._counts.values()), total))
        return after

    async def _swap(self, shards: list[int]) -> bool:
        """Write the lines of one shard without a look, if they are known and still the same."""
        if len(shards) != 1 or not self._known.keys() >= {*shards, HEAD}:
            return False
        after = self._after(shards, self._known)
        values = {
            "shard_": shards[0],
            "old_": self._known[shards[0]].rec,
            "old_head": self._known[HEAD].rec,
            "new_": after[shards[0]].rec,
            "new_head": after[HEAD].rec,
        }
        done = await self._connection.run(SWAP, values) == len(after)
        if done:
            self._noted(after)
        return done

    async def _write(self, lines: Mapping[int, Line], known: Mapping[int, Line]) -> None:
        again = [{"at": shard, "rec": line.rec} for shard, line in lines.items() if shard in known]
        fresh = [{"shard": shard, "rec": line.rec} for shard, line in lines.items() if shard not in known]
        if again:
            await self._connection.run(
                update(tables.census).where(_CENSUS.shard == bindparam("at")).values(rec=bindparam("rec")),
                again,
            )
        if fresh:
            # One that did not open is in the way.
            await self._connection.run(
                delete(tables.census).where(_CENSUS.shard.in_([row["shard"] for row in fresh]))
            )
            await self._connection.run(insert(tables.census), fresh)
        self._noted(lines)

    def _noted(self, lines: Mapping[int, Line]) -> None:
        self.reached = lines[HEAD].generation
        self.written |= lines
        self._counts.clear()
        self._totals.clear()

    def _sealed(self, shard: int, line: Line) -> Line:
        rec = self._vault.seal("census", "rec", _name(shard), line.encode())
        return Line(line.generation, line.count, line.total, rec)

    def _opened(self, row: AnyRow) -> Line:
        plain = self._vault.open("census", "rec", _name(row.shard), row.rec)
        records.checked(plain[0] if plain else 0, newest=SCHEMA)
        if len(plain) != _LAYOUT.size:
            records.senseless()
        _, generation, count, total = _LAYOUT.unpack(plain)
        return Line(generation, count, int.from_bytes(total, "big"), row.rec)

    def _own(self, shard: int, line: Line) -> int:
        """What a line adds to the one over all; one that is not there adds nothing."""
        return self._tag(_name(shard), line.rec) if line.rec else 0

    def _tag(self, name: bytes, rec: bytes) -> int:
        return int.from_bytes(self._vault.mac("census", name + rec, like=rec), "big")


def _name(shard: int) -> bytes:
    """What the vault binds a line to."""
    return shard.to_bytes(2, "big")
