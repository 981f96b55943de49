"""What an action really cost in all, eligible or not: said by its bilan, or by the plan it followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ledger.conventions.final_amount import RealCost, Term, all_eligible
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.execution.realised import Realised, WrongAddition
from ledger.programming.model import Action


class WholeCostMissing(LedgerError):
    """A final amount depends on what the action cost in all, and the bilan only says its eligible cost."""

    code = "cout_total_manquant"


def real_cost_of(
    action: Action, slices: Mapping[str, Money], typed: Money | None, realised: Realised | None
) -> RealCost | None:
    """The real cost, where what the bilan says is enough to know all of it; None where the whole is not known.

    typed: the whole, where it is given. Else it is what the charges come to; the eligible cost, for an action planned
    without any other; the cost planned, where the eligible cost is exactly the one planned.
    raises: InvalidValue below the eligible cost, WrongAddition against the charges.
    """
    eligible = total(slices.values())
    contributions = contributions_of(realised)
    charges = realised.cost if realised is not None and realised.charges else None
    if typed is not None:
        _check(typed, eligible, charges)
        return RealCost(slices, typed, contributions)
    if charges is not None:
        return RealCost(slices, charges, contributions)
    if eligible == action.cost_eligible:
        return RealCost(slices, action.cost_total, contributions)
    if action.cost_total == action.cost_eligible:
        return RealCost(slices, eligible, contributions)
    return None


def contributions_of(realised: Realised | None) -> Money:
    """The contributions in kind used (86) that a bilan says; zero where it says no accounts."""
    return ZERO if realised is None else total(realised.charges.values()) - realised.cost


def _check(typed: Money, eligible: Money, charges: Money | None) -> None:
    if typed < eligible:
        raise InvalidValue(
            f"Le coût total réel ({typed.french()}) est inférieur à la dépense éligible ({eligible.french()}).",
            "Vérifiez les deux : la dépense éligible est une part du coût total.",
        )
    if charges is not None and charges != typed:
        raise WrongAddition(
            f"Le coût total réel annoncé est {typed.french()}, la somme des charges {charges.french()} :"
            f" {abs(typed - charges).french()} d'écart.",
            "Vérifiez le compte rendu financier, ou laissez --cout-total : les charges le donnent.",
        )


def check_known(
    action: Action, slices: Mapping[str, Money], other_funding: Money, finals: Callable[[RealCost], Sequence[Money]]
) -> RealCost:
    """The eligible cost alone, where no final amount depends on the rest. raises: WholeCostMissing where one does.

    finals: the final amounts that a real cost gives.
    """
    least = all_eligible(slices)
    if finals(least) == finals(RealCost(slices, least.whole + other_funding)):
        return least
    raise WholeCostMissing(
        f"Le coût total réel de l'action {action.number} manque : {least.whole.french()} sont éligibles, et les"
        f" {other_funding.french()} d'autres financements ont pu payer ce qui ne l'est pas"
        f" ({(action.cost_total - action.cost_eligible).french()} au plan).",
        "Donnez-le : --cout-total MONTANT, ou les charges compte par compte.",
    )


def check_contributions(action: Action, terms: Sequence[Term], realised: Realised | None) -> None:
    """Nothing when the contributions in kind that a rate counts are said. raises: InvalidValue."""
    counted = any(term.with_contributions for term in terms)
    if counted and action.valued and (realised is None or not realised.charges):
        raise InvalidValue(
            f"Le taux de l'action {action.number} compte les contributions volontaires, et le bilan n'en dit rien.",
            "Donnez les charges compte par compte : --charge 60=MONTANT --charge 86=MONTANT --produit 87=MONTANT.",
        )
