"""Credits whose lowering is announced, and credits frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "credit_announcement",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("announced_on", DAY, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("effect_number", BIG),
        sa.Column("effect_on", DAY),
        sa.Column("restored_on", DAY),
        sa.Column("reversal_number", BIG),
        sa.Column("undone_on", DAY),
        sa.PrimaryKeyConstraint("contract", "line", "year", "rank", name="pk_credit_announcement"),
        sa.UniqueConstraint("contract", "entry_number", name="uq_credit_announcement_contract_entry_number"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_credit_announcement_contract_contract"),
        sa.CheckConstraint("kind IN ('baisse', 'gel')", name="ck_credit_announcement_kind"),
        sa.CheckConstraint("amount > 0 OR (kind = 'gel' AND amount < 0)", name="ck_credit_announcement_amount_signed"),
        sa.CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="ck_credit_announcement_undone"),
        sa.CheckConstraint("(effect_on IS NULL) = (effect_number IS NULL)", name="ck_credit_announcement_effective"),
        sqlite_strict=True,
    )
