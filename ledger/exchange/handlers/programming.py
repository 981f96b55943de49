"""Programmation and Financements: an action and its plan are one thing, recorded together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.core.money import Money
from ledger.exchange.declaration import Values
from ledger.exchange.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.handlers.action_forms import action_values, form_from, funding_from, funding_values
from ledger.exchange.handlers.opening import opening_grants
from ledger.exchange.handling import Act, Origin
from ledger.exchange.messages import problem
from ledger.exchange.reading import Row
from ledger.exchange.sheets.fundings import FUNDINGS
from ledger.exchange.sheets.programming import PROGRAMMING
from ledger.journal.context import context
from ledger.programming.forms import ActionForm
from ledger.programming.lookups import find_action, programme
from ledger.programming.model import Action
from ledger.programming.operations import change_action, form_of, granted_by_action, record_action


def held_programme(session: Session, years: set[int]) -> tuple[dict[str, Values], dict[str, Values]]:
    """By key, the rows of the actions of these years and of their plans."""
    actions: dict[str, Values] = {}
    fundings: dict[str, Values] = {}
    for year in sorted(years):
        granted = granted_by_action(session, year)
        for action in programme(session, year):
            actions[action.number] = action_values(action)
            for funding in action.fundings:
                amount = granted.get(action.number, {}).get(funding.line)
                fundings[f"{action.number} · {funding.line}"] = funding_values(funding, amount, example=action.example)
    return actions, fundings


class ProgrammingHandler:
    """Rows of the sheets Programmation and Financements."""

    sheets = (PROGRAMMING, FUNDINGS)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The actions and plans of the file against those of the years it names."""
        actions, fundings = held_programme(session, _years(session, rows))
        found = []
        if PROGRAMMING.name in rows:
            found.append(compare(PROGRAMMING, [_without_shares(row) for row in rows[PROGRAMMING.name]], actions))
        if FUNDINGS.name in rows:
            found.append(compare(FUNDINGS, rows[FUNDINGS.name], fundings))
        return found

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act an action of which something is new or changed: it is recorded with its whole plan."""
        by_action: dict[str, list[RowDiff]] = {}
        for sheet in diffs:
            field = "number" if sheet.sheet is PROGRAMMING else "action"
            for diff in sheet.rows:
                by_action.setdefault(str(diff.row.values[field]), []).append(diff)
        for number, found in by_action.items():
            if any(diff.state is not State.SAME for diff in found):
                yield Act(tuple(found), lambda n=number, f=found: _apply(session, n, f, origin))  # type: ignore[misc]
        if origin.takeover:
            plans = [diff for sheet in diffs if sheet.sheet is FUNDINGS for diff in sheet.rows]
            yield from opening_grants(session, plans, origin)

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
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
        command=f"cofiville allocation accorder {row.values['action']} {row.values['line']} MONTANT",
    )


def _years(session: Session, rows: Mapping[str, Sequence[Row]]) -> set[int]:
    """The years that the file names, by its actions or by the actions its plans name."""
    named = {year for row in rows.get(PROGRAMMING.name, ()) if isinstance(year := row.values["year"], int)}
    contract = context(session).contract
    numbers = {str(row.values["action"]) for row in rows.get(FUNDINGS.name, ())}
    known = (session.get(Action, (contract, number)) for number in numbers)
    return named | {action.year for action in known if action is not None}


def _without_shares(row: Row) -> Row:
    """The row without its blank shares where headcounts make them."""
    if not any(row.values.get(f"headcount_{kind}") for kind in ("qpv", "veille", "hors")):
        return row
    blank = {f"cost_{kind}" for kind in ("qpv", "veille", "hors") if not row.values.get(f"cost_{kind}")}
    return replace(row, values={name: value for name, value in row.values.items() if name not in blank})


def _apply(session: Session, number: str, diffs: Sequence[RowDiff], origin: Origin) -> None:
    head = next((diff for diff in diffs if diff.row.sheet is PROGRAMMING), None)
    plan = [diff.row.values for diff in diffs if diff.row.sheet is FUNDINGS]
    if head is not None and head.state is State.NEW:
        values = head.row.values
        form = form_from(values, fundings=[funding_from(each) for each in plan], origin=f"classeur {origin.file}")
        record_action(session, form)
        return
    action = find_action(session, number)
    change_action(session, _changed(form_of(action), action, head, plan))


def _changed(form: ActionForm, action: Action, head: RowDiff | None, plan: Sequence[Values]) -> ActionForm:
    asked = {funding.line: funding for funding in form.fundings}
    for values in plan:
        funding = funding_from(values)
        asked[funding.line] = funding
    if head is None:
        return replace(form, fundings=tuple(asked.values()))
    values = {**action_values(action), **head.row.values}
    touched = {change.column.field for change in head.changes}
    if touched & {"headcount_qpv", "headcount_veille", "headcount_hors", "cost_eligible"}:
        values |= {name: head.row.values.get(name) for name in ("cost_qpv", "cost_veille", "cost_hors")}
    return form_from(values, fundings=list(asked.values()), origin=form.origin)
