"""The tables, as the newest migration leaves them. Which repository uses one is in its own file.

No column says anything about a person: a row is an id, where needed a blind index, and a sealed blob. What
stands in the open (state, shard, done, attempts) is what SECURITY.md says a seized disk gives away.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _table(name: str, *parts: Any) -> Table:
    """A table without a hidden row number: its order on disk would tell who joined after whom."""
    return Table(name, metadata, *parts, sqlite_with_rowid=False)


def _id(name: str = "id", *extra: Any) -> Column[bytes]:
    return Column(name, LargeBinary, *extra, primary_key=True)


def _number(name: str, kind: Any) -> Column[int]:
    """A part of the key that the program chooses itself."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def _sealed(name: str = "rec") -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def _index() -> Column[bytes]:
    return Column("bidx", LargeBinary, nullable=False, unique=True)


contacts = _table("contacts", _id(), _index(), _sealed())

broadcasts = _table("broadcasts", _id(), Column("state", SmallInteger, nullable=False), _sealed())

shards = _table(
    "shards",
    _id("broadcast", ForeignKey("broadcasts.id")),
    _number("shard", SmallInteger),
    Column("done", Boolean, nullable=False),
    Column("worker", LargeBinary),
    Column("lease_until", BigInteger),
)

# No foreign key: it would cost the hot path a look-up for each commit, and the shards have one.
journal = _table(
    "journal",
    _id("broadcast"),
    _number("shard", SmallInteger),
    _number("seq", Integer),
    _sealed(),
)

statements = _table("statements", _id(), _index(), _sealed())

slogans = _table("slogans", _id(), _index(), _sealed())

publications = _table("publications", _id(), Column("state", SmallInteger, nullable=False), _sealed())

organisers = _table("organisers", _id(), _index(), _sealed(), _sealed("totp"))

invitations = _table("invitations", _id(), _index(), _sealed(), _sealed("totp"))

threads = _table("threads", _id(), _index(), _sealed())

audit = _table("audit", _number("seq", BigInteger), _sealed())

policy = _table("policy", _id(), _sealed())

updates_seen = _table(
    "updates_seen",
    _number("update", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
)

# A button's id is the blind index of its handle, and `about` that of what it acts on.
buttons = _table("buttons", _id(), Column("about", LargeBinary, nullable=False), _sealed())
Index(None, buttons.c.about)

census = _table("census", _number("shard", SmallInteger), _sealed())

stepups = _table("stepups", _id("organiser"), _sealed())

bot = _table("bot", _id(), _sealed("token"))
