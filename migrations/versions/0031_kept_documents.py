"""What documents said at their act; append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TABLE, KEY = "kept_document", ("contract", "kind", "key", "rank")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("act_on", DAY, nullable=False),
        sa.Column("entry_number", BIG),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(*KEY, name="pk_kept_document"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_kept_document_contract_contract"),
        sa.CheckConstraint("rank >= 1", name="ck_kept_document_rank_from_one"),
        sqlite_strict=True,
    )
    for statement in _guards():
        op.execute(sa.text(statement))


def _guards() -> list:
    if op.get_bind().dialect.name != "sqlite":
        return [
            (
                f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        ]
    same = " AND ".join(f"{column} = NEW.{column}" for column in KEY)
    return [
        *(
            f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, 'cofiville:{TABLE} is append-only'); END"
            for act in ("UPDATE", "DELETE")
        ),
        (
            f"CREATE TRIGGER {TABLE}_once BEFORE INSERT ON {TABLE} BEGIN "
            f"SELECT RAISE(ABORT, 'cofiville:{TABLE} already exists') FROM {TABLE} WHERE {same}; END"
        ),
    ]
