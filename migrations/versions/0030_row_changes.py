"""What each act does to the rows of business, and from which day: so that a past day can be read again; append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "row_change",
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("act", BIG, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("row_key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("effect_on", DAY, nullable=False),
        sa.Column("dated", FLAG, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("recorded_at", "act", "rank", name="pk_row_change"),
        sa.CheckConstraint("kind IN ('insert', 'update', 'delete')", name="ck_row_change_kind"),
        sa.CheckConstraint("(before IS NULL) = (kind = 'insert')", name="ck_row_change_before"),
        sqlite_strict=True,
    )
    op.create_index("ix_row_change_effect_on", "row_change", ["effect_on"])
    op.create_index("ix_row_change_row", "row_change", ["table_name", "row_key"])
    op.create_index("ix_row_change_dated", "row_change", ["dated", "recorded_at"])
    for statement in _guards():
        op.execute(sa.text(statement))


def _guards() -> list:
    if op.get_bind().dialect.name != "sqlite":
        return [
            (
                "CREATE TRIGGER row_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON row_change "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        ]
    return [
        *(
            f"CREATE TRIGGER row_change_no_{act.lower()} BEFORE {act} ON row_change "
            "BEGIN SELECT RAISE(ABORT, 'cofiville:row_change is append-only'); END"
            for act in ("UPDATE", "DELETE")
        ),
        (
            "CREATE TRIGGER row_change_once BEFORE INSERT ON row_change BEGIN "
            "SELECT RAISE(ABORT, 'cofiville:row_change already exists') FROM row_change "
            "WHERE recorded_at = NEW.recorded_at AND act = NEW.act AND rank = NEW.rank; END"
        ),
    ]
