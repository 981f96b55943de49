"""Avenants: each piece is one avenant, recorded once; what was recorded never changes by a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.avenant_change import Change
from ledger.conventions.avenants import record_avenant
from ledger.conventions.instalments import LineKey
from ledger.conventions.lookups import find_convention
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import InvalidValue, LedgerError, Problem
from ledger.core.money import Money
from ledger.exchange.declaration import Values
from ledger.exchange.handlers.avenant_rows import avenant_rows, right_rows
from ledger.exchange.handlers.convention_rows import years_of
from ledger.exchange.importing.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.conventions import AVENANTS
from ledger.execution.lookups import bilans

_DAYS = ("signed_on", "starts_on", "ends_on")


class WrittenAvenant(LedgerError):
    """A row that would change an avenant already recorded."""

    code = "avenant_ecrit"


class AvenantHandler:
    """Rows of the sheet Avenants."""

    sheets = (AVENANTS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The avenants of the file against those of the millésimes its conventions belong to, and of its rights."""
        found = [_without_blank_waiver(row) for row in rows[AVENANTS.name]]
        named = {str(row.values["convention"]).strip().upper() for row in found}
        held = {**avenant_rows(session, years_of(session, found)), **right_rows(session, named)}
        return [compare(AVENANTS, found, held)]

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


def _without_blank_waiver(row: Row) -> Row:
    """The row without the motive it does not give: it says nothing against the one that the book holds."""
    if row.values.get("waiver"):
        return row
    return row.saying({name: value for name, value in row.values.items() if name != "waiver"})


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
    _check_alike(piece, diffs)
    convention = find_convention(session, number)
    if convention.kind != ConventionKind.RIGHT and not all(diff.row.values.get("action") for diff in diffs):
        raise InvalidValue(
            f"L'avenant « {piece} » ne dit pas quelle action de la convention {number} il change.",
            "Donnez le numéro de l'action ; il ne reste vide que pour un droit acquis.",
        )
    change = Change(
        amounts=_amounts(diffs, "change"),
        bases=_amounts(diffs, "base"),
        starts_on=_day(first, "starts_on"),
        ends_on=_day(first, "ends_on"),
        purpose=str(first.get("purpose") or ""),
    )
    settled = set(bilans(session, convention.number))
    waiver = next((str(said) for diff in diffs if (said := diff.row.values.get("waiver"))), "")
    record_avenant(session, convention, change, piece=piece, on=_signed_on(diffs), settled=settled, waiver=waiver)


def _check_alike(piece: str, diffs: Sequence[RowDiff]) -> None:
    """Nothing when the lines of an avenant agree on its days and give one motive. raises: InvalidValue."""
    if len({tuple(diff.row.values.get(name) for name in _DAYS) for diff in diffs}) > 1:
        raise InvalidValue(
            f"Les lignes de l'avenant « {piece} » n'ont pas le même jour de signature, le même début ou la même fin.",
            "Donnez les mêmes dates sur toutes ses lignes.",
        )
    if len({said for diff in diffs if (said := diff.row.values.get("waiver"))}) > 1:
        raise InvalidValue(
            f"Les lignes de l'avenant « {piece} » passent outre une règle pour des motifs différents.",
            "Donnez un seul motif, sur une ligne au moins.",
        )


def _amounts(diffs: Sequence[RowDiff], field: str) -> dict[LineKey, Money]:
    """By action and line, the amounts above or below zero of this column."""
    found = {}
    for diff in diffs:
        values = diff.row.values
        if isinstance(amount := values.get(field), Money) and amount:
            found[str(values.get("action") or ""), str(values["line"])] = amount
    return found


def _day(values: Values, name: str) -> date | None:
    day = values.get(name)
    return day if isinstance(day, date) else None
