"""Each guard of the book is needed: with it every attack is refused, without it one of them succeeds."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from ledger.journal.audit import audit_book
from ledger.journal.exercices import find_exercice
from ledger.journal.locking import closing_reference, lock_year
from ledger.journal.positions import Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft
from ledger.journal.vocabulary import EntryKind
from ledger.storage.engine import open_engine
from tests.journal.trials import act, book, key, prepare

BOOK = ("account", "chain_head", "closing_remainder", "entry", "exercice", "transfer")
ENTRY = (
    "INSERT {how} INTO entry (contract, sequence, reference, kind, label, piece, motive, effect_on, recorded_at, agent,"
    " command, reverses, content_hash, seal) SELECT contract, {sequence}, '{reference}', kind, label, piece, motive,"
    " {day}, recorded_at, agent, command, {reverses}, content_hash, seal FROM entry WHERE sequence = 2"
)
ACCOUNT = (
    "INSERT {how} INTO account (contract, id, position, side, line, year, convention, action, debit, credit)"
    " SELECT '{contract}', {id}, position, side, {line}, year, convention, action, {debit}, {credit}"
    " FROM account WHERE position = 'DISPONIBLE' AND debit > 0"
)
REMAINDER = (
    "INSERT {how} INTO closing_remainder (contract, year, line, position, convention, action, amount, fate, reason)"
    " VALUES ('{contract}', {year}, 'X', 'DISPONIBLE', '', '', {amount}, '{fate}', '')"
)


def entry(
    sequence: int = 4, reference: str = "autre", how: str = "", day: str = "2016-05-05", reverses: str = "NULL"
) -> str:
    return ENTRY.format(sequence=sequence, reference=reference, how=how, day=f"'{day}'", reverses=reverses)


def account(how: str = "", contract: str = "CV195", line: str = "line", **values: Any) -> str:
    return ACCOUNT.format(how=how, contract=contract, line=line, **{"id": 7, "debit": 0, "credit": 0, **values})


def remainder(how: str = "", **values: Any) -> str:
    return REMAINDER.format(how=how, **{"contract": "CV195", "year": 2015, "amount": 5, "fate": "annuler", **values})


def transfer(debit: str, credit: str, amount: int = 1, sequence: int = 4, rank: int = 1) -> str:
    """A transfer between accounts given by their position, or by their id when they are not in the base."""

    def found(place: str) -> str:
        return place if place.isdigit() else f"(SELECT id FROM account WHERE position = '{place}' AND year = 2016)"

    return (
        "INSERT INTO transfer (contract, sequence, rank, debit_account, credit_account, amount)"
        f" VALUES ('CV195', {sequence}, {rank}, {found(debit)}, {found(credit)}, {amount})"
    )


# The base attacked: 100 cents notified and 5 carried in, 40 programmed, 2015 closed with one remainder: three entries.
ATTACKS: dict[str, list[str]] = {
    "an entry is changed": ["UPDATE entry SET label = 'x'"],
    "an entry is deleted": ["DELETE FROM transfer WHERE sequence = 2", "DELETE FROM entry WHERE sequence = 2"],
    "an entry without transfers is deleted": [entry(), "DELETE FROM entry WHERE sequence = 3"],
    "an entry is added before the head": [entry(sequence=-1)],
    "a reference is used twice": [entry(reference="ACTE 2")],
    "an entry is reversed twice": [entry(reverses="1"), entry(5, "encore", reverses="1")],
    "a number is used twice": [entry(), entry(reference="encore")],
    "a closed year takes an entry": [entry(day="2015-05-05")],
    "a year never opened takes an entry": [entry(day="2031-05-05")],
    "a transfer is changed": ["UPDATE transfer SET amount = amount"],
    "a transfer is deleted": ["DELETE FROM transfer WHERE sequence = 2"],
    "a transfer is added to a sealed entry": [transfer("PROGRAMME", "DISPONIBLE", sequence=2, rank=3)],
    "a transfer is added to a sealed entry behind another": [
        entry(),
        transfer("PROGRAMME", "DISPONIBLE"),
        transfer("PROGRAMME", "DISPONIBLE", sequence=2, rank=3),
    ],
    "a transfer is added without an entry": [transfer("PROGRAMME", "DISPONIBLE", sequence=9)],
    "a transfer is debited to no account": [entry(), transfer("123", "DISPONIBLE")],
    "a transfer is credited to no account": [entry(), transfer("PROGRAMME", "123")],
    "a transfer has the rank of another": [entry(), *[transfer("PROGRAMME", "DISPONIBLE")] * 2],
    "a transfer moves nothing": [entry(), transfer("PROGRAMME", "DISPONIBLE", 0)],
    "a transfer moves less than nothing": [entry(), transfer("PROGRAMME", "DISPONIBLE", -1)],
    "a transfer goes nowhere": [entry(), transfer("DISPONIBLE", "DISPONIBLE")],
    "an enveloppe gives more than it holds": [entry(), transfer("PROGRAMME", "DISPONIBLE", 66)],
    "a source takes back more than it gave": [entry(), transfer("REPORT_ENTRANT", "DISPONIBLE", 6)],
    "an account is deleted": ["DELETE FROM transfer", "DELETE FROM account"],
    "an unused account is deleted": [account(line="'X'"), "DELETE FROM account WHERE id = 7"],
    "an account changes its identity": ["UPDATE account SET convention = 'X'"],
    "an account's totals shrink": [
        "UPDATE account SET debit = debit - 1, credit = credit - 1 WHERE debit > 0 AND credit > 0"
    ],
    "an account's debit grows alone": ["UPDATE account SET debit = debit + 1 WHERE side = 'D'"],
    "an account's credit grows alone": ["UPDATE account SET credit = credit + 1 WHERE side = 'C'"],
    "an account starts debited": [account(line="'X'", debit=5)],
    "an account starts below zero": [account(line="'X'", debit=-5, credit=-9)],
    "an account has no side": [
        "INSERT INTO account SELECT contract, 8, position, 'X', 'X', year, '', '', 0, 0 FROM account WHERE year = 2016"
    ],
    "an account is there twice": [account()],
    "two accounts have one id": [account(line="'X'"), account(line="'Y'")],
    "the head is moved back": [
        "UPDATE chain_head SET sequence = 1, seal = (SELECT seal FROM entry WHERE sequence = 1)"
    ],
    "the head names no entry": ["UPDATE chain_head SET sequence = 9"],
    "the head has another seal": [entry(), "UPDATE chain_head SET sequence = 4, seal = 'x'"],
    "the head is deleted": ["DELETE FROM chain_head"],
    "a second head is added": ["INSERT INTO chain_head SELECT contract, sequence, seal FROM chain_head"],
    "a head is added without an entry": ["INSERT INTO chain_head VALUES ('CV193', 5, 'x')"],
    "a year is reopened": ["UPDATE exercice SET closed_on = NULL WHERE year = 2015"],
    "a year becomes another": ["UPDATE exercice SET year = 2014 WHERE year = 2016"],
    "a year is deleted": ["DELETE FROM exercice WHERE year = 2016"],
    "a closed year is there twice": ["INSERT INTO exercice (contract, year) VALUES ('CV195', 2015)"],
    "a remainder is changed": ["UPDATE closing_remainder SET amount = 6"],
    "a remainder is deleted": ["DELETE FROM closing_remainder"],
    "a remainder is there twice": [remainder()],
    "a remainder is of nothing": [remainder(year=2016, amount=0)],
    "a remainder has no fate": [remainder(year=2016, fate="x")],
}
SQLITE_ATTACKS: dict[str, list[str]] = {
    "a reference is replaced": [entry(reference="ACTE 2", how="OR REPLACE")],
    "a reversal is replaced": [entry(reverses="1"), entry(5, "encore", "OR REPLACE", reverses="1")],
    "an account is replaced by its id": [account(line="'X'"), account("OR REPLACE", line="'Y'")],
    "an account is replaced by its name": [account("OR REPLACE")],
    "the head is replaced": ["INSERT OR REPLACE INTO chain_head SELECT contract, sequence, seal FROM chain_head"],
    "a year is replaced": ["INSERT OR REPLACE INTO exercice (contract, year) VALUES ('CV195', 2015)"],
    "a remainder is replaced": [remainder("OR REPLACE")],
}
# A plain client of SQLite has no foreign keys.
POSTGRESQL_ATTACKS: dict[str, list[str]] = {
    "what was never written is reversed": [entry(reverses="77")],
    "an account is of no contract": [account(contract="CV0")],
    "a year is of no contract": ["INSERT INTO exercice (contract, year) VALUES ('CV0', 2015)"],
    "a remainder is of no year": [remainder(year=2031)],
    "an agent names another than itself": [
        "CREATE ROLE passant",
        "GRANT SELECT, INSERT ON entry, chain_head, exercice TO passant",
        "SET SESSION AUTHORIZATION passant",
        entry(),
    ],
    "an agent writes under the role of another": [
        "CREATE ROLE cofiville_epreuve",
        "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO cofiville_epreuve",
        "SET SESSION AUTHORIZATION cofiville_epreuve",
        entry(),
    ],
    **{f"{table} is emptied": [f"TRUNCATE {table} CASCADE"] for table in BOOK},
}
# What a second guard refuses too: the guard, and the one behind it.
DOUBLED = {
    "ck_account_totals_not_negative": "account_new, account_keeps, account_debit_grows: totals start at 0, then grow",
    "fk_chain_head_contract_contract": "chain_head_forward: there is an entry, so a contract",
    # These count months and refuse nothing: what they do not count is added up; what they count wrong, the audit finds.
    "chain_head_counts": "test_months",
    **{f"chain_head_counts_{when}, statement {place}": "test_months" for when in ("first", "next") for place in (1, 2)},
}
Try = Callable[[list[str]], bool]


@pytest.fixture
def attacked(base: str) -> str:
    prepare(base, 100, 2016, 2015)
    engine = open_engine(base)
    with book(engine) as session:
        carried = (key(Position.DISPONIBLE), key(Position.REPORT_ENTRANT), 5)
        taken = (key(Position.PROGRAMME, "A"), key(Position.DISPONIBLE), 40)
        post_acts(session, [act("ACTE 2", carried, taken)])
        session.execute(text(remainder()))
        closed = Draft(closing_reference(2015), EntryKind.CLOSING, "Clôture", "pièce", date(2015, 12, 31), ())
        lock_year(session, find_exercice(session, 2015), closed, [], on=date(2016, 1, 31))
        assert audit_book(session) == []
    engine.dispose()
    return base


def sqlite_attempts(connection: sqlite3.Connection) -> Try:
    def attempt(statements: list[str]) -> bool:
        connection.execute("SAVEPOINT attempt")
        try:
            for statement in statements:
                connection.execute(statement)
        except sqlite3.IntegrityError:
            return False
        finally:
            connection.execute("ROLLBACK TO attempt")
        return True

    return attempt


def postgresql_attempts(connection: psycopg.Connection[Any]) -> Try:
    def attempt(statements: list[str]) -> bool:
        try:
            with connection.transaction(force_rollback=True):
                for statement in statements:
                    connection.execute(statement)
        except psycopg.IntegrityError:
            return False
        return True

    return attempt


def weaker_triggers(connection: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Each trigger of the book without one of the statements it runs."""
    marks = ", ".join("?" * len(BOOK))
    query = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({marks})"
    for name, sql in connection.execute(query, BOOK).fetchall():
        opening, body = re.split(r"\bBEGIN\b", sql, maxsplit=1)
        statements = [part for part in re.sub(r"\bEND\s*$", "", body).split(";") if part.strip()]
        for place in range(len(statements)):
            kept = statements[:place] + statements[place + 1 :]
            again = [f"{opening} BEGIN {';'.join(kept)}; END"] if kept else []
            yield f"{name}, statement {place + 1}", [f"DROP TRIGGER {name}", *again]


