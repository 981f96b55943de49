"""What a bilan says, made ready to be settled: which action, and its real cost by territory kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.final_amount import KIND_LABELS, real_slices
from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.core.words import typed_word
from ledger.execution.bilans.real_cost import (
    CHARGES,
    PRODUITS,
    Realised,
    WrongAddition,
    check_additions,
    read_accounts,
    stored_accounts,
)
from ledger.execution.model import Bilan
from ledger.execution.queries import standing_bilans
from ledger.programming.actions.model import ActionSlice


def one_action(convention: Convention, action: str | None) -> str:
    """The action named, or the only one of the convention.

    raises: InvalidValue when the convention has several and none is named.
    """
    numbers = sorted({line.action for line in convention.lines})
    if action is not None:
        return action.strip().upper()
    if len(numbers) != 1:
        raise InvalidValue(
            f"La convention {convention.number} porte {len(numbers)} actions.",
            f"Désignez-en une : --action {numbers[0] if numbers else 'NUMERO'}.",
        )
    return numbers[0]


def slices_by_headcount(session: Session, action: str, cost: Money, headcounts: Mapping[str, int]) -> dict[str, Money]:
    """The real cost by territory kind: by the headcounts of the bilan, else in the proportions of the plan.

    Without headcounts, those of a bilan of the action that says the same cost: publics are given once.
    An action without any slice has its whole cost outside.
    raises: InvalidValue for a negative cost.
    """
    if cost.cents < 0:
        raise InvalidValue("Le coût réel ne peut pas être négatif.", "Vérifiez le compte rendu financier.")
    if any(headcounts.values()):
        return real_slices(cost, headcounts)
    given = given_bilan(session, action)
    if given is not None and given.real_cost == cost:
        return {kind: Money(cents) for kind, cents in given.slices.items()}
    planned = session.execute(select(ActionSlice.kind, ActionSlice.cost).where(ActionSlice.action == action))
    weights = {kind: planned_cost.cents for kind, planned_cost in planned}
    return real_slices(cost, weights if any(weights.values()) else {"hors": 1})


def given_bilan(session: Session, action: str) -> Bilan | None:
    """The bilan of the action that stands, as it was first given, whatever the convention; None before any."""
    query = select(Bilan).where(Bilan.action == action, *standing_bilans()).order_by(Bilan.settled_on, Bilan.convention)
    return session.scalars(query.limit(1)).one_or_none()


def read_realised(
    charges: list[str], produits: list[str], charges_announced: Money | None, produits_announced: Money | None
) -> Realised | None:
    """The accounts typed, their additions checked; None when none is.

    raises: InvalidValue, WrongAddition.
    """
    return realised_of(
        read_accounts(charges, CHARGES), read_accounts(produits, PRODUITS), charges_announced, produits_announced
    )


def realised_of(
    charges: Mapping[str, Money],
    produits: Mapping[str, Money],
    charges_announced: Money | None,
    produits_announced: Money | None,
) -> Realised | None:
    """The charges and produits by account, their additions checked; None when nothing is given."""
    if not charges and not produits and charges_announced is None and produits_announced is None:
        return None
    realised = Realised(charges, produits)
    check_additions(realised, charges_announced, produits_announced)
    return realised


def eligible_cost(typed: Money | None, realised: Realised | None) -> Money:
    """The real eligible cost: as typed, else all the charges, contributions in kind apart.

    raises: InvalidValue when neither is given, WrongAddition above the charges.
    """
    if typed is None and realised is None:
        raise InvalidValue("Le coût réel manque.", "Donnez --cout MONTANT, ou les charges : --charge 60=MONTANT.")
    if typed is None:
        assert realised is not None
        return realised.cost
    if realised is not None and realised.charges and typed > realised.cost:
        raise WrongAddition(
            f"La dépense éligible annoncée ({typed.french()}) dépasse les charges ({realised.cost.french()}).",
            "Vérifiez le compte rendu financier : l'éligible est une part des charges.",
        )
    return typed


def real_cost_slices(
    session: Session, action: str, cost: Money, headcounts: Mapping[str, int], typed: list[str]
) -> dict[str, Money]:
    """The real cost by territory kind: as typed ("qpv=12000"), else as slices_by_headcount.

    raises: InvalidValue, WrongAddition when what is typed does not add up to the cost.
    """
    if not typed:
        return slices_by_headcount(session, action, cost, headcounts)
    slices = dict.fromkeys(KIND_LABELS, ZERO)
    for text in typed:
        kind, equals, amount = (part.strip() for part in text.partition("="))
        if not equals or kind not in slices:
            raise InvalidValue(
                f"« {text} » n'est pas un type et son montant.", "Écrivez qpv=12000, veille=… ou hors=…."
            )
        slices[kind] += parse_money(amount)
    if (found := total(slices.values())) != cost:
        raise WrongAddition(
            f"Les dépenses par type de territoire font {found.french()}, la dépense éligible {cost.french()} :"
            f" {abs(found - cost).french()} d'écart.",
            "Vérifiez la ventilation du compte rendu financier.",
        )
    return slices


@dataclass(frozen=True, slots=True)
class BilanForm:
    """What is typed of the bilan of an action.

    slices: the real eligible cost per territory kind. other_funding: what the porteur received from other financeurs
    than those of the convention it settles, own funds apart; None where it is not said.
    realised: charges and produits account by account; a surplus is kept, and opens an examination.
    whole_cost: what it cost in all, eligible or not; found by `real_cost_of` where it is not given.
    """

    action: str
    slices: Mapping[str, Money]
    piece: str
    on: date
    other_funding: Money | None = None
    realised: Realised | None = None
    whole_cost: Money | None = None

    @property
    def cost(self) -> Money:
        """The real eligible cost."""
        return total(self.slices.values())

    def command(self, convention: str) -> str:
        """The words that record it, with every option that it needs: "bilan saisir C-1 --action …"."""
        words = [f"bilan saisir {convention} --action {self.action} --cout {self.cost.plain()}"]
        words += [f"--cout-type {kind}={cost.plain()}" for kind, cost in self.slices.items() if cost]
        if self.whole_cost is not None:
            words.append(f"--cout-total {self.whole_cost.plain()}")
        if self.other_funding is not None:
            words.append(f"--autres {self.other_funding.plain()}")
        if self.realised is not None:
            words += [f"--charge {account}={amount.plain()}" for account, amount in self.realised.charges.items()]
            words += [f"--produit {account}={amount.plain()}" for account, amount in self.realised.produits.items()]
        return " ".join([*words, f"--piece {typed_word(self.piece)} --le {self.on.isoformat()}"])


@dataclass(frozen=True, slots=True)
class FinalLine:
    """What one line finally grants to the action, what limited it, and the steps that led there."""

    line: str
    amount_final: Money
    limited_by: str
    steps: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ReadBilan(BilanForm):
    """A bilan as it settles a convention: what would be typed to settle it so, and what came of it.

    surplus: produits above charges, to be examined.
    """

    convention: str = ""
    surplus: Money = ZERO
    lines: tuple[FinalLine, ...] = ()

    @property
    def final(self) -> Money:
        """What all its lines finally grant, as the bilan gives it."""
        return total(line.amount_final for line in self.lines)


def read_bilan(bilan: Bilan) -> ReadBilan:
    """The bilan as it stands."""
    return ReadBilan(
        bilan.action,
        {kind: Money(cents) for kind, cents in bilan.slices.items()},
        bilan.piece,
        bilan.settled_on,
        bilan.other_funding,
        None if bilan.accounts is None else stored_accounts(bilan.accounts),
        bilan.whole_cost,
        bilan.convention,
        bilan.surplus,
        tuple(FinalLine(each.line, each.amount_final, each.limited_by, list(each.steps)) for each in bilan.lines),
    )
