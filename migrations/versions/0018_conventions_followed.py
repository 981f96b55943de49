"""Avenants, slices of later years, stages on paper, references, upstream rights; what is signed is never edited."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
CONVENTION = ["convention.contract", "convention.number"]


def upgrade() -> None:
    op.add_column("convention", sa.Column("schedule", sa.Text))
    op.add_column("convention", sa.Column("cascade_reference", sa.Text, nullable=False, server_default=""))
    op.add_column("convention_line", sa.Column("amount_change", BIG, nullable=False, server_default="0"))
    op.add_column("convention_line", sa.Column("terms_amended", sa.Text))
    _avenants()
    _slices()
    _followed()
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        op.execute(sa.text(statement))


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _of_convention(table: str, column: str = "convention") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["contract", column], CONVENTION, name=f"fk_{table}_{column}")


def _avenants() -> None:
    op.create_table(
        "avenant",
        _text("contract"),
        _text("convention"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("signed_on", DAY, nullable=False),
        _text("purpose"),
        _text("piece"),
        _text("facts_before"),
        _text("facts_after"),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", name="pk_avenant"),
        _of_convention("avenant"),
        sa.CheckConstraint("rank > 0", name="ck_avenant_rank"),
        sa.CheckConstraint("piece <> ''", name="ck_avenant_has_a_piece"),
        sqlite_strict=True,
    )
    op.create_table(
        "avenant_line",
        _text("contract"),
        _text("convention"),
        sa.Column("rank", BIG, nullable=False),
        _text("action"),
        _text("line"),
        sa.Column("amount_before", BIG, nullable=False),
        sa.Column("amount_after", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", "action", "line", name="pk_avenant_line"),
        sa.ForeignKeyConstraint(
            ["contract", "convention", "rank"],
            ["avenant.contract", "avenant.convention", "avenant.rank"],
            name="fk_avenant_line_avenant",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "convention", "action", "line"],
            [f"convention_line.{name}" for name in ("contract", "convention", "action", "line")],
            name="fk_avenant_line_convention_line",
        ),
        sa.CheckConstraint("amount_before >= 0 AND amount_after >= 0", name="ck_avenant_line_amounts_not_negative"),
        sqlite_strict=True,
    )


def _slices() -> None:
    op.create_table(
        "convention_slice",
        _text("contract"),
        _text("convention"),
        sa.Column("year", BIG, nullable=False),
        _text("line"),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("opened_as", sa.Text),
        sa.PrimaryKeyConstraint("contract", "convention", "year", "line", name="pk_convention_slice"),
        _of_convention("convention_slice"),
        _of_convention("convention_slice", "opened_as"),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_convention_slice_credit_line_line"),
        sa.CheckConstraint("amount > 0", name="ck_convention_slice_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_index("ix_convention_slice_opened_as", "convention_slice", ["contract", "opened_as"])
    op.create_table(
        "convention_upstream",
        _text("contract"),
        _text("convention"),
        _text("upstream"),
        sa.PrimaryKeyConstraint("contract", "convention", "upstream", name="pk_convention_upstream"),
        _of_convention("convention_upstream"),
        _of_convention("convention_upstream", "upstream"),
        sa.CheckConstraint("convention <> upstream", name="ck_convention_upstream_another"),
        sqlite_strict=True,
    )
    op.create_index("ix_convention_upstream_upstream", "convention_upstream", ["contract", "upstream"])


def _followed() -> None:
    op.create_table(
        "convention_stage",
        _text("contract"),
        _text("convention"),
        sa.Column("rank", BIG, nullable=False),
        _text("stage"),
        sa.Column("reached_on", DAY, nullable=False),
        _text("remark"),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", name="pk_convention_stage"),
        _of_convention("convention_stage"),
        sa.CheckConstraint(
            "stage IN ('deliberation', 'executoire', 'envoyee', 'retournee', 'parapheur', 'signee', 'notifiee')",
            name="ck_convention_stage_stage",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "convention_reference",
        _text("contract"),
        _text("convention"),
        _text("kind"),
        _text("reference"),
        sa.Column("year", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "convention", "kind", "reference", "year", name="pk_convention_reference"),
        _of_convention("convention_reference"),
        sa.CheckConstraint("kind IN ('ej', 'dossier')", name="ck_convention_reference_kind"),
        sqlite_strict=True,
    )
    op.create_index("ix_convention_reference_reference", "convention_reference", ["contract", "kind", "reference"])
    op.create_table(
        "porteur_document",
        _text("contract"),
        _text("porteur"),
        _text("kind"),
        sa.Column("received_on", DAY, nullable=False),
        _text("reference"),
        sa.PrimaryKeyConstraint("contract", "porteur", "kind", name="pk_porteur_document"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_porteur_document_contract_contract"),
        sa.ForeignKeyConstraint(["porteur"], ["porteur.code"], name="fk_porteur_document_porteur_porteur"),
        sqlite_strict=True,
    )


APPEND_ONLY = {
    "avenant": ("contract", "convention", "rank"),
    "avenant_line": ("contract", "convention", "rank", "action", "line"),
}
SIGNED = "(SELECT state FROM convention WHERE contract = OLD.contract AND number = OLD.convention) <> 'brouillon'"
LINE_KEY = ("contract", "convention", "action", "line")


def _same(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"{name} = NEW.{name}" for name in columns)


SQLITE_GUARDS = [
    *(
        f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
        BEGIN SELECT RAISE(ABORT, 'cofiville:{table} is append-only'); END"""
        for table in APPEND_ONLY
        for act in ("UPDATE", "DELETE")
    ),
    *(
        f"""CREATE TRIGGER {table}_new BEFORE INSERT ON {table} BEGIN
        SELECT RAISE(ABORT, 'cofiville:{table} already exists') FROM {table} WHERE {_same(key)}; END"""
        for table, key in {**APPEND_ONLY, "convention_line": LINE_KEY}.items()
    ),
    f"""CREATE TRIGGER convention_line_as_signed BEFORE UPDATE ON convention_line
    WHEN NOT ({" AND ".join(f"OLD.{name} = NEW.{name}" for name in (*LINE_KEY, "amount", "terms"))})
    BEGIN SELECT RAISE(ABORT, 'cofiville:convention_line keeps what was signed') WHERE {SIGNED}; END""",
    f"""CREATE TRIGGER convention_line_stays BEFORE DELETE ON convention_line
    BEGIN SELECT RAISE(ABORT, 'cofiville:convention_line keeps what was signed') WHERE {SIGNED}; END""",
]

POSTGRESQL_GUARDS = [
    *(
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"""
        for table in APPEND_ONLY
    ),
    f"""CREATE FUNCTION cofiville_convention_line_as_signed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF {" AND ".join(f"OLD.{name} = NEW.{name}" for name in (*LINE_KEY, "amount", "terms"))} THEN
          RETURN NEW;
        END IF;
      END IF;
      IF {SIGNED} THEN
        RAISE EXCEPTION 'cofiville:convention_line keeps what was signed'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER convention_line_as_signed BEFORE UPDATE OR DELETE ON convention_line
    FOR EACH ROW EXECUTE FUNCTION cofiville_convention_line_as_signed()""",
]
