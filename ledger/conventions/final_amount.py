"""What a grant finally comes to, once the real cost is known; the answer carries its explanation.

Final grant = min(conventioned amount; conventioned rate × real eligible cost, per territory slice; real eligible cost
− other funding received). Sources: §5.2.5; practice of the FSE notice and of the Département du Doubs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ledger.core.money import ZERO, Money, total
from ledger.core.rate import cut_down, french_rate
from ledger.core.split import split

KIND_LABELS = {"qpv": "habitants des QPV", "veille": "veille active", "hors": "hors territoires"}
BY_CONVENTION = "montant conventionné"
BY_RATE = "taux × dépense éligible réelle"
BY_FUNDING = "dépense éligible réelle − autres financements reçus"


@dataclass(frozen=True, slots=True)
class Term:
    """One line of a convention for one action: what was signed."""

    line: str
    amount: Money
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FinalAmount:
    """What a line finally grants, what limited it, and the steps that led there."""

    line: str
    amount: Money
    limited_by: str
    steps: tuple[dict[str, str], ...]


def _step(amount: Money, words: str) -> dict[str, str]:
    return {"montant": amount.plain(), "texte": words}


def _by_rate(term: Term, slices: Mapping[str, Money]) -> tuple[Money, list[dict[str, str]]]:
    rates = term.terms.get("rates")
    if rates:
        steps = []
        amounts = []
        for kind, rate in rates.items():
            base = slices.get(kind, ZERO)
            share = cut_down(Fraction(rate), base)
            amounts.append(share)
            steps.append(_step(share, f"{french_rate(Fraction(rate))} de {base.french()} ({KIND_LABELS[kind]})"))
        return total(amounts), steps
    base = total(slices.get(kind, ZERO) for kind in term.terms["kinds"])
    rate = Fraction(term.amount.cents, term.terms["base"])
    amount = cut_down(rate, base)
    return amount, [_step(amount, f"taux conventionné {french_rate(rate)} de {base.french()}")]


def final_amounts(terms: Sequence[Term], slices: Mapping[str, Money], other_funding: Money) -> list[FinalAmount]:
    """The final amount of each line of one action.

    slices: the real eligible cost per territory kind. other_funding: what the other financeurs paid, own funds apart.
    When all lines together exceed what the other funding leaves, each bears the excess in proportion to its amount
    (largest remainder).
    """
    found = []
    for term in terms:
        amount, steps = _by_rate(term, slices)
        limited_by = BY_RATE
        if amount >= term.amount:
            amount, limited_by = term.amount, BY_CONVENTION
            steps.append(_step(amount, f"plafonné au montant conventionné {amount.french()}"))
        found.append(FinalAmount(term.line, amount, limited_by, tuple(steps)))
    room = max(ZERO, total(slices.values()) - other_funding)
    granted = total(final.amount for final in found)
    if granted <= room or not granted:
        return found
    shares = split(room, [final.amount.cents for final in found])
    words = f"dépense réelle {total(slices.values()).french()} moins autres financements {other_funding.french()}"
    return [
        FinalAmount(final.line, share, BY_FUNDING, (*final.steps, _step(share, words)))
        for final, share in zip(found, shares, strict=True)
    ]


def real_slices(cost: Money, headcounts: Mapping[str, int]) -> dict[str, Money]:
    """The real cost shared between territory kinds by headcount (largest remainder; order QPV, veille, hors)."""
    kinds = ("qpv", "veille", "hors")
    shares = split(cost, [headcounts.get(kind, 0) for kind in kinds])
    return dict(zip(kinds, shares, strict=True))
