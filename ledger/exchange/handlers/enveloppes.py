"""Enveloppes: each row is an act of the book; an act already written never changes by a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.core.errors import LedgerError, Problem
from ledger.core.money import Money
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.importing.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.enveloppes import ENVELOPPES
from ledger.journal.enveloppes import modify, notify
from ledger.journal.keys import Position
from ledger.journal.model import Account, Entry, Transfer
from ledger.referential.lookups import find_line
from ledger.rules.enveloppe_ceilings import check_ceiling


class WrittenAct(LedgerError):
    """A row that would change an act already written."""

    code = "acte_ecrit"


def enveloppe_values(session: Session, years: set[int]) -> list[Values]:
    """A row for each notification and modification of these years, in the order of the book."""
    debited, credited = aliased(Account), aliased(Account)
    query = (
        select(Entry.kind, Entry.piece, Entry.effect_on, debited.position, debited.line, debited.year, Transfer.amount)
        .join(Transfer, Transfer.sequence == Entry.sequence)
        .join(debited, debited.id == Transfer.debit_account)
        .join(credited, credited.id == Transfer.credit_account)
        .where(
            Entry.kind.in_(("notification", "modification")),
            debited.year.in_(years),
        )
        .order_by(Entry.sequence)
    )
    return [
        {
            "line": line,
            "year": year,
            "movement": kind,
            "amount": amount if position == Position.DISPONIBLE else -amount,
            "piece": piece,
            "on": on,
        }
        for kind, piece, on, position, line, year, amount in session.execute(query)
    ]


class EnveloppeHandler:
    """Rows of the sheet Enveloppes."""

    sheets = (ENVELOPPES,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The acts of the file against those written for the years it names."""
        found = rows[ENVELOPPES.name]
        years = {year for row in found if isinstance(year := row.values["year"], int)}
        held = {key_text(ENVELOPPES, values): values for values in enveloppe_values(session, years)}
        return [compare(ENVELOPPES, found, held)]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One entry a new row; a changed one is refused."""
        for diff in diffs[0].rows:
            if diff.state is State.NEW:
                yield _act(session, diff)
            elif diff.state is State.CHANGED:
                yield Act((diff,), lambda diff=diff: _refuse(diff))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Nothing more to say."""
        return iter(())


def _act(session: Session, diff: RowDiff) -> Act:
    values = diff.row.values
    line, year, amount = str(values["line"]), values["year"], values["amount"]
    piece, on = str(values["piece"]), values["on"]
    assert isinstance(year, int)
    assert isinstance(amount, Money)
    assert isinstance(on, date)
    operation = notify if values["movement"] == "notification" else modify

    def act() -> None:
        code = find_line(session, line).code
        operation(session, code, year, amount, piece=piece, on=on)
        if amount.cents > 0:
            check_ceiling(session, code, year)

    return Act((diff,), act)


def _refuse(diff: RowDiff) -> NoReturn:
    line, year = diff.row.values["line"], diff.row.values["year"]
    names = ", ".join(change.column.title.lower() for change in diff.changes)
    raise WrittenAct(
        f"Cet acte est déjà écrit au livre avec une autre valeur ({names}).",
        f"Ajoutez une ligne « modification », ou : cofiville enveloppe modifier {line} {year} MONTANT.",
    )
