"""The kinds of rule that limit amounts: of one line, of several lines together, of an action as a whole."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from ledger.core.errors import InvalidValue
from ledger.core.rate import french_rate
from ledger.rules.figures import OF_LINES, OF_SHARES, ON_ONE_LINE, Clock, Figures
from ledger.rules.typed_figures import Amount, Rate


class PublicShare(Figures):
    """How much of a cost, total or eligible, the credits of the contract may cover, all lines together.

    Public money of others counts with them; so do the Caf's and the CPAM's credits, whatever they are in law.
    """

    kind = "plafond_part_publique"
    meaning = "part publique totale du coût"
    clock = Clock.MILLESIME
    scopes = OF_SHARES

    rate: Rate = Field(alias="taux")
    base: Literal["total", "eligible"] = Field(alias="assiette", default="total")

    def text(self) -> str:
        return f"{french_rate(self.rate)} {BASE_WORDS[self.base]} au plus"

    def stored(self) -> dict[str, Any]:
        """The figures as kept; the usual base, which earlier versions did not name, is left out."""
        return _without_usual_base(super().stored())


class OwnShare(Figures):
    """How much the porteur must bear itself, rounded up to the cent: of a cost, or of all the public financing.

    Its own part is what its own funds, its loans and its own credits bring, and all that nobody else brings; of public
    financing, it counts in it (CGCT L1111-10 III). Whose money each financing is, `Origin` says.
    """

    kind = "part_porteur"
    meaning = "part que le porteur garde à sa charge"
    clock = Clock.MILLESIME
    scopes = OF_SHARES

    rate: Rate = Field(alias="taux")
    base: Literal["total", "eligible", "public"] = Field(alias="assiette", default="total")

    def text(self) -> str:
        return f"{french_rate(self.rate)} {BASE_WORDS[self.base]} à la charge du porteur au moins"

    def stored(self) -> dict[str, Any]:
        """The figures as kept; the usual base, which earlier versions did not name, is left out."""
        return _without_usual_base(super().stored())


def _without_usual_base(figures: dict[str, Any]) -> dict[str, Any]:
    return {word: value for word, value in figures.items() if (word, value) != ("assiette", "total")}


class Origin(Figures):
    """Whose money a financing is in a plan: the porteur's own, another public body's, a private body's."""

    kind = "origine"
    meaning = "à qui est l'argent d'un financement : part propre du porteur, argent public, argent privé"
    clock = Clock.MILLESIME
    scopes = OF_LINES

    whose: Literal["propre", "public", "prive"] = Field(alias="compte")

    def text(self) -> str:
        return ORIGINS[self.whose]


ORIGINS = {"propre": "part propre du porteur", "public": "argent public", "prive": "argent privé"}


class _ByActionOrPorteur(Figures):
    """An amount on one line, for each action, for each porteur (all its actions together), or for both."""

    clock = Clock.MILLESIME
    scopes = ON_ONE_LINE

    per_action: Amount | None = Field(alias="par_action", default=None)
    per_porteur: Amount | None = Field(alias="par_porteur", default=None)

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.per_action is None and self.per_porteur is None:
            raise InvalidValue(
                "La règle ne porte aucun montant.", 'Donnez --chiffre "par_action=20 000" ou par_porteur.'
            )
        return self

    def _amounts(self) -> str:
        both = ((self.per_action, "action"), (self.per_porteur, "porteur"))
        return " et ".join(f"{amount.french()} par {what}" for amount, what in both if amount is not None)


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

    rate: Rate | None = Field(alias="taux", default=None)
    base: Literal["eligible", "total"] = Field(alias="assiette", default="eligible")
    amount: Amount | None = Field(alias="montant", default=None)

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.rate is None and self.amount is None:
            raise InvalidValue(
                "Le plafond commun n'a ni taux ni montant.", 'Donnez --chiffre "taux=80 %" ou montant=50000.'
            )
        return self

    def text(self) -> str:
        share = "" if self.rate is None else f"{french_rate(self.rate)} {BASE_WORDS[self.base]}"
        amount = "" if self.amount is None else self.amount.french()
        return " et ".join(filter(None, (share, amount))) + " au plus, toutes lignes de la portée réunies"


BASE_WORDS = {
    "eligible": "de la dépense éligible",
    "total": "du coût total",
    "public": "des financements publics, les siens compris,",
}
