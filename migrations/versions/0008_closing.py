"""The fates of what was left at the end of each year; never changed once written."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "closing_remainder",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("convention", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("fate", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "contract", "year", "line", "position", "convention", "action", name="pk_closing_remainder"
        ),
        sa.ForeignKeyConstraint(
            ["contract", "year"], ["exercice.contract", "exercice.year"], name="fk_remainder_exercice"
        ),
        sa.CheckConstraint("amount > 0", name="ck_closing_remainder_amount_above_zero"),
        sa.CheckConstraint("fate IN ('annuler', 'reporter', 'reporter_disponible')", name="ck_closing_remainder_fate"),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"""CREATE TRIGGER closing_remainder_no_{act.lower()} BEFORE {act} ON closing_remainder
                BEGIN SELECT RAISE(ABORT, 'cofiville:closing_remainder is append-only'); END"""
            )
        op.execute(
            """CREATE TRIGGER closing_remainder_new BEFORE INSERT ON closing_remainder BEGIN
            SELECT RAISE(ABORT, 'cofiville:closing_remainder already exists') FROM closing_remainder
             WHERE contract = NEW.contract AND year = NEW.year AND line = NEW.line AND position = NEW.position
             AND convention = NEW.convention AND action = NEW.action;
            END"""
        )
    else:
        op.execute(
            """CREATE TRIGGER closing_remainder_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON closing_remainder
            FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"""
        )
