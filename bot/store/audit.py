"""The audit: acts in a chain, each sealed in a row of its own, and one row (number 0) that knows the newest.

A link is HMAC-SHA256(key, link before ‖ number ‖ act as written). The key is made once and sealed in row 0,
so that a head says nothing to outsiders and outlives a change of the root key. Whoever holds the open vault
can write another chain, but not into the chats where organisers keep the heads of this one.
"""

import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import func, insert, select, update

from bot.domain.audit import MARK, OPENING, Act, Event, Head, Numbered, Review
from bot.errors import DamagedVaultError
from bot.store import records, tables
from bot.store.connection import AnyRow, Connection
from bot.store.organisers import EVER
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(Act, ("event", "at", "by", "about", "detail"))

BATCH = 500
"""Entries that are read at a time."""

LINK = 32
_NEWEST = 0
_SCHEMA = 1
_START = b"handbill/audit/v1"
_COLUMN = tables.audit.c


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Tip:
    """Row 0: the key of the chain, the newest entry's number and link, the keyring as it was last seen."""

    key: bytes
    number: int
    link: bytes
    keys: bytes

    def encoded(self) -> bytes:
        return msgspec.msgpack.encode([_SCHEMA, self.key, self.number, self.link, self.keys])


@dataclass(frozen=True, slots=True)
class _Read:
    """One row, as far as it could be opened."""

    number: int
    link: bytes
    body: bytes


