"""The kinds of rule about whose money a line is: by whose budget it passes, how much it may open over the years."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from ledger.core.errors import InvalidValue
from ledger.rules.figures import Clock, Figures
from ledger.rules.scope import LINE_WORDS
from ledger.rules.typed_figures import Amount
from ledger.rules.vocabulary import Circuit


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


class EnveloppeCeiling(Figures):
    """The most that a line may open over several exercices together."""

    kind = "plafond_enveloppe"
    meaning = "montant qu'une ligne ne peut dépasser, ses exercices additionnés"
    clock = Clock.MILLESIME
    scopes = ("ligne",)

    amount: Amount = Field(alias="montant")
    first_year: int | None = Field(alias="premier_exercice", default=None, ge=2000, le=2099)
    last_year: int | None = Field(alias="dernier_exercice", default=None, ge=2000, le=2099)

    @model_validator(mode="after")
    def _check_years(self) -> Self:
        if self.first_year and self.last_year and self.last_year < self.first_year:
            raise InvalidValue("Le dernier exercice précède le premier.", "Donnez par exemple premier_exercice=2015.")
        return self

    def covers(self, year: int) -> bool:
        """Whether this exercice counts in it."""
        return (self.first_year is None or year >= self.first_year) and (
            self.last_year is None or year <= self.last_year
        )

    def text(self) -> str:
        since = f" depuis {self.first_year}" if self.first_year else ""
        until = f" jusqu'en {self.last_year}" if self.last_year else ""
        return f"{self.amount.french()} au plus, exercices additionnés{since}{until}"
