"""Where imported values come from: the files read, and the rows of them that changed the base; append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "imported_file",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_imported_file"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_imported_file_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "imported_row",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("file", BIG, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("cells", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "file", "rank", name="pk_imported_row"),
        sa.ForeignKeyConstraint(
            ["contract", "file"], ["imported_file.contract", "imported_file.number"], name="fk_imported_row_file"
        ),
        sa.CheckConstraint("change IN ('nouvelle', 'modifiee')", name="ck_imported_row_change_known"),
        sqlite_strict=True,
    )
    op.create_index("ix_imported_row_sheet_key", "imported_row", ["contract", "sheet", "key"])
    for table in ("imported_file", "imported_row"):
        _guard(table)


def _guard(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            sa.text(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        )
        return
    key = "number = NEW.number" if table == "imported_file" else "file = NEW.file AND rank = NEW.rank"
    for act in ("UPDATE", "DELETE"):
        op.execute(
            sa.text(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'cofiville:{table} is append-only'); END"
            )
        )
    op.execute(
        sa.text(
            f"CREATE TRIGGER {table}_new BEFORE INSERT ON {table} BEGIN "
            f"SELECT RAISE(ABORT, 'cofiville:{table} already exists') FROM {table} "
            f"WHERE contract = NEW.contract AND {key}; END"
        )
    )
