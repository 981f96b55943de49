"""Debts forgiven, written off or extinguished, each by an act of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "debt_loss",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("titre", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("motive", sa.Text, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("agreement", sa.Text, nullable=False, server_default=""),
        sa.Column("reversal_number", BIG),
        sa.Column("undone_on", DAY),
        sa.PrimaryKeyConstraint("contract", "titre", "rank", name="pk_debt_loss"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_debt_loss_contract_contract"),
        sa.ForeignKeyConstraint(
            ["contract", "titre"], ["titre.contract", "titre.reference"], name="fk_debt_loss_titre"
        ),
        sa.CheckConstraint("amount > 0", name="ck_debt_loss_amount_above_zero"),
        sa.CheckConstraint("kind IN ('remise', 'non_valeur', 'eteinte')", name="ck_debt_loss_kind"),
        sa.CheckConstraint("agreement = '' OR kind <> 'non_valeur'", name="ck_debt_loss_agreement_where_lost_for_good"),
        sa.CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="ck_debt_loss_undone"),
        sqlite_strict=True,
    )
