"""The workbooks of the committees and of the services: sheets to fill in, live totals, the citizens' summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from ledger.core.field import Kind, Value
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Column, LiveDifference, LiveSum, Sheet, Table, Values
from ledger.exchange.export.example import example_note
from ledger.exchange.export.report import report_table
from ledger.exchange.handlers.committees import avis_values, decision_values
from ledger.exchange.sheets.committees import AVIS, SHEET_OF
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import read_actions
from ledger.programming.committees.queries import CommitteeAction
from ledger.programming.opinions.record_avis import avis_of_year, financeurs_without_avis, services_of_contract
from ledger.programming.vocabulary import ActionState, CommitteeKind
from ledger.referential.axes import axis_tree
from ledger.referential.queries import find_line, find_porteur
from ledger.reports.committees import citizens_report, notified_by_line, on_the_table

_WORDS: Mapping[str, str] = {CommitteeKind.TECHNICAL: "Proposé", CommitteeKind.STEERING: "Décidé"}


def committee_tables(session: Session, committee: str, year: int) -> list[Table]:
    """What the committee looks at and fills in: the actions still to be arbitrated or decided, line by line."""
    actions = on_the_table(session, year)
    note = f" — {year}{example_note(session, year)}"
    rows = tuple(row for action in actions for row in _rows(session, committee, action))
    return [
        Table(SHEET_OF[committee], rows, note=note),
        Table(_by_line(committee), tuple(_line_rows(session, year, actions)), note=note),
        Table(_by_action(committee), tuple(_action_rows(session, actions)), note=note),
    ]


def _rows(session: Session, committee: str, action: CommitteeAction) -> Iterator[Values]:
    facts: dict[str, Value] = {
        "title": action.action.title,
        "porteur": find_porteur(session, action.action.porteur).name,
        "objective": action.action.objective,
        "opinions": action.opinions,
        "example": action.action.example,
    }
    for index, (line, said) in enumerate(zip(action.lines, decision_values(committee, action), strict=True)):
        shown = {"requested": line.requested, "advised": line.advised, "proposed": line.proposed}
        once = {} if index == 0 else {"outcome": None, "reason": None, "opinions": None}
        yield {**facts, **shown, **said, **once}


def _amounts(committee: str, key: str) -> tuple[Column, ...]:
    """The sums of the sheet filled in, live, for each value of this key."""
    of = SHEET_OF[committee]
    titles = {
        field: of.column(field).title for field in ("requested", "advised", "proposed", "amount") if _has(of, field)
    }
    return tuple(
        Column(field, title, Kind.AMOUNT, summed=True, width=17, formula=LiveSum(of.name, key, field))
        for field, title in titles.items()
    )


def _has(sheet: Sheet, field: str) -> bool:
    return any(column.field == field for column in sheet.columns)


def _by_line(committee: str) -> Sheet:
    word = _WORDS[committee].lower()
    return Sheet(
        name="Par ligne",
        title=f"Enveloppes : notifié, demandé, {word}",
        key=("line",),
        instructions=(f"Les totaux suivent la feuille « {SHEET_OF[committee].name} ». Un reste négatif est en rouge.",),
        columns=(
            Column("line", "Ligne de crédit", Kind.CODE, width=28),
            Column("label", "Libellé", Kind.TEXT, width=44),
            Column("notified", "Notifié", Kind.AMOUNT, summed=True, width=17),
            *_amounts(committee, "line"),
            Column(
                "over",
                "Notifié moins demandé",
                Kind.AMOUNT,
                width=17,
                formula=LiveDifference("notified", "requested", zero=False),
            ),
            Column(
                "left",
                f"Notifié moins {word}",
                Kind.AMOUNT,
                width=17,
                formula=LiveDifference("notified", "amount", zero=False),
            ),
        ),
        computed=True,
    )


def _by_action(committee: str) -> Sheet:
    return Sheet(
        name="Par action",
        title="Actions : coût, demandé, " + _WORDS[committee].lower(),
        key=("action",),
        instructions=(f"Les totaux suivent la feuille « {SHEET_OF[committee].name} ».",),
        columns=(
            Column("action", "N°", Kind.CODE, width=10),
            Column("title", "Intitulé", Kind.TEXT, width=38),
            Column("porteur", "Porteur", Kind.TEXT, width=30),
            Column("axis", "Axe", Kind.TEXT, width=28),
            Column("status", "Statut", Kind.TEXT, width=14),
            Column("cost", "Coût total", Kind.AMOUNT, summed=True, width=17),
            *_amounts(committee, "action"),
        ),
        computed=True,
    )


def _line_rows(session: Session, year: int, actions: Sequence[CommitteeAction]) -> Iterator[Values]:
    notified = notified_by_line(session, year)
    named = {line.line for action in actions for line in action.lines}
    for code in sorted(named, key=lambda code: find_line(session, code).rank):
        yield {"line": code, "label": find_line(session, code).label, "notified": notified.get(code, ZERO)}


def _action_rows(session: Session, actions: Sequence[CommitteeAction]) -> Iterator[Values]:
    tree = axis_tree(session)
    for each in actions:
        action = each.action
        yield {
            "action": action.number,
            "title": action.title,
            "porteur": find_porteur(session, action.porteur).name,
            "axis": tree.top_label(action.objective),
            "status": ActionState(action.status).label,
            "cost": action.cost_total,
        }


def citizens_table(session: Session, year: int) -> list[Table]:
    """The summary for the conseil citoyen, from its one definition."""
    return [report_table(citizens_report(session, year, example_note(session, year)), "Conseil citoyen")]


def avis_tables(session: Session, year: int) -> list[Table]:
    """One row an action and service: the avis that stands, or what is awaited from a financeur of its plan."""
    actions = {each.number: each for each in read_actions(session, Action.year == year, parts=("fundings",))}
    speaks_for = {each.code: each.financeur for each in services_of_contract(session)}
    rows: dict[tuple[str, str], Values] = {}
    for each in avis_of_year(session, year):
        asked = _by_financeur(session, actions[each.action].requested).get(speaks_for[each.service] or "")
        facts = _facts(session, actions[each.action])
        rows[each.action, each.service] = {**facts, "requested": asked, **avis_values(each)}
    for action, financeur, amount in financeurs_without_avis(session, year):
        blank: Values = {"action": action.number, "service": financeur, "requested": amount}
        rows[action.number, financeur] = {**_facts(session, action), **blank}
    return [Table(AVIS, tuple(rows[key] for key in sorted(rows)), note=example_note(session, year))]


def _facts(session: Session, action: ReadAction) -> Values:
    return {
        "title": action.title,
        "porteur": find_porteur(session, action.porteur).name,
        "example": action.example,
    }


def _by_financeur(session: Session, asked: Mapping[str, Money]) -> dict[str, Money]:
    return sums_by((find_line(session, line).financeur, amount) for line, amount in asked.items())
