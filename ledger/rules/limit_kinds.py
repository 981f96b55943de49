"""The kinds of rule that limit amounts (of a line, of several, of an action) and say whose money a line is."""

from __future__ import annotations

from typing import Any, Literal

from ledger.core.errors import InvalidValue
from ledger.core.rate import french_rate
from ledger.referential.vocabulary import AccountOperation
from ledger.rules.figures import OF_LINES, OF_SHARES, ON_ONE_LINE, Figures, figure
from ledger.rules.scope import LINE_WORDS
from ledger.rules.typed_figures import AccountNumbers, Amount, Rate
from ledger.rules.vocabulary import Circuit, Clock, CostBase, MoneyOrigin, ScopeWord

MAIN_BUDGET = "principal"
ACCOUNTED = tuple(str(each) for each in AccountOperation if each is not AccountOperation.WAIT)
"""The operations whose account a line may have of its own."""


class PublicShare(Figures):
    """How much of a cost, total or eligible, the credits of the contract may cover, all lines together.

    Public money of others counts with them; so do the Caf's and the CPAM's credits, whatever they are in law.
    """

    kind = "plafond_part_publique"
    meaning = "part publique totale du coût"
    clock = Clock.MILLESIME
    scopes = OF_SHARES

    rate: Rate = figure("taux")
    base: Literal[CostBase.TOTAL, CostBase.ELIGIBLE] = figure("assiette", default=CostBase.TOTAL)

    def text(self) -> str:
        return f"{french_rate(self.rate)} {self.base.label} au plus"

    def stored(self) -> dict[str, Any]:
        """The figures as kept; the usual base, which earlier versions did not name, is left out."""
        return _without_usual_base(super().stored())


class OwnShare(Figures):
    """How much the porteur must bear itself, rounded up to the cent: of a cost, or of all the public financing.

    Its own part is what its own funds, its loans and its own credits bring, and all that nobody else brings; of public
    financing, it counts in it (CGCT L1111-10 III). Whose money each financing is, `FinancingOrigin` says.
    """

    kind = "part_porteur"
    meaning = "part que le porteur garde à sa charge"
    clock = Clock.MILLESIME
    scopes = OF_SHARES

    rate: Rate = figure("taux")
    base: CostBase = figure("assiette", default=CostBase.TOTAL)

    def text(self) -> str:
        return f"{french_rate(self.rate)} {self.base.label} à la charge du porteur au moins"

    def stored(self) -> dict[str, Any]:
        """The figures as kept; the usual base, which earlier versions did not name, is left out."""
        return _without_usual_base(super().stored())


def _without_usual_base(figures: dict[str, Any]) -> dict[str, Any]:
    return {word: value for word, value in figures.items() if (word, value) != ("assiette", "total")}


class FinancingOrigin(Figures):
    """Whose money a financing is in a plan: the porteur's own, another public body's, a private body's."""

    kind = "origine"
    meaning = "à qui est l'argent d'un financement : part propre du porteur, argent public, argent privé"
    clock = Clock.MILLESIME
    scopes = OF_LINES

    whose: MoneyOrigin = figure("compte")

    def text(self) -> str:
        return self.whose.label


class _ByActionOrPorteur(Figures):
    """An amount on one line, for each action, for each porteur (all its actions together), or for both."""

    clock = Clock.MILLESIME
    scopes = ON_ONE_LINE

    per_action: Amount | None = figure("par_action", default=None)
    per_porteur: Amount | None = figure("par_porteur", default=None)

    def check(self) -> None:
        if self.per_action is None and self.per_porteur is None:
            raise InvalidValue(
                "La règle ne porte aucun montant.", 'Donnez --chiffre "par_action=20 000" ou par_porteur.'
            )

    def _amounts(self) -> str:
        all_amounts = ((self.per_action, "action"), (self.per_porteur, "porteur"))
        return " et ".join(f"{amount.french()} par {what}" for amount, what in all_amounts if amount is not None)


class AmountCeiling(_ByActionOrPorteur):
    """The most that a line gives an action, or a porteur."""

    kind = "plafond_montant"
    meaning = "montant le plus élevé qu'une ligne accorde à une action ou à un porteur"

    def text(self) -> str:
        return f"{self._amounts()} au plus"


class AmountFloor(_ByActionOrPorteur):
    """The least that a line gives an action, or a porteur: below it, nothing."""

    kind = "plancher_montant"
    meaning = "montant en dessous duquel une ligne n'accorde rien à une action ou à un porteur"

    def text(self) -> str:
        return f"{self._amounts()} au moins, sinon rien"


