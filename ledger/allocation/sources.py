"""Whose money each line of a plan is: the porteur's own part, another public body's money, a private body's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ledger.allocation.facts import ActionFacts, LineFacts, subject
from ledger.core.money import Money, total
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import Rule, RuleBook
from ledger.rules.limits import Origin

OWN, PUBLIC, PRIVATE = "propre", "public", "prive"
_OF_THE_LINE = ("ligne", "lignes", "nature_ligne")


@dataclass(frozen=True, slots=True)
class Sources:
    """Whose money each line is. unsure: those that a rule to be confirmed decides. called: where grants come from."""

    whose: Mapping[str, str]
    unsure: frozenset[str]
    called: frozenset[str]

    def called_but(self, *whose: str) -> frozenset[str]:
        """The lines that grants come from, but those of this money."""
        return frozenset(line for line in self.called if self.whose[line] not in whose)

    def outside(self, action: ActionFacts, whose: Collection[str]) -> Money:
        """What the plan counts on from lines that grant nothing (a landlord's own funds), of this money."""
        planned = action.planned
        return total(
            amount for line, amount in planned.items() if line not in self.called and self.whose.get(line, OWN) in whose
        )

    def private(self, action: ActionFacts) -> Money:
        """What private lines bring: granted, else fixed by arbitration, else asked while they have not decided."""
        return total(
            action.granted.get(line, action.pins.get(line, amount))
            for line, amount in action.planned.items()
            if self.whose.get(line, OWN) == PRIVATE
        )

    def doubted(self, action: ActionFacts) -> list[str]:
        """The lines of the plan whose money is to be confirmed, own funds apart."""
        return sorted(line for line in action.planned if line in self.unsure and self.whose[line] != OWN)


def sources_of(action: ActionFacts, lines: Mapping[str, LineFacts], book: RuleBook) -> Sources:
    """Whose money each of these lines is for the porteur of this action.

    Its own credits are its own part. Else a rule on the line itself or on its nature decides (a loan is own funds,
    whoever lends), then the statut of the financeur where it is known, then the rule on the financeur; where none
    says, credits are public money.
    Sources: CGCT L1111-10 III (« personnes publiques »), and the rules of kind `origine`.
    """
    whose, unsure = {}, set()
    for code, line in lines.items():
        rule = book.find(Origin, subject(action, line))
        if line.financeur and line.financeur == action.own_financeur:
            whose[code] = OWN
        elif isinstance(rule, Rule) and (not line.law or not rule.scope.keys().isdisjoint(_OF_THE_LINE)):
            whose[code] = rule.figures.whose
            if rule.to_confirm:
                unsure.add(code)
        else:
            whose[code] = line.law or (OWN if line.nature == LineNature.OWN_FUNDS else PUBLIC)
    called = frozenset(code for code, line in lines.items() if line.nature != LineNature.OWN_FUNDS)
    return Sources(whose, frozenset(unsure), called)
