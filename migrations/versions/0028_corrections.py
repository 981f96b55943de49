"""What corrects what: the entry undone, the one that undid it, the one written in its place, as a row.

Older corrections said it in the motive of the entry written next: those whose whole motive is that of the reversal,
after the words the program put before it, are written too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = ("contract", "reversal_number")
TOLD = """INSERT INTO correction (contract, reversal_number, right_number)
    SELECT undoing.contract, undoing.sequence, redone.sequence FROM entry undoing
    JOIN entry redone ON redone.contract = undoing.contract AND redone.sequence = undoing.sequence + 1
    WHERE undoing.reverses IS NOT NULL AND redone.motive =
        'Correction de l''écriture ' || CAST(undoing.reverses AS TEXT) || ' : ' || undoing.motive"""


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("reversal_number", BIG, nullable=False),
        sa.Column("right_number", BIG, nullable=False),
        sa.PrimaryKeyConstraint(*KEY, name="pk_correction"),
        *(
            sa.ForeignKeyConstraint(
                ["contract", f"{name}_number"], ["entry.contract", "entry.sequence"], name=f"fk_correction_{name}"
            )
            for name in ("reversal", "right")
        ),
        sqlite_strict=True,
    )
    op.execute(sa.text(TOLD.replace(":", r"\:")))
    for statement in _guards():
        op.execute(sa.text(statement))


def _guards() -> list[str]:
    if op.get_bind().dialect.name != "sqlite":
        return [
            (
                "CREATE TRIGGER correction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON correction "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        ]
    same = " AND ".join(f"{column} = NEW.{column}" for column in KEY)
    return [
        *(
            f"CREATE TRIGGER correction_no_{act.lower()} BEFORE {act} ON correction "
            "BEGIN SELECT RAISE(ABORT, 'cofiville:correction is append-only'); END"
            for act in ("UPDATE", "DELETE")
        ),
        (
            "CREATE TRIGGER correction_once BEFORE INSERT ON correction BEGIN "
            f"SELECT RAISE(ABORT, 'cofiville:correction already exists') FROM correction WHERE {same}; END"
        ),
    ]
