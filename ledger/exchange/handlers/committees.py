"""Avis and decisions of the committees by workbook: what changes is a later one, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.core.field import Value
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Sheet, Values, key_text, value_said
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, RowsOrigin
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.committees import AVIS, COPIL, SHEET_OF, TECHNIQUE
from ledger.exchange.vocabulary import State
from ledger.journal.announcements import announced_amounts
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.committees.queries import CommitteeAction, committee_actions
from ledger.programming.committees.record_decision import DecisionForm, decide_on_action
from ledger.programming.opinions.model import Avis
from ledger.programming.opinions.record_avis import AvisForm, avis_of_year, record_avis
from ledger.programming.vocabulary import CommitteeKind, CommitteeOutcome
from ledger.storage.session import context

Thing = TypeVar("Thing")

_SAID = ("amount", "outcome", "reason")
_AVAILABLE = Position.DISPONIBLE


def decision_values(committee: str, action: CommitteeAction) -> Iterator[Values]:
    """What the rows of an action hold of the committee's decision; each carries its outcome and reason."""
    said = action.proposal if committee == CommitteeKind.TECHNICAL else action.decision
    for line in action.lines:
        yield {
            "action": action.action.number,
            "line": line.line,
            "amount": line.proposed if committee == CommitteeKind.TECHNICAL else line.decided,
            "outcome": said.outcome if said else None,
            "reason": said.reason if said else None,
        }


