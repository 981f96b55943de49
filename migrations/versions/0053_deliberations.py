"""The délibérations that grant the EPCI's own money."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deliberation",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("prepared_on", DAY, nullable=False),
        sa.Column("number", sa.Text, nullable=False, server_default=""),
        sa.Column("adopted_on", DAY),
        sa.Column("sent_on", DAY),
        sa.Column("published_on", DAY),
        sa.Column("withdrawn_on", DAY),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("contract", "code", name="pk_deliberation"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_deliberation_contract_contract"),
        sa.CheckConstraint("(number = '') = (adopted_on IS NULL)", name="ck_deliberation_adopted_under_a_number"),
        sa.CheckConstraint(
            "adopted_on IS NOT NULL OR (sent_on IS NULL AND published_on IS NULL)",
            name="ck_deliberation_adopted_first",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "deliberation_line",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("deliberation", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("beneficiary", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "deliberation", "rank", name="pk_deliberation_line"),
        sa.ForeignKeyConstraint(
            ["contract", "deliberation"],
            ["deliberation.contract", "deliberation.code"],
            name="fk_deliberation_line_deliberation",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_deliberation_line_action"
        ),
        sa.ForeignKeyConstraint(
            ["contract", "line"],
            ["credit_line.contract", "credit_line.code"],
            name="fk_deliberation_line_line",
        ),
        sa.ForeignKeyConstraint(["beneficiary"], ["porteur.code"], name="fk_deliberation_line_porteur_beneficiary"),
        sa.CheckConstraint("amount > 0", name="ck_deliberation_line_amount_above_zero"),
        sqlite_strict=True,
    )
