"""The avis of a year as a workbook to fill in: those given, and a blank row for each financeur that is asked."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Table, Values
from ledger.exchange.export.example import example_note
from ledger.exchange.handlers.avis import avis_values
from ledger.exchange.sheets.avis import AVIS
from ledger.programming.avis import avis_of_year, awaited, services
from ledger.programming.lookups import own_fund_lines, programme, requested
from ledger.programming.model import Action
from ledger.referential.lookups import find_line, find_porteur


def avis_tables(session: Session, year: int) -> list[Table]:
    """One row an action and service: the avis that stands, or what is awaited from a financeur of its plan."""
    own_funds, actions = own_fund_lines(session), {action.number: action for action in programme(session, year)}
    speaks_for = {each.code: each.financeur for each in services(session)}
    rows: dict[tuple[str, str], Values] = {}
    for each in avis_of_year(session, year):
        asked = _by_financeur(session, requested(actions[each.action], own_funds)).get(speaks_for[each.service] or "")
        facts = _facts(session, actions[each.action])
        rows[each.action, each.service] = {**facts, "requested": asked, **avis_values(each)}
    for action, financeur, amount in awaited(session, year):
        blank: Values = {"action": action.number, "service": financeur, "requested": amount}
        rows[action.number, financeur] = {**_facts(session, action), **blank}
    return [Table(AVIS, tuple(rows[key] for key in sorted(rows)), note=example_note(session, year))]


def _facts(session: Session, action: Action) -> Values:
    return {
        "title": action.title,
        "porteur": find_porteur(session, action.porteur).name,
        "example": action.example,
    }


def _by_financeur(session: Session, asked: Mapping[str, Money]) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for line, amount in asked.items():
        financeur = find_line(session, line).financeur
        found[financeur] = found.get(financeur, ZERO) + amount
    return found
