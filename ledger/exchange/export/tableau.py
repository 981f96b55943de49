"""The wide sheet of a year: what each action asks, is proposed, decided and paid, a group of columns a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.field import Value
from ledger.exchange.declaration import Table, Values
from ledger.exchange.export.example import example_note
from ledger.exchange.handlers.action_rows import action_values
from ledger.exchange.handlers.referential import porteur_values
from ledger.exchange.sheets.referential import PORTEURS
from ledger.exchange.sheets.tableau import PORTEUR_NAMES, WideLine, tableau_sheet
from ledger.programming.committees.model import CommitteeDecision
from ledger.programming.committees.record_decision import last_decisions
from ledger.programming.plans.balance import OWN_FUNDS_LINE
from ledger.programming.vocabulary import CommitteeKind
from ledger.referential.axes import axis_tree
from ledger.referential.model import CreditLine, Financeur
from ledger.referential.porteurs import porteur_codes, porteurs
from ledger.referential.vocabulary import LineNature
from ledger.reports.committees import notified_by_line
from ledger.reports.programme import ActionFigures, programme_figures

_SAID = {"proposed": CommitteeKind.TECHNICAL, "decided": CommitteeKind.STEERING}


def contract_lines(session: Session) -> list[WideLine]:
    """Every credit line of the contract, in the order of the référentiel, own funds last."""
    query = (
        select(CreditLine, Financeur.name)
        .join(Financeur, Financeur.code == CreditLine.financeur)
        .order_by(CreditLine.rank, CreditLine.code)
    )
    found = [
        WideLine(line.code, financeur, line.label, line.nature == LineNature.OWN_FUNDS)
        for line, financeur in session.execute(query)
    ]
    headings = [each.heading for each in found]
    told = [
        each if headings.count(each.heading) == 1 else each._replace(label=f"{each.label} ({each.code})")
        for each in found
    ]
    return sorted(told, key=lambda each: each.own)


def wide_values(session: Session, year: int) -> dict[str, Values]:
    """By number, the row of every action of the year, but those given up on which nothing is granted or paid."""
    decisions = last_decisions(session, year=year)
    names = {code: name for name, code in porteur_codes(session).items()}
    tree = axis_tree(session)
    return {
        action.number: {
            **action_values(action, ()),
            "porteur": names.get(action.porteur, action.porteur),
            "axis": tree.top_label(action.objective),
            "granted": action.granted,
            **_amounts(action),
            **_decisions(action, decisions),
        }
        for action in programme_figures(session, year)
    }


def _amounts(action: ActionFigures) -> Values:
    values: dict[str, Value] = {}
    for line in action.lines:
        own = line.nature == LineNature.OWN_FUNDS
        values[f"{line.line} asked"] = line.own_funds if own else line.requested
        if not own:
            values[f"{line.line} paid"] = line.paid
    return values


def _decisions(action: ActionFigures, decisions: Mapping[tuple[str, str], CommitteeDecision]) -> Values:
    values: dict[str, Value] = {}
    for step, committee in _SAID.items():
        said = decisions.get((action.number, committee))
        values |= {f"{each.line} {step}": each.amount for each in said.amounts} if said else {}
        if said and committee == CommitteeKind.STEERING:
            values |= {"outcome": said.outcome, "reason": said.reason}
    return values


def porteurs_offered(session: Session) -> dict[str, list[tuple[str, str]]]:
    """The list of the porteurs by name; none where there is no porteur yet."""
    named = sorted(porteur_codes(session).items())
    return {PORTEUR_NAMES: named} if named else {}


def wide_tables(session: Session, year: int, sending: str = "") -> list[Table]:
    """The wide sheet of the year, and the porteurs. sending: the words that name a workbook sent; "" for none."""
    rows = wide_values(session, year)
    lines = _lines_shown(session, year, rows)
    note = f" — {year}{example_note(session, year)}{' — ' if sending else ''}{sending}"
    return [
        Table(tableau_sheet(lines), tuple(rows[number] for number in sorted(rows)), note=note),
        Table(PORTEURS, tuple(porteur_values(porteur) for porteur in porteurs(session))),
    ]


def _lines_shown(session: Session, year: int, rows: Mapping[str, Values]) -> list[WideLine]:
    """The lines notified or asked this year, and own funds; every line that stands then, where there is none yet."""
    named = {field.rpartition(" ")[0] for values in rows.values() for field, value in values.items() if value}
    named |= notified_by_line(session, year).keys()
    every = contract_lines(session)
    if any(line.code in named and not line.own for line in every):
        return [line for line in every if line.code in named or (line.own and line.code == OWN_FUNDS_LINE)]
    days = date(year, 1, 1), date(year, 12, 31)
    standing = {line.code for line in session.scalars(select(CreditLine)) if line.holds(*days)}
    return [line for line in every if line.code in standing]
