"""The accounts that a contract says of its own budget, by operation, third party and exercice."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contract_account",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contract", "operation", "party", "nomenclature")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("account", "source")),
        sa.Column("to_confirm", FLAG, nullable=False, server_default=sa.false()),
        sa.Column("starts_on", DAY, nullable=False),
        sa.Column("ends_on", DAY),
        sa.PrimaryKeyConstraint(
            *("contract", "operation", "party", "nomenclature", "starts_on"), name="pk_contract_account"
        ),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_contract_account_contract_contract"),
        sa.CheckConstraint(
            "operation IN ('verser', 'recevoir', 'constater', 'recouvrer', 'rendre')",
            name="ck_contract_account_operation",
        ),
        sqlite_strict=True,
    )
