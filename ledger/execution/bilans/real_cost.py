"""What an action really cost, account by account (Cerfa 15059) and in all, eligible or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.conventions.final_amount import RealCost, Term, all_eligible
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.programming.actions.model import Action
from ledger.programming.vocabulary import PlanSide

CHARGES = frozenset(f"6{digit}" for digit in range(10)) | {"86"}
PRODUITS = frozenset(f"7{digit}" for digit in range(10)) | {"87"}


class WrongAddition(LedgerError):
    """The totals of a bilan are not the sums of its accounts."""

    code = "addition_fausse"


@dataclass(frozen=True, slots=True)
class Realised:
    """Charges and produits realised, by account; 86 and 87 are contributions in kind, of the same value."""

    charges: Mapping[str, Money]
    produits: Mapping[str, Money]

    @property
    def cost(self) -> Money:
        """The charges, contributions in kind (86) apart."""
        return total(amount for account, amount in self.charges.items() if not account.startswith("86"))

    @property
    def resources(self) -> Money:
        """The produits, contributions in kind (87) apart."""
        return total(amount for account, amount in self.produits.items() if not account.startswith("87"))

    @property
    def surplus(self) -> Money:
        """The produits above the charges; zero when there are none."""
        return max(ZERO, self.resources - self.cost)

    def by_side(self) -> dict[str, Mapping[str, Money]]:
        """The amounts by account, of each side."""
        return {PlanSide.CHARGES: self.charges, PlanSide.PRODUITS: self.produits}

    def stored(self) -> dict[str, dict[str, int]]:
        """The amounts as kept with the bilan, in cents."""
        return {
            side: {account: amount.cents for account, amount in amounts.items()}
            for side, amounts in self.by_side().items()
        }


def stored_accounts(accounts: Mapping[str, Mapping[str, int]]) -> Realised:
    """The charges and produits kept with a bilan (see Realised.stored)."""
    charges, produits = ({account: Money(cents) for account, cents in accounts[side].items()} for side in PlanSide)
    return Realised(charges, produits)


def read_account(text: str, allowed: frozenset[str]) -> tuple[str, Money]:
    """The account and the amount of "60=1200,50".

    allowed: CHARGES or PRODUITS; an account is known by its first two digits.
    raises: InvalidValue.
    """
    account, equals, amount = (part.strip() for part in text.partition("="))
    if not equals or not _is_account(account, allowed):
        raise InvalidValue(
            f"« {text} » n'est pas un compte du compte rendu financier et son montant.",
            f"Écrivez par exemple {min(allowed)}=1200,50 ; comptes : {', '.join(sorted(allowed))}.",
        )
    return account, parse_money(amount)


def _is_account(account: str, allowed: frozenset[str]) -> bool:
    return account.isdigit() and account[:2] in allowed


def read_accounts(texts: Iterable[str], allowed: frozenset[str]) -> dict[str, Money]:
    """As read_account, for each; an account typed twice adds up."""
    return add_accounts((read_account(text, allowed) for text in texts), allowed)


def add_accounts(accounts: Iterable[tuple[str, Money]], allowed: frozenset[str]) -> dict[str, Money]:
    """The amounts by account; one given twice adds up. raises: InvalidValue for what is no account, or below zero."""
    found: dict[str, Money] = {}
    for account, amount in accounts:
        if not _is_account(account, allowed):
            raise InvalidValue(
                f"« {account} » n'est pas un compte du compte rendu financier.",
                f"Comptes possibles, par leurs deux premiers chiffres : {', '.join(sorted(allowed))}.",
            )
        if amount.cents < 0:
            raise InvalidValue(f"Le compte {account} ne peut pas être négatif.", "Vérifiez le compte rendu financier.")
        found[account] = found.get(account, ZERO) + amount
    return found


def check_additions(realised: Realised, charges: Money | None, produits: Money | None) -> None:
    """Nothing when the totals announced are the sums of the accounts, and contributions in kind balance.

    charges, produits: the totals written on the bilan, where given. A surplus is not a wrong addition.
    raises: WrongAddition, with both figures and their difference.
    """
    for name, announced, accounts in (
        ("charges", charges, realised.charges),
        ("produits", produits, realised.produits),
    ):
        found = total(accounts.values())
        if announced is not None and announced != found:
            gap = abs(announced - found)
            raise WrongAddition(
                f"Le total des {name} annoncé est {announced.french()}, la somme des comptes {found.french()} :"
                f" {gap.french()} d'écart.",
                "Vérifiez chaque compte avec le porteur : un bilan faux n'est pas enregistré.",
            )
    given = total(realised.charges.values()) - realised.cost
    received = total(realised.produits.values()) - realised.resources
    if given != received:
        raise WrongAddition(
            f"Les contributions volontaires ne s'équilibrent pas : {given.french()} en 86,"
            f" {received.french()} en 87, {abs(given - received).french()} d'écart.",
            "Les comptes 86 et 87 décrivent les mêmes apports : leurs montants sont égaux.",
        )


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
    contributions = contributions_used(realised)
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


def contributions_used(realised: Realised | None) -> Money:
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
