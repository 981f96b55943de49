"""Rule versions: append-only, one version in force a day for one kind and scope."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean(create_constraint=False).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rule_version",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("first_day", DAY, nullable=False),
        sa.Column("last_day", DAY),
        sa.Column("source_text", sa.Text, nullable=False),
        sa.Column("source_article", sa.Text, nullable=False),
        sa.Column("source_link", sa.Text, nullable=False),
        sa.Column("to_confirm", FLAG, nullable=False),
        sa.Column("verified_on", DAY),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("supersedes", BIG),
        sa.PrimaryKeyConstraint("contract", "id", name="pk_rule_version"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_rule_version_contract_contract"),
        sa.ForeignKeyConstraint(
            ["contract", "supersedes"], ["rule_version.contract", "rule_version.id"], name="fk_rule_version_supersedes"
        ),
        sa.CheckConstraint("source_text <> ''", name="ck_rule_version_has_a_source"),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name="ck_rule_version_days_in_order"),
        sqlite_strict=True,
    )
    op.create_index("ix_rule_version_code", "rule_version", ["contract", "code"])
    op.create_index("ix_rule_version_supersedes", "rule_version", ["contract", "supersedes"])
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        op.execute(sa.text(statement))


OVERLAPPING = """SELECT 1 FROM rule_version AS other
     WHERE other.contract = NEW.contract AND other.kind = NEW.kind AND other.scope = NEW.scope
       AND (NEW.supersedes IS NULL OR other.id <> NEW.supersedes)
       AND (NEW.last_day IS NULL OR other.first_day <= NEW.last_day)
       AND (other.last_day IS NULL OR other.last_day >= NEW.first_day)
       AND NOT EXISTS (SELECT 1 FROM rule_version AS later
                        WHERE later.contract = other.contract AND later.supersedes = other.id)"""

SQLITE_GUARDS = [
    *(
        f"""CREATE TRIGGER rule_version_no_{act.lower()} BEFORE {act} ON rule_version
        BEGIN SELECT RAISE(ABORT, 'cofiville:rule_version is append-only'); END"""
        for act in ("UPDATE", "DELETE")
    ),
    f"""CREATE TRIGGER rule_version_next BEFORE INSERT ON rule_version BEGIN
    SELECT RAISE(ABORT, 'cofiville:rule_version already exists') FROM rule_version
     WHERE contract = NEW.contract AND id = NEW.id;
    SELECT RAISE(ABORT, 'cofiville:rule versions overlap') WHERE EXISTS ({OVERLAPPING});
    END""",
]

POSTGRESQL_GUARDS = [
    """CREATE TRIGGER rule_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_version
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()""",
    f"""CREATE FUNCTION cofiville_rule_version_next() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    BEGIN
      IF EXISTS ({OVERLAPPING}) THEN
        RAISE EXCEPTION 'cofiville:rule versions overlap' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER rule_version_next BEFORE INSERT ON rule_version
    FOR EACH ROW EXECUTE FUNCTION cofiville_rule_version_next()""",
]
