"""Amounts fixed by arbitration, the certificate of each line of a scenario, what each grant claimed; append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pin",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("amount", BIG),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "line", "rank", name="pk_pin"),
        sa.ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_pin_action"),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_pin_line_credit_line"),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name="ck_pin_amount_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "line_certificate",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("budget", BIG, nullable=False),
        sa.Column("fixed", BIG, nullable=False),
        sa.Column("claims", BIG, nullable=False),
        sa.Column("granted", BIG, nullable=False),
        sa.Column("threshold", BIG),
        sa.Column("last_action", sa.Text),
        sa.PrimaryKeyConstraint("contract", "scenario", "line", name="pk_line_certificate"),
        sa.ForeignKeyConstraint(
            ["contract", "scenario"], ["scenario.contract", "scenario.name"], name="fk_line_certificate_scenario"
        ),
        sa.CheckConstraint(
            "(threshold IS NULL) = (last_action IS NULL)", name="ck_line_certificate_threshold_with_its_action"
        ),
        sqlite_strict=True,
    )
    op.add_column("scenario_grant", sa.Column("claimed", BIG))
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        op.execute(sa.text(statement))


KEYS = {"pin": ("action", "line", "rank"), "line_certificate": ("scenario", "line")}

SQLITE_GUARDS = [
    statement
    for table, keys in KEYS.items()
    for statement in (
        *(
            f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
            BEGIN SELECT RAISE(ABORT, 'cofiville:{table} is append-only'); END"""
            for act in ("UPDATE", "DELETE")
        ),
        f"""CREATE TRIGGER {table}_new BEFORE INSERT ON {table} BEGIN
        SELECT RAISE(ABORT, 'cofiville:{table} already exists') FROM {table}
         WHERE contract = NEW.contract AND {" AND ".join(f"{key} = NEW.{key}" for key in keys)}; END""",
    )
]

POSTGRESQL_GUARDS = [
    f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"""
    for table in KEYS
]
