"""Controls of what is asked: droit commun first, innovation, costs that jump, structural charges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.core.errors import Level
from ledger.core.rate import french_rate
from ledger.programming.controls.facts import (
    Controlled,
    Finding,
    Surroundings,
    subject,
)
from ledger.programming.controls.titles import renewed_by_title
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import Gap, Rule
from ledger.rules.control_kinds import CostJump, StructuralCharges
from ledger.rules.kinds import Innovation


def droit_commun_first(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """Specific credits asked without droit commun nor a reason for it (M8, §5.4.1)."""
    for action in actions:
        specific = action.asked_of(LineNature.SPECIFIC, around.lines)
        alone = specific and not action.asked_of(LineNature.DROIT_COMMUN, around.lines)
        if alone and not action.no_droit_commun_reason.strip():
            yield Finding(
                action.number,
                "droit_commun_absent",
                Level.ERROR,
                f"{specific.french()} de crédits spécifiques demandés sans droit commun, et sans motif (§5.4.1).",
                "Demandez du droit commun au plan de financement, ou dites pourquoi il n'y en a pas.",
            )


def innovation(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """Innovation claimed by some criteria, but fewer than a line it asks needs (M14, §5.1); told once."""
    for action in actions:
        rules = (around.book.find(Innovation, subject(action, around.lines[each.line])) for each in action.asked)
        short = (
            rule
            for rule in rules
            if isinstance(rule, Rule) and 0 < action.innovation_criteria < rule.figures.criteria_required
        )
        if (rule := next(short, None)) is not None:
            yield Finding(
                action.number,
                "innovation_incomplete",
                Level.ALERT,
                f"{action.innovation_criteria} critère(s) d'innovation justifié(s) sur"
                f" {rule.figures.criteria_required} exigés ({rule.source}) : le taux des actions innovantes"
                " ne s'appliquera pas.",
                "Justifiez les critères qui manquent, ou renoncez au taux d'innovation.",
            )


def cost_jump(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """A renewed action that costs much more than the year before; renewed by link, else by its title."""
    for action in actions:
        rule = around.book.find(CostJump, subject(action))
        before = action.previous or renewed_by_title(action, around)
        if rule is None or isinstance(rule, Gap) or before is None:
            continue
        rise = action.cost_total - before.cost
        if rise.cents * rule.figures.rise.denominator > before.cost.cents * rule.figures.rise.numerator:
            yield Finding(
                action.number,
                "cout_en_hausse",
                Level.ALERT,
                f"Le coût passe de {before.cost.french()} ({before.number}) à {action.cost_total.french()} :"
                f" plus de {french_rate(rule.figures.rise)} de hausse.",
                "Demandez au porteur ce qui l'explique, et notez sa réponse dans l'avis.",
            )


def structural_only(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """Specific credits asked by a private body whose charges are all of its ordinary running (M8)."""
    for action in actions:
        rule = around.book.find(StructuralCharges, subject(action))
        known = {account: amount for account, amount in action.charges.items() if account and amount}
        if rule is None or isinstance(rule, Gap) or not known or not action.carrier.may_be_private:
            continue
        if action.asked_of(LineNature.SPECIFIC, around.lines) and all(rule.figures.holds(account) for account in known):
            yield Finding(
                action.number,
                "charges_de_structure",
                Level.ALERT,
                f"Toutes les charges ({', '.join(sorted(known))}) sont de fonctionnement ordinaire : les crédits"
                f" spécifiques ne paient pas les besoins de structure ({rule.source}).",
                "Faites préciser les dépenses propres à l'action, ou orientez la demande vers le droit commun.",
            )
