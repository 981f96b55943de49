"""Under which database role an entry was written; on PostgreSQL an agent cannot name another than its own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Rows are compared once a statement. The owner alone may bring in entries that others wrote (a base moved).
POSTGRESQL_GUARDS = [
    """CREATE FUNCTION cofiville_entry_role() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM added WHERE database_role <> session_user)
         AND NOT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        RAISE EXCEPTION 'cofiville:an entry bears the role that writes it'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER entry_role AFTER INSERT ON entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_entry_role()""",
    # A caller's temporary table must not stand for ours in the guards that read one.
    "ALTER FUNCTION cofiville_chain_forward() SECURITY DEFINER SET search_path = public, pg_temp",
    "ALTER FUNCTION cofiville_account_keeps() SET search_path = public, pg_temp",
    "ALTER FUNCTION cofiville_exercice_closed() SET search_path = public, pg_temp",
]


def upgrade() -> None:
    op.add_column("entry", sa.Column("database_role", sa.Text, nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL_GUARDS:
            op.execute(sa.text(statement))