class CommitteeHandler(Handler):
    """Rows of the sheets Comité technique and COPIL."""

    sheets = (TECHNIQUE, COPIL)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The decisions of the file against those that stand; an action of which nothing is said does not change."""
        found = []
        for committee, sheet in SHEET_OF.items():
            if sheet.name in rows:
                held, proposed = _held(session, committee, rows[sheet.name])
                found.append(compare_rows(sheet, list(_whole(rows[sheet.name], proposed)), held))
        return found

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """One act an action of which something else is said than what stands."""
        for sheet in diffs:
            committee = CommitteeKind.TECHNICAL if sheet.sheet.name == TECHNIQUE.name else CommitteeKind.STEERING
            for found in _by_action([diff for diff in sheet.rows if _tells(diff.row)], lambda diff: diff.row).values():
                if any(diff.state is not State.SAME for diff in found):
                    yield ImportAct(tuple(found), lambda f=found, c=committee: _decide(session, c, f, origin))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """Outcomes or reasons of one action that do not agree; what is decided beyond what an enveloppe holds."""
        for sheet in diffs:
            for found in _by_action(rows[sheet.sheet.name], lambda row: row).values():
                for name in ("outcome", "reason"):
                    yield from _disagreeing(sheet.sheet, found, name)
            if sheet.sheet.name == COPIL.name:
                yield from _beyond(session, [diff.row for diff in sheet.rows])


def _held(session: Session, committee: str, rows: Sequence[Row]) -> tuple[dict[str, Values], dict[str, Money]]:
    """By key, what stands; and what the comité technique proposed, which a grant of the COPIL takes by default."""
    sheet = SHEET_OF[committee]
    held: dict[str, Values] = {}
    proposed: dict[str, Money] = {}
    for year in sorted(_years(session, rows)):
        for action in committee_actions(session, year):
            held |= {key_text(sheet, values): values for values in decision_values(committee, action)}
            for line in action.lines:
                if committee == CommitteeKind.STEERING and line.proposed:
                    proposed[key_text(sheet, {"action": action.action.number, "line": line.line})] = line.proposed
    return held, proposed


def _years(session: Session, rows: Sequence[Row]) -> set[int]:
    contract = context(session).contract
    numbers = sorted({str(row.values["action"]) for row in rows})
    known = (session.get(Action, (contract, number)) for number in numbers)
    return {action.year for action in known if action is not None}


def _whole(rows: Sequence[Row], proposed: Mapping[str, Money]) -> Iterator[Row]:
    """The rows, each with all that is said of its action; with nothing of it where nothing is said."""
    for found in _by_action(rows, lambda row: row).values():
        outcome, reason = _first(found, "outcome"), _first(found, "reason")
        amounts = [row.values.get("amount") for row in found]
        if not outcome and not reason and all(amount is None for amount in amounts):
            yield from (row.saying(_without(row.values)) for row in found)
            continue
        granted = outcome == CommitteeOutcome.GRANTED or (not outcome and any(amounts))
        for row, amount in zip(found, amounts, strict=True):
            given = proposed.get(row.key) if granted and amount is None else amount
            said = {"outcome": CommitteeOutcome.GRANTED if granted else outcome, "reason": reason, "amount": given}
            yield row.saying({**row.values, **said})


def _without(values: Values) -> Values:
    return {name: value for name, value in values.items() if name not in _SAID}


def _tells(row: Row) -> bool:
    return "outcome" in row.values


def _by_action(found: Sequence[Thing], row_of: Callable[[Thing], Row]) -> dict[str, list[Thing]]:
    return grouped((str(row_of(each).values["action"]), each) for each in found)


def _disagreeing(sheet: Sheet, rows: Sequence[Row], name: str) -> Iterator[Problem]:
    said = [row for row in rows if row.values.get(name)]
    if len({str(row.values[name]) for row in said}) > 1:
        last, title = said[-1], sheet.column(name).title
        found = last.values[name] or ""
        yield problem("suite_double", last.tab, last.cell(name), found, title=title, action=str(last.values["action"]))


def _beyond(session: Session, rows: Sequence[Row]) -> Iterator[Problem]:
    """An alert for each line on which more is decided than its enveloppe holds for it."""
    for year in sorted(_years(session, rows)):
        granted = granted_by_action(session, year)
        announced = announced_amounts(session, [year])
        held = balances(session, year=year, positions=(_AVAILABLE,))
        left = {key.line: max(ZERO, amount - announced.get(key, ZERO)) for key, amount in held.items()}
        wanted: dict[str, tuple[Money, Row]] = {}
        for row in rows:
            line, amount = str(row.values["line"]), row.values.get("amount")
            if isinstance(amount, Money):
                already = granted.get(str(row.values["action"]), {}).get(line, ZERO)
                wanted[line] = (wanted.get(line, (ZERO, row))[0] + max(ZERO, amount - already), row)
        for line, (amount, row) in sorted(wanted.items()):
            if line in left and amount > left[line]:
                words = {"line": line, "held": left[line].french(), "gap": (amount - left[line]).french()}
                yield problem("enveloppe_depassee", row.tab, row.cell("amount"), amount.french(), **words)


def _decide(session: Session, committee: str, diffs: Sequence[RowDiff], origin: RowsOrigin) -> None:
    rows = [diff.row for diff in diffs]
    form = DecisionForm(
        action=str(rows[0].values["action"]),
        committee=committee,
        amounts={
            str(row.values["line"]): amount for row in rows if isinstance(amount := row.values.get("amount"), Money)
        },
        outcome=str(_first(rows, "outcome") or ""),
        reason=str(_first(rows, "reason") or ""),
    )
    decide_on_action(session, form, on=origin.on)


def _first(rows: Sequence[Row], name: str) -> Value:
    return next((row.values[name] for row in rows if row.values.get(name)), None)


_AVIS_SAID = ("verdict", "line", "amount_advised", "words", "on")


def avis_values(avis: Avis) -> Values:
    """The row of the sheet Avis for an avis."""
    return {
        "action": avis.action,
        "service": avis.service,
        "verdict": avis.verdict,
        "line": avis.line,
        "amount_advised": avis.amount_advised,
        "words": avis.words,
        "on": avis.on,
    }


def avis_rows(session: Session, years: set[int]) -> dict[str, Values]:
    """By key, the rows of the avis that stand on the actions of these years."""
    rows = [avis_values(each) for year in sorted(years) for each in avis_of_year(session, year)]
    return {key_text(AVIS, values): values for values in rows}


class AvisHandler(Handler):
    """Rows of the sheet Avis."""

    sheets = (AVIS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The avis of the file against those that stand; what is left blank, its line and day too, says nothing."""
        filled = [row.without_blank("line", "on") for row in rows[AVIS.name] if row.values.get("verdict")]
        contract = context(session).contract
        numbers = {str(row.values["action"]) for row in filled}
        known = (session.get(Action, (contract, number)) for number in sorted(numbers))
        years = {action.year for action in known if action is not None}
        return [compare_rows(AVIS, filled, avis_rows(session, years))]

    def record(self, session: Session, diff: RowDiff, origin: RowsOrigin) -> None:
        """Record the avis of this row."""
        values = diff.row.values
        form = AvisForm(
            action=str(values["action"]),
            service=str(values["service"]),
            verdict=str(values["verdict"]),
            amount=value_said(values, "amount_advised", Money),
            line=str(values.get("line") or ""),
            words=str(values.get("words") or ""),
        )
        record_avis(session, form, on=value_said(values, "on", date) or origin.on)

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """Rows that give an amount or words without an avis."""
        for row in rows[AVIS.name]:
            given = next((name for name in _AVIS_SAID if row.values.get(name)), None)
            if given is not None and not row.values.get("verdict"):
                yield problem("valeur_manquante", row.tab, row.cell("verdict"), title="Avis", kind="un avis")
