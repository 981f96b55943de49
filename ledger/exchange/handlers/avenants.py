"""Avenants by workbook: recorded as by command; a row that repeats what is in force says nothing new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.forms import AvenantForm
from ledger.conventions.queries import find_convention
from ledger.conventions.schedule import LineKey, parse_plan, plan_text
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.field import Value
from ledger.core.grouping import grouped
from ledger.core.money import Money
from ledger.exchange.declaration import Values
from ledger.exchange.handlers.avenant_rows import avenant_rows, right_rows, rows_in_force
from ledger.exchange.handlers.convention_rows import years_of
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, RowsOrigin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.conventions import AVENANTS
from ledger.exchange.vocabulary import State
from ledger.execution.queries import bilans_of_conventions

_DAYS = ("signed_on", "starts_on", "ends_on")
_SAID_ONCE = ("purpose", "plan")
_UNTOUCHED: Values = {column.field: None for column in AVENANTS.columns if column.field not in AVENANTS.key}
"""What an avenant changes of a line that it leaves as it was."""


class WrittenAvenant(LedgerError):
    """A row that would change an avenant already recorded."""

    code = "avenant_ecrit"


class AvenantHandler(Handler):
    """Rows of the sheet Avenants."""

    sheets = (AVENANTS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The avenants of the file against those of the millésimes its conventions belong to, and of its rights."""
        found = _said_once([_without_blank_waiver(row) for row in rows[AVENANTS.name]])
        named = {str(row.values["convention"]).strip().upper() for row in found}
        held = {**avenant_rows(session, years_of(session, found)), **right_rows(session, named)}
        in_force = rows_in_force(session, named)
        found = [_without_repeats(row, held.get(row.key, {}), in_force.get(row.key, {})) for row in found]
        untouched = {row.key: _UNTOUCHED for row in found if row.key in in_force}
        return [compare_rows(AVENANTS, found, untouched | held)]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """One act an avenant, in the order of days."""
        groups = grouped(
            ((str(diff.row.values["convention"]), str(diff.row.values["piece"])), diff) for diff in diffs[0].rows
        )
        for found in sorted(groups.values(), key=_signed_on):
            if any(diff.state is not State.SAME for diff in found):
                yield ImportAct(tuple(found), lambda found=found: _record(session, found))  # type: ignore[misc]


def _without_blank_waiver(row: Row) -> Row:
    """The row without the motive it does not give: it says nothing against the one that the book holds."""
    if row.values.get("waiver"):
        return row
    return row.saying({name: value for name, value in row.values.items() if name != "waiver"})


def _said_once(rows: Sequence[Row]) -> list[Row]:
    """The rows, each saying the new object and schedule that any row of its avenant says, as they are written."""
    said: dict[tuple[Value, Value, str], str] = {}
    for row in rows:
        for name in _SAID_ONCE:
            if text := str(row.values.get(name) or ""):
                said.setdefault((row.values["convention"], row.values["piece"], name), _as_written(name, text))
    completed = []
    for row in rows:
        values: dict[str, Value] = dict(row.values)
        for name in _SAID_ONCE:
            own = str(values.get(name) or "")
            key = (values["convention"], values["piece"], name)
            if key in said:
                values[name] = _as_written(name, own) if own else said[key]
        completed.append(row.saying(values))
    return completed


def _as_written(name: str, text: str) -> str:
    """A schedule as exports write it, where it can be read; the act says why one cannot."""
    try:
        return plan_text(parse_plan(text)) if name == "plan" else text
    except InvalidValue:
        return text


def _without_repeats(row: Row, held: Values, in_force: Values) -> Row:
    """The row without what it repeats of what its avenant left as it was: it says nothing against the book."""
    values: dict[str, Value] = {
        name: value
        for name, value in row.values.items()
        if name in AVENANTS.key or held.get(name) or in_force.get(name) != value
    }
    return row.saying(values)


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
    change = AvenantForm(
        **{name: first[name] for name in ("starts_on", "ends_on", "purpose") if first.get(name)},  # type: ignore[arg-type]
        amounts=_amounts(diffs, "change"),
        bases=_amounts(diffs, "base"),
        plan=parse_plan(str(first.get("plan") or "")),
    )
    settled = set(bilans_of_conventions(session, convention.number))
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
