"""What an action cost in all, beside its eligible cost: other receipts are taken off it."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Empty for the bilans settled before, whose final amount rests on the eligible cost.
    op.add_column("bilan", sa.Column("whole_cost", BIG))
