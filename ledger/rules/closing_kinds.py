"""The kinds of rule about the end of a year: last day of its orders, rattachement, enveloppes that end on a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_validator

from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.core.period import french_day, parse_day
from ledger.rules.convention_kinds import day_of_year
from ledger.rules.figures import Clock, Figures
from ledger.rules.scope import LINE_WORDS
from ledger.rules.typed_figures import Amount


class OrderDeadline(Figures):
    """The last day, in the year that follows, on which the orders of an exercice may still be issued.

    A rule of the budget charged, whose last day decides.
    """

    kind = "journee_complementaire"
    meaning = "dernier jour, l'année suivante, pour émettre les mandats d'un exercice"
    clock = Clock.BUDGET_YEAR
    scopes: ClassVar[tuple[str, ...]] = ()

    day: str = Field(alias="jour")

    @field_validator("day")
    @classmethod
    def _check_day(cls, day: str) -> str:
        if day_of_year(day) is None or day == "29/02":
            raise InvalidValue(f"« {day} » n'est pas un jour de l'année.", "Écrivez par exemple jour=31/01.")
        return day

    def last_day(self, year: int) -> date:
        """The last day for the orders of this exercice."""
        found = day_of_year(self.day)
        assert found is not None
        return date(year + 1, *found)

    def text(self) -> str:
        return f"jusqu'au {self.day} de l'année suivante"


class Attachment(Figures):
    """Whether a service done and not ordered may be attached to the year that ends, and from which amount.

    A rule of the budget that ends, whose last day decides.
    """

    kind = "rattachement"
    meaning = "service fait et non mandaté : rattaché ou non à l'exercice qui finit"
    clock = Clock.BUDGET_YEAR
    scopes: ClassVar[tuple[str, ...]] = ("ligne", "lignes", "dispositif", "porteur", "nature", "financeur")

    allowed: bool = Field(alias="admis")
    threshold: Amount | None = Field(alias="seuil", default=None)

    def allows(self, amount: Money) -> bool:
        """Whether a commitment of this amount may be attached."""
        return self.allowed and (self.threshold is None or amount >= self.threshold)

    def text(self) -> str:
        if not self.allowed:
            return "exclu"
        return "admis" if self.threshold is None else f"admis à partir de {self.threshold.french()}"


def _as_day(value: Any) -> Any:
    return parse_day(value) if isinstance(value, str) else value


class EnveloppeEnd(Figures):
    """The last day on which the credits of a line may serve, or are reserved to the contract.

    effect: "annulation": what is left is cancelled, nothing is carried over. "ouverture": the reserve is lifted; what
    its managing authority programmed by that day stays, the rest opens to every beneficiary, and nothing is cancelled.
    """

    kind = "fin_enveloppe"
    meaning = "dernier jour où les crédits d'une ligne peuvent servir, ou lui sont réservés (effet=ouverture)"
    clock = Clock.MILLESIME
    scopes = LINE_WORDS

    last_day: Annotated[date, BeforeValidator(_as_day)] = Field(alias="jusqu_au")
    effect: Literal["annulation", "ouverture"] = Field(alias="effet", default="annulation")

    @property
    def opens(self) -> bool:
        """Whether what is not programmed opens to others instead of being cancelled."""
        return self.effect == "ouverture"

    def text(self) -> str:
        if self.opens:
            return f"réservé jusqu'au {french_day(self.last_day)}, puis ouvert pour ce qui n'est pas programmé"
        return f"jusqu'au {french_day(self.last_day)}"
