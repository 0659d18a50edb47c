"""The first tables: readers, broadcasts and their journal, statements, organisers, what the bot remembers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _table(name: str, *parts: sa.Column[bytes] | sa.Column[int] | sa.Column[bool] | sa.Constraint) -> None:
    op.create_table(name, *parts, sqlite_with_rowid=False)


def _id(name: str = "id") -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _sealed(name: str = "rec") -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _indexed(name: str, *more: sa.Column[bytes]) -> None:
    """A table with a blind index."""
    _table(
        name,
        _id(),
        sa.Column("bidx", sa.LargeBinary(), nullable=False),
        _sealed(),
        *more,
        _key(name, "id"),
        sa.UniqueConstraint("bidx", name=f"uq_{name}_bidx"),
    )


def _with_state(name: str) -> None:
    """A table whose rows have a state that can be asked for."""
    state = sa.Column("state", sa.SmallInteger(), nullable=False)
    _table(name, _id(), state, _sealed(), _key(name, "id"))


def upgrade() -> None:
    for name in ("contacts", "statements", "slogans", "threads"):
        _indexed(name)
    for name in ("organisers", "invitations"):
        _indexed(name, _sealed("totp"))
    for name in ("broadcasts", "publications"):
        _with_state(name)
    _deliveries()
    _small_tables()


def _deliveries() -> None:
    _table(
        "shards",
        _id("broadcast"),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("worker", sa.LargeBinary()),
        sa.Column("lease_until", sa.BigInteger()),
        _key("shards", "broadcast", "shard"),
        sa.ForeignKeyConstraint(["broadcast"], ["broadcasts.id"], name="fk_shards_broadcast"),
    )
    _table(
        "journal",
        _id("broadcast"),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        _sealed(),
        _key("journal", "broadcast", "shard", "seq"),
    )


def _small_tables() -> None:
    _table("audit", sa.Column("seq", sa.BigInteger(), nullable=False), _sealed(), _key("audit", "seq"))
    _table("policy", _id(), _sealed(), _key("policy", "id"))
    _table(
        "updates_seen",
        sa.Column("update", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        _key("updates_seen", "update"),
    )
    about = sa.Column("about", sa.LargeBinary(), nullable=False)
    _table("buttons", _id(), about, _sealed(), _key("buttons", "id"))
    op.create_index("ix_buttons_about", "buttons", ["about"])
    _table("stepups", _id("organiser"), _sealed(), _key("stepups", "organiser"))
    _table("bot", _id(), _sealed("token"), _key("bot", "id"))


def downgrade() -> None:
    op.drop_index("ix_buttons_about", "buttons")
    for name in (
        "bot",
        "stepups",
        "buttons",
        "updates_seen",
        "policy",
        "audit",
        "journal",
        "shards",
        "publications",
        "broadcasts",
        "invitations",
        "organisers",
        "threads",
        "slogans",
        "statements",
        "contacts",
    ):
        op.drop_table(name)
