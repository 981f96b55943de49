"""What partners' files say, reconciliations kept, workbooks sent, layouts saved by users; append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _partner_rows()
    _reconciliations()
    _sent_workbooks()
    _saved_profiles()


def _partner_rows() -> None:
    op.create_table(
        "partner_row",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("year", BIG),
        sa.Column("siret", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "profile", "key", "version", name="pk_partner_row"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_partner_row_contract_contract"),
        sa.CheckConstraint("version >= 1", name="ck_partner_row_version_from_one"),
        sqlite_strict=True,
    )
    op.create_index("ix_partner_row_siret", "partner_row", ["contract", "siret"])
    _guard("partner_row", "profile", "key", "version")


def _reconciliations() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("year", BIG),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("made_on", DAY, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_reconciliation"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_reconciliation_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "reconciliation_line",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("reconciliation", BIG, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("convention", sa.Text, nullable=False),
        sa.Column("amount_book", BIG),
        sa.Column("amount_file", BIG),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "reconciliation", "rank", name="pk_reconciliation_line"),
        sa.ForeignKeyConstraint(
            ["contract", "reconciliation"],
            ["reconciliation.contract", "reconciliation.number"],
            name="fk_reconciliation_line_reconciliation",
        ),
        sa.CheckConstraint(
            "state IN ('rapproche', 'ecart', 'absent_du_livre', 'absent_du_fichier', 'a_confirmer')",
            name="ck_reconciliation_line_state_known",
        ),
        sqlite_strict=True,
    )
    _guard("reconciliation", "number")
    _guard("reconciliation_line", "reconciliation", "rank")


def _sent_workbooks() -> None:
    op.create_table(
        "sent_workbook",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("sent_on", DAY, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("entries", BIG, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_sent_workbook"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_sent_workbook_contract_contract"),
        sqlite_strict=True,
    )
    _guard("sent_workbook", "number")


def _saved_profiles() -> None:
    op.create_table(
        "saved_profile",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("titles", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "name", "version", name="pk_saved_profile"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_saved_profile_contract_contract"),
        sqlite_strict=True,
    )
    _guard("saved_profile", "name", "version")


def _guard(table: str, *key: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            sa.text(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            sa.text(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'cofiville:{table} is append-only'); END"
            )
        )
    same = " AND ".join(f'"{column}" = NEW."{column}"' for column in ("contract", *key))
    op.execute(
        sa.text(
            f"CREATE TRIGGER {table}_new BEFORE INSERT ON {table} BEGIN "
            f"SELECT RAISE(ABORT, 'cofiville:{table} already exists') FROM {table} WHERE {same}; END"
        )
    )
