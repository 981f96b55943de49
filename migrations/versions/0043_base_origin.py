"""Which base this is, and where it comes from; the seal of the acts beside that of the book in what is sent."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
RAISED = "mise_a_niveau"


def upgrade() -> None:
    op.create_table(
        "base_origin",
        sa.Column("number", BIG, nullable=False),
        sa.Column("uuid", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("copy_name", sa.Text, nullable=False, server_default=""),
        sa.Column("found", sa.Text, nullable=False, server_default=""),
        sa.Column("ahead", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("number", name="pk_base_origin"),
        sa.CheckConstraint("kind IN ('creee', 'mise_a_niveau', 'restauree', 'reconnue')", name="ck_base_origin_kind"),
        sqlite_strict=True,
    )
    op.add_column("sent_workbook", sa.Column("acts_seal", sa.Text, nullable=False, server_default=""))
    base = op.get_bind()
    if base.exec_driver_sql("SELECT count(*) FROM contract").scalar_one():
        now = datetime.now(UTC)
        at = now.isoformat(timespec="microseconds") if base.dialect.name == "sqlite" else now
        base.execute(
            sa.text(
                "INSERT INTO base_origin (number, uuid, kind, recorded_at, agent) VALUES (1, :uuid, :kind, :at, '')"
            ),
            {"uuid": str(uuid4()), "kind": RAISED, "at": at},
        )