class SharedCap(Figures):
    """The most that the lines of the scope give one action together: a share of its cost, an amount, or both."""

    kind = "plafond_commun"
    meaning = "plafond de plusieurs lignes réunies (celles de la portée) sur une même action"
    clock = Clock.MILLESIME
    scopes = OF_LINES

    rate: Rate | None = figure("taux", default=None)
    base: Literal[CostBase.ELIGIBLE, CostBase.TOTAL] = figure("assiette", default=CostBase.ELIGIBLE)
    amount: Amount | None = figure("montant", default=None)

    def check(self) -> None:
        if self.rate is None and self.amount is None:
            raise InvalidValue(
                "Le plafond commun n'a ni taux ni montant.", 'Donnez --chiffre "taux=80 %" ou montant=50000.'
            )

    def text(self) -> str:
        share = "" if self.rate is None else f"{french_rate(self.rate)} {self.base.label}"
        amount = "" if self.amount is None else self.amount.french()
        return " et ".join(filter(None, (share, amount))) + " au plus, toutes lignes de la portée réunies"


class MoneyWay(Figures):
    """Who pays the grants of a line: the EPCI, by its budget, or the financeur itself.

    The version in force on 1 January holds for the whole millésime, whenever its grants are paid.
    """

    kind = "passage"
    meaning = "par où passent les crédits d'une ligne : budget de l'EPCI, ou paiement direct du financeur"
    clock = Clock.MILLESIME
    scopes = LINE_WORDS

    circuit: Circuit

    def text(self) -> str:
        return "par le budget de l'EPCI" if self.circuit == Circuit.BUDGET else "payés directement par le financeur"


class LineAccounts(Figures):
    """On which budget of the EPCI, and which account by operation, the money of a line is charged.

    accounts: by operation (verser, recevoir, recouvrer, rendre); those not named are charged as the chart says.
    budget: "principal", or the name of a budget annexe. The exercice charged decides the version.
    """

    kind = "compte_ligne"
    meaning = "budget et comptes où passe l'argent d'une ligne, quand ce ne sont pas ceux du plan de comptes"
    clock = Clock.BUDGET_YEAR
    scopes = LINE_WORDS

    budget: str = figure(default=MAIN_BUDGET)
    accounts: AccountNumbers = figure("comptes", default={})

    def check(self) -> None:
        for operation, number in self.accounts.items():
            if operation not in ACCOUNTED:
                raise InvalidValue(
                    f"« {operation} » n'est pas une opération comptable.", f"Opérations : {', '.join(ACCOUNTED)}."
                )
            if not (number.isascii() and number.isdigit()):
                raise InvalidValue(f"« {number} » n'est pas un numéro de compte.", "Écrivez ses chiffres : 65748.")
        if not self.budget.strip():
            raise InvalidValue("Le nom du budget manque.", f"Écrivez {MAIN_BUDGET}, ou le nom du budget annexe.")

    @property
    def annexe(self) -> str:
        """The name of the budget annexe; "" for the principal one."""
        return "" if self.budget == MAIN_BUDGET else self.budget

    def text(self) -> str:
        budget = f"budget annexe {self.annexe}" if self.annexe else "budget principal"
        return ", ".join([budget, *(f"{word} au {number}" for word, number in self.accounts.items())])


class EnveloppeCeiling(Figures):
    """The most that a line may open over several exercices together."""

    kind = "plafond_enveloppe"
    meaning = "montant qu'une ligne ne peut dépasser, ses exercices additionnés"
    clock = Clock.MILLESIME
    scopes = (ScopeWord.LINE,)

    amount: Amount = figure("montant")
    first_year: int | None = figure("premier_exercice", default=None, ge=2000, le=2099)
    last_year: int | None = figure("dernier_exercice", default=None, ge=2000, le=2099)

    def check(self) -> None:
        if self.first_year and self.last_year and self.last_year < self.first_year:
            raise InvalidValue(
                "Le dernier exercice précède le premier.", f"Donnez par exemple premier_exercice={self.last_year}."
            )

    def covers(self, year: int) -> bool:
        """Whether this exercice counts in it."""
        return (self.first_year is None or year >= self.first_year) and (
            self.last_year is None or year <= self.last_year
        )

    def text(self) -> str:
        since = f" depuis {self.first_year}" if self.first_year else ""
        until = f" jusqu'en {self.last_year}" if self.last_year else ""
        return f"{self.amount.french()} au plus, exercices additionnés{since}{until}"
