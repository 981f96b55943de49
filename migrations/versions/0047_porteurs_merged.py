"""The porteur that another one is known as since, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("porteur", sa.Column("known_as", sa.Text, nullable=True))
    op.add_column("porteur", sa.Column("reason", sa.Text, nullable=False, server_default=""))
