"""The kinds of rule about bilans, shortfalls and time limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.core.errors import InvalidValue
from ledger.core.period import months_after
from ledger.rules.figures import OF_ACTIONS, OF_LINES, Clock, Figures
from ledger.rules.typed_figures import Words

LEVELS = ("relance1", "relance2", "mise_en_demeure")


class BilanDelay(Figures):
    """How long after the exercice the compte rendu financier is due.

    The day is that of the signature by which the beneficiary undertook to give it.
    """

    kind = "delai_bilan"
    meaning = "délai de remise du bilan"
    clock = Clock.ACT

    months: int = Field(alias="mois", ge=1, le=60)

    def text(self) -> str:
        return f"{self.months} mois après la fin de l'exercice"


class Reminders(Figures):
    """How many days after a bilan was due each letter may go: relance 1, relance 2, mise en demeure.

    The day is that of the letter.
    """

    kind = "relances"
    meaning = "jours de retard d'un bilan avant chaque courrier"
    clock = Clock.ACT
    scopes = OF_ACTIONS

    days: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Words] = Field(
        alias="jours", min_length=len(LEVELS), max_length=len(LEVELS)
    )

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if list(self.days) != sorted(self.days):
            raise InvalidValue("Les relances se suivent dans le temps.", "Donnez par exemple : jours=15|45|75.")
        return self

    def text(self) -> str:
        first, second, last = self.days
        return f"relance après {first} jours de retard, puis {second}, mise en demeure après {last}"


class Shortage(Figures):
    """Which lines of an action bear what its real cost, less its other funding, leaves them short of.

    It decides what a grant is worth: the millésime holds, whenever the bilan is given.
    """

    kind = "partage_manque"
    meaning = "qui supporte ce qui manque quand la dépense réelle ne suffit pas à toutes les lignes"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    order: Literal["prorata", "droit_commun_preserve"] = Field(alias="ordre")

    def text(self) -> str:
        if self.order == "prorata":
            return "chaque ligne au prorata de son montant"
        return "les crédits spécifiques d'abord, le droit commun seulement pour le reste"


class ReceiptsOff(Figures):
    """From which real cost the other receipts are taken off, to say what a grant may still cover."""

    kind = "deduction_recettes"
    meaning = "coût réel dont les autres financements reçus sont déduits au bilan"
    clock = Clock.MILLESIME
    scopes = OF_LINES

    base: Literal["total", "eligible"] = Field(alias="assiette")

    def text(self) -> str:
        cost = "du coût total réel" if self.base == "total" else "de la dépense éligible réelle"
        return f"autres financements déduits {cost}"


class Fungibility(Figures):
    """Whether a saving on one territory's slice may pay for another's, under the conventioned total (M15)."""

    kind = "fongibilite"
    meaning = "les tranches par territoire se compensent-elles sous le total conventionné"
    clock = Clock.MILLESIME
    scopes = OF_LINES

    fungible: bool = Field(alias="fongible")

    def text(self) -> str:
        return "tranches fongibles sous le total conventionné" if self.fungible else "chaque tranche plafonnée à part"


class TimeLimit(Figures):
    """How many years a right may be exercised. There are three, never to be mixed up: see the kinds below.

    The day is that of the act from which the time runs: the titre issued, the bilan settled.
    """

    clock = Clock.ACT
    scopes = ()

    years: int = Field(alias="annees", ge=1, le=30)
    start: Literal["premier_janvier_suivant", "jour_meme"] = Field(alias="depart")

    def text(self) -> str:
        since = "le 1er janvier suivant" if self.start == "premier_janvier_suivant" else "ce jour"
        return f"{self.years} ans depuis {since}"

    def last_day(self, day: date) -> date:
        """The last day to exercise the right born on this day."""
        if self.start == "premier_janvier_suivant":
            return date(day.year + self.years, 12, 31)
        return months_after(day, 12 * self.years)


class DebtLimit(TimeLimit):
    """To claim what a public body owes."""

    kind = "delai_dette"
    meaning = "délai pour réclamer ce qu'une collectivité doit"


class TitreLimit(TimeLimit):
    """To collect a titre that was issued."""

    kind = "delai_titre"
    meaning = "délai pour recouvrer un titre émis"


class RestitutionLimit(TimeLimit):
    """To reclaim a grant whose conditions were not met."""

    kind = "delai_restitution"
    meaning = "délai pour redemander une subvention dont les conditions ne sont pas remplies"
