"""Whose money it is: what financeurs take back themselves, what a managing authority programmed; more fates."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")

BEFORE = (
    "fate IN ('annuler', 'rendre', 'reporter', 'rattacher', 'reporter_disponible', 'tranche', 'recouvrer', 'compenser')"
)
AFTER = BEFORE.removesuffix(")") + ", 'constater', 'lever', 'garder', 'bloquer')"
WIDENED = ("closing_remainder", "closing_decision")


def upgrade() -> None:
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _widen_sqlite()
        return
    for table in WIDENED:
        op.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_fate"))
        op.execute(sa.text(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_fate CHECK ({AFTER})"))


def _widen_sqlite() -> None:
    """As revision 0020: the words of the CHECK are changed where they stand; nothing stored changes."""
    base = op.get_bind()
    version = base.exec_driver_sql("PRAGMA schema_version").scalar_one()
    base.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = [
        base.exec_driver_sql(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND instr(sql, ?)",
            (BEFORE, AFTER, table, BEFORE),
        ).rowcount
        for table in WIDENED
    ]
    base.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    base.exec_driver_sql("PRAGMA writable_schema=RESET")
    if changed != [1, 1]:
        raise RuntimeError("the CHECKs on fates are not those that revision 0020 wrote")


def _tables() -> None:
    op.create_table(
        "financeur_recovery",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("convention", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("reached_on", DAY, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("reversal_number", BIG),
        sa.Column("undone_on", DAY),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", name="pk_financeur_recovery"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_financeur_recovery_convention",
        ),
        sa.UniqueConstraint("contract", "entry_number", name="uq_financeur_recovery_contract_entry_number"),
        sa.CheckConstraint("step IN ('demande', 'recu', 'impute', 'abandon')", name="ck_financeur_recovery_step"),
        sa.CheckConstraint("amount > 0", name="ck_financeur_recovery_amount_above_zero"),
        sa.CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="ck_financeur_recovery_undone"),
        sqlite_strict=True,
    )
    op.create_table(
        "authority_programming",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("reversal_number", BIG),
        sa.Column("undone_on", DAY),
        sa.PrimaryKeyConstraint("contract", "action", "line", "rank", name="pk_authority_programming"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_authority_programming_action"
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_authority_programming_line_credit_line"),
        sa.UniqueConstraint("contract", "entry_number", name="uq_authority_programming_contract_entry_number"),
        sa.CheckConstraint("amount <> 0", name="ck_authority_programming_amount_not_zero"),
        sa.CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="ck_authority_programming_undone"),
        sqlite_strict=True,
    )
