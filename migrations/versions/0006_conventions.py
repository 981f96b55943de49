"""Conventions, their lines and instalments."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean(create_constraint=False).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "convention",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("circuit", sa.Text, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("beneficiary", sa.Text),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("signed_on", DAY),
        sa.Column("starts_on", DAY),
        sa.Column("ends_on", DAY),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("example", FLAG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_convention"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_convention_contract_contract"),
        sa.ForeignKeyConstraint(["payer"], ["financeur.code"], name="fk_convention_financeur_payer"),
        sa.ForeignKeyConstraint(["beneficiary"], ["porteur.code"], name="fk_convention_porteur_beneficiary"),
        sa.CheckConstraint("kind IN ('convention', 'notification', 'commande', 'recette')", name="ck_convention_kind"),
        sa.CheckConstraint("circuit IN ('budget', 'direct')", name="ck_convention_circuit"),
        sa.CheckConstraint("state IN ('brouillon', 'signee', 'soldee', 'annulee')", name="ck_convention_state"),
        sa.CheckConstraint("(signed_on IS NULL) = (state IN ('brouillon', 'annulee'))", name="ck_convention_signed"),
        sqlite_strict=True,
    )
    op.create_index("ix_convention_contract_year", "convention", ["contract", "year"])
    op.create_index("ix_convention_contract_beneficiary", "convention", ["contract", "beneficiary"])
    op.create_table(
        "convention_line",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("convention", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "line", name="pk_convention_line"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_convention_line_convention",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_convention_line_credit_line_line"),
        sa.CheckConstraint("amount > 0", name="ck_convention_line_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_table(
        "instalment",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("convention", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("due_on", DAY),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", "action", "line", name="pk_instalment"),
        sa.ForeignKeyConstraint(
            ["contract", "convention", "action", "line"],
            [
                "convention_line.contract",
                "convention_line.convention",
                "convention_line.action",
                "convention_line.line",
            ],
            name="fk_instalment_convention_line",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_instalment_convention",
        ),
        sa.CheckConstraint("amount >= 0", name="ck_instalment_amount_not_negative"),
        sa.CheckConstraint("condition IN ('signature', 'date', 'bilan')", name="ck_instalment_condition"),
        sqlite_strict=True,
    )
