"""What of a titre reduces the mandats of its own exercice; titres issued before keep the account they were given."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("titre", sa.Column("reduced", BIG, nullable=False, server_default="0"))
