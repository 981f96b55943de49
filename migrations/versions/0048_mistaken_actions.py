"""Why an action is known to have been entered by mistake."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("action", sa.Column("mistake", sa.Text, nullable=True))
