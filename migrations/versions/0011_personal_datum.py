"""Names of persons and IBANs, outside the chain so that they can be erased; the row then says when it was."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "personal_datum",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("porteur", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT),
        sa.PrimaryKeyConstraint("contract", "porteur", "kind", name="pk_personal_datum"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_personal_datum_contract_contract"),
        sa.ForeignKeyConstraint(["porteur"], ["porteur.code"], name="fk_personal_datum_porteur_porteur"),
        sa.CheckConstraint("kind IN ('contact', 'iban')", name="ck_personal_datum_kind"),
        sa.CheckConstraint("(value IS NULL) = (erased_at IS NOT NULL)", name="ck_personal_datum_erased"),
        sqlite_strict=True,
    )
