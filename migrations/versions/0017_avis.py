"""Services, their avis on actions (append-only), and the letters that sent them to the porteurs."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _service()
    _avis()
    _letter()
    _guard_avis()


def _service() -> None:
    op.create_table(
        "service",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("financeur", sa.Text),
        sa.PrimaryKeyConstraint("contract", "code", name="pk_service"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_service_contract_contract"),
        sa.ForeignKeyConstraint(["financeur"], ["financeur.code"], name="fk_service_financeur_financeur"),
        sqlite_strict=True,
    )


def _avis() -> None:
    op.create_table(
        "avis",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("line", sa.Text),
        sa.Column("amount_advised", BIG),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("on", DAY, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_avis"),
        sa.ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_avis_action"),
        sa.ForeignKeyConstraint(["contract", "service"], ["service.contract", "service.code"], name="fk_avis_service"),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_avis_line_credit_line"),
        sa.CheckConstraint("verdict IN ('favorable', 'reserves', 'defavorable', 'complement')", name="ck_avis_verdict"),
        sa.CheckConstraint("amount_advised >= 0 AND line IS NOT NULL OR amount_advised IS NULL", name="ck_avis_amount"),
        sqlite_strict=True,
    )
    op.create_index("ix_avis_contract_service", "avis", ["contract", "service"])


def _letter() -> None:
    op.create_table(
        "avis_letter",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("sent_on", DAY, nullable=False),
        sa.Column("due_on", DAY, nullable=False),
        sa.Column("answered_on", DAY),
        sa.Column("answer", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_avis_letter"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_avis_letter_action"
        ),
        sa.CheckConstraint("due_on >= sent_on AND answered_on >= sent_on", name="ck_avis_letter_days"),
        sqlite_strict=True,
    )


def _guard_avis() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            sa.text(
                "CREATE TRIGGER avis_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON avis "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            sa.text(
                f"CREATE TRIGGER avis_no_{act.lower()} BEFORE {act} ON avis "
                "BEGIN SELECT RAISE(ABORT, 'cofiville:avis is append-only'); END"
            )
        )
    op.execute(
        sa.text(
            "CREATE TRIGGER avis_once BEFORE INSERT ON avis BEGIN "
            "SELECT RAISE(ABORT, 'cofiville:avis already exists') FROM avis "
            "WHERE contract = NEW.contract AND action = NEW.action AND rank = NEW.rank; END"
        )
    )
