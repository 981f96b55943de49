"""The kinds of rule about bilans, shortfalls, time limits and the end of a year."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.core.period import french_day, months_after
from ledger.rules.convention_kinds import day_of_year
from ledger.rules.figures import OF_ACTIONS, OF_LINES, Figures, figure
from ledger.rules.scope import LINE_WORDS
from ledger.rules.typed_figures import Amount, AtLeast, Day, Words
from ledger.rules.vocabulary import Clock, CostBase, EnveloppeEffect, ReminderLevel, ScopeWord, ShortageOrder, TimeStart


class BilanDelay(Figures):
    """How long after the exercice the compte rendu financier is due.

    The day is that of the signature by which the beneficiary undertook to give it.
    """

    kind = "delai_bilan"
    meaning = "délai de remise du bilan"
    clock = Clock.ACT

    months: int = figure("mois", ge=1, le=60)

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

    days: Annotated[tuple[Annotated[int, AtLeast(0)], ...], Words] = figure(
        "jours", min_length=len(ReminderLevel), max_length=len(ReminderLevel)
    )

    def check(self) -> None:
        if list(self.days) != sorted(self.days):
            raise InvalidValue("Les relances se suivent dans le temps.", "Donnez par exemple : jours=15|45|75.")

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

    order: ShortageOrder = figure("ordre")

    def text(self) -> str:
        if self.order == ShortageOrder.PRORATA:
            return "chaque ligne au prorata de son montant"
        return "les crédits spécifiques d'abord, le droit commun seulement pour le reste"


class ReceiptsOff(Figures):
    """From which real cost the other receipts are taken off, to say what a grant may still cover."""

    kind = "deduction_recettes"
    meaning = "coût réel dont les autres financements reçus sont déduits au bilan"
    clock = Clock.MILLESIME
    scopes = OF_LINES

    base: Literal[CostBase.TOTAL, CostBase.ELIGIBLE] = figure("assiette")

    def text(self) -> str:
        cost = "du coût total réel" if self.base == CostBase.TOTAL else "de la dépense éligible réelle"
        return f"autres financements déduits {cost}"


class Fungibility(Figures):
    """Whether a saving on one territory's slice may pay for another's, under the conventioned total (M15)."""

    kind = "fongibilite"
    meaning = "les tranches par territoire se compensent-elles sous le total conventionné"
    clock = Clock.MILLESIME
    scopes = OF_LINES

    fungible: bool = figure("fongible")

    def text(self) -> str:
        return "tranches fongibles sous le total conventionné" if self.fungible else "chaque tranche plafonnée à part"


class TimeLimit(Figures):
    """How many years a right may be exercised. There are three, never to be mixed up: see the kinds below.

    The day is that of the act from which the time runs: the titre issued, the bilan settled.
    """

    clock = Clock.ACT
    scopes = ()

    years: int = figure("annees", ge=1, le=30)
    start: TimeStart = figure("depart")

    def text(self) -> str:
        since = self.start.label
        return f"{self.years} ans depuis {since}"

    def last_day(self, day: date) -> date:
        """The last day to exercise the right born on this day."""
        if self.start == TimeStart.NEXT_YEAR:
            return date(day.year + self.years, 12, 31)
        return months_after(day, 12 * self.years)


class DebtLimit(TimeLimit):
    """How many years after it was due what a public body owes may be claimed."""

    kind = "delai_dette"
    meaning = "délai pour réclamer ce qu'une collectivité doit"


class TitreLimit(TimeLimit):
    """How many years a titre that was issued may be collected."""

    kind = "delai_titre"
    meaning = "délai pour recouvrer un titre émis"


class LostDebtAccounts(Figures):
    """The account that bears each way of losing a debt; one not named is asked of the comptable.

    The exercice charged decides the version.
    """

    kind = "comptes_creances_perdues"
    meaning = "comptes des créances remises, admises en non-valeur, éteintes"
    clock = Clock.BUDGET_YEAR
    scopes = ()

    remission: str = figure("remise", default="")
    write_off: str = figure("non_valeur", default="")
    extinction: str = figure("eteinte", default="")

    def check(self) -> None:
        for number in (self.remission, self.write_off, self.extinction):
            if number and not (number.isascii() and number.isdigit()):
                raise InvalidValue(f"« {number} » n'est pas un numéro de compte.", "Écrivez ses chiffres : 6541.")

    def text(self) -> str:
        said = (
            ("remise gracieuse", self.remission),
            ("non-valeur", self.write_off),
            ("créance éteinte", self.extinction),
        )
        return ", ".join(f"{word} au {number or 'compte à demander'}" for word, number in said)


class RestitutionLimit(TimeLimit):
    """How many years a grant whose conditions were not met may be reclaimed."""

    kind = "delai_restitution"
    meaning = "délai pour redemander une subvention dont les conditions ne sont pas remplies"


class OrderDeadline(Figures):
    """The last day, in the year that follows, on which the orders of an exercice may still be issued.

    A rule of the budget charged, whose last day decides.
    """

    kind = "journee_complementaire"
    meaning = "dernier jour, l'année suivante, pour émettre les mandats d'un exercice"
    clock = Clock.BUDGET_YEAR
    scopes: ClassVar[tuple[str, ...]] = ()

    day: str = figure("jour")

    def check(self) -> None:
        if day_of_year(self.day) is None or self.day == "29/02":
            raise InvalidValue(f"« {self.day} » n'est pas un jour de l'année.", "Écrivez par exemple jour=31/01.")

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
    scopes: ClassVar[tuple[str, ...]] = (
        ScopeWord.LINE,
        ScopeWord.LINES,
        ScopeWord.DISPOSITIF,
        ScopeWord.PORTEUR,
        ScopeWord.NATURE,
        ScopeWord.FINANCEUR,
    )

    allowed: bool = figure("admis")
    threshold: Amount | None = figure("seuil", default=None)

    def allows(self, amount: Money) -> bool:
        """Whether a commitment of this amount may be attached."""
        return self.allowed and (self.threshold is None or amount >= self.threshold)

    def text(self) -> str:
        if not self.allowed:
            return "exclu"
        return "admis" if self.threshold is None else f"admis à partir de {self.threshold.french()}"


class EnveloppeEnd(Figures):
    """The last day on which the credits of a line may serve, or are reserved to the contract.

    effect: "annulation": what is left is cancelled, nothing is carried over. "ouverture": the reserve is lifted; what
    its managing authority programmed by that day stays, the rest opens to every beneficiary, and nothing is cancelled.
    """

    kind = "fin_enveloppe"
    meaning = "dernier jour où les crédits d'une ligne peuvent servir, ou lui sont réservés (effet=ouverture)"
    clock = Clock.MILLESIME
    scopes = LINE_WORDS

    last_day: Day = figure("jusqu_au")
    effect: EnveloppeEffect = figure("effet", default=EnveloppeEffect.CANCELLED)

    @property
    def opens(self) -> bool:
        """Whether what is not programmed opens to others instead of being cancelled."""
        return self.effect == EnveloppeEffect.OPENED

    def text(self) -> str:
        if self.opens:
            return f"réservé jusqu'au {french_day(self.last_day)}, puis ouvert pour ce qui n'est pas programmé"
        return f"jusqu'au {french_day(self.last_day)}"
