"""On PostgreSQL, what guards entries and transfers runs once a statement; three foreign keys become part of it.

An entry's contract is that of its exercice, which the guard asks for and which has the key. A transfer's entry and
accounts are looked for together, and never go away: entries and accounts are append-only. So no key is checked a row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

POSTGRESQL_GUARDS = [
    "DROP TRIGGER entry_next ON entry",
    """CREATE OR REPLACE FUNCTION cofiville_entry_next() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    DECLARE
      days record;
    BEGIN
      FOR days IN SELECT contract, EXTRACT(YEAR FROM effect_on)::bigint AS year, min(sequence) AS first FROM added
        GROUP BY 1, 2 ORDER BY 1, 2 LOOP
        IF EXISTS (SELECT 1 FROM chain_head WHERE contract = days.contract AND sequence >= days.first) THEN
          RAISE EXCEPTION 'cofiville:entry already sealed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        PERFORM 1 FROM exercice WHERE contract = days.contract AND year = days.year AND closed_on IS NULL FOR SHARE;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'cofiville:day outside an open exercice' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
      END LOOP;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER entry_next AFTER INSERT ON entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_entry_next()""",
    """CREATE OR REPLACE FUNCTION cofiville_transfer_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    DECLARE
      book record;
      named bigint;
      found bigint;
    BEGIN
      FOR book IN SELECT contract, min(sequence) AS first, max(sequence) AS last FROM added GROUP BY 1 ORDER BY 1 LOOP
        IF EXISTS (SELECT 1 FROM chain_head WHERE contract = book.contract AND sequence >= book.first) THEN
          RAISE EXCEPTION 'cofiville:entry already sealed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF EXISTS (SELECT sequence FROM added WHERE contract = book.contract EXCEPT SELECT sequence FROM entry
          WHERE contract = book.contract AND sequence BETWEEN book.first AND book.last) THEN
          RAISE EXCEPTION 'cofiville:transfer without entry' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
      END LOOP;
      PERFORM 1 FROM account WHERE (contract, id) IN (SELECT contract, debit_account FROM added
        UNION SELECT contract, credit_account FROM added) ORDER BY contract, id FOR UPDATE;
      GET DIAGNOSTICS found = ROW_COUNT;
      SELECT count(*) INTO named FROM (SELECT contract, debit_account FROM added
        UNION SELECT contract, credit_account FROM added) AS sides;
      IF found < named THEN
        RAISE EXCEPTION 'cofiville:transfer without account' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      UPDATE account SET debit = account.debit + moved.debit, credit = account.credit + moved.credit FROM (
        SELECT contract, id, SUM(debit)::bigint AS debit, SUM(credit)::bigint AS credit FROM (
          SELECT contract, debit_account AS id, amount AS debit, 0 AS credit FROM added
          UNION ALL SELECT contract, credit_account, 0, amount FROM added) AS sides
        GROUP BY contract, id) AS moved
      WHERE account.contract = moved.contract AND account.id = moved.id;
      RETURN NULL;
    END $$""",
    "ALTER TABLE transfer DROP CONSTRAINT fk_transfer_entry",
    "ALTER TABLE transfer DROP CONSTRAINT fk_transfer_debit",
    "ALTER TABLE transfer DROP CONSTRAINT fk_transfer_credit",
    "ALTER TABLE entry DROP CONSTRAINT fk_entry_contract_contract",
    # Room for the next version of a row beside it: new totals then leave the indexes alone.
    "ALTER TABLE account SET (fillfactor = 50)",
]


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL_GUARDS:
            op.execute(sa.text(statement))
