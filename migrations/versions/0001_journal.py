"""The book: contracts, exercices, accounts, entries, transfers, chain; its guards on both engines."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _contracts()
    _accounts()
    _entries()
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        op.execute(sa.text(statement))


def _contracts() -> None:
    op.create_table(
        "contract",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("epci", sa.Text, nullable=False),
        sa.Column("epci_financeur", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "exercice",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("closed_on", DAY),
        sa.Column("closed_at", INSTANT),
        sa.Column("closing_seal", sa.Text),
        sa.Column("closing_entries", BIG),
        sa.PrimaryKeyConstraint("contract", "year", name="pk_exercice"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_exercice_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "chain_head",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", name="pk_chain_head"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_chain_head_contract_contract"),
        sqlite_strict=True,
    )


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("convention", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("debit", BIG, nullable=False),
        sa.Column("credit", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "id", name="pk_account"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_account_contract_contract"),
        sa.UniqueConstraint(
            "contract",
            "position",
            "line",
            "year",
            "convention",
            "action",
            name="uq_account_contract_position_line_year_convention_action",
        ),
        sa.CheckConstraint(
            "(side = 'D' AND debit >= credit) OR (side = 'C' AND credit >= debit)", name="ck_account_never_overdrawn"
        ),
        sa.CheckConstraint("debit >= 0 AND credit >= 0", name="ck_account_totals_not_negative"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_account_year_line", "account", ["contract", "year", "line"])
    op.create_index("ix_account_convention", "account", ["contract", "convention"])
    op.create_index("ix_account_action", "account", ["contract", "action"])


def _entries() -> None:
    op.create_table(
        "entry",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("motive", sa.Text, nullable=False),
        sa.Column("effect_on", DAY, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("reverses", BIG),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "sequence", name="pk_entry"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_entry_contract_contract"),
        sa.ForeignKeyConstraint(
            ["contract", "reverses"], ["entry.contract", "entry.sequence"], name="fk_entry_reverses"
        ),
        sa.UniqueConstraint("contract", "reference", name="uq_entry_contract_reference"),
        sa.UniqueConstraint("contract", "reverses", name="uq_entry_contract_reverses"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entry_effect_on", "entry", ["contract", "effect_on"])
    op.create_table(
        "transfer",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("debit_account", BIG, nullable=False),
        sa.Column("credit_account", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "sequence", "rank", name="pk_transfer"),
        sa.ForeignKeyConstraint(
            ["contract", "sequence"], ["entry.contract", "entry.sequence"], name="fk_transfer_entry"
        ),
        sa.ForeignKeyConstraint(
            ["contract", "debit_account"], ["account.contract", "account.id"], name="fk_transfer_debit"
        ),
        sa.ForeignKeyConstraint(
            ["contract", "credit_account"], ["account.contract", "account.id"], name="fk_transfer_credit"
        ),
        sa.CheckConstraint("amount > 0", name="ck_transfer_amount_above_zero"),
        sa.CheckConstraint("debit_account <> credit_account", name="ck_transfer_two_accounts"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_transfer_debit", "transfer", ["contract", "debit_account"])
    op.create_index("ix_transfer_credit", "transfer", ["contract", "credit_account"])


def _sqlite_append_only(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
        BEGIN SELECT RAISE(ABORT, 'cofiville:{table} is append-only'); END"""
        for act in ("UPDATE", "DELETE")
    ]


