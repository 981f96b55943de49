"""Decisions on what is left, the points seen at a closing, its trial balance; more fates than cancelled or carried."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")

BEFORE = "fate IN ('annuler', 'reporter', 'reporter_disponible')"
AFTER = (
    "fate IN ('annuler', 'rendre', 'reporter', 'rattacher', 'reporter_disponible', 'tranche', 'recouvrer', 'compenser')"
)
KEYS = {
    "closing_decision": ("contract", "year", "line", "position", "convention", "action", "rank"),
    "closing_point": ("contract", "year", "rank"),
    "closing_balance": ("contract", "year"),
}


def upgrade() -> None:
    _decisions()
    _points()
    _balances()
    if op.get_bind().dialect.name == "sqlite":
        _widen_sqlite()
        _guard_sqlite()
        return
    op.execute(sa.text("ALTER TABLE closing_remainder DROP CONSTRAINT ck_closing_remainder_fate"))
    op.execute(sa.text(f"ALTER TABLE closing_remainder ADD CONSTRAINT ck_closing_remainder_fate CHECK ({AFTER})"))
    for table in KEYS:
        op.execute(
            sa.text(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        )


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _big(name: str) -> sa.Column:
    return sa.Column(name, BIG, nullable=False)


def _of_exercice(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["contract", "year"], ["exercice.contract", "exercice.year"], name=f"fk_{table}_exercice"
    )


def _decisions() -> None:
    op.create_table(
        "closing_decision",
        _text("contract"),
        _big("year"),
        *(_text(name) for name in ("line", "position", "convention", "action")),
        _big("rank"),
        _big("amount"),
        *(_text(name) for name in ("fate", "reason", "piece")),
        sa.Column("decided_on", DAY, nullable=False),
        _text("agent"),
        sa.PrimaryKeyConstraint(*KEYS["closing_decision"], name="pk_closing_decision"),
        _of_exercice("closing_decision"),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_closing_decision_credit_line_line"),
        sa.CheckConstraint("amount > 0", name="ck_closing_decision_amount_above_zero"),
        sa.CheckConstraint("reason <> ''", name="ck_closing_decision_has_a_reason"),
        sa.CheckConstraint(AFTER, name="ck_closing_decision_fate"),
        sqlite_strict=True,
    )


def _points() -> None:
    op.create_table(
        "closing_point",
        _text("contract"),
        _big("year"),
        _big("rank"),
        *(_text(name) for name in ("weight", "code", "subject")),
        _big("amount"),
        *(_text(name) for name in ("message", "command")),
        sa.PrimaryKeyConstraint(*KEYS["closing_point"], name="pk_closing_point"),
        _of_exercice("closing_point"),
        sa.CheckConstraint("weight IN ('a_decider', 'information')", name="ck_closing_point_weight"),
        sqlite_strict=True,
    )


def _balances() -> None:
    op.create_table(
        "closing_balance",
        _text("contract"),
        _big("year"),
        *(_big(name) for name in ("entries", "accounts", "total")),
        _text("sha256"),
        sa.PrimaryKeyConstraint(*KEYS["closing_balance"], name="pk_closing_balance"),
        _of_exercice("closing_balance"),
        sqlite_strict=True,
    )


def _widen_sqlite() -> None:
    """SQLite has no statement for it: the words of the CHECK are changed where they stand, as its manual describes.

    Nothing stored changes. Source: sqlite.org, ALTER TABLE, §7 (changes that leave the content of the file as it is).
    """
    base = op.get_bind()
    version = base.exec_driver_sql("PRAGMA schema_version").scalar_one()
    base.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = base.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?)"
        " WHERE type = 'table' AND name = 'closing_remainder' AND instr(sql, ?)",
        (BEFORE, AFTER, BEFORE),
    )
    base.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    base.exec_driver_sql("PRAGMA writable_schema=RESET")
    if changed.rowcount != 1:
        raise RuntimeError("the CHECK on closing_remainder.fate is not the one that revision 0008 wrote")


def _guard_sqlite() -> None:
    for table, key in KEYS.items():
        for act in ("UPDATE", "DELETE"):
            op.execute(
                sa.text(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'cofiville:{table} is append-only'); END"
                )
            )
        same = " AND ".join(f"{name} = NEW.{name}" for name in key)
        op.execute(
            sa.text(
                f"CREATE TRIGGER {table}_new BEFORE INSERT ON {table} BEGIN "
                f"SELECT RAISE(ABORT, 'cofiville:{table} already exists') FROM {table} WHERE {same}; END"
            )
        )
