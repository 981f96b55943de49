"""The database itself refuses what the book does not allow, whoever writes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.audit import audit_book
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import find_exercice, open_exercice

REFUSED = [
    "UPDATE entry SET label = 'x'",
    "DELETE FROM entry",
    "UPDATE transfer SET amount = 1",
    "DELETE FROM transfer",
    "DELETE FROM account",
    "UPDATE account SET line = 'X'",
    "UPDATE account SET debit = debit - 1",
    "DELETE FROM chain_head",
    "UPDATE chain_head SET sequence = sequence - 1",
    "DELETE FROM exercice",
    "UPDATE account SET debit = debit - 1, credit = credit - 1",
    (
        "INSERT INTO transfer (contract, sequence, rank, debit_account, credit_account, amount)"
        " SELECT contract, sequence, 99, debit_account, credit_account, amount FROM transfer"
    ),
    (
        "INSERT INTO account (contract, id, position, side, line, year, convention, action, debit, credit)"
        " VALUES ('CV195', 1, 'DISPONIBLE', 'D', 'X', 2016, '', '', 100, 0)"
    ),
]


@pytest.fixture
def book(session: Session) -> Session:
    open_exercice(session, 2016)
    notify_credits(session, "ETAT-PDV-DRE", 2016, Money(100), piece="N1", on=date(2016, 2, 15))
    return session


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(book: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"cofiville|ck_account"), book.begin_nested():
        book.execute(text(statement))
    assert audit_book(book) == []


@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["entry", "transfer", "account", "chain_head", "exercice"])
def test_a_table_of_the_book_is_never_emptied(book: Session, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), book.begin_nested():
        book.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.sqlite
@pytest.mark.parametrize("table", ["entry", "transfer", "account", "exercice", "chain_head"])
def test_a_row_of_the_book_is_never_replaced(book: Session, table: str) -> None:
    with pytest.raises(DBAPIError, match="cofiville"), book.begin_nested():
        book.execute(text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))


def test_a_closed_year_takes_no_entry_from_anybody(book: Session) -> None:
    exercice = find_exercice(book, 2016)
    exercice.closed_on = date(2017, 1, 31)
    book.flush()
    copied = (
        "INSERT INTO entry (contract, sequence, reference, kind, label, piece, motive, effect_on, recorded_at,"
        " agent, command, reverses, content_hash, seal) SELECT contract, 2, 'autre', kind, label, piece, motive,"
        " effect_on, recorded_at, agent, command, reverses, content_hash, seal FROM entry"
    )
    with pytest.raises(DBAPIError, match="open exercice"), book.begin_nested():
        book.execute(text(copied))
    with pytest.raises(DBAPIError, match="never changes"), book.begin_nested():
        book.execute(text("UPDATE exercice SET closed_on = NULL"))