SQLITE_GUARDS = [
    *_sqlite_append_only("entry"),
    *_sqlite_append_only("transfer"),
    """CREATE TRIGGER entry_next BEFORE INSERT ON entry BEGIN
    SELECT RAISE(ABORT, 'cofiville:entry already sealed') FROM chain_head
     WHERE contract = NEW.contract AND sequence >= NEW.sequence;
    SELECT RAISE(ABORT, 'cofiville:entry already exists') FROM entry
     WHERE contract = NEW.contract AND reference = NEW.reference;
    SELECT RAISE(ABORT, 'cofiville:entry already exists') FROM entry
     WHERE contract = NEW.contract AND reverses = NEW.reverses;
    SELECT RAISE(ABORT, 'cofiville:day outside an open exercice') WHERE NOT EXISTS (SELECT 1 FROM exercice
     WHERE contract = NEW.contract AND year = CAST(substr(NEW.effect_on, 1, 4) AS INTEGER) AND closed_on IS NULL);
    END""",
    # A client that does not ask for foreign keys has none: what a transfer names is looked for here too.
    """CREATE TRIGGER transfer_next BEFORE INSERT ON transfer BEGIN
    SELECT RAISE(ABORT, 'cofiville:entry already sealed') FROM chain_head
     WHERE contract = NEW.contract AND sequence >= NEW.sequence;
    SELECT RAISE(ABORT, 'cofiville:transfer without entry') WHERE NOT EXISTS (SELECT 1 FROM entry
     WHERE contract = NEW.contract AND sequence = NEW.sequence);
    SELECT RAISE(ABORT, 'cofiville:transfer without account') WHERE
     NOT EXISTS (SELECT 1 FROM account WHERE contract = NEW.contract AND id = NEW.debit_account)
     OR NOT EXISTS (SELECT 1 FROM account WHERE contract = NEW.contract AND id = NEW.credit_account);
    END""",
    """CREATE TRIGGER transfer_moves AFTER INSERT ON transfer BEGIN
    UPDATE account SET debit = debit + NEW.amount WHERE contract = NEW.contract AND id = NEW.debit_account;
    UPDATE account SET credit = credit + NEW.amount WHERE contract = NEW.contract AND id = NEW.credit_account;
    END""",
    """CREATE TRIGGER account_new BEFORE INSERT ON account BEGIN
    SELECT RAISE(ABORT, 'cofiville:an account starts empty') WHERE NEW.debit <> 0 OR NEW.credit <> 0;
    SELECT RAISE(ABORT, 'cofiville:account already exists') FROM account
     WHERE contract = NEW.contract AND id = NEW.id;
    SELECT RAISE(ABORT, 'cofiville:account already exists') FROM account
     WHERE contract = NEW.contract AND position = NEW.position AND line = NEW.line AND year = NEW.year
     AND convention = NEW.convention AND action = NEW.action;
    END""",
    """CREATE TRIGGER account_keeps BEFORE UPDATE OF contract, id, position, side, line, year, convention, action
    ON account BEGIN SELECT RAISE(ABORT, 'cofiville:account keeps its identity'); END""",
    """CREATE TRIGGER account_grows BEFORE UPDATE OF debit, credit ON account BEGIN
    SELECT RAISE(ABORT, 'cofiville:account totals only grow') WHERE NEW.debit < OLD.debit OR NEW.credit < OLD.credit;
    SELECT RAISE(ABORT, 'cofiville:account totals follow transfers') WHERE NEW.debit > OLD.debit AND NOT EXISTS (
     SELECT 1 FROM transfer WHERE contract = NEW.contract AND debit_account = NEW.id
     AND sequence > coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0));
    SELECT RAISE(ABORT, 'cofiville:account totals follow transfers') WHERE NEW.credit > OLD.credit AND NOT EXISTS (
     SELECT 1 FROM transfer WHERE contract = NEW.contract AND credit_account = NEW.id
     AND sequence > coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0));
    END""",
    """CREATE TRIGGER account_stays BEFORE DELETE ON account
    BEGIN SELECT RAISE(ABORT, 'cofiville:account is never deleted'); END""",
    """CREATE TRIGGER chain_head_forward BEFORE UPDATE ON chain_head BEGIN
    SELECT RAISE(ABORT, 'cofiville:the chain only grows')
     WHERE NEW.contract <> OLD.contract OR NEW.sequence <= OLD.sequence;
    SELECT RAISE(ABORT, 'cofiville:the head is the seal of an entry') WHERE NOT EXISTS (SELECT 1 FROM entry
     WHERE contract = NEW.contract AND sequence = NEW.sequence AND seal = NEW.seal);
    END""",
    """CREATE TRIGGER chain_head_stays BEFORE DELETE ON chain_head
    BEGIN SELECT RAISE(ABORT, 'cofiville:the chain only grows'); END""",
    """CREATE TRIGGER chain_head_new BEFORE INSERT ON chain_head BEGIN
    SELECT RAISE(ABORT, 'cofiville:the chain only grows') FROM chain_head WHERE contract = NEW.contract;
    SELECT RAISE(ABORT, 'cofiville:the head is the seal of an entry') WHERE NOT EXISTS (SELECT 1 FROM entry
     WHERE contract = NEW.contract AND sequence = NEW.sequence AND seal = NEW.seal);
    END""",
    """CREATE TRIGGER exercice_closed BEFORE UPDATE ON exercice
    WHEN OLD.closed_on IS NOT NULL OR NEW.contract <> OLD.contract OR NEW.year <> OLD.year
    BEGIN SELECT RAISE(ABORT, 'cofiville:a closed exercice never changes'); END""",
    """CREATE TRIGGER exercice_stays BEFORE DELETE ON exercice
    BEGIN SELECT RAISE(ABORT, 'cofiville:an exercice is never deleted'); END""",
    """CREATE TRIGGER exercice_new BEFORE INSERT ON exercice BEGIN
    SELECT RAISE(ABORT, 'cofiville:exercice already exists') FROM exercice
     WHERE contract = NEW.contract AND year = NEW.year;
    END""",
]


