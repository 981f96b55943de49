"""The public of an action counted in total is a row by EPCI of its contract, whatever their number.

The two columns of the first two EPCI become rows of the same figures; what is kept of their past follows.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = {"public_caph": "CAPH", "public_cavm": "CAVM"}


def upgrade() -> None:
    base = op.get_bind()
    op.create_table(
        "action_epci",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contract", "action", "epci")),
        sa.Column("headcount", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "epci", name="pk_action_epci"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_epci_action"
        ),
        sa.ForeignKeyConstraint(["contract", "epci"], ["epci.contract", "epci.code"], name="fk_action_epci_epci"),
        sa.CheckConstraint("headcount >= 0", name="ck_action_epci_headcount"),
        sqlite_strict=True,
    )
    for column, epci in COLUMNS.items():
        op.execute(
            f"INSERT INTO action_epci (contract, action, epci, headcount)"
            f" SELECT action.contract, action.number, epci.code, action.{column} FROM action JOIN epci"
            f" ON epci.contract = action.contract AND epci.code = '{epci}' WHERE action.{column} IS NOT NULL"
        )
    _changes_kept(base)
    for column in COLUMNS:
        # Said in SQL: the table is not made again, so that its guards stay.
        op.execute(f"ALTER TABLE action DROP COLUMN {column}")


def _changes_kept(base: sa.Connection) -> None:
    """What the columns were becomes what the rows were: each change of one, from the last to the first."""
    names = "recorded_at, act, rank, table_name, row_key, kind, before, effect_on, dated, agent, command"
    asked = f"SELECT {names} FROM row_change WHERE table_name = 'action' ORDER BY recorded_at DESC, act DESC, rank DESC"
    changes = base.execute(sa.text(asked)).mappings().all()
    if not changes:
        return
    _drop_guards(base, "row_change")
    now = base.execute(sa.text(f"SELECT contract, number, {', '.join(COLUMNS)} FROM action")).all()
    after = {(row[0], row[1]): dict(zip(COLUMNS, row[2:], strict=True)) for row in now}
    there = {tuple(row) for row in base.execute(sa.text("SELECT contract, code FROM epci")).all()}
    for change in changes:
        key, before = json.loads(change["row_key"]), json.loads(change["before"] or "{}")
        held = after.setdefault(tuple(key), dict.fromkeys(COLUMNS))
        for place, (column, epci) in enumerate(COLUMNS.items(), start=1):
            was = before.pop(column, held[column]) if change["kind"] != "insert" else None
            if was != held[column] and (key[0], epci) in there:
                _insert(base, {**change, **_of_row(key, epci, was, held[column], change["rank"] + 1_000_000 * place)})
            held[column] = was
        _shortened(base, change, before)


def _of_row(key: list[str], epci: str, was: int | None, now: int | None, rank: int) -> dict[str, object]:
    """The change of the row of an EPCI: made, taken away, or another number."""
    kept = {"headcount": was} if now is not None else _row(key, epci, was)
    kind = "insert" if was is None else "delete" if now is None else "update"
    before = None if was is None else _text(kept)
    return {"table_name": "action_epci", "row_key": _text([*key, epci]), "kind": kind, "before": before, "rank": rank}


def _row(key: list[str], epci: str, headcount: int | None) -> dict[str, object]:
    return {"contract": key[0], "action": key[1], "epci": epci, "headcount": headcount}


def _shortened(base: sa.Connection, change: sa.RowMapping, before: dict[str, object]) -> None:
    """The change of the action, without what it no longer has; no more of it when it said nothing else."""
    if change["before"] is None or len(before) == len(json.loads(change["before"])):
        return
    which = "recorded_at = :recorded_at AND act = :act AND rank = :rank"
    base.execute(sa.text(f"DELETE FROM row_change WHERE {which}"), dict(change))
    if before:
        _insert(base, {**change, "before": _text(before)})


def _insert(base: sa.Connection, row: dict[str, object]) -> None:
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    base.execute(sa.text(f"INSERT INTO row_change ({names}) VALUES ({marks})"), row)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _drop_guards(base: sa.Connection, table: str) -> None:
    """Let the rows of a table that never change be changed."""
    names = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
    if base.dialect.name == "postgresql":
        names = (
            f"SELECT tgname || ' ON {table}' FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal"
        )
    for name in base.exec_driver_sql(names).scalars().all():
        base.exec_driver_sql(f"DROP TRIGGER {name}")
