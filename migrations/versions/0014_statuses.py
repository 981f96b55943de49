"""Twelve statuses of an action instead of six, and a history of them that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = "status IN ('depose', 'recevable', 'instruit', 'accorde', 'refuse', 'abandonne')"
AFTER = (
    "status IN ('depose', 'recevable', 'instruit', 'arbitre', 'accorde', 'refuse', 'ajourne', 'redirige',"
    " 'conventionne', 'realise', 'solde', 'abandonne')"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _widen_sqlite()
        _guard_sqlite()
        return
    op.execute(sa.text("ALTER TABLE action DROP CONSTRAINT ck_action_status"))
    op.execute(sa.text(f"ALTER TABLE action ADD CONSTRAINT ck_action_status CHECK ({AFTER})"))
    op.execute(
        sa.text(
            "CREATE TRIGGER action_status_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON action_status "
            "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
        )
    )


def _widen_sqlite() -> None:
    """SQLite has no statement for it: the words of the CHECK are changed where they stand, as its manual describes.

    Nothing stored changes. Source: sqlite.org, ALTER TABLE, §7 (changes that leave the content of the file as it is).
    """
    base = op.get_bind()
    version = base.exec_driver_sql("PRAGMA schema_version").scalar_one()
    base.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = base.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'action' AND instr(sql, ?)",
        (BEFORE, AFTER, BEFORE),
    )
    base.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    base.exec_driver_sql("PRAGMA writable_schema=RESET")
    if changed.rowcount != 1:
        raise RuntimeError("the CHECK on action.status is not the one that revision 0004 wrote")


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            sa.text(
                f"CREATE TRIGGER action_status_no_{act.lower()} BEFORE {act} ON action_status "
                "BEGIN SELECT RAISE(ABORT, 'cofiville:action_status is append-only'); END"
            )
        )
    op.execute(
        sa.text(
            "CREATE TRIGGER action_status_new BEFORE INSERT ON action_status BEGIN "
            "SELECT RAISE(ABORT, 'cofiville:action_status already exists') FROM action_status "
            "WHERE contract = NEW.contract AND action = NEW.action AND rank = NEW.rank; END"
        )
    )
