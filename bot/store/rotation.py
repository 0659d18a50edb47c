"""Every row sealed anew under the newest root key, and every blind index with it, in batches.

A row that is done already is passed over, so whatever was interrupted goes on; the census goes with each
batch. With delivery and the audience estimate this is the only place that opens contacts in bulk; it hands
none of them to anybody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, literal, select, tuple_, update

from bot.store import audit, buttons, contacts, organisers, statements, tables
from bot.store.census import Census
from bot.store.connection import Connection
from bot.vault.vault import Vault

BATCH = 200
"""Rows of one transaction: whoever wants to write waits for some milliseconds."""

Random = Callable[[int], bytes]
Row = Mapping[str, Any]
Key = tuple[Any, ...]
Fresh = Callable[[Vault, Row, bytes, Random], dict[str, bytes] | None]
"""From a row and its plaintext to the columns that hold blind indexes; None for a row that must go."""


def _no_index(_: Vault, __: Row, ___: bytes, ____: Random) -> dict[str, bytes]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How the rows of one table are sealed, and what is looked up in it."""

    table: Table
    columns: tuple[str, ...] = ("rec",)
    name: Callable[[Row], bytes] = lambda row: bytes(row["id"])
    """What the vault binds a row to."""
    fresh: Fresh = _no_index
    blocks: bool = False


def _contact(vault: Vault, row: Row, plain: bytes, _: Random) -> dict[str, bytes]:
    return {"bidx": vault.index("contacts", contacts.key(contacts.decode(row["id"], plain).chat))}


def _organiser(vault: Vault, row: Row, plain: bytes, _: Random) -> dict[str, bytes]:
    chat = organisers.CODEC.decode(plain, id=row["id"]).chat
    return {"bidx": vault.index("organisers", contacts.key(chat))}


def _statement(vault: Vault, _: Row, plain: bytes, __: Random) -> dict[str, bytes]:
    return {"bidx": vault.index("statements", statements.key(statements.CODEC.decode(plain)))}


def _slogans(vault: Vault, _: Row, plain: bytes, __: Random) -> dict[str, bytes]:
    return {"bidx": vault.index("slogans", statements.SLOGANS.decode(plain).language.encode())}


def _invitation(_: Vault, __: Row, ___: bytes, random: Random) -> dict[str, bytes]:
    """Nobody knows the code, so it cannot be used any more; who has used it goes on."""
    return {"bidx": random(16)}


def _button(vault: Vault, _: Row, plain: bytes, __: Random) -> dict[str, bytes] | None:
    """An older Handbill did not seal the handle with it: such a button cannot be found any more."""
    handle, button = buttons.opened(plain)
    return buttons.places(vault, handle, button.subject) if handle else None


KINDS = (
    Kind(table=tables.contacts, fresh=_contact),
    Kind(table=tables.broadcasts),
    Kind(
        table=tables.journal,
        name=lambda row: row["broadcast"] + bytes([row["shard"]]) + row["seq"].to_bytes(4, "big"),
        blocks=True,
    ),
    Kind(table=tables.statements, fresh=_statement),
    Kind(table=tables.slogans, fresh=_slogans),
    Kind(table=tables.organisers, columns=("rec", "totp"), fresh=_organiser),
    Kind(table=tables.invitations, columns=("rec", "totp"), fresh=_invitation),
    Kind(table=tables.policy),
    Kind(table=tables.buttons, fresh=_button),
    Kind(table=tables.stepups, name=lambda row: bytes(row["organiser"])),
    Kind(table=tables.bot, columns=("token",)),
    Kind(table=tables.census),
    Kind(table=tables.audit, name=lambda row: audit.place(row["seq"])),
)
EMPTY = (tables.publications, tables.threads)
"""Tables that nothing writes yet; with a row in one of them no root key is changed."""


async def ready(connection: Connection) -> bool:
    """Whether every sealed row is of a kind that is known here."""
    rows = [await connection.one(select(literal(1)).select_from(table).limit(1)) for table in EMPTY]
    return rows == [None] * len(EMPTY)


async def reseal(
    connection: Connection, census: Census, vault: Vault, kind: Kind, after: Key | None, random: Random
) -> Key | None:
    """Seal the next batch anew; where to go on, or None at the end of the table. `census.flush` follows."""
    if kind.table is tables.census:
        await census.renew()
        return None
    keys = list(kind.table.primary_key)
    wanted = select(kind.table).order_by(*keys).limit(BATCH)
    if after is not None:
        place = [literal(value, column.type) for column, value in zip(keys, after, strict=True)]
        wanted = wanted.where(tuple_(*keys) > tuple_(*place))
    rows = [row._asdict() for row in await connection.all(wanted)]
    old = [row for row in rows if not all(vault.is_newest(row[column]) for column in kind.columns)]
    fresh = [_anew(vault, kind, row, random) for row in old]
    await _write(connection, kind, [(_key(kind, row), new) for row, new in zip(old, fresh, strict=True)])
    if kind.table is tables.contacts:
        _count(census, old, fresh)
    return _key(kind, rows[-1]) if len(rows) == BATCH else None


async def left(connection: Connection, vault: Vault) -> int:
    """How many rows are not sealed with the newest root key."""
    total = 0
    for kind in KINDS:
        for column in kind.columns:
            header = func.substr(kind.table.c[column], 1, 3)
            row = await connection.one(
                select(func.count()).select_from(kind.table).where(header != vault.header)
            )
            total += row[0] if row else 0
    return total


def _key(kind: Kind, row: Row) -> Key:
    return tuple(row[column.name] for column in kind.table.primary_key)


def _anew(vault: Vault, kind: Kind, row: Row, random: Random) -> dict[str, bytes] | None:
    """The columns of a row that change; None for one that must go."""
    table, name = kind.table.name, kind.name(row)
    plain = {column: vault.open(table, column, name, row[column]) for column in kind.columns}
    fresh = kind.fresh(vault, row, plain[kind.columns[0]], random)
    if fresh is None:
        return None
    name, seal = kind.name({**row, **fresh}), vault.seal_blocks if kind.blocks else vault.seal
    return fresh | {column: seal(table, column, name, value) for column, value in plain.items()}


def _count(census: Census, old: Sequence[Row], fresh: Sequence[Mapping[str, bytes] | None]) -> None:
    """Tell the census which readers' rows took the place of which."""
    for row, new in zip(old, fresh, strict=True):
        census.left(row["id"], row["bidx"], row["rec"])
        if new is not None:
            census.entered(row["id"], new["bidx"], new["rec"])


async def _write(
    connection: Connection, kind: Kind, rows: Sequence[tuple[Key, Mapping[str, bytes] | None]]
) -> None:
    """Change a batch in one statement; what must go is rare, and goes by itself."""
    keys = list(kind.table.primary_key)
    changes = [(key, changed) for key, changed in rows if changed]
    if changes:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changes[0][1]}
        mine = [column == bindparam(f"old_{column.name}") for column in keys]
        parameters = [
            {f"new_{name}": value for name, value in changed.items()}
            | {f"old_{column.name}": value for column, value in zip(keys, key, strict=True)}
            for key, changed in changes
        ]
        await connection.run(update(kind.table).where(*mine).values(values), parameters)
    for key in [key for key, changed in rows if changed is None]:
        gone = [column == value for column, value in zip(keys, key, strict=True)]
        await connection.run(delete(kind.table).where(*gone))