def _postgresql_refusals(table: str, acts: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_append_only BEFORE {acts} ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()""",
    ]


POSTGRESQL_GUARDS = [
    """CREATE FUNCTION cofiville_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'cofiville:% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    *_postgresql_refusals("entry", "UPDATE OR DELETE OR TRUNCATE"),
    *_postgresql_refusals("transfer", "UPDATE OR DELETE OR TRUNCATE"),
    *_postgresql_refusals("account", "DELETE OR TRUNCATE"),
    *_postgresql_refusals("chain_head", "DELETE OR TRUNCATE"),
    *_postgresql_refusals("exercice", "DELETE OR TRUNCATE"),
    """CREATE FUNCTION cofiville_entry_next() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM chain_head WHERE contract = NEW.contract AND sequence >= NEW.sequence) THEN
        RAISE EXCEPTION 'cofiville:entry already sealed' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      PERFORM 1 FROM exercice WHERE contract = NEW.contract AND year = EXTRACT(YEAR FROM NEW.effect_on)
        AND closed_on IS NULL FOR SHARE;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'cofiville:day outside an open exercice' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    "CREATE TRIGGER entry_next BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION cofiville_entry_next()",
    """CREATE FUNCTION cofiville_transfer_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM added JOIN chain_head USING (contract) WHERE chain_head.sequence >= added.sequence) THEN
        RAISE EXCEPTION 'cofiville:entry already sealed' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      PERFORM 1 FROM account WHERE (contract, id) IN (SELECT contract, debit_account FROM added
        UNION SELECT contract, credit_account FROM added) ORDER BY contract, id FOR UPDATE;
      UPDATE account SET debit = account.debit + moved.debit, credit = account.credit + moved.credit FROM (
        SELECT contract, id, SUM(debit)::bigint AS debit, SUM(credit)::bigint AS credit FROM (
          SELECT contract, debit_account AS id, amount AS debit, 0 AS credit FROM added
          UNION ALL SELECT contract, credit_account, 0, amount FROM added) AS sides
        GROUP BY contract, id) AS moved
      WHERE account.contract = moved.contract AND account.id = moved.id;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER transfer_moves AFTER INSERT ON transfer REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_transfer_moves()""",
    """CREATE FUNCTION cofiville_account_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        IF NEW.debit <> 0 OR NEW.credit <> 0 THEN
          RAISE EXCEPTION 'cofiville:an account starts empty' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
      ELSIF (NEW.contract, NEW.id, NEW.position, NEW.side, NEW.line, NEW.year, NEW.convention, NEW.action)
         IS DISTINCT FROM (OLD.contract, OLD.id, OLD.position, OLD.side, OLD.line, OLD.year, OLD.convention, OLD.action)
         OR NEW.debit < OLD.debit OR NEW.credit < OLD.credit THEN
        RAISE EXCEPTION 'cofiville:account keeps its identity' USING ERRCODE = 'integrity_constraint_violation';
      ELSIF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'cofiville:account totals follow transfers' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER account_keeps BEFORE INSERT OR UPDATE ON account
    FOR EACH ROW EXECUTE FUNCTION cofiville_account_keeps()""",
    """CREATE FUNCTION cofiville_chain_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND (NEW.contract <> OLD.contract OR NEW.sequence <= OLD.sequence) THEN
        RAISE EXCEPTION 'cofiville:the chain only grows' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF NOT EXISTS (SELECT 1 FROM entry WHERE contract = NEW.contract AND sequence = NEW.sequence
        AND seal = NEW.seal) THEN
        RAISE EXCEPTION 'cofiville:the head is the seal of an entry' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER chain_head_forward BEFORE INSERT OR UPDATE ON chain_head
    FOR EACH ROW EXECUTE FUNCTION cofiville_chain_forward()""",
    """CREATE FUNCTION cofiville_exercice_closed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.closed_on IS NOT NULL OR NEW.contract <> OLD.contract OR NEW.year <> OLD.year THEN
        RAISE EXCEPTION 'cofiville:a closed exercice never changes' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER exercice_closed BEFORE UPDATE ON exercice
    FOR EACH ROW EXECUTE FUNCTION cofiville_exercice_closed()""",
]
