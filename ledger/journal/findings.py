"""What an audit finds; and whether acts and book say the same, each row of an act against its entry."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import Position


class Finding(NamedTuple):
    """Something the audit refuses: a stable code, the object it is about, a French sentence."""

    code: str
    subject: str
    message: str


class Head(NamedTuple):
    """How many entries the book holds and the seal of the last one."""

    entries: int
    seal: str

    @property
    def text(self) -> str:
        """The *sceau* as it is printed and typed: 123:ab12…, 64 digits after the colon."""
        return f"{self.entries}:{self.seal}"


def printable(text: str) -> str:
    """The text without what no screen can write."""
    return text.encode("utf-8", "replace").decode()


_TURNS = 100
_REMEDY = "L'acte a été modifié hors de Cofiville, ou vient d'une base ancienne"


@dataclass(frozen=True, slots=True)
class ActRow:
    """What the row of an act says of its entry.

    subject: what people call it ("paiement B12"). kinds: those its entry may have. references: what that may be, before
    any turn. number: of its entry, reversal: of the one that undid it. on: the day it counts for, undone_on: the day
    that one does; None where the row does not say. amount: what its entry moves; None where the row does not say.
    """

    subject: str
    kinds: frozenset[str]
    references: tuple[str, ...]
    number: int | None
    on: date | None
    amount: Money | None = None
    reversal: int | None = None
    undone: bool = False
    undone_on: date | None = None


class _Written(NamedTuple):
    """An entry as the audit compares it: moved is what its kind is measured by, reversal the one that undid it."""

    number: int
    reference: str
    kind: str
    on: date
    moved: Money
    reversal: int | None


@dataclass(frozen=True, slots=True)
class Measure:
    """How the amount of an entry is read: the sum of its moves that debit (or credit) this position.

    net: less what they move the other way. needed: entries that move nothing of it are no such act.
    """

    position: Position
    credited: bool = False
    net: bool = False
    needed: bool = False


def tied_findings(session: Session, measures: Mapping[str, Measure | None], rows: Iterable[ActRow]) -> list[Finding]:
    """Every row that its entry contradicts or that has none, every entry of these kinds without its row."""
    entries = _entries(session, measures)
    days = {each.number: each.on for each in entries.values()}
    days |= _reversal_days(session, {each.reversal for each in entries.values() if each.reversal is not None})
    mine: dict[int, str] = {}
    found: list[Finding] = []
    for row in rows:
        entry = None if row.number is None else entries.get(row.number)
        if row.number is None or entry is None or entry.kind not in row.kinds:
            text = (
                "n'a pas d'écriture"
                if row.number is None
                else f"se dit de l'écriture {row.number}, qui n'est pas la sienne"
            )
            found.append(_finding("acte_sans_ecriture", row, text))
            continue
        if row.number in mine:
            found.append(
                _finding("acte_double", row, f"se dit de l'écriture {row.number}, qui est celle de {mine[row.number]}")
            )
        mine[row.number] = row.subject
        found.extend(_compared(row, entry, days))
    found.extend(
        Finding(
            "ecriture_sans_acte",
            f"écriture {entry.number}",
            printable(f"L'écriture {entry.number} ({entry.reference}) n'est celle d'aucun acte. {_REMEDY}."),
        )
        for entry in entries.values()
        if entry.number not in mine and entry.reversal is None
    )
    return found


def _compared(row: ActRow, entry: _Written, days: Mapping[int, date]) -> Iterator[Finding]:
    what = f"écriture {entry.number}"
    if entry.reference not in row.references and entry.reference not in _turns(row.references):
        yield _finding("acte_autre_ecriture", row, f"se dit de l'{what}, qui est « {entry.reference} »")
    if row.on is not None and row.on != entry.on:
        yield _finding("acte_ecart_jour", row, f"est du {french_day(row.on)} et son {what} du {french_day(entry.on)}")
    if row.amount is not None and row.amount != entry.moved:
        yield _finding("acte_ecart_montant", row, f"dit {row.amount.french()} et son {what} {entry.moved.french()}")
    if row.undone != (entry.reversal is not None) or row.reversal != entry.reversal:
        said = _undone(row.undone, row.reversal)
        yield _finding(
            "acte_ecart_annulation",
            row,
            f"est {said} et son {what} est {_undone(entry.reversal is not None, entry.reversal)}",
        )
    elif row.undone_on is not None and entry.reversal is not None and row.undone_on != days[entry.reversal]:
        yield _finding(
            "acte_ecart_annulation",
            row,
            f"est annulé le {french_day(row.undone_on)} et son {what} le {french_day(days[entry.reversal])}",
        )


def _undone(undone: bool, number: int | None) -> str:
    if not undone and number is None:
        return "en vigueur"
    return "annulé" if number is None else f"annulé par l'écriture {number}"


def _finding(code: str, row: ActRow, text: str) -> Finding:
    return Finding(
        code, printable(row.subject), printable(f"{row.subject[:1].upper()}{row.subject[1:]} {text}. {_REMEDY}.")
    )


def _turns(references: Iterable[str]) -> set[str]:
    """Each reference, and those it has when the act was written again (before version 0.2: followed by its turn)."""
    again = range(2, _TURNS)
    return {
        name
        for each in references
        for name in (each, *(f"{turn}e {each}" for turn in again), *(f"{each} ({turn})" for turn in again))
    }


def _entries(session: Session, measures: Mapping[str, Measure | None]) -> dict[int, _Written]:
    undoing = aliased(Entry)
    query = (
        select(Entry.sequence, Entry.reference, Entry.kind, Entry.effect_on, undoing.sequence)
        .outerjoin(undoing, undoing.reverses == Entry.sequence)
        .where(Entry.kind.in_(measures))
        .order_by(Entry.sequence)
    )
    moved = _moved(session, measures)
    found = {}
    for number, reference, kind, on, reversal in session.execute(query):
        measure = measures[kind]
        amount = ZERO if measure is None else _amount(measure, moved, number)
        if measure is None or amount or not measure.needed:
            found[number] = _Written(number, reference, kind, on, amount, reversal)
    return found


def _amount(measure: Measure, moved: Mapping[tuple[int, str, bool], Money], number: int) -> Money:
    amount = moved.get((number, measure.position, measure.credited), ZERO)
    return amount - moved.get((number, measure.position, not measure.credited), ZERO) if measure.net else amount


def _moved(session: Session, kinds: Collection[str]) -> dict[tuple[int, str, bool], Money]:
    """By entry and position, what was debited (False) and credited (True)."""
    found: dict[tuple[int, str, bool], Money] = {}
    for credited, side in ((False, Transfer.debit_account), (True, Transfer.credit_account)):
        query = (
            select(Transfer.sequence, Account.position, func.sum(Transfer.amount))
            .join(Entry, Entry.sequence == Transfer.sequence)
            .join(Account, Account.id == side)
            .where(Entry.kind.in_(kinds))
            .group_by(Transfer.sequence, Account.position)
        )
        found |= {(number, position, credited): amount for number, position, amount in session.execute(query)}
    return found


def _reversal_days(session: Session, numbers: Collection[int]) -> dict[int, date]:
    if not numbers:
        return {}
    query = select(Entry.sequence, Entry.effect_on).where(Entry.reverses.is_not(None))
    return {number: on for number, on in session.execute(query) if number in numbers}
