"""Files filed with what they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
YES_NO = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "attached_file",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("genre", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("filed_on", DAY, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("personal", YES_NO, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("content", sa.Text),
        sa.Column("erased_at", INSTANT),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("salt", sa.Text),
        sa.PrimaryKeyConstraint("contract", "genre", "code", "rank", name="pk_attached_file"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_attached_file_contract_contract"),
        sa.CheckConstraint(
            "kind IN ('rib', 'statuts', 'comptes', 'deliberation', 'convention_signee', 'avenant_signe', 'decision',"
            " 'recapitulatif', 'bilan', 'courrier', 'autre')",
            name="ck_attached_file_kind",
        ),
        sa.CheckConstraint("size >= 1", name="ck_attached_file_size_from_one"),
        sa.CheckConstraint("(content IS NULL) = (erased_at IS NOT NULL)", name="ck_attached_file_erased"),
        sqlite_strict=True,
    )
