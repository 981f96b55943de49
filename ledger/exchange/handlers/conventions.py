"""Conventions by workbook: signed when the row says so; what is signed never changes by a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NoReturn

from sqlalchemy.orm import Session

from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import GrantsToConvention, payer_of
from ledger.conventions.queries import find_convention
from ledger.conventions.rights import awaits_right
from ledger.conventions.schedule import InstalmentPart, Plan, set_schedule
from ledger.conventions.sign_convention import Signature, sign_convention, sign_several
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import InvalidValue, LedgerError, Problem
from ledger.core.field import Value
from ledger.core.grouping import grouped
from ledger.core.money import Money
from ledger.exchange.declaration import value_required, value_said
from ledger.exchange.handlers.convention_rows import convention_rows, schedule_rows, years_of
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, ImportBatch, RowsOrigin
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.conventions import CONVENTIONS, SCHEDULES
from ledger.exchange.sheets.programming import PROGRAMMING
from ledger.exchange.vocabulary import State
from ledger.programming.queries import actions_named, find_action, years_of_actions
from ledger.referential.queries import find_line
from ledger.rules.vocabulary import Condition

_MOST_PER_BATCH = 500
Rows = tuple[str, Sequence[RowDiff], Sequence[RowDiff]]
"""A convention to draft: its number, its rows, those of its schedule."""

_SIGNING = frozenset({"signed_on", "piece"})
_FOLLOW = frozenset({"purpose", "piece", "starts_on", "ends_on"})
_WHOLE = _SIGNING | _FOLLOW
"""What a row says of the whole convention, by attribute of its form."""


class SignedConvention(LedgerError):
    """A row that would change a convention otherwise than by an act."""

    code = "convention_enregistree"


class ConventionHandler(Handler):
    """Rows of the sheets Conventions and Échéances: the schedule is set when the convention is drafted."""

    sheets = (CONVENTIONS, SCHEDULES)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The conventions and schedules of the file against those of the years they belong to."""
        found: list[SheetDiff] = []
        if CONVENTIONS.name in rows:
            named = [_without_blanks(row, origin) for row in rows[CONVENTIONS.name]]
            years = years_of_actions(session, {str(row.values["action"]) for row in named})
            found.append(compare_rows(CONVENTIONS, named, convention_rows(session, years)))
        if SCHEDULES.name in rows:
            parts = rows[SCHEDULES.name]
            held = schedule_rows(session, years_of(session, parts))
            mine = {str(row.values["convention"]) for row in parts}
            held = {key: values for key, values in held.items() if values["convention"] in mine}
            found.append(compare_rows(SCHEDULES, parts, held))
        return found

    def acts(
        self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[ImportAct | ImportBatch]:
        """One act a convention: drafted and, with a day, signed, many together; a draft may be signed later."""
        by_sheet = {diff.sheet.name: diff.rows for diff in diffs}
        groups = _grouped(by_sheet.get(CONVENTIONS.name, ()), "number")
        plans = _grouped(by_sheet.get(SCHEDULES.name, ()), "convention")
        for number, parts in plans.items():
            new = number in groups and all(diff.state is State.NEW for diff in groups[number])
            if not new and any(diff.state is not State.SAME for diff in parts):
                yield ImportAct(tuple(parts), lambda n=number, p=parts: _reschedule(session, n, p))  # type: ignore[misc]
        waiting: list[Rows] = []
        for number, found in groups.items():
            if all(diff.state is State.NEW for diff in found):
                waiting.append((number, found, plans.get(number, [])))
            elif any(diff.state is not State.SAME for diff in found):
                yield from _batches(session, waiting, origin)
                waiting = []
                yield ImportAct(tuple(found), lambda n=number, f=found: _change(session, n, f))  # type: ignore[misc]
        yield from _batches(session, waiting, origin)

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """The lines of new conventions that the EPCI would pass on before it has the right to them."""
        new = [
            diff.row
            for found in diffs
            if found.sheet.name == CONVENTIONS.name
            for diff in found.rows
            if diff.state is State.NEW
        ]
        named = {str(row.values["action"]).strip().upper() for row in new}
        years = _years_said(rows.get(PROGRAMMING.name, ()))
        years |= {each.number: each.year for each in actions_named(session, named)}
        remarked: dict[tuple[str, int], Row] = {}
        for row in new:
            year = years.get(str(row.values["action"]).strip().upper())
            if year is not None:
                remarked.setdefault((str(row.values["line"]).strip().upper(), year), row)
        for (line, year), row in remarked.items():
            if awaits_right(session, line, year):
                yield problem("droit_attendu", row.tab, row.cell("line"), line, line=line, year=str(year))


def _years_said(actions: Sequence[Row]) -> dict[str, int]:
    """By action that the file itself brings, its exercice."""
    said = ((str(row.values["number"]).strip().upper(), row.values.get("year")) for row in actions)
    return {number: year for number, year in said if isinstance(year, int)}


def _without_blanks(row: Row, origin: RowsOrigin) -> Row:
    """The row without its blank object, piece and days: they follow from the action and from the take-over."""
    values: dict[str, Value] = {name: value for name, value in row.values.items() if value or name not in _FOLLOW}
    if origin.takeover and values.get("signed_on"):
        values.setdefault("piece", origin.takeover)
    return row.saying(values)


def _grouped(diffs: Sequence[RowDiff], field: str) -> dict[str, list[RowDiff]]:
    return grouped((str(diff.row.values[field]), diff) for diff in diffs)


def _batches(session: Session, waiting: Sequence[Rows], origin: RowsOrigin) -> Iterator[ImportBatch]:
    for start in range(0, len(waiting), _MOST_PER_BATCH):
        part = waiting[start : start + _MOST_PER_BATCH]
        single = tuple(
            ImportAct((*each[1], *each[2]), lambda each=each: _draft_single(session, each, origin))  # type: ignore[misc]
            for each in part
        )
        yield ImportBatch(single, lambda part=part: _draft_all(session, part, origin))  # type: ignore[misc]


def _draft_single(session: Session, rows: Rows, origin: RowsOrigin) -> None:
    sign_several(session, _draft(session, rows, origin, None))


def _draft_all(session: Session, many: Sequence[Rows], origin: RowsOrigin) -> Sequence[bool]:
    """Every convention of these rows, drafted and signed; what its beneficiary was granted before is signed first."""
    named = {str(diff.row.values["action"]).strip().upper() for _, diffs, _ in many for diff in diffs}
    known = {each.number: each for each in actions_named(session, named)}
    granted = {
        year: GrantsToConvention(session, year, named) for year in sorted({each.year for each in known.values()})
    }
    waiting: list[Signature] = []
    whose: set[str] = set()
    for rows in many:
        action = known.get(str(rows[1][0].row.values["action"]).strip().upper())
        porteur = "" if action is None else action.porteur
        if porteur in whose:
            sign_several(session, waiting)
            waiting, whose = [], set()
        waiting.extend(_draft(session, rows, origin, None if action is None else granted[action.year]))
        whose.add(porteur)
    sign_several(session, waiting)
    return [True] * len(many)


def _draft(session: Session, rows: Rows, origin: RowsOrigin, beforehand: GrantsToConvention | None) -> list[Signature]:
    """The drafts of these rows; the signatures that are to follow, when they are signed."""
    number, diffs, parts = rows
    first = diffs[0].row.values
    payer = str(first["payer"])
    granted: dict[str, dict[str, Money]] = {}
    for diff in diffs:
        action = find_action(session, str(diff.row.values["action"]))
        line = find_line(session, str(diff.row.values["line"])).code
        _check_payer(session, line, action.year, payer, str(diff.row.values["payer"]))
        granted.setdefault(action.number, {})[line] = value_required(diff.row.values, "amount", Money)
    said: dict[str, Any] = {name: first[name] for name in _WHOLE if first.get(name)}
    form = ConventionForm(grants=granted, number=number, payer=payer, plan=plan_of_rows(parts), **said)
    drafts = draft_conventions(session, form, on=form.signed_on or origin.on, beforehand=beforehand)
    if form.signed_on is None:
        return []
    return [Signature(convention, form.piece, form.signed_on) for convention in drafts]


def plan_of_rows(parts: Sequence[RowDiff]) -> Plan:
    """The plan that these rows of Échéances make, in the order of their ranks. raises: InvalidValue."""
    plan = []
    for values in sorted((diff.row.values for diff in parts), key=lambda each: str(each["rank"]).zfill(6)):
        rate, amount, moment, due_on = (values.get(name) for name in ("rate", "amount", "moment", "due_on"))
        if (rate and amount) or (due_on and moment != Condition.DATE):
            raise InvalidValue(
                f"L'échéance {values['rank']} de {values['convention']} dit deux choses à la fois.",
                "Donnez un taux ou un montant, et un jour seulement pour un versement à une date.",
            )
        size = rate if isinstance(rate, Fraction) else value_said(values, "amount", Money)
        plan.append(InstalmentPart(size, str(moment), value_said(values, "due_on", date)))
    return tuple(plan)


def _reschedule(session: Session, number: str, parts: Sequence[RowDiff]) -> None:
    convention = find_convention(session, number)
    if convention.state != ConventionStatus.DRAFT:
        _refuse(number, draft=False)
    plan = plan_of_rows(parts)
    set_schedule(convention, {(line.action, line.line): plan for line in convention.lines})
    session.flush()


def _check_payer(session: Session, line: str, year: int, payer: str, again: str) -> None:
    expected, _ = payer_of(session, line, year)
    if {payer, again} != {expected}:
        raise InvalidValue(
            f"La ligne {line} est payée par {expected}, et non par « {again if again != expected else payer} ».",
            "Corrigez le payeur, ou mettez cette ligne dans une autre convention.",
        )


def _change(session: Session, number: str, diffs: Sequence[RowDiff]) -> None:
    fields = {change.column.field for diff in diffs for change in diff.changes}
    convention = find_convention(session, number)
    signed_on = diffs[0].row.values.get("signed_on")
    new = any(diff.state is State.NEW for diff in diffs)
    if new or not fields <= _SIGNING or convention.state != ConventionStatus.DRAFT or not isinstance(signed_on, date):
        _refuse(number, draft=convention.state == ConventionStatus.DRAFT)
    sign_convention(session, convention, piece=str(diffs[0].row.values.get("piece") or ""), on=signed_on)


def _refuse(number: str, *, draft: bool) -> NoReturn:
    act = "annuler" if draft else "avenant"
    why = "Un brouillon s'annule, puis se saisit à nouveau" if draft else "Ce qui est signé ne change que par avenant"
    raise SignedConvention(
        f"La convention {number} est déjà enregistrée avec d'autres valeurs.",
        f"{why} : cofiville convention {act} {number}.",
    )
