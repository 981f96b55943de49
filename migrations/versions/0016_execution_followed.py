"""Orders rejected, payments undone, titres cancelled; bilans by account, extended, recalled, owed; brouillons."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
CONVENTION = ["convention.contract", "convention.number"]


def upgrade() -> None:
    _undone()
    _bilans()
    _brouillons()


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _words(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _undone() -> None:
    op.add_column("payment_order", sa.Column("rejected_on", DAY))
    op.add_column("payment_order", _words("rejection"))
    op.add_column("payment_order", _words("waiver"))
    op.add_column("payment", sa.Column("undone_on", DAY))
    op.add_column("titre", sa.Column("cancelled_on", DAY))
    op.add_column("titre", _words("cancellation"))
    op.add_column("titre", _words("cancellation_piece"))
    op.add_column("set_off", sa.Column("undone_on", DAY))
    op.create_index("ix_titre_contract_convention", "titre", ["contract", "convention"])


def _bilans() -> None:
    op.add_column("bilan", sa.Column("accounts", sa.Text))
    op.add_column("bilan", sa.Column("surplus", BIG, nullable=False, server_default="0"))
    op.add_column("bilan", sa.Column("undone_on", DAY))
    op.add_column("bilan", sa.Column("examined_on", DAY))
    op.add_column("bilan", _words("examination"))
    _of_convention(
        "bilan_extension", ("action", "rank"), sa.Column("until", DAY, nullable=False), "granted_on", "motive"
    )
    _of_convention("bilan_reminder", ("action", "rank"), _text("level"), "sent_on")
    _of_convention("bilan_sent", ("rank",), _text("piece"), "sent_on")


def _of_convention(table: str, key: tuple[str, ...], column: sa.Column, day: str, *words: str) -> None:
    types = {"action": sa.Text, "rank": BIG}
    op.create_table(
        table,
        _text("contract"),
        _text("convention"),
        *(sa.Column(name, types[name], nullable=False) for name in key),
        column,
        sa.Column(day, DAY, nullable=False),
        *(_text(name) for name in words),
        sa.PrimaryKeyConstraint("contract", "convention", *key, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["contract", "convention"], CONVENTION, name=f"fk_{table}_convention"),
        sqlite_strict=True,
    )


def _brouillons() -> None:
    op.create_table(
        "brouillon",
        _text("contract"),
        sa.Column("number", BIG, nullable=False),
        _text("words"),
        _text("agent"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _text("state"),
        sa.Column("decided_at", INSTANT),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_brouillon"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_brouillon_contract_contract"),
        sa.CheckConstraint("state IN ('brouillon', 'valide', 'abandonne')", name="ck_brouillon_state"),
        sa.CheckConstraint("(decided_at IS NULL) = (state = 'brouillon')", name="ck_brouillon_decided"),
        sqlite_strict=True,
    )
