"""The kinds of rule about conventions: when one is compulsory, its instalments, its papers, the chart it follows."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated

from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.core.rate import french_rate
from ledger.rules.figures import Figures, figure
from ledger.rules.typed_figures import Amount, Parts, Populations, Words
from ledger.rules.vocabulary import (
    ChartOfAccounts,
    ChartVariant,
    Clock,
    Condition,
    ConventionStage,
    PieceKind,
    Rounding,
)

_DAY_OF_YEAR = re.compile(r"(\d{1,2})/(\d{1,2})")
_MONTHS_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class ConventionDuty(Figures):
    """From which yearly amount a convention is compulsory: strictly above the threshold, or always.

    A formality of the grant: the day is that of its act, drafting then signing, so that a later rule makes no
    convention of a notification already made.
    """

    kind = "convention_obligatoire"
    meaning = "seuil à partir duquel une convention est obligatoire"
    clock = Clock.ACT

    threshold: Amount | None = figure("seuil", default=None)

    def text(self) -> str:
        return "toujours" if self.threshold is None else f"au-dessus de {self.threshold.french()} par an"


class DeliberationDuty(Figures):
    """Whether the EPCI's own money waits for an enforceable délibération before it is notified or signed.

    The day is that of the signature, notification or avenant.
    """

    kind = "deliberation_executoire"
    meaning = "délibération exécutoire avant de notifier ou de signer les crédits propres de l'EPCI"
    clock = Clock.ACT
    scopes = ()

    required: bool = figure("exigee")

    def text(self) -> str:
        return "délibération exécutoire d'abord" if self.required else "sans attendre la délibération"


class PublicationDelay(Figures):
    """How long after its signature the law wants the essential data of a convention published (loi 2000-321, art. 10).

    It holds for the grants whose convention is compulsory. The day is that of the signature, from which it runs.
    """

    kind = "delai_publication"
    meaning = "délai pour publier une convention de subvention"
    clock = Clock.ACT

    months: int = figure("mois", ge=1, le=60)

    def text(self) -> str:
        return f"{self.months} mois après la signature"


class Schedule(Figures):
    """The instalments of a grant: rates or amounts of each but the last, which is the residual.

    conditions: one a part and one for the residual: "signature", "bilan", "date" (any day after the instalment before)
    or a day of the exercice ("01/09"); empty: signature, then date, then bilan. cap: the most the first part may be.
    Its rates and days are those of the exercice of the money, whenever the convention is drafted.
    """

    kind = "echeancier"
    meaning = "versements successifs d'une convention"
    clock = Clock.MILLESIME

    parts: Parts = figure(min_length=1)
    cap: Amount | None = figure("plafond_avance", default=None)
    rounding: Rounding = figure("arrondi", default=Rounding.DOWN)
    conditions: Annotated[tuple[str, ...], Words] = ()

    def check(self) -> None:
        if sum(part for part in self.parts if isinstance(part, Fraction)) > 1:
            raise InvalidValue(
                "Les versements dépassent 100 % de la subvention.", "Réduisez-les : le dernier est le solde."
            )
        if self.conditions and len(self.conditions) != len(self.parts) + 1:
            raise InvalidValue(
                f"{len(self.conditions)} conditions sont données pour {len(self.parts) + 1} versements, solde compris.",
                'Donnez-en une par versement : --chiffre "conditions=signature|01/09|bilan".',
            )
        for condition in self.conditions:
            if condition not in Condition.labels() and day_of_year(condition) is None:
                raise InvalidValue(
                    f"« {condition} » n'est pas une condition de versement.",
                    f"Conditions connues : {', '.join(Condition)}, ou un jour de l'exercice (01/09).",
                )

    def text(self) -> str:
        words = [part.french() if isinstance(part, Money) else french_rate(part) for part in self.parts]
        if self.cap is not None:
            words[0] += f" plafonnés à {self.cap.french()}"
        words.append("le solde")
        if self.conditions:
            words = [f"{word} ({condition})" for word, condition in zip(words, self.conditions, strict=True)]
        nearest = " (arrondi au centime le plus proche)" if self.rounding == Rounding.NEAREST else ""
        return " puis ".join(words) + nearest


def day_of_year(text: str) -> tuple[int, int] | None:
    """The month and the day of "01/09"; None when it is no day of a year."""
    match = _DAY_OF_YEAR.fullmatch(text)
    if match is None:
        return None
    day, month = int(match[1]), int(match[2])
    return (month, day) if 1 <= month <= 12 and 1 <= day <= _MONTHS_DAYS[month - 1] else None


class DossierPieces(Figures):
    """Which documents a beneficiary gives before it can be paid.

    blocking: without them an order is refused, unless somebody says why; else they are only listed as missing_things.
    A formality of the payment: the day is that of the order.
    """

    kind = "pieces_dossier"
    meaning = "documents que le bénéficiaire fournit avant d'être payé"
    clock = Clock.ACT

    pieces: Annotated[tuple[PieceKind, ...], Words] = figure(min_length=1)

    blocking: bool = figure("bloquant", default=False)

    def text(self) -> str:
        asked = ", ".join(piece.label for piece in self.pieces)
        return f"{asked} (sans elles, aucun versement)" if self.blocking else asked


class AttachedFileSize(Figures):
    """How much a file filed with an object may weigh, in megabytes. The day is that of its filing."""

    kind = "taille_piece"
    meaning = "poids le plus grand d'une pièce gardée dans la base"
    clock = Clock.ACT
    scopes = ()

    megabytes: int = figure("mo", ge=1, le=100)

    def text(self) -> str:
        return f"{self.megabytes} Mo par pièce au plus"


CIRCUIT_STAGES = tuple(stage for stage in ConventionStage if stage is not ConventionStage.NOTIFIED)


class StageDelay(Figures):
    """How many days a paper may stay at each stage before it is stuck; a stage not named has no limit.

    The day is that on which the stage was reached.
    """

    kind = "delai_etape"
    meaning = "jours qu'une convention de papier peut rester à une étape"
    clock = Clock.ACT

    days: Populations = figure("jours", min_length=1)

    def check(self) -> None:
        for stage in self.days:
            if stage not in CIRCUIT_STAGES:
                raise InvalidValue(
                    f"« {stage} » n'est pas une étape où une convention attend.",
                    f"Étapes : {', '.join(CIRCUIT_STAGES)}.",
                )

    def text(self) -> str:
        return ", ".join(f"{ConventionStage(stage).label} {days} j" for stage, days in self.days.items())


class Nomenclature(Figures):
    """Which chart of accounts the budget follows: that of the exercice charged, whose last day decides."""

    kind = "nomenclature"
    meaning = "nomenclature comptable suivie par le budget"
    clock = Clock.BUDGET_YEAR

    nomenclature: ChartOfAccounts
    variant: ChartVariant = figure("variante")

    def check(self) -> None:
        if (self.nomenclature == ChartOfAccounts.M14) != (self.variant == ChartVariant.OVER_3500):
            raise InvalidValue(
                f"La nomenclature {self.nomenclature} n'a pas de variante « {self.variant} ».",
                "M14 : SUP3500 ; M57 : developpee ou abregee.",
            )

    def text(self) -> str:
        return f"{self.nomenclature} {self.variant.label}"
