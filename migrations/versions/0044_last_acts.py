"""The last act that each agent typed on a contract, by which the same one typed again is recognised."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "last_act",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("arguments", sa.Text, nullable=False),
        sa.Column("entry_number", BIG),
        sa.PrimaryKeyConstraint("contract", "agent", name="pk_last_act"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_last_act_contract_contract"),
        sqlite_strict=True,
    )
