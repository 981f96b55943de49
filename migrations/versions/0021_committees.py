"""What the comité technique proposes and the comité de pilotage decides, action by action; append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
KEYS = {"decision": ("contract", "action", "rank"), "decision_amount": ("contract", "action", "rank", "line")}


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("committee", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("on", DAY, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_decision"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_decision_action"
        ),
        sa.CheckConstraint("committee IN ('technique', 'copil')", name="ck_decision_committee"),
        sa.CheckConstraint("outcome IN ('accorde', 'refuse', 'ajourne', 'redirige')", name="ck_decision_outcome"),
        sqlite_strict=True,
    )
    op.create_table(
        "decision_amount",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", "line", name="pk_decision_amount"),
        sa.ForeignKeyConstraint(
            ["contract", "action", "rank"],
            ["decision.contract", "decision.action", "decision.rank"],
            name="fk_decision_amount_decision",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_decision_amount_line_credit_line"),
        sa.CheckConstraint("amount >= 0", name="ck_decision_amount_amount_not_negative"),
        sqlite_strict=True,
    )
    for table, key in KEYS.items():
        for statement in _guards(table, key):
            op.execute(sa.text(statement))


def _guards(table: str, key: tuple) -> list:
    if op.get_bind().dialect.name != "sqlite":
        return [
            (
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        ]
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return [
        *(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'cofiville:{table} is append-only'); END"
            for act in ("UPDATE", "DELETE")
        ),
        (
            f"CREATE TRIGGER {table}_once BEFORE INSERT ON {table} BEGIN "
            f"SELECT RAISE(ABORT, 'cofiville:{table} already exists') FROM {table} WHERE {same}; END"
        ),
    ]