def weaker_checks(connection: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Each table of the book without one of its CHECKs, rewritten in the schema itself."""
    for table in BOOK:
        (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        for found in re.finditer(r",\s*CONSTRAINT (ck_\w+) CHECK \(.*\)(?=,|\s*\n\))", sql):
            without = (sql[: found.start()] + sql[found.end() :]).replace("'", "''")
            yield found[1], [f"UPDATE sqlite_master SET sql = '{without}' WHERE name = '{table}'"]


def weaker_functions(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    """Each function of the guards without one of its refusals; one that only refuses goes with its triggers."""
    query = """SELECT DISTINCT proname, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_trigger ON tgfoid = p.oid
        WHERE tgrelid::regclass::text = ANY (%s) AND prosrc LIKE '%%RETURN%%'"""
    for name, definition in connection.execute(query, [list(BOOK)]).fetchall():
        for place, found in enumerate(re.finditer(r"RAISE EXCEPTION [^;]*;", definition), start=1):
            yield f"{name}, refusal {place}", f"{definition[: found.start()]} NULL; {definition[found.end() :]}"


def successful(attempt: Try, attacks: dict[str, list[str]]) -> list[str]:
    return [name for name, statements in attacks.items() if attempt(statements)]


@pytest.mark.sqlite
def test_on_sqlite_each_statement_of_a_trigger_and_each_check_is_needed(attacked: str, tmp_path: Path) -> None:
    attacks = ATTACKS | SQLITE_ATTACKS
    with closing(sqlite3.connect(attacked, isolation_level=None)) as connection:
        assert successful(sqlite_attempts(connection), attacks) == []
        mutants = [*weaker_triggers(connection), *weaker_checks(connection)]
    assert len(mutants) > 35
    unnoticed = []
    for name, changes in mutants:
        weak = shutil.copy(attacked, tmp_path / "weak.db")
        with closing(sqlite3.connect(weak, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            for change in changes:
                connection.execute(change)
            connection.execute("PRAGMA writable_schema = RESET")
            if not any(map(sqlite_attempts(connection), attacks.values())):
                unnoticed.append(name)
    assert set(unnoticed) == DOUBLED.keys() & {name for name, _ in mutants}


@pytest.mark.postgresql
def test_on_postgresql_each_trigger_and_each_constraint_is_needed(attacked: str) -> None:
    attacks = ATTACKS | POSTGRESQL_ATTACKS
    unnoticed = []
    with psycopg.connect(attacked.replace("+psycopg", "")) as connection:
        attempt = postgresql_attempts(connection)
        assert successful(attempt, attacks) == []
        mutants = [*connection.execute(POSTGRESQL_GUARDS, [list(BOOK)] * 2), *weaker_functions(connection)]
        for name, change in mutants:
            with connection.transaction(force_rollback=True):
                connection.execute(change)
                if not any(map(attempt, attacks.values())):
                    unnoticed.append(name)
    assert len(mutants) > 40
    assert set(unnoticed) == DOUBLED.keys() & {name for name, _ in mutants}


POSTGRESQL_GUARDS = """
SELECT tgname, format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass) FROM pg_trigger
 WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY (%s)
UNION ALL SELECT conname, format('ALTER TABLE %%s DROP CONSTRAINT %%I CASCADE', conrelid::regclass, conname)
 FROM pg_constraint WHERE contype IN ('c', 'f', 'p', 'u') AND conrelid::regclass::text = ANY (%s)"""
