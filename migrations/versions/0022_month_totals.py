"""What each account was debited and credited a month of effect, moved by the chain's head a thousand entries at a time.

`month_known` says up to which entry the months are counted. Amounts of one month are never a running balance: an entry
dated back adds to its own month, whenever it is written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
ENTRIES = 1_000


def upgrade() -> None:
    op.create_table(
        "month_total",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("account", BIG, nullable=False),
        sa.Column("month", BIG, nullable=False),
        sa.Column("debit", BIG, nullable=False),
        sa.Column("credit", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "account", "month", name="pk_month_total"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "month_known",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("recorded_until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("contract", name="pk_month_known"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_month_known_contract_contract"),
        sqlite_strict=True,
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (*_counting(sqlite), *(SQLITE_GUARDS if sqlite else POSTGRESQL_GUARDS)):
        op.execute(sa.text(statement))


def _sums(sqlite: bool, which: str) -> str:
    """The debits and credits of each account and month of these entries."""
    month = "CAST(substr(effect_on, 1, 4) || substr(effect_on, 6, 2) AS INTEGER)"
    if not sqlite:
        month = "(EXTRACT(YEAR FROM effect_on) * 100 + EXTRACT(MONTH FROM effect_on))::bigint"
    whole = "" if sqlite else "::bigint"
    sides = " UNION ALL ".join(
        f"SELECT entry.contract, transfer.{side}_account AS account, {month} AS month, {debit} AS debit,"
        f" {credit} AS credit FROM entry JOIN transfer ON transfer.contract = entry.contract"
        f" AND transfer.sequence = {'+' if sqlite else ''}entry.sequence WHERE {which}"
        for side, debit, credit in (("debit", "amount", "0"), ("credit", "0", "amount"))
    )
    return (
        "INSERT INTO month_total (contract, account, month, debit, credit)"
        f" SELECT contract, account, month, sum(debit){whole}, sum(credit){whole} FROM ({sides}) AS sides WHERE true"
        " GROUP BY contract, account, month ORDER BY contract, account, month"
    )


_KNOWN_ALREADY = "INSERT INTO month_known SELECT contract, max(sequence), max(recorded_at) FROM entry GROUP BY contract"
_ADDED = (
    " ON CONFLICT (contract, account, month)"
    " DO UPDATE SET debit = month_total.debit + excluded.debit, credit = month_total.credit + excluded.credit"
)
_BEFORE = "coalesce((SELECT sequence FROM month_known WHERE contract = NEW.contract), 0)"
_NEW_ENTRIES = "entry.contract = NEW.contract AND entry.sequence > {before} AND entry.sequence <= NEW.sequence"


def _known(sqlite: bool, before: str) -> str:
    later = "max" if sqlite else "greatest"
    return (
        "INSERT INTO month_known (contract, sequence, recorded_until) SELECT NEW.contract, NEW.sequence,"
        f" max(recorded_at) FROM entry WHERE {_NEW_ENTRIES.format(before=before)} ON CONFLICT (contract)"
        " DO UPDATE SET sequence = excluded.sequence,"
        f" recorded_until = {later}(month_known.recorded_until, excluded.recorded_until)"
    )


def _counting(sqlite: bool) -> list[str]:
    """Count what is there, then have the head count what comes."""
    already = [_sums(sqlite, "true"), _KNOWN_ALREADY]
    if sqlite:
        count = f"{_sums(True, _NEW_ENTRIES.format(before=_BEFORE))}{_ADDED}; {_known(True, _BEFORE)};"
        return already + [
            f"""CREATE TRIGGER chain_head_counts_{name} AFTER {act} ON chain_head
            WHEN NEW.sequence - {_BEFORE} >= {ENTRIES} BEGIN {count} END"""
            for name, act in (("first", "INSERT"), ("next", "UPDATE"))
        ]
    function = f"""CREATE FUNCTION cofiville_count_months() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    DECLARE
      known bigint := {_BEFORE};
    BEGIN
      IF NEW.sequence - known >= {ENTRIES} THEN
        {_sums(False, _NEW_ENTRIES.format(before="known"))}{_ADDED};
        {_known(False, "known")};
      END IF;
      RETURN NULL;
    END $$"""
    trigger = """CREATE TRIGGER chain_head_counts AFTER INSERT OR UPDATE ON chain_head
    FOR EACH ROW EXECUTE FUNCTION cofiville_count_months()"""
    return [*already, function, trigger]


# Between two counts the head is less than a thousand entries ahead: so nobody else may write.
_TOO_SOON = f"""coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0) - {_BEFORE} < {ENTRIES}"""
SQLITE_GUARDS = [
    *(
        f"""CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} WHEN {_TOO_SOON}
        BEGIN SELECT RAISE(ABORT, 'cofiville:months follow the chain'); END"""
        for table in ("month_total", "month_known")
        for act in ("INSERT", "UPDATE")
    ),
    *(
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'cofiville:months follow the chain'); END"""
        for table in ("month_total", "month_known")
    ),
]
POSTGRESQL_GUARDS = [
    """CREATE FUNCTION cofiville_months_follow() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
    BEGIN
      IF TG_OP IN ('DELETE', 'TRUNCATE') OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'cofiville:months follow the chain' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$""",
    *(
        f"""CREATE TRIGGER {table}_follows BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION cofiville_months_follow()"""
        for table in ("month_total", "month_known")
    ),
]
