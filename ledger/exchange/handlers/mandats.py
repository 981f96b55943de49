"""The comptable's mandats: each kept as read; one that pays exactly one order waiting is recorded as its payment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.queries import find_convention
from ledger.core.errors import Problem
from ledger.core.grouping import grouped
from ledger.core.money import Money
from ledger.exchange.declaration import value_required
from ledger.exchange.importing.diff import RowDiff, SheetDiff
from ledger.exchange.importing.handling import Handler, ImportAct, RowsOrigin
from ledger.exchange.partners.keeping import PartnerHandler
from ledger.exchange.partners.reconciling import Found, helios_sides, of_another_body, ordered_items, reconcile
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.partners import MANDATS
from ledger.exchange.vocabulary import State
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.vocabulary import Agreement

_KEPT = PartnerHandler("helios", MANDATS, "comptable")


@dataclass(frozen=True, slots=True)
class _Payable:
    """A mandat of the file and the only convention whose whole order it pays."""

    diff: RowDiff
    convention: str


class MandatHandler(Handler):
    """Rows of the profile helios."""

    sheets = (MANDATS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The mandats of the file against those read before."""
        return _KEPT.diffs(session, rows, origin)

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """Each payment that leaves no doubt, in the order of days, then every row kept."""
        for each in sorted(
            _payable(session, diffs[0]), key=lambda each: value_required(each.diff.row.values, "paid_on", date)
        ):
            yield ImportAct((each.diff,), lambda each=each: _pay(session, each))  # type: ignore[misc]
        yield from _KEPT.acts(session, diffs, origin)

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """What the kept layout says of its rows, and each new payment to our porteurs that is left to a person."""
        yield from _KEPT.remarks(session, rows, diffs, origin)
        sure = {each.diff.row.number for each in _payable(session, diffs[0])}
        for diff, found in _found(session, diffs[0]):
            if found.local and diff.row.number not in sure:
                yield _left_to_a_person(diff.row, found)


def _found(session: Session, diff: SheetDiff) -> list[tuple[RowDiff, Found]]:
    """Each new row that stands alone or first in what was found of it; a number listed twice is left to a person."""
    rows = [each.row for each in diff.rows]
    if not rows:
        return []
    new: dict[str, list[RowDiff]] = grouped(
        (each.row.key, each)
        for each in diff.rows
        if each.state is State.NEW and (not of_another_body(session, each.row))
    )
    found = []
    for line in reconcile(helios_sides(session, rows), ordered_items(session)):
        if line.compared.file is not None and (there := new.get(line.first)):
            found.append((there.pop(0), line))
    return found


def _payable(session: Session, diff: SheetDiff) -> list[_Payable]:
    """The new rows that pay, alone, the whole order of one convention alone."""
    listed = Counter(each.row.key for each in diff.rows)
    paying = [
        (each, found.compared.conventions[0])
        for each, found in _found(session, diff)
        if found.waiting and listed[each.row.key] == 1
    ]
    times = [number for _, number in paying]
    return [_Payable(each, number) for each, number in paying if times.count(number) == 1]


def _pay(session: Session, each: _Payable) -> None:
    values = each.diff.row.values
    record_payment(
        session,
        find_convention(session, each.convention),
        value_required(values, "amount", Money),
        on=value_required(values, "paid_on", date),
        reference=f"Mandat {values['mandat']} ({values['number']})",
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
