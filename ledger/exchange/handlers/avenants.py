"""Avenants: each piece is one avenant, recorded once; what was recorded never changes by a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.avenant_change import Change
from ledger.conventions.avenants import record_avenant
from ledger.conventions.lookups import find_convention
from ledger.core.errors import InvalidValue, LedgerError, Problem
from ledger.core.money import Money
from ledger.exchange.handlers.convention_rows import avenant_rows, years_of
from ledger.exchange.importing.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.conventions import AVENANTS
from ledger.execution.lookups import bilans


class WrittenAvenant(LedgerError):
    """A row that would change an avenant already recorded."""

    code = "avenant_ecrit"


class AvenantHandler:
    """Rows of the sheet Avenants."""

    sheets = (AVENANTS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The avenants of the file against those of the millésimes its conventions belong to."""
        found = rows[AVENANTS.name]
        return [compare(AVENANTS, found, avenant_rows(session, years_of(session, found)))]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act an avenant, in the order of days."""
        groups: dict[tuple[str, str], list[RowDiff]] = {}
        for diff in diffs[0].rows:
            groups.setdefault((str(diff.row.values["convention"]), str(diff.row.values["piece"])), []).append(diff)
        for found in sorted(groups.values(), key=_signed_on):
            if any(diff.state is not State.SAME for diff in found):
                yield Act(tuple(found), lambda found=found: _record(session, found))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Nothing more to say."""
        return iter(())


def _signed_on(diffs: Sequence[RowDiff]) -> date:
    day = diffs[0].row.values["signed_on"]
    assert isinstance(day, date)
    return day


def _record(session: Session, diffs: Sequence[RowDiff]) -> None:
    first = diffs[0].row.values
    number, piece = str(first["convention"]), str(first["piece"])
    if any(diff.state is not State.NEW for diff in diffs):
        raise WrittenAvenant(
            f"L'avenant « {piece} » à la convention {number} est déjà enregistré avec d'autres valeurs.",
            "Un avenant ne se corrige pas : signez-en un autre.",
        )
    if len({(diff.row.values["signed_on"], diff.row.values.get("ends_on")) for diff in diffs}) > 1:
        raise InvalidValue(
            f"Les lignes de l'avenant « {piece} » n'ont pas le même jour de signature ou la même fin.",
            "Donnez les mêmes dates sur toutes ses lignes.",
        )
    convention = find_convention(session, number)
    amounts = {}
    for diff in diffs:
        values = diff.row.values
        amount = values.get("change")
        if isinstance(amount, Money) and amount:
            amounts[str(values["action"]), str(values["line"])] = amount
    ends_on = first.get("ends_on")
    change = Change(
        amounts=amounts,
        ends_on=ends_on if isinstance(ends_on, date) else None,
        purpose=str(first.get("purpose") or ""),
    )
    settled = set(bilans(session, convention.number))
    record_avenant(session, convention, change, piece=piece, on=_signed_on(diffs), settled=settled)
