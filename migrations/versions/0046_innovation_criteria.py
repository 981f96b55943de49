"""The criteria of innovation that an action names, beside their number."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "action_innovation_criterion",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contract", "action", "criterion")),
        sa.PrimaryKeyConstraint("contract", "action", "criterion", name="pk_action_innovation_criterion"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_action_innovation_criterion_action",
        ),
        sqlite_strict=True,
    )
