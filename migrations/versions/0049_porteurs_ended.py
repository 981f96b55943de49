"""The last day of a porteur, and the one that follows it."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("porteur", sa.Column("ended_on", DAY, nullable=True))
    op.add_column("porteur", sa.Column("successor", sa.Text, nullable=True))
