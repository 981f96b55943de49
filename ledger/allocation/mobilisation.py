"""The order in which lines are called (§5.4.1, §5.4.2): droit commun before specific credits, as the rule says."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.allocation.facts import LineFacts
from ledger.core.errors import LedgerError
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import Rule, RuleBook
from ledger.rules.kinds import MobilisationOrder
from ledger.rules.scope import Subject


class RuleMissing(LedgerError):
    """A rule without which nothing can be granted has no version in force."""

    code = "regle_manquante"


def mobilisation(lines: Mapping[str, LineFacts], book: RuleBook) -> list[LineFacts]:
    """The lines in the order they are called: by class, rank, code; own funds are not called.

    raises: RuleMissing without an order in force.
    """
    rule = book.find(MobilisationOrder, Subject())
    if not isinstance(rule, Rule):
        raise RuleMissing(
            "Aucune règle d'ordre de mobilisation n'est en vigueur.", "Ajoutez-la : cofiville regle ajouter."
        )
    place = {name: index for index, name in enumerate(rule.figures.classes)}
    called = [line for line in lines.values() if line.nature != LineNature.OWN_FUNDS]
    return sorted(called, key=lambda line: (place.get(line.nature, len(place)), line.rank, line.code))
