"""The census: one sealed row a shard, by which a missing reader is noticed. Filled at the next unlock."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "census",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("rec", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", name="pk_census"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("census")
