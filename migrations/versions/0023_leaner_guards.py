"""The guards of accounts, transfers and months refuse the same with less work.

SQLite: one trigger a transfer, which tells a missing account from the row it did not change; each total has a guard of
its own; what the triggers look up, foreign keys no longer look up again (entries and accounts never go away).
PostgreSQL: new accounts are checked once a statement, with their contract; those that change by a condition.
Both: months are added up without numbers made of texts or of fractions of a second.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ENTRIES = 1_000
HEAD = "coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0)"
BEFORE = "coalesce((SELECT sequence FROM month_known WHERE contract = NEW.contract), 0)"
ADDED = (
    " ON CONFLICT (contract, account, month)"
    " DO UPDATE SET debit = month_total.debit + excluded.debit, credit = month_total.credit + excluded.credit"
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite_guards() if sqlite else POSTGRESQL_GUARDS:
        op.execute(sa.text(statement))
    if sqlite:
        _without_keys_of_transfers()


def _known(before: str, later: str) -> str:
    new = f"contract = NEW.contract AND sequence > {before} AND sequence <= NEW.sequence"
    return (
        "INSERT INTO month_known (contract, sequence, recorded_until) SELECT NEW.contract, NEW.sequence,"
        f" max(recorded_at) FROM entry WHERE {new} ON CONFLICT (contract)"
        " DO UPDATE SET sequence = excluded.sequence,"
        f" recorded_until = {later}(month_known.recorded_until, excluded.recorded_until)"
    )


def _sqlite_guards() -> list[str]:
    month = "CAST(substr(effect_on, 1, 4) AS INTEGER) * 100 + CAST(substr(effect_on, 6, 2) AS INTEGER)"
    sides = " UNION ALL ".join(
        f"SELECT transfer.{side}_account AS account, {month} AS month, {debit} AS debit, {credit} AS credit"
        " FROM entry JOIN transfer ON transfer.contract = entry.contract AND transfer.sequence = +entry.sequence"
        f" WHERE entry.contract = NEW.contract AND entry.sequence > {BEFORE} AND entry.sequence <= NEW.sequence"
        for side, debit, credit in (("debit", "amount", "0"), ("credit", "0", "amount"))
    )
    count = (
        "INSERT INTO month_total (contract, account, month, debit, credit)"
        f" SELECT NEW.contract, account, month, sum(debit), sum(credit) FROM ({sides}) WHERE true"
        f" GROUP BY account, month ORDER BY account, month{ADDED}; {_known(BEFORE, 'max')};"
    )
    counts = [
        statement
        for name, act in (("first", "INSERT"), ("next", "UPDATE"))
        for statement in (
            f"DROP TRIGGER chain_head_counts_{name}",
            f"""CREATE TRIGGER chain_head_counts_{name} AFTER {act} ON chain_head
            WHEN NEW.sequence - {BEFORE} >= {ENTRIES} BEGIN {count} END""",
        )
    ]
    grows = [
        f"""CREATE TRIGGER account_{side}_grows BEFORE UPDATE OF {side} ON account BEGIN
        SELECT RAISE(ABORT, 'cofiville:account totals follow transfers') WHERE NEW.{side} < OLD.{side} OR NOT EXISTS (
         SELECT 1 FROM transfer WHERE contract = NEW.contract AND {side}_account = NEW.id AND sequence > {HEAD});
        END"""
        for side in ("debit", "credit")
    ]
    moves = " ".join(
        f"""UPDATE account SET {side} = {side} + NEW.amount WHERE contract = NEW.contract AND id = NEW.{side}_account;
        SELECT RAISE(ABORT, 'cofiville:transfer without account') WHERE changes() <> 1;"""
        for side in ("debit", "credit")
    )
    return [
        "DROP TRIGGER transfer_next",
        "DROP TRIGGER transfer_moves",
        "DROP TRIGGER account_grows",
        f"""CREATE TRIGGER transfer_moves AFTER INSERT ON transfer BEGIN
        SELECT RAISE(ABORT, 'cofiville:entry already sealed') FROM chain_head
         WHERE contract = NEW.contract AND sequence >= NEW.sequence;
        SELECT RAISE(ABORT, 'cofiville:transfer without entry') WHERE NOT EXISTS (SELECT 1 FROM entry
         WHERE contract = NEW.contract AND sequence = NEW.sequence);
        {moves}
        END""",
        *grows,
        *counts,
    ]


def _without_keys_of_transfers() -> None:
    """The words of three keys are taken out where they stand, as migration 0014 changes those of a CHECK."""
    base = op.get_bind()
    version = base.exec_driver_sql("PRAGMA schema_version").scalar_one()
    words = base.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'transfer'").scalar_one()
    without, taken = re.subn(r",\s*CONSTRAINT fk_transfer_\w+ FOREIGN KEY\([^)]*\) REFERENCES \w+ \([^)]*\)", "", words)
    if taken != 3:
        raise RuntimeError("the keys of transfer are not those that revision 0001 wrote")
    base.exec_driver_sql("PRAGMA writable_schema=ON")
    base.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'transfer'", (without,))
    base.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    base.exec_driver_sql("PRAGMA writable_schema=RESET")


_MONTH = "(date_part('year', effect_on) * 100 + date_part('month', effect_on))::bigint"
_OTHER = " OR ".join(
    f"NEW.{column} <> OLD.{column}"
    for column in ("contract", "id", "position", "side", "line", "year", "convention", "action")
)
POSTGRESQL_GUARDS = [
    f"""CREATE OR REPLACE FUNCTION cofiville_count_months() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    DECLARE
      known bigint := {BEFORE};
    BEGIN
      IF NEW.sequence - known >= {ENTRIES} THEN
        INSERT INTO month_total (contract, account, month, debit, credit)
          SELECT NEW.contract, account, {_MONTH}, sum(debit)::bigint, sum(credit)::bigint
          FROM entry JOIN transfer ON transfer.contract = entry.contract AND transfer.sequence = entry.sequence
          CROSS JOIN LATERAL (VALUES (debit_account, amount, 0::bigint), (credit_account, 0::bigint, amount))
            AS side (account, debit, credit)
          WHERE entry.contract = NEW.contract AND entry.sequence > known AND entry.sequence <= NEW.sequence
          GROUP BY account, {_MONTH} ORDER BY 2, 3{ADDED};
        {_known("known", "greatest")};
      END IF;
      RETURN NULL;
    END $$""",
    "DROP TRIGGER account_keeps ON account",
    """CREATE OR REPLACE FUNCTION cofiville_account_keeps() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
    BEGIN
      RAISE EXCEPTION 'cofiville:account keeps its identity, its totals follow transfers'
        USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    f"""CREATE TRIGGER account_keeps BEFORE UPDATE ON account FOR EACH ROW
    WHEN (pg_trigger_depth() < 1 OR NEW.debit < OLD.debit OR NEW.credit < OLD.credit OR {_OTHER})
    EXECUTE FUNCTION cofiville_account_keeps()""",
    """CREATE FUNCTION cofiville_account_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM added WHERE debit <> 0 OR credit <> 0) THEN
        RAISE EXCEPTION 'cofiville:an account starts empty' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF EXISTS (SELECT contract FROM added EXCEPT SELECT code FROM contract) THEN
        RAISE EXCEPTION 'cofiville:account without contract' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER account_new AFTER INSERT ON account REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_account_new()""",
    "ALTER TABLE account DROP CONSTRAINT fk_account_contract_contract",
]
