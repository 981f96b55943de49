"""The common part of the EPCIs, shared by the public counted beforehand, else by the dated key (§5.4.3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.allocation.steps import Step
from ledger.allocation.words import BY_PUBLIC
from ledger.core.money import Money
from ledger.core.split import split
from ledger.rules.book import Gap, Rule, RuleBook
from ledger.rules.kinds import EpciKey
from ledger.rules.scope import Subject


@dataclass(frozen=True, slots=True)
class EpciShare:
    """An EPCI's share of the common part, the step that says how it was found, and the rule (or the count)."""

    own: Money
    step: Step
    by: str
    rule: str = ""


def epci_share(amount: Money, epci: str, public: Mapping[str, int], book: RuleBook) -> EpciShare | Gap | None:
    """The share of this EPCI in the common part; both shares sum to it, the spare cent by largest remainder.

    public: counted beforehand by EPCI; empty when it was not. The count prevails over the key.
    Gap when the key has no version in force; None when there is no key, or it does not name this EPCI.
    """
    rule = book.find(EpciKey, Subject())
    if sum(public.values()):
        weights, by = public, BY_PUBLIC
        source, code = (str(rule.source), rule.code) if isinstance(rule, Rule) else ("", "")
        how = "public compté d'avance, " + " : ".join(f"{name} {weights[name]}" for name in sorted(weights))
    elif rule is None or isinstance(rule, Gap):
        return rule
    else:
        weights, by, source = rule.figures.populations, f"regle:{rule.code}", str(rule.source)
        code = rule.code
        how = f"population des quartiers prioritaires, {rule.value()}"
    if epci not in weights:
        return None
    names = sorted(weights)
    shares = dict(zip(names, split(amount, [weights[name] for name in names]), strict=True))
    parts = [Step(amount, "part commune des EPCI demandée")]
    parts += [
        Step(-shares[name], f"part {name} : au titre de son propre contrat, hors de ce livre")
        for name in names
        if name != epci
    ]
    text = f"part {epci} de {amount.french()} ({how})"
    return EpciShare(shares[epci], Step(shares[epci], text, source, tuple(parts)), by, code)
