"""Scenarios, their grants, direct grants: frozen once made; a scenario is validated once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("rules_on", DAY, nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("inputs_hash", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("validated_on", DAY),
        sa.Column("piece", sa.Text),
        sa.PrimaryKeyConstraint("contract", "name", name="pk_scenario"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_scenario_contract_contract"),
        sa.CheckConstraint("(validated_on IS NULL) = (piece IS NULL)", name="ck_scenario_validated_with_a_piece"),
        sqlite_strict=True,
    )
    op.create_table(
        "scenario_grant",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("requested", BIG, nullable=False),
        sa.Column("granted", BIG, nullable=False),
        sa.Column("limited_by", sa.Text, nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "scenario", "action", "line", name="pk_scenario_grant"),
        sa.ForeignKeyConstraint(
            ["contract", "scenario"], ["scenario.contract", "scenario.name"], name="fk_scenario_grant_scenario"
        ),
        sa.CheckConstraint("granted BETWEEN 0 AND requested", name="ck_scenario_grant_within_the_request"),
        sqlite_strict=True,
    )
    op.create_index("ix_scenario_grant_action", "scenario_grant", ["contract", "action"])
    op.create_table(
        "direct_grant",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("requested", BIG, nullable=False),
        sa.Column("granted", BIG, nullable=False),
        sa.Column("granted_on", DAY, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_direct_grant"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_direct_grant_contract_contract"),
        sa.CheckConstraint("granted > 0 AND granted <= requested", name="ck_direct_grant_within_the_request"),
        sqlite_strict=True,
    )
    op.create_index("ix_direct_grant_action", "direct_grant", ["contract", "action"])
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        op.execute(sa.text(statement))


FROZEN = ("contract", "name", "year", "rules_on", "inputs", "inputs_hash", "note", "created_by", "created_at")


def _sqlite_append_only(table: str, key: str, *acts: str) -> list[str]:
    refusals = [
        f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
        BEGIN SELECT RAISE(ABORT, 'cofiville:{table} is append-only'); END"""
        for act in acts
    ]
    return [
        *refusals,
        f"""CREATE TRIGGER {table}_new BEFORE INSERT ON {table} BEGIN
        SELECT RAISE(ABORT, 'cofiville:{table} already exists') FROM {table} WHERE {key}; END""",
    ]


SQLITE_GUARDS = [
    *_sqlite_append_only("scenario", "contract = NEW.contract AND name = NEW.name", "DELETE"),
    *_sqlite_append_only(
        "scenario_grant",
        "contract = NEW.contract AND scenario = NEW.scenario AND action = NEW.action AND line = NEW.line",
        "UPDATE",
        "DELETE",
    ),
    *_sqlite_append_only("direct_grant", "contract = NEW.contract AND reference = NEW.reference", "UPDATE", "DELETE"),
    f"""CREATE TRIGGER scenario_frozen BEFORE UPDATE ON scenario
    WHEN OLD.validated_on IS NOT NULL OR {" OR ".join(f"NEW.{name} <> OLD.{name}" for name in FROZEN)}
    BEGIN SELECT RAISE(ABORT, 'cofiville:a scenario is frozen'); END""",
]

POSTGRESQL_GUARDS = [
    *(
        f"""CREATE TRIGGER {table}_append_only BEFORE {acts} ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"""
        for table, acts in (
            ("scenario", "DELETE OR TRUNCATE"),
            ("scenario_grant", "UPDATE OR DELETE OR TRUNCATE"),
            ("direct_grant", "UPDATE OR DELETE OR TRUNCATE"),
        )
    ),
    f"""CREATE FUNCTION cofiville_scenario_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.validated_on IS NOT NULL OR ({", ".join(f"NEW.{name}" for name in FROZEN)})
         IS DISTINCT FROM ({", ".join(f"OLD.{name}" for name in FROZEN)}) THEN
        RAISE EXCEPTION 'cofiville:a scenario is frozen' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER scenario_frozen BEFORE UPDATE ON scenario
    FOR EACH ROW EXECUTE FUNCTION cofiville_scenario_frozen()""",
]
