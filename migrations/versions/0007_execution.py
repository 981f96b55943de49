"""Orders, payments, bilans, titres, set-offs, compensations."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
CONVENTION = ["convention.contract", "convention.number"]


def upgrade() -> None:
    _payments()
    _bilans()
    _recoveries()


def _of_convention(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["contract", "convention"], CONVENTION, name=f"fk_{table}_convention")


def _above_zero(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint("amount > 0", name=f"ck_{table}_amount_above_zero")


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _payments() -> None:
    op.create_table(
        "payment_order",
        _text("contract"),
        _text("reference"),
        _text("convention"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("ordered_on", DAY, nullable=False),
        _text("account"),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_payment_order"),
        _of_convention("payment_order"),
        sqlite_strict=True,
    )
    op.create_index("ix_payment_order_contract_convention", "payment_order", ["contract", "convention"])
    op.create_table(
        "payment_order_line",
        _text("contract"),
        _text("reference"),
        sa.Column("rank", BIG, nullable=False),
        _text("action"),
        _text("line"),
        sa.Column("year", BIG, nullable=False),
        sa.Column("gross", BIG, nullable=False),
        sa.Column("set_off", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "reference", "rank", name="pk_payment_order_line"),
        sa.ForeignKeyConstraint(
            ["contract", "reference"],
            ["payment_order.contract", "payment_order.reference"],
            name="fk_payment_order_line_payment_order",
        ),
        sa.CheckConstraint(
            "gross > 0 AND set_off >= 0 AND set_off <= gross", name="ck_payment_order_line_set_off_within_gross"
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "payment",
        _text("contract"),
        _text("reference"),
        _text("convention"),
        sa.Column("paid_on", DAY, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_payment"),
        _of_convention("payment"),
        _above_zero("payment"),
        sqlite_strict=True,
    )
    op.create_index("ix_payment_contract_convention", "payment", ["contract", "convention"])


def _bilans() -> None:
    op.create_table(
        "bilan",
        _text("contract"),
        _text("convention"),
        _text("action"),
        sa.Column("settled_on", DAY, nullable=False),
        sa.Column("real_cost", BIG, nullable=False),
        sa.Column("other_funding", BIG, nullable=False),
        _text("slices"),
        _text("piece"),
        sa.PrimaryKeyConstraint("contract", "convention", "action", name="pk_bilan"),
        _of_convention("bilan"),
        sa.CheckConstraint("real_cost >= 0 AND other_funding >= 0", name="ck_bilan_amounts_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "bilan_line",
        _text("contract"),
        _text("convention"),
        _text("action"),
        _text("line"),
        sa.Column("amount_final", BIG, nullable=False),
        _text("limited_by"),
        _text("steps"),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "line", name="pk_bilan_line"),
        sa.ForeignKeyConstraint(
            ["contract", "convention", "action"],
            ["bilan.contract", "bilan.convention", "bilan.action"],
            name="fk_bilan_line_bilan",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_bilan_line_credit_line_line"),
        sa.CheckConstraint("amount_final >= 0", name="ck_bilan_line_amount_not_negative"),
        sqlite_strict=True,
    )


def _recoveries() -> None:
    op.create_table(
        "titre",
        _text("contract"),
        _text("reference"),
        _text("convention"),
        sa.Column("issued_on", DAY, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        _text("account"),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_titre"),
        _of_convention("titre"),
        _above_zero("titre"),
        sqlite_strict=True,
    )
    op.create_table(
        "set_off",
        _text("contract"),
        _text("convention"),
        _text("action"),
        _text("line"),
        sa.Column("year", BIG, nullable=False),
        _text("beneficiary"),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "line", "year", name="pk_set_off"),
        _of_convention("set_off"),
        sa.ForeignKeyConstraint(["beneficiary"], ["porteur.code"], name="fk_set_off_porteur_beneficiary"),
        _above_zero("set_off"),
        sqlite_strict=True,
    )
    op.create_index("ix_set_off_contract_beneficiary", "set_off", ["contract", "beneficiary", "line", "year"])
    op.create_table(
        "compensation",
        _text("contract"),
        _text("recette"),
        _text("convention"),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("realised_on", DAY),
        sa.PrimaryKeyConstraint("contract", "recette", "convention", name="pk_compensation"),
        sa.ForeignKeyConstraint(["contract", "recette"], CONVENTION, name="fk_compensation_recette"),
        _of_convention("compensation"),
        _above_zero("compensation"),
        sqlite_strict=True,
    )
