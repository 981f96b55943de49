"""The action of another contract of the base that an action renews."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "action_renewal_across",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contract", "action", "previous_contract", "previous")),
        sa.PrimaryKeyConstraint("contract", "action", name="pk_action_renewal_across"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_renewal_across_action"
        ),
        sa.ForeignKeyConstraint(
            ["previous_contract", "previous"],
            ["action.contract", "action.number"],
            name="fk_action_renewal_across_previous",
        ),
        sa.CheckConstraint("previous_contract <> contract", name="ck_action_renewal_across_another_contract"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_action_renewal_across_previous_contract_previous",
        "action_renewal_across",
        ["previous_contract", "previous"],
    )
