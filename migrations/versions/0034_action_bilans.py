"""A bilan says what no convention of the book pays of its other funding; financeurs decide what they finally pay."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("bilan", sa.Column("outside_funding", BIG))
    op.create_table(
        "final_decision",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contract", "convention", "action", "line")),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("undone_on", DAY),
        sa.Column("reversal_number", BIG),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "line", "rank", name="pk_final_decision"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_final_decision_convention",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_final_decision_credit_line_line"),
        sa.CheckConstraint("amount >= 0", name="ck_final_decision_amount_not_negative"),
        sa.CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="ck_final_decision_undone"),
        sqlite_strict=True,
    )
