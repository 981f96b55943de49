"""What the rules say of a grant about to be signed: the terms of its final amount, its instalments."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from ledger.allocation.engine.facts import ActionFacts, LineFacts
from ledger.allocation.engine.terms import Terms, TermsBook
from ledger.allocation.queries import asked_facts
from ledger.allocation.waivers import ceilings_waived
from ledger.conventions.final_amount import TOTAL
from ledger.conventions.schedule import ONE_PAYMENT, Plan, plan_of_rule
from ledger.core.money import ZERO, total
from ledger.core.rate import cut_down
from ledger.programming.actions.model import Action
from ledger.referential.queries import find_line, find_porteur
from ledger.rules.book import Rule, RuleBook
from ledger.rules.convention_kinds import Schedule
from ledger.rules.execution_kinds import Fungibility, ReceiptsOff
from ledger.rules.kinds import Ceiling, Innovation
from ledger.rules.scope import TERRITORY_KINDS, RuleSubject
from ledger.rules.vocabulary import RateMode


def subject_of(session: Session, action: Action, line: str) -> RuleSubject:
    """What the rules are asked about for this line of this action."""
    credit_line, porteur = find_line(session, line), find_porteur(session, action.porteur)
    return RuleSubject(
        line=line,
        dispositif=action.dispositif,
        statut=porteur.statut or "",
        porteur_kind=porteur.kind,
        axis=(action.objective or "").partition(".")[0],
        nature=action.nature,
        financeur=credit_line.financeur,
        line_nature=credit_line.nature,
    )


def line_terms(
    session: Session, book: RuleBook, action: Action, line: str, asked: ActionFacts | None = None
) -> dict[str, Any]:
    """How the final amount of the line will be computed, frozen with the convention (see ConventionLine).

    Base, rates and territories served are those the grant was decided on (`allocation.terms`): what is spent exactly as
    planned keeps the whole grant. asked: what the action asks and costs, where it is known already.
    """
    asked = asked or asked_facts(session, [action.number])[action.number]
    credit = find_line(session, line)
    about = subject_of(session, action, line)
    said = TermsBook(book).of(asked, LineFacts(line, credit.financeur, credit.nature, credit.rank, None))
    off = book.find(ReceiptsOff, about)
    common: dict[str, Any] = {"receipts_off": off.figures.base if isinstance(off, Rule) else TOTAL}
    if said.base is not None and said.base.figures.with_contributions:
        common["with_contributions"] = True
    slices = said.slices(asked)
    # A grant above its rates, by a waiver, keeps the rate that was granted.
    if (rates := _fixed_rates(said, split=bool(asked.slices))) and not ceilings_waived(session, action.number, line):
        terms = {"rates": {kind: _fraction_text(rate) for kind, rate in rates.items()}, **common}
        fungible = book.find(Fungibility, about)
        if isinstance(fungible, Rule) and not fungible.figures.fungible:
            terms["caps"] = {kind: cut_down(rate, slices.get(kind, ZERO)).cents for kind, rate in rates.items()}
        return terms
    served = [kind for kind in TERRITORY_KINDS if kind in said.rates and slices.get(kind)]
    kinds = list(TERRITORY_KINDS) if said.unrated or not served else served
    counted = [cost for kind, cost in slices.items() if kind in kinds or not asked.slices]
    return {"base": total(counted).cents or action.cost_total.cents, "kinds": kinds, **common}


def _fixed_rates(said: Terms, *, split: bool) -> dict[str, Fraction]:
    """The rate of each kind of territory that the line serves, where a text fixes one of them; else none.

    split: whether the cost is shared by territory; the one rate holds everywhere where it is not.
    """
    if not any(isinstance(each.rule, Rule) and _is_fixed(each.rule) for each in said.rates.values()):
        return {}
    if not split:
        return dict.fromkeys(TERRITORY_KINDS, Fraction(*said.rates[""].factor))
    return {kind: Fraction(*rated.factor) for kind, rated in said.rates.items() if kind and rated.gap is None}


def _is_fixed(rule: Rule[Ceiling] | Rule[Innovation]) -> bool:
    return isinstance(rule.figures, Ceiling) and rule.figures.mode == RateMode.FIXED


def _fraction_text(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def line_plan(session: Session, book: RuleBook, action: Action, line: str) -> Plan:
    """The instalments of this line of this action; one payment where no rule answers."""
    rule = book.find(Schedule, subject_of(session, action, line))
    return plan_of_rule(rule.figures, action.year) if isinstance(rule, Rule) else ONE_PAYMENT