class Audit:
    """Entries are added with the effect that they tell of, in its transaction, and never changed."""

    def __init__(self, connection: Connection, vault: Vault, random: Callable[[int], bytes]) -> None:
        self._connection = connection
        self._vault = vault
        self._random = random

    async def add(
        self, event: Event, at: datetime, *, by: str = "", about: str = "", detail: str = ""
    ) -> None:
        """Write one entry behind the newest."""
        tip = await self._tip() or await self._begin(at)
        await self._append(tip, Act(event=event, at=at, by=by, about=about, detail=detail))

    async def head(self) -> Head | None:
        """What stands for everything up to now; None where nothing was ever written."""
        tip = await self._tip()
        return Head(number=tip.number, mark=tip.link[:MARK]) if tip else None

    async def last(self, count: int) -> list[Numbered]:
        """The newest entries, oldest first; what is missing among them has its place."""
        tip = await self._tip()
        newest = tip.number if tip else 0
        wanted = range(max(1, newest - count + 1), newest + 1)
        rows = select(tables.audit).where(_COLUMN.seq >= wanted.start)
        found = {row.seq: self._opened(row) for row in await self._connection.all(rows)}
        return [Numbered(number=number, act=_act(found.get(number))) for number in wanted]

    async def review(self, asked: Head | None = None) -> Review:
        """Read everything, and look for what is missing or changed, and for a head that was sent round."""
        tip = await self._tip()
        if tip is None:
            lost = bool(await self._rows() or await self._founded())
            return Review(entries=0, broken=1 if lost else None, known=asked is None, left_open=False)
        broken: int | None = None
        known, left_open, link, expected = asked is None, False, _link(tip.key, b"", 0, _START), 1
        async for row in self._walk():
            link, true = _link(tip.key, link, row.number, row.body), row.link
            act = _act(row)
            if row.number != expected or link != true or act is None or act.event is Event.BEGAN_ANEW:
                broken = broken or min(expected, row.number)
            if asked and broken is None and row.number == asked.number:
                known = hmac.compare_digest(link[:MARK], asked.mark)
            if act and act.event in {*OPENING, Event.LOCKED}:
                left_open = act.event in OPENING
            # From here on as it was written: one changed entry is one, not all that follow.
            link, expected = true, row.number + 1
        if broken is None and (expected, link) != (tip.number + 1, tip.link):
            broken = min(expected, tip.number)
        return Review(entries=tip.number, broken=broken, known=known, left_open=left_open)

    async def keys_seen(self, keys: bytes, at: datetime) -> bytes:
        """Remember what the keyring looks like now; what it looked like before, nothing the first time."""
        tip = await self._tip() or await self._begin(at)
        if tip.keys != keys:
            await self._write(replace(tip, keys=keys))
        return tip.keys

    async def _begin(self, at: datetime) -> _Tip:
        """A new chain. Where there are organisers or entries already, an older one is gone: it says so."""
        lost = bool(await self._rows() or await self._founded())
        newest = await self._connection.one(select(func.max(_COLUMN.seq)))
        key = self._random(LINK)
        tip = _Tip(key=key, number=(newest and newest[0]) or 0, link=_link(key, b"", 0, _START), keys=b"")
        rec = self._vault.seal("audit", "rec", place(_NEWEST), tip.encoded())
        await self._connection.run(insert(tables.audit).values(seq=_NEWEST, rec=rec))
        return await self._append(tip, Act(event=Event.BEGAN_ANEW if lost else Event.BEGAN, at=at))

    async def _append(self, tip: _Tip, act: Act) -> _Tip:
        number, body = tip.number + 1, CODEC.encode(act)
        link = _link(tip.key, tip.link, number, body)
        rec = self._vault.seal("audit", "rec", place(number), link + body)
        await self._connection.run(insert(tables.audit).values(seq=number, rec=rec))
        return await self._write(replace(tip, number=number, link=link))

    async def _write(self, tip: _Tip) -> _Tip:
        rec = self._vault.seal("audit", "rec", place(_NEWEST), tip.encoded())
        await self._connection.run(update(tables.audit).where(_COLUMN.seq == _NEWEST).values(rec=rec))
        return tip

    async def _tip(self) -> _Tip | None:
        row = await self._connection.one(select(tables.audit).where(_COLUMN.seq == _NEWEST))
        return _tip(self._vault.open("audit", "rec", place(_NEWEST), row.rec)) if row else None

    async def _rows(self) -> AnyRow | None:
        return await self._connection.one(select(_COLUMN.seq).where(_COLUMN.seq > _NEWEST).limit(1))

    async def _founded(self) -> AnyRow | None:
        """Whether there was ever an organiser: that row of the policy opens nothing when it is missing."""
        return await self._connection.one(select(tables.policy.c.id).where(tables.policy.c.id == EVER))

    async def _walk(self) -> AsyncIterator[_Read]:
        """Every entry, in order."""
        after = _NEWEST
        while True:
            page = select(tables.audit).where(_COLUMN.seq > after).order_by(_COLUMN.seq).limit(BATCH)
            rows = await self._connection.all(page)
            for row in rows:
                yield self._opened(row)
            if len(rows) < BATCH:
                return
            after = rows[-1].seq

    def _opened(self, row: AnyRow) -> _Read:
        """A row that was not written by us has an empty link, which fits nothing."""
        try:
            plain = self._vault.open("audit", "rec", place(row.seq), row.rec)
        except DamagedVaultError:
            plain = b""
        return _Read(row.seq, plain[:LINK], plain[LINK:])


def place(number: int) -> bytes:
    """What the vault binds a row to."""
    return number.to_bytes(8, "big")


def _link(key: bytes, before: bytes, number: int, body: bytes) -> bytes:
    return hmac.digest(key, before + place(number) + body, "sha256")


def _act(row: _Read | None) -> Act | None:
    """What an entry says, if it says anything."""
    try:
        return CODEC.decode(row.body) if row else None
    except DamagedVaultError:
        return None


def _tip(plain: bytes) -> _Tip:
    try:
        schema, *values = msgspec.msgpack.decode(plain)
        records.checked(schema, newest=_SCHEMA)
        key, number, link, keys = values
        return _Tip(key=key, number=number, link=link, keys=keys)
    except (msgspec.DecodeError, TypeError, ValueError):
        records.senseless()
