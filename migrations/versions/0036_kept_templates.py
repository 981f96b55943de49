"""The Word template of each document kept at its act, so that printed again it is the same to the byte."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_template",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("contract", "sha256", name="pk_kept_template"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_kept_template_contract_contract"),
        sa.CheckConstraint("size >= 1", name="ck_kept_template_size_from_one"),
        sqlite_strict=True,
    )
    op.add_column("kept_document", sa.Column("template", sa.Text))
