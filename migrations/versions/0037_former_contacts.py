"""A contact or an IBAN replaced is kept below the one that takes its place, until both are erased."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KEY = ("contract", "porteur", "kind", "rank")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("personal_datum", sa.Column("rank", sa.BigInteger, nullable=False, server_default="1"))
        op.alter_column("personal_datum", "rank", server_default=None)
        op.drop_constraint("pk_personal_datum", "personal_datum", type_="primary")
        op.create_primary_key("pk_personal_datum", "personal_datum", KEY)
        return
    # SQLite changes no key: the table is made again, and what it held is overwritten in the file.
    op.execute("PRAGMA secure_delete = ON")
    op.rename_table("personal_datum", "personal_datum_before")
    op.create_table(
        "personal_datum",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contract", "porteur", "kind")),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("erased_at", sa.Text),
        sa.PrimaryKeyConstraint(*KEY, name="pk_personal_datum"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_personal_datum_contract_contract"),
        sa.ForeignKeyConstraint(["porteur"], ["porteur.code"], name="fk_personal_datum_porteur_porteur"),
        sa.CheckConstraint("kind IN ('contact', 'iban')", name="ck_personal_datum_kind"),
        sa.CheckConstraint("(value IS NULL) = (erased_at IS NOT NULL)", name="ck_personal_datum_erased"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO personal_datum (contract, porteur, kind, rank, value, recorded_at, erased_at)"
        " SELECT contract, porteur, kind, 1, value, recorded_at, erased_at FROM personal_datum_before"
    )
    op.drop_table("personal_datum_before")
