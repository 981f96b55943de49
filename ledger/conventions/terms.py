"""What the rules say of a grant about to be signed: the terms of its final amount, its instalments."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.waivers import ceilings_waived
from ledger.conventions.schedule import ONE_PAYMENT, Plan, plan_of_rule
from ledger.core.money import ZERO, Money
from ledger.core.rate import cut_down
from ledger.programming.model import Action, ActionSlice
from ledger.referential.lookups import find_line, find_porteur
from ledger.rules.book import Rule, RuleBook
from ledger.rules.execution_kinds import Fungibility
from ledger.rules.kinds import Ceiling, Schedule, Territories
from ledger.rules.scope import Subject

TERRITORY_KINDS = ("qpv", "veille", "hors")


def subject_of(session: Session, action: Action, line: str, territory: str = "") -> Subject:
    """What the rules are asked about for this line of this action."""
    credit_line = find_line(session, line)
    return Subject(
        line=line,
        dispositif=action.dispositif,
        porteur_kind=find_porteur(session, action.porteur).kind,
        territory=territory,
        axis=(action.objective or "").partition(".")[0],
        nature=action.nature,
        financeur=credit_line.financeur,
        line_nature=credit_line.nature,
    )


def line_terms(session: Session, book: RuleBook, action: Action, line: str) -> dict[str, Any]:
    """How the final amount of the line will be computed, frozen with the convention (see ConventionLine)."""
    rates: dict[str, str] = {}
    for kind in TERRITORY_KINDS:
        rule = book.find(Ceiling, subject_of(session, action, line, kind))
        if isinstance(rule, Rule) and rule.figures.mode == "fixe":
            rates[kind] = _fraction_text(rule.figures.rate)
    slices = _slices(session, action)
    # A grant above its rates, by a waiver, keeps the rate that was granted.
    if rates and not ceilings_waived(session, action.number, line):
        fungible = book.find(Fungibility, subject_of(session, action, line))
        if not isinstance(fungible, Rule) or fungible.figures.fungible:
            return {"rates": rates}
        planned = {kind: cut_down(Fraction(rate), slices.get(kind, ZERO)).cents for kind, rate in rates.items()}
        return {"rates": rates, "caps": planned}
    rule_of_place = book.find(Territories, subject_of(session, action, line))
    kinds: list[str] = list(TERRITORY_KINDS)
    if isinstance(rule_of_place, Rule) and not rule_of_place.figures.alert_only:
        served: list[str] = [kind for kind in TERRITORY_KINDS if kind in rule_of_place.figures.kinds]
        if any(slices.get(kind, ZERO) for kind in served):
            kinds = served
    base = sum(slices.get(kind, ZERO).cents for kind in kinds)
    return {"base": base or action.cost_total.cents, "kinds": kinds}


def _slices(session: Session, action: Action) -> dict[str, Money]:
    query = select(ActionSlice.kind, ActionSlice.cost).where(
        ActionSlice.contract == action.contract, ActionSlice.action == action.number
    )
    return dict(session.execute(query).all())


def _fraction_text(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def line_plan(session: Session, book: RuleBook, action: Action, line: str) -> Plan:
    """The instalments of this line of this action; one payment where no rule answers."""
    rule = book.find(Schedule, subject_of(session, action, line))
    return plan_of_rule(rule.figures, action.year) if isinstance(rule, Rule) else ONE_PAYMENT
