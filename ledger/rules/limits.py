"""The kinds of rule that limit amounts: of one line, of several lines together, of an action as a whole."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from ledger.core.errors import InvalidValue
from ledger.core.rate import french_rate
from ledger.rules.fields import Amount, Rate
from ledger.rules.figures import OF_ACTIONS, OF_LINES, ON_ONE_LINE, Clock, Figures


class PublicShare(Figures):
    """How much of the total cost public funding may cover, all lines together."""

    kind = "plafond_part_publique"
    meaning = "part publique totale du coût"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    rate: Rate = Field(alias="taux")

    def text(self) -> str:
        return f"{french_rate(self.rate)} du coût total au plus"


class OwnShare(Figures):
    """How much of the total cost the porteur must bear itself, rounded up to the cent."""

    kind = "part_porteur"
    meaning = "part du coût que le porteur garde à sa charge"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    rate: Rate = Field(alias="taux")

    def text(self) -> str:
        return f"{french_rate(self.rate)} du coût total à la charge du porteur au moins"


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


BASE_WORDS = {"eligible": "de la dépense éligible", "total": "du coût total"}
