"""Acts: what each transaction does to rows of business, sealed one after the other; a salt for what may be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
SALTS = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "replace(gen_random_uuid()::text, '-', '')"}


def upgrade() -> None:
    op.create_table(
        "sealed_act",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("database_role", sa.Text, nullable=False),
        sa.Column("entries", BIG, nullable=False),
        sa.Column("entry_seal", sa.Text, nullable=False),
        sa.Column("changes", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_sealed_act"),
        sqlite_strict=True,
    )
    op.add_column("personal_datum", sa.Column("salt", sa.Text))
    salt = SALTS[op.get_bind().dialect.name]
    op.execute(f"UPDATE personal_datum SET salt = {salt} WHERE value IS NOT NULL")
