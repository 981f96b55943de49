"""What is typed of an action, and the checks that need no database: sums, shares, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.programming.model import DISPOSITIFS, FUNDING_STATUSES, NATURES, SCALES

OWN_FUNDS_LINE = "PORTEUR-FONDS-PROPRES"
SLICE_KINDS = ("qpv", "veille", "hors")


class UnbalancedPlan(LedgerError):
    """A plan de financement whose resources are not its cost, or whose shares do not sum to the eligible cost."""

    code = "plan_desequilibre"


@dataclass(frozen=True, slots=True)
class FundingForm:
    """What is asked of one credit line."""

    line: str
    amount_requested: Money
    shared: bool = False
    status: str = "demande"
    observation: str = ""


@dataclass(frozen=True, slots=True)
class SliceForm:
    """Who benefits in one kind of territory: a headcount, or a cost; an empty one is left out.

    A cost beside a headcount is only what the headcounts are known to make.
    """

    kind: str
    headcount: int | None = None
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class ActionForm:
    """All that is typed of an action; an empty number takes the next free one of the year."""

    year: int
    porteur: str
    title: str
    cost_total: Money
    cost_eligible: Money | None = None
    number: str = ""
    appel: str = ""
    objective: str = ""
    scale: str = "communale"
    dispositif: str = "action"
    nature: str = "fonctionnement"
    innovation_criteria: int = 0
    public_caph: int | None = None
    public_cavm: int | None = None
    no_droit_commun_reason: str = ""
    status: str = "depose"
    example: bool = False
    origin: str = ""
    slices: tuple[SliceForm, ...] = ()
    territories: tuple[str, ...] = ()
    fundings: tuple[FundingForm, ...] = field(default=())


def check_form(form: ActionForm) -> None:
    """Nothing when the words and sums of the form hold.

    raises: InvalidValue, UnbalancedPlan with both totals and their difference.
    """
    if not form.title.strip():
        raise InvalidValue("L'intitulé de l'action manque.", "Donnez un intitulé court.")
    if any(count is not None and count < 0 for count in (form.public_caph, form.public_cavm)):
        raise InvalidValue(
            "Le public compté d'avance ne peut pas être négatif.", "Vérifiez les effectifs CAPH et CAVM."
        )
    for word, known, what in (
        (form.scale, SCALES, "échelle"),
        (form.dispositif, DISPOSITIFS, "dispositif"),
        (form.nature, NATURES, "nature"),
    ):
        if word not in known:
            raise InvalidValue(f"« {word} » : {what} inconnue.", f"Valeurs possibles : {', '.join(known)}.")
    if not 0 <= form.innovation_criteria <= 4:
        raise InvalidValue("Les critères d'innovation vont de 0 à 4 (§5.1).", "Comptez les critères justifiés.")
    eligible = form.cost_total if form.cost_eligible is None else form.cost_eligible
    if form.cost_total.cents < 0 or not ZERO <= eligible <= form.cost_total:
        raise InvalidValue(
            f"Le coût éligible ({eligible.french()}) doit être compris entre 0 et le coût total "
            f"({form.cost_total.french()}).",
            "Vérifiez les deux montants.",
        )
    _check_fundings(form)


def _check_fundings(form: ActionForm) -> None:
    seen: set[str] = set()
    for funding in form.fundings:
        line = funding.line.strip().upper()
        if line in seen:
            raise InvalidValue(
                f"La ligne {line} est demandée deux fois.", "Additionnez les deux demandes sur une seule ligne."
            )
        seen.add(line)
        if funding.amount_requested.cents < 0:
            raise InvalidValue(
                f"La demande sur {funding.line} est négative ({funding.amount_requested.french()}).",
                "Saisissez un montant positif ou nul.",
            )
        if funding.status not in FUNDING_STATUSES:
            raise InvalidValue(
                f"« {funding.status} » n'est pas un statut de demande.",
                f"Valeurs possibles : {', '.join(FUNDING_STATUSES)}.",
            )
    resources = total(funding.amount_requested for funding in form.fundings)
    if resources != form.cost_total:
        gap = abs(form.cost_total - resources)
        raise UnbalancedPlan(
            f"Le plan de financement n'est pas équilibré : charges {form.cost_total.french()}, "
            f"produits {resources.french()}, écart {gap.french()}.",
            f"Corrigez les montants, ou complétez les fonds propres (ligne {OWN_FUNDS_LINE}).",
        )


def slice_costs(slices: tuple[SliceForm, ...], eligible: Money) -> Mapping[str, tuple[int | None, Money]]:
    """By territory kind, the headcount and the share of the eligible cost.

    Headcounts share the cost (largest remainder; order QPV, veille, hors); else the costs typed must sum to it.
    raises: InvalidValue, UnbalancedPlan.
    """
    by_kind = {each.kind: each for each in slices}
    if len(by_kind) != len(slices) or not by_kind.keys() <= set(SLICE_KINDS):
        raise InvalidValue(
            "Les parts de public portent sur des types inconnus ou répétés.", "Utilisez qpv, veille, hors."
        )
    counts = [by_kind[kind].headcount if kind in by_kind else None for kind in SLICE_KINDS]
    if any(count is not None and count < 0 for count in counts):
        raise InvalidValue("Un nombre de bénéficiaires ne peut pas être négatif.", "Vérifiez les effectifs.")
    if any(each.cost is not None and each.cost.cents < 0 for each in slices):
        raise InvalidValue("Une part de coût ne peut pas être négative.", "Vérifiez les parts par territoire.")
    if any(counts):
        return _shared_by_headcount(by_kind, counts, eligible)
    typed = {kind: cost for kind in SLICE_KINDS if kind in by_kind and (cost := by_kind[kind].cost)}
    if typed and (whole := total(typed.values())) != eligible:
        raise UnbalancedPlan(
            f"Les parts par territoire font {whole.french()} et le coût éligible {eligible.french()}, "
            f"écart {abs(eligible - whole).french()}.",
            "Corrigez les parts, ou donnez les effectifs : le coût sera partagé au prorata.",
        )
    return {kind: (None, cost) for kind, cost in typed.items()}


def _shared_by_headcount(
    by_kind: Mapping[str, SliceForm], counts: Sequence[int | None], eligible: Money
) -> dict[str, tuple[int | None, Money]]:
    for kind, each in by_kind.items():
        if each.headcount is None and each.cost:
            raise InvalidValue(
                f"La part {kind} a un coût mais pas d'effectif, alors que d'autres parts ont un effectif.",
                "Donnez tous les effectifs, ou tous les coûts.",
            )
    shares = split(eligible, [count or 0 for count in counts])
    return {
        kind: (count, share) for kind, count, share in zip(SLICE_KINDS, counts, shares, strict=True) if share or count
    }
