"""The kinds of rule: which figures each holds, and how they read in French. No figure of a text stands here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from ledger.core.errors import InvalidValue
from ledger.core.identifiers import code_from_name
from ledger.core.rate import french_rate
from ledger.rules.convention_kinds import (
    AttachedFileSize,
    ConventionDuty,
    DeliberationDuty,
    DossierPieces,
    Nomenclature,
    PublicationDelay,
    Schedule,
    StageDelay,
)
from ledger.rules.execution_kinds import (
    Attachment,
    BilanDelay,
    DebtLimit,
    EnveloppeEnd,
    Fungibility,
    LostDebtAccounts,
    OrderDeadline,
    ReceiptsOff,
    Reminders,
    RestitutionLimit,
    Shortage,
    TitreLimit,
)
from ledger.rules.figures import ON_ONE_LINE, Figures, figure
from ledger.rules.followed_kinds import AccountsThreshold, EnveloppeShare, PaymentDelay, PluriannualTarget
from ledger.rules.limit_kinds import (
    AmountCeiling,
    AmountFloor,
    EnveloppeCeiling,
    FinancingOrigin,
    LineAccounts,
    MoneyWay,
    OwnShare,
    PublicShare,
    SharedCap,
)
from ledger.rules.programming_kinds import (
    CommuneGroups,
    CostJump,
    Pillar,
    PopulationThreshold,
    QpvFirst,
    StructuralCharges,
    TitleLikeness,
)
from ledger.rules.reviving import revived_figures
from ledger.rules.typed_figures import KIND_LABELS, Populations, Rate, TerritoryKind, Words
from ledger.rules.vocabulary import Clock, MissingLevel, RateMode, ScopeWord, SpareCents, UnspentFate


class Territories(Figures):
    """Where a credit line may go (M3): the kinds of territory whose inhabitants it serves."""

    kind = "territoires"
    meaning = "territoires qu'une ligne peut servir"
    clock = Clock.MILLESIME

    kinds: Annotated[tuple[TerritoryKind, ...], Words] = figure("types", min_length=1)
    alert_only: bool = figure("alerte_seulement", default=False)
    slices_required: bool = figure("ventilation_exigee", default=True)

    def text(self) -> str:
        *first, last = (KIND_LABELS[kind] for kind in self.kinds)
        served = f"{', '.join(first)} et {last}" if first else last
        outside = " (ailleurs : alerte, sans refus)" if self.alert_only and len(self.kinds) < len(KIND_LABELS) else ""
        return served + outside + ("" if self.slices_required else ", sans ventilation du coût exigée")


class Ceiling(Figures):
    """The share of the eligible cost that a line may bear: "up to" (plafond) or set by the text (fixe)."""

    kind = "taux"
    meaning = "part de la dépense éligible qu'une ligne peut prendre en charge"
    clock = Clock.MILLESIME
    scopes = tuple(ScopeWord)

    rate: Rate = figure("taux")
    mode: RateMode = RateMode.CEILING

    def text(self) -> str:
        return french_rate(self.rate) + (" au plus" if self.mode == RateMode.CEILING else " (taux fixé)")


class Innovation(Figures):
    """The share that an innovative action may reach, and how many criteria make it innovative (M14).

    names: the criteria that actions may name, where the rule names its own rather than those shipped with its model.
    """

    kind = "innovation"
    meaning = "taux d'une action innovante et nombre de critères exigés"
    clock = Clock.MILLESIME

    rate: Rate = figure("taux")
    criteria_required: int = figure("criteres", ge=1, le=4)
    names: Annotated[tuple[str, ...], Words] = figure("noms", default=(), max_length=4)

    def check(self) -> None:
        codes = {code_from_name(name) for name in self.names if not set(name) & set(";=")} - {""}
        if self.names and len(codes) < max(len(self.names), self.criteria_required):
            raise InvalidValue(
                f"{self.criteria_required} critères sont exigés, {len(codes)} ont un nom qui les distingue.",
                "Nommez chaque critère en mots, sans « ; » ni « = » :"
                ' --chiffre "noms=Besoin mal couvert|Effets positifs".',
            )

    def stored(self) -> dict[str, Any]:
        found = super().stored()
        return found if self.names else {word: value for word, value in found.items() if word != "noms"}

    def text(self) -> str:
        among = f" ({', '.join(self.names)})" if self.names else ""
        count = len(self.names) or 4
        return (
            f"{french_rate(self.rate)} au plus, si {self.criteria_required} critères sur {count} sont justifiés{among}"
        )


class EpciKey(Figures):
    """In what proportion the EPCIs share their common part when the public is not counted beforehand (M11)."""

    kind = "cle_epci"
    meaning = "clé de partage entre EPCI"
    clock = Clock.MILLESIME

    populations: Populations = figure(min_length=2)

    def text(self) -> str:
        return " : ".join(
            f"{epci} {count:,}".replace(",", "\u00a0") for epci, count in sorted(self.populations.items())
        )


class MobilisationOrder(Figures):
    """The order in which the classes of credits are called (M8); a class not named comes last.

    missing: whether a scenario is refused while an action asks specific credits without droit commun nor a reason for
    it; by default it is only told.
    """

    kind = "ordre"
    meaning = "ordre de mobilisation des crédits"
    clock = Clock.MILLESIME

    classes: Annotated[tuple[str, ...], Words] = figure(min_length=1)
    missing: MissingLevel = figure("niveau", default=MissingLevel.WARN)

    def text(self) -> str:
        order = ", puis ".join(name.replace("_", " ") for name in self.classes)
        refuses = " ; sans droit commun ni motif, aucun scénario n'est proposé"
        return f"{order}{refuses if self.missing == MissingLevel.REFUSE else ''}"


class UnspentCredits(Figures):
    """What becomes of credits of a line that were not spent, unless their financeur decides otherwise.

    It bears on the credits of a millésime, at its end, whenever the year is closed.
    """

    kind = "sort_reliquat"
    meaning = "sort des crédits non consommés"
    clock = Clock.MILLESIME

    fate: UnspentFate = figure("sort")

    def text(self) -> str:
        return self.fate


class SpareCent(Figures):
    """Who bears the cents that a cut leaves over (practice: a recorded rule, never an accident)."""

    kind = "centime"
    meaning = "qui porte le centime restant"
    clock = Clock.MILLESIME

    ceiling: Literal["porteur"] = figure("plafond", default="porteur")
    sharing: SpareCents = figure("repartition")

    def text(self) -> str:
        rest = f"le {self.ceiling} porte le reste"
        return f"plafonds coupés au centime inférieur, {rest} ; centimes d'un partage {self.sharing.label}"


class EligibleBase(Figures):
    """Whether the eligible cost counts contributions in kind (accounts 86/87)."""

    kind = "base"
    meaning = "assiette des taux : avec ou sans contributions volontaires (86/87)"
    clock = Clock.MILLESIME
    scopes = ON_ONE_LINE

    with_contributions: bool = figure("avec_contributions")

    def text(self) -> str:
        return ("avec" if self.with_contributions else "hors") + " contributions volontaires (86/87)"


KINDS: Mapping[str, type[Figures]] = {
    kind.kind: kind
    for kind in (
        Territories,
        Ceiling,
        Innovation,
        PublicShare,
        OwnShare,
        FinancingOrigin,
        AmountCeiling,
        AmountFloor,
        SharedCap,
        EpciKey,
        MobilisationOrder,
        ConventionDuty,
        DeliberationDuty,
        PublicationDelay,
        Schedule,
        DossierPieces,
        AttachedFileSize,
        StageDelay,
        Nomenclature,
        BilanDelay,
        Reminders,
        Shortage,
        Fungibility,
        ReceiptsOff,
        DebtLimit,
        TitreLimit,
        RestitutionLimit,
        LostDebtAccounts,
        UnspentCredits,
        OrderDeadline,
        Attachment,
        EnveloppeEnd,
        MoneyWay,
        LineAccounts,
        EnveloppeCeiling,
        SpareCent,
        EligibleBase,
        Pillar,
        QpvFirst,
        PopulationThreshold,
        CommuneGroups,
        TitleLikeness,
        CostJump,
        StructuralCharges,
        EnveloppeShare,
        PluriannualTarget,
        AccountsThreshold,
        PaymentDelay,
    )
}


def figure_words(kind: type[Figures]) -> list[str]:
    """The French words of the figures a kind holds, in their order."""
    return [spec.word for spec in kind.specs.values()]


def read_figures(kind: str, raw: Mapping[str, Any]) -> Figures:
    """The figures of a rule of this kind, from what was typed or stored.

    raises: InvalidValue for an unknown kind, a figure that is missing, unknown, or not what the kind expects.
    """
    if kind not in KINDS:
        raise InvalidValue(
            f"« {kind} » n'est pas un genre de règle.", f"Genres connus : {', '.join(KINDS)} (cofiville regle genres)."
        )
    from ledger.rules.checking import FigureRefused, checked_figures

    try:
        return checked_figures(KINDS[kind], raw)
    except FigureRefused as refused:
        raise InvalidValue(
            f"Règle de genre « {kind} » : le chiffre « {refused.word or kind} » {refused.trouble}.",
            f"Chiffres attendus : {', '.join(figure_words(KINDS[kind]))}.",
        ) from None


def stored_figures(kind: str, raw: Mapping[str, Any]) -> Figures:
    """The figures of a rule of this kind as `Figures.stored` gave them to the base, which were checked when written.

    What the base holds otherwise is read as typed. raises: InvalidValue.
    """
    found = revived_figures(KINDS[kind], raw) if kind in KINDS else None
    return read_figures(kind, raw) if found is None else found
