"""The comptable's mandats: each kept as read; one that pays exactly one order waiting is recorded as its payment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.lookups import find_convention
from ledger.core.errors import Problem
from ledger.core.money import Money
from ledger.exchange.importing.diff import RowDiff, SheetDiff, State
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.partners.keeping import PartnerHandler, keep
from ledger.exchange.partners.reconciling import Found, reconcile
from ledger.exchange.partners.sides import helios_sides, ordered_items
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.helios import MANDATS
from ledger.execution.payments import pay
from ledger.execution.reconciliation import Agreement

_KEPT = PartnerHandler("helios", MANDATS)


@dataclass(frozen=True, slots=True)
class _Payable:
    """A mandat of the file and the only convention whose whole order it pays."""

    diff: RowDiff
    convention: str


class MandatHandler:
    """Rows of the profile helios."""

    sheets = (MANDATS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The mandats of the file against those read before."""
        return _KEPT.diffs(session, rows, origin)

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """Each payment that leaves no doubt, in the order of days, then every row kept."""
        for each in sorted(_payable(session, diffs[0]), key=lambda each: _paid_on(each.diff)):
            yield Act((each.diff,), lambda each=each: _pay(session, each))  # type: ignore[misc]
        changed = tuple(diff for diff in diffs[0].rows if diff.state is not State.SAME)
        if changed:
            yield Act(changed, lambda: keep(session, "helios", changed))

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """What the kept layout says of its rows, and each new payment to our porteurs that is left to a person."""
        yield from _KEPT.remarks(session, rows, diffs, origin)
        new = {diff.row.key: diff for diff in diffs[0].rows if diff.state is State.NEW}
        sure = {each.diff.row.key for each in _payable(session, diffs[0])}
        for found in _found(session, diffs[0]):
            diff = new.get(found.compared.key.split(" + ")[0])
            if diff is not None and found.local and diff.row.key not in sure:
                yield _left_to_a_person(diff.row, found)


def _found(session: Session, diff: SheetDiff) -> list[Found]:
    rows = [each.row for each in diff.rows]
    return reconcile(helios_sides(session, rows), ordered_items(session)) if rows else []


def _payable(session: Session, diff: SheetDiff) -> list[_Payable]:
    """The new rows that pay, alone, the whole order of one convention alone."""
    new = {each.row.key: each for each in diff.rows if each.state is State.NEW}
    paying = [
        (new[found.compared.key], found.compared.conventions[0])
        for found in _found(session, diff)
        if found.waiting and found.compared.key in new
    ]
    times = [number for _, number in paying]
    return [_Payable(each, number) for each, number in paying if times.count(number) == 1]


def _paid_on(diff: RowDiff) -> date:
    day = diff.row.values["paid_on"]
    assert isinstance(day, date)
    return day


def _pay(session: Session, each: _Payable) -> None:
    values = each.diff.row.values
    amount = values["amount"]
    assert isinstance(amount, Money)
    convention = find_convention(session, each.convention)
    pay(
        session, convention, amount, on=_paid_on(each.diff), reference=f"Mandat {values['mandat']} ({values['number']})"
    )


def _left_to_a_person(row: Row, found: Found) -> Problem:
    words = f"{row.values['porteur']}, {row.values['purpose'] or 'sans objet'}"
    compared = found.compared
    if compared.state is Agreement.MATCHED:
        note = f"{words} : ce paiement est déjà au livre."
        return problem("deja_au_livre", row.tab, row.cell("amount"), row.values["mandat"], note=note)
    where = " ou ".join(compared.conventions) or "aucun versement ordonné de ce montant"
    why = found.note or "rien n'est ordonné pour ce montant"
    note = (
        f"{words} : {why} ({where}). Rien n'est payé d'office : "
        "cofiville versement payer CONVENTION MONTANT --le JOUR --reference MANDAT."
    )
    return problem("paiement_a_confirmer", row.tab, row.cell("amount"), row.values["mandat"], note=note)
