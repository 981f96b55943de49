"""What a partner's line says beside its values, which file said it, who sent it, and whether a later one dropped it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean(create_constraint=False).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("partner_row", sa.Column("unread", sa.Text, nullable=False, server_default="{}"))
    op.add_column("partner_row", sa.Column("file", BIG))
    op.add_column("partner_row", sa.Column("sender", sa.Text, nullable=False, server_default=""))
    op.add_column("partner_row", sa.Column("gone", FLAG, nullable=False, server_default=sa.false()))
