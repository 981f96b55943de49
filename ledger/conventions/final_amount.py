"""What a grant finally comes to, once the real cost is known; the answer carries its explanation.

Final grant = min(conventioned amount less what was released; conventioned rate × real eligible cost, per territory
slice; total real cost − other funding received). The others may have paid what is not eligible: the third limit starts
from the eligible cost only where the terms of the line say so (FSE). Several conventions of one action share what their
line's rate gives and what the other funding leaves: one cost justifies a grant once. What was released is paid by
nobody any more: it neither counts in a final amount nor draws a part of what is shared, and the rate stays the one
signed. Sources: §5.2.5; FSE notice; Département du Doubs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import cut_down, french_rate
from ledger.core.split import split
from ledger.programming.plans.balance import with_contributions
from ledger.referential.vocabulary import LineNature
from ledger.rules.vocabulary import ShortageOrder

KIND_LABELS = {"qpv": "habitants des QPV", "veille": "veille active", "hors": "hors territoires"}
TOTAL, ELIGIBLE = "total", "eligible"
BY_CONVENTION = "montant conventionné"
BY_RELEASE = "montant conventionné − montant dégagé"
BY_RATE = "taux × dépense éligible réelle"
BY_FUNDING = "coût total réel − autres financements reçus"
BY_ELIGIBLE_FUNDING = "dépense éligible réelle − autres financements reçus"

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    """A line of a convention for one action, as signed: what its final amount is computed from.

    released: what acts of release (dégagement) freed of it before its bilan; zero or more, at most the amount.
    """

    line: str
    amount: Money
    terms: Mapping[str, Any]
    nature: str = ""
    convention: str = ""
    released: Money = ZERO

    @property
    def reachable(self) -> Money:
        """The most that its final amount can be: what was signed, less what was released."""
        return self.amount - self.released

    @property
    def from_eligible(self) -> bool:
        """Whether other receipts come off the eligible cost; off the total cost where the convention says nothing."""
        return self.terms.get("receipts_off") == ELIGIBLE

    @property
    def with_contributions(self) -> bool:
        """Whether its rate is taken on a cost that counts contributions in kind (86)."""
        return bool(self.terms.get("with_contributions"))


@dataclass(frozen=True, slots=True)
class RealCost:
    """What an action really cost.

    slices: the eligible cost per territory kind, contributions in kind apart. whole: all of it, eligible or not;
    the eligible cost where nothing else was spent. contributions: in kind, used (86).
    """

    slices: Mapping[str, Money]
    whole: Money
    contributions: Money = ZERO

    def of(self, term: Term) -> Mapping[str, Money]:
        """The slices on which the rate of this line is taken."""
        return with_contributions(self.slices, self.contributions) if term.with_contributions else self.slices


@dataclass(frozen=True, slots=True)
class FinalAmount:
    """What a line of a convention finally grants, what limited it, and the limits that led there, with their steps.

    wished: what it would grant, were there no other funding.
    """

    convention: str
    line: str
    amount: Money
    wished: Money
    limited_by: str
    steps: tuple[Step, ...]


def step(amount: Money, words: str, steps: Sequence[Step] = ()) -> Step:
    return {"montant": amount.plain(), "texte": words} | ({"etapes": list(steps)} if steps else {})


def _by_rates(terms: Sequence[Term], real: RealCost) -> list[tuple[Money, list[Step]]]:
    """What the rate of each gives; conventions of one line on the same terms share it by what each can still reach.

    Each alone would have its rate of the whole cost: two conventions at 65 % would justify 130 % of it. The rate is of
    what they signed together, whatever was released of it.
    """
    combined: dict[tuple[str, str], list[int]] = grouped(
        ((term.line, json.dumps(dict(term.terms), sort_keys=True)), rank) for rank, term in enumerate(terms)
    )
    found: dict[int, tuple[Money, list[Step]]] = {}
    for (line, _), ranks in combined.items():
        joint = replace(terms[ranks[0]], amount=total(terms[rank].amount for rank in ranks))
        rated, steps = _by_rate(joint, real.of(joint))
        if len(ranks) == 1:
            found[ranks[0]] = rated, steps
            continue
        words = f"{line}, {len(ranks)} conventions ensemble, au prorata de leurs montants"
        if any(terms[rank].released for rank in ranks):
            words += ", dégagements déduits"
        for rank, share in zip(ranks, _shared(rated, [terms[rank] for rank in ranks]), strict=True):
            found[rank] = share, [step(rated, words, steps)]
    return [found[rank] for rank in range(len(terms))]


def _shared(rated: Money, terms: Sequence[Term]) -> list[Money]:
    """A part of this for each, by what it can still reach; nothing for any where all was released."""
    weights = [term.reachable.cents for term in terms]
    return split(rated, weights) if any(weights) else [ZERO] * len(terms)


def _by_rate(term: Term, slices: Mapping[str, Money]) -> tuple[Money, list[Step]]:
    rates = term.terms.get("rates")
    if rates:
        return _by_slice(rates, term.terms.get("caps", {}), slices)
    base = total(slices.get(kind, ZERO) for kind in term.terms["kinds"])
    rate = Fraction(term.amount.cents, term.terms["base"])
    amount = cut_down(rate, base)
    return amount, [step(amount, f"taux conventionné {french_rate(rate)} de {base.french()}")]


def _by_slice(
    rates: Mapping[str, str], caps: Mapping[str, int], slices: Mapping[str, Money]
) -> tuple[Money, list[Step]]:
    """Each slice at its own rate; capped apart where slices are not fungible."""
    steps, amounts = [], []
    for kind, rate in rates.items():
        base = slices.get(kind, ZERO)
        share = cut_down(Fraction(rate), base)
        words = f"{french_rate(Fraction(rate))} de {base.french()} ({KIND_LABELS[kind]})"
        if kind in caps and share > Money(caps[kind]):
            share = Money(caps[kind])
            words += f", plafonnée à {share.french()} prévus pour cette tranche"
        amounts.append(share)
        steps.append(step(share, words))
    return total(amounts), steps


def all_eligible(slices: Mapping[str, Money]) -> RealCost:
    """A cost of which everything is eligible, contributions in kind apart."""
    return RealCost(slices, total(slices.values()))


def final_amounts(
    terms: Sequence[Term], real: RealCost, other_funding: Money, order: str = ShortageOrder.PRORATA
) -> list[FinalAmount]:
    """The final amount of each line of one action, in order: the least of three limits, and how each was reached.

    terms: those of every convention that shares what is left.
    other_funding: what the other financeurs paid, own funds apart.
    order: who bears what all lines together exceed of what the other funding leaves: "prorata" of the amounts (largest
    remainder), or "droit_commun_preserve": the other lines first.
    """
    by_rate = _by_rates(terms, real)
    wished = [min(term.reachable, amount) for term, (amount, _) in zip(terms, by_rate, strict=True)]
    eligible = total(real.slices.values())
    left_eligible, left_whole = max(ZERO, eligible - other_funding), max(ZERO, real.whole - other_funding)
    shares = _within_two_limits(terms, wished, left_eligible, left_whole, order)
    several = len(terms) > 1 and shares != wished
    found = []
    for term, (rated, steps), wish, share in zip(terms, by_rate, wished, shares, strict=True):
        by_funding = BY_ELIGIBLE_FUNDING if term.from_eligible else BY_FUNDING
        by_itself = (BY_RELEASE if term.released else BY_CONVENTION) if rated >= term.reachable else BY_RATE
        limited_by = by_funding if share < wish else by_itself
        cost = f"dépense éligible réelle {eligible.french()}" if term.from_eligible else _whole_words(real, eligible)
        left = f"{cost} − autres financements {other_funding.french()}"
        if several:
            left += f", partagés entre {_counted(terms)} ({ShortageOrder(order).label})"
        limits = (
            _reachable_step(term),
            step(rated, BY_RATE, steps),
            step(share if several else left_eligible if term.from_eligible else left_whole, left),
            step(share, f"retenu, le plus faible : {limited_by}"),
        )
        found.append(FinalAmount(term.convention, term.line, share, wish, limited_by, limits))
    return found


def _reachable_step(term: Term) -> Step:
    if not term.released:
        return step(term.amount, BY_CONVENTION)
    details = (step(term.amount, BY_CONVENTION), step(-term.released, "dégagé avant le bilan"))
    return step(term.reachable, BY_RELEASE, details)


def _counted(terms: Sequence[Term]) -> str:
    conventions = len({term.convention for term in terms})
    return f"{len(terms)} lignes" if conventions == 1 else f"{len(terms)} lignes de {conventions} conventions"


def _whole_words(real: RealCost, eligible: Money) -> str:
    outside = real.whole - eligible
    return f"coût total réel {real.whole.french()}" + (f", dont {outside.french()} non éligibles" if outside else "")


def _within_two_limits(
    terms: Sequence[Term], wished: Sequence[Money], left_eligible: Money, left_whole: Money, order: str
) -> list[Money]:
    """What each line keeps: those counted off the eligible cost within what it leaves, then all within the whole."""
    natures = [term.nature for term in terms]
    narrow = [wish if term.from_eligible else ZERO for term, wish in zip(terms, wished, strict=True)]
    held = shared_shortage(narrow, natures, left_eligible, order)
    fitting = [kept if term.from_eligible else wish for term, wish, kept in zip(terms, wished, held, strict=True)]
    return shared_shortage(fitting, natures, left_whole, order)


def shared_shortage(wished: Sequence[Money], natures: Sequence[str], margin: Money, order: str) -> list[Money]:
    """What each line keeps of what it would grant, when there is only this room for all: never more than it wished.

    order: as in final_amounts.
    """
    if total(wished) <= margin:
        return list(wished)
    kept = [nature == LineNature.DROIT_COMMUN and order == ShortageOrder.DROIT_COMMUN_KEPT for nature in natures]
    first = _within([amount if keep else ZERO for amount, keep in zip(wished, kept, strict=True)], margin)
    rest = [ZERO if keep else amount for amount, keep in zip(wished, kept, strict=True)]
    last = _within(rest, margin - total(first))
    return [one + other for one, other in zip(first, last, strict=True)]


def _within(amounts: Sequence[Money], margin: Money) -> list[Money]:
    if total(amounts) <= margin:
        return list(amounts)
    return split(margin, [amount.cents for amount in amounts])


def real_slices(cost: Money, headcounts: Mapping[str, int]) -> dict[str, Money]:
    """The real cost shared between territory kinds by headcount (largest remainder; order QPV, veille, hors)."""
    kinds = ("qpv", "veille", "hors")
    shares = split(cost, [headcounts.get(kind, 0) for kind in kinds])
    return dict(zip(kinds, shares, strict=True))
