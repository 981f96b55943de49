"""Programmation, Financements, Publics, Budgets, Indicateurs: an action is one thing, recorded together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.core.errors import LedgerError, Problem
from ledger.core.money import Money
from ledger.exchange.declaration import Sheet, Values, key_text
from ledger.exchange.handlers.action_rows import (
    action_values,
    budget_rows,
    form_from,
    funding_from,
    funding_values,
    indicator_rows,
    merged_budget,
    merged_indicators,
    merged_publics,
    public_rows,
    settled_action,
    settled_budget,
    settled_public,
)
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, ImportBatch, RowsOrigin
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.programming import BUDGETS, FUNDINGS, INDICATORS, PROGRAMMING, PUBLICS
from ledger.exchange.vocabulary import State
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import WHOLE, form_of, read_action, read_actions
from ledger.programming.actions.record_action import change_action, record_action, record_actions
from ledger.programming.queries import find_action, years_of_actions
from ledger.referential.contracts import epcis_of_contract
from ledger.storage.session import context


def opening_grants(session: Session, plans: Sequence[RowDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
    """One act for each amount that the file says granted and of which the book knows nothing yet."""
    contract = context(session).contract
    granted: dict[int, dict[str, dict[str, Money]]] = {}
    for diff in plans:
        action = session.get(Action, (contract, str(diff.row.values["action"])))
        amount = diff.row.values.get("granted")
        if action is None or not isinstance(amount, Money) or not amount:
            continue
        if action.year not in granted:
            granted[action.year] = granted_by_action(session, action.year)
        if str(diff.row.values["line"]) not in granted[action.year].get(action.number, {}):
            yield ImportAct((diff,), lambda diff=diff, amount=amount: _grant(session, diff, amount, origin))  # type: ignore[misc]


def _grant(session: Session, diff: RowDiff, amount: Money, origin: RowsOrigin) -> None:
    values = diff.row.values
    day = values.get("granted_on")
    on = day if isinstance(day, date) else origin.on
    grant_directly(session, str(values["action"]), str(values["line"]), amount, on=on, piece=origin.takeover)


Held = Mapping[str, dict[str, Values]]

_MOST_PER_BATCH = 500


def programme_rows(session: Session, years: set[int]) -> Held:
    """By sheet then key, the rows of the actions of these years, of their plans and of their details."""
    held: dict[str, dict[str, Values]] = {sheet.name: {} for sheet in ProgrammingHandler.sheets}
    epcis = _epci_codes(session)
    for year in sorted(years):
        granted = granted_by_action(session, year)
        for action in read_actions(session, Action.year == year, parts=WHOLE):
            for sheet, rows in (
                (PROGRAMMING, [action_values(action, epcis)]),
                (FUNDINGS, funding_values(action, granted.get(action.number, {}))),
                (PUBLICS, public_rows(action)),
                (BUDGETS, budget_rows(action)),
                (INDICATORS, indicator_rows(action)),
            ):
                held[sheet.name].update((key_text(sheet, values), values) for values in rows)
    return held


def _epci_codes(session: Session) -> list[str]:
    return [each.code for each in epcis_of_contract(session)]


class ProgrammingHandler(Handler):
    """Rows of the sheets Programmation, Financements, and of the details of actions."""

    sheets = (PROGRAMMING, FUNDINGS, PUBLICS, BUDGETS, INDICATORS)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The actions, plans and details of the file against those of the years it names."""
        held = programme_rows(session, _years(session, rows))
        named = [str(row.values["action"]) for row in rows.get(PUBLICS.name, ())]
        detailed = {*named, *(str(values["action"]) for values in held[PUBLICS.name].values())}
        settled = {
            sheet.name: [_settled(session, row, detailed) for row in rows.get(sheet.name, ())] for sheet in self.sheets
        }
        return [
            compare_rows(sheet, settled[sheet.name], held[sheet.name]) for sheet in self.sheets if sheet.name in rows
        ]

    def acts(
        self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[ImportAct | ImportBatch]:
        """One act an action of which something is new or changed: it is recorded with its whole plan."""
        by_action: dict[str, list[RowDiff]] = {}
        for sheet in diffs:
            field = "number" if sheet.sheet.name == PROGRAMMING.name else "action"
            for diff in sheet.rows:
                by_action.setdefault(str(diff.row.values[field]), []).append(diff)
        changed = {n: found for n, found in by_action.items() if any(d.state is not State.SAME for d in found)}
        new = [(n, found) for n, found in changed.items() if _is_new(found)]
        for start in range(0, len(new), _MOST_PER_BATCH):
            part = new[start : start + _MOST_PER_BATCH]
            single = tuple(_act(session, number, found, origin) for number, found in part)
            yield ImportBatch(single, lambda part=part: _record_all(session, part, origin))  # type: ignore[misc]
        for number, found in changed.items():
            if not _is_new(found):
                yield _act(session, number, found, origin)
        if origin.takeover:
            plans = [diff for sheet in diffs if sheet.sheet.name == FUNDINGS.name for diff in sheet.rows]
            yield from opening_grants(session, plans, origin)

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """Granted amounts that differ from the book: they change by their own act."""
        for diff in (diff for sheet in diffs for diff in sheet.rows):
            for noted in diff.noted:
                if noted.column.field == "granted" and not (origin.takeover and not noted.before):
                    yield _granted_differs(diff, noted.before, noted.after)


def _granted_differs(diff: RowDiff, before: object, after: object) -> Problem:
    row = diff.row
    return problem(
        "colonne_informative",
        row.tab,
        row.cell("granted"),
        after.french() if isinstance(after, Money) else "",
        title="Accordé",
        expected=before.french() if isinstance(before, Money) else "vide",
        command=f"cofiville allocation accorder {row.values['action']} {row.values['line']} MONTANT --piece PIECE",
    )


def _years(session: Session, rows: Mapping[str, Sequence[Row]]) -> set[int]:
    """The years that the file names, by its actions or by the actions that its other sheets name."""
    named = {year for row in rows.get(PROGRAMMING.name, ()) if isinstance(year := row.values["year"], int)}
    others = (sheet for sheet in ProgrammingHandler.sheets if sheet is not PROGRAMMING)
    numbers = {str(row.values["action"]) for sheet in others for row in rows.get(sheet.name, ())}
    return named | years_of_actions(session, numbers)


def _settled(session: Session, row: Row, detailed: Collection[str]) -> Row:
    """The row as the base would say the same thing.

    detailed: the actions whose public is given place by place.
    """
    if row.sheet.name == PUBLICS.name:
        return settled_public(session, row)
    if row.sheet.name == BUDGETS.name:
        return settled_budget(row)
    if row.sheet.name == PROGRAMMING.name:
        return settled_action(row, detailed=row.values["number"] in detailed, contract=context(session).contract)
    return row


def _is_new(diffs: Sequence[RowDiff]) -> bool:
    return any(diff.row.sheet.name == PROGRAMMING.name and diff.state is State.NEW for diff in diffs)


def _act(session: Session, number: str, diffs: Sequence[RowDiff], origin: RowsOrigin) -> ImportAct:
    return ImportAct(tuple(diffs), lambda: _apply(session, number, diffs, origin))


def _record_all(session: Session, found: Sequence[tuple[str, Sequence[RowDiff]]], origin: RowsOrigin) -> list[bool]:
    """Whether each of these new actions is recorded; one that is refused, or names an appel, is left aside."""
    forms: list[ActionForm | None] = []
    for _, diffs in found:
        head = next(diff for diff in diffs if diff.row.sheet.name == PROGRAMMING.name)
        try:
            form = _new_form(head, diffs, origin)
            forms.append(None if form.appel else form)
        except LedgerError:
            forms.append(None)
    done = iter(record_actions(session, [form for form in forms if form is not None]))
    return [form is not None and next(done) for form in forms]


def _apply(session: Session, number: str, diffs: Sequence[RowDiff], origin: RowsOrigin) -> None:
    head = next((diff for diff in diffs if diff.row.sheet.name == PROGRAMMING.name), None)
    if head is not None and head.state is State.NEW:
        form = _new_form(head, diffs, origin)
        record_action(session, form, on=origin.on if form.appel else None)
        return
    action = find_action(session, number)
    form = form_of(action)
    if head is not None and head.state is not State.SAME:
        values = {**action_values(read_action(session, action), _epci_codes(session)), **head.row.values}
        touched = {change.column.field for change in head.changes}
        if touched & {"headcount_qpv", "headcount_veille", "headcount_hors", "cost_eligible"}:
            values |= {name: head.row.values.get(name) for name in ("cost_qpv", "cost_veille", "cost_hors")}
        lists = {name: getattr(form, name) for name in ("publics", "plan", "indicators")}
        form = replace(form_from(values, fundings=form.fundings, origin=form.origin), **lists)
        if not touched & {"headcount_qpv", "headcount_veille", "headcount_hors"} and _touched(PUBLICS, diffs):
            form = replace(form, slices=(), counts=())
    elif _touched(PUBLICS, diffs):
        form = replace(form, slices=(), counts=())
    change_action(session, _with_details(form, diffs), on=None)


def _touched(sheet: Sheet, diffs: Sequence[RowDiff]) -> bool:
    return any(diff.row.sheet.name == sheet.name and diff.state is not State.SAME for diff in diffs)


def _new_form(head: RowDiff, diffs: Sequence[RowDiff], origin: RowsOrigin) -> ActionForm:
    """What the rows of a new action say of it."""
    plan = [funding_from(diff.row.values) for diff in diffs if diff.row.sheet.name == FUNDINGS.name]
    form = form_from(head.row.values, fundings=plan, origin=f"classeur {origin.file}")
    return _with_details(form, [diff for diff in diffs if diff.row.sheet.name != FUNDINGS.name])


def _with_details(form: ActionForm, diffs: Sequence[RowDiff]) -> ActionForm:
    """The form with the rows of the other sheets instead of what they name, and besides the rest."""
    if all(diff.row.sheet.name == PROGRAMMING.name for diff in diffs):
        return form
    names = [sheet.name for sheet in ProgrammingHandler.sheets]
    rows = {name: [diff.row.values for diff in diffs if diff.row.sheet.name == name] for name in names}
    asked = {funding.line: funding for funding in form.fundings}
    asked |= {funding.line: funding for funding in map(funding_from, rows[FUNDINGS.name])}
    return replace(
        form,
        fundings=tuple(asked.values()),
        publics=merged_publics(form.publics, rows[PUBLICS.name]),
        plan=merged_budget(form.plan, rows[BUDGETS.name]),
        indicators=merged_indicators(form.indicators, rows[INDICATORS.name]),
    )
