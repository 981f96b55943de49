"""The rules that decide amounts, and whether a scenario was drawn under those of its own exercice."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import Scenario
from ledger.rules.book import Rule, RuleBook, rule_of
from ledger.rules.figures import Figures
from ledger.rules.kinds import Ceiling, EligibleBase, EpciKey, Innovation, MobilisationOrder, SpareCent, Territories
from ledger.rules.limits import AmountCeiling, AmountFloor, OwnShare, PublicShare, SharedCap
from ledger.rules.model import RuleVersion
from ledger.rules.written import figures_text, scope_pairs

DECIDING = (
    Territories,
    Ceiling,
    Innovation,
    PublicShare,
    OwnShare,
    AmountCeiling,
    AmountFloor,
    SharedCap,
    EpciKey,
    MobilisationOrder,
    SpareCent,
    EligibleBase,
)


def deciding(rules: Iterable[Rule[Figures]]) -> list[Rule[Figures]]:
    """Those of the rules that decide how much is granted."""
    return [rule for rule in rules if isinstance(rule.figures, DECIDING)]


def other_rules(session: Session, scenario: Scenario, book: RuleBook) -> list[str]:
    """The codes of the rules by which the scenario was drawn otherwise than this book says, in order; [] for none.

    What counts is what they say, not when they were written: a version written again alike is the same rule.
    """
    numbers = [int(number) for number in scenario.inputs["regles"]]
    query = select(RuleVersion).where(RuleVersion.id.in_(numbers))
    drawn = (rule_of(version) for version in session.scalars(query))
    used = {_said(rule) for rule in deciding(drawn) if scenario.rules_on in rule.period}
    own = {_said(rule) for rule in deciding(book.in_force())}
    return sorted({code for code, *_ in used ^ own})


def labels_used(session: Session, scenario: Scenario) -> dict[str, str]:
    """The label of each rule that the scenario was drawn by, by code."""
    numbers = [int(number) for number in scenario.inputs["regles"]]
    columns = select(RuleVersion.code, RuleVersion.label)
    query = columns.where(RuleVersion.id.in_(numbers))
    return {row.code: row.label for row in session.execute(query)}


def _said(rule: Rule[Figures]) -> tuple[str, str, str]:
    return rule.code, scope_pairs(rule.scope), figures_text(rule.figures)
