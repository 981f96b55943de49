"""Who benefits, in detail or by kind of territory, and the shares of the eligible cost that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from ledger.core.errors import InvalidValue
from ledger.core.identifiers import code_from_name
from ledger.core.money import Money, total
from ledger.core.split import split
from ledger.programming.plans.balance import UnbalancedPlan
from ledger.referential.vocabulary import TerritorySlice

SLICE_KINDS = tuple(each.value for each in TerritorySlice)


class KindRole(NamedTuple):
    """What a kind of territory counts as, and whether only where QPV inhabitants are shown to come first.

    label: what people call it.
    """

    label: str
    served_as: str
    on_evidence: bool


@dataclass(frozen=True, slots=True)
class SliceForm:
    """Who benefits in one kind of territory: a headcount, or a cost; an empty one is left out.

    A cost beside a headcount is only what the headcounts are known to make.
    """

    kind: str
    headcount: int | None = None
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class PublicForm:
    """People served in one place: a territory, or only its kind; of an EPCI, counted beforehand or estimated.

    kind: "" for that of the territory. qpv_headcount, evidence: in a quartier vécu, how many live in a QPV, and what
    shows it.
    """

    kind: str
    headcount: int
    territory: str = ""
    epci: str = ""
    counted: bool = False
    qpv_headcount: int | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class EpciCount:
    """How many people of an EPCI are served, counted beforehand in total (§5.4.3.3)."""

    epci: str
    headcount: int


def check_counts(counts: Sequence[EpciCount]) -> None:
    """Nothing when each EPCI is counted once, and no count is below zero. raises: InvalidValue."""
    if any(each.headcount < 0 for each in counts):
        raise InvalidValue("Le public compté d'avance ne peut pas être négatif.", "Vérifiez les effectifs par EPCI.")
    codes = [each.epci for each in counts]
    if twice := [code for code in codes if codes.count(code) > 1]:
        raise InvalidValue(f"Le public compté de {twice[0]} est donné deux fois.", "Gardez un seul effectif par EPCI.")


def check_publics(publics: Sequence[PublicForm]) -> None:
    """Nothing when each public is said once, and no larger than the whole. raises: InvalidValue."""
    seen = set()
    for each in publics:
        if each.headcount < 0:
            raise InvalidValue("Un nombre de bénéficiaires ne peut pas être négatif.", "Vérifiez les effectifs.")
        if each.qpv_headcount is not None and not 0 <= each.qpv_headcount <= each.headcount:
            raise InvalidValue(
                f"{each.qpv_headcount} habitants de QPV sur {each.headcount} bénéficiaires : c'est impossible.",
                "Comptez les habitants de QPV parmi les bénéficiaires.",
            )
        key = (each.kind, code_from_name(each.territory), each.epci)
        if key in seen:
            raise InvalidValue(
                f"Le public {each.territory or each.kind} est donné deux fois.",
                "Additionnez les deux effectifs.",
            )
        seen.add(key)


def serves_qpv_first(public: PublicForm, beyond: Fraction | None) -> bool:
    """Whether the people served in a quartier vécu live first in a QPV (§3.2).

    beyond: the part of them that must be exceeded; None when no rule says. No count, no evidence or no rule: no.
    """
    if beyond is None or public.qpv_headcount is None or not public.headcount or not public.evidence.strip():
        return False
    return Fraction(public.qpv_headcount, public.headcount) > beyond


def counted_as(public: PublicForm, beyond: Fraction | None, role: KindRole) -> str:
    """The slice a public counts for: that of its kind, or hors until QPV inhabitants are shown to come first there."""
    if role.on_evidence and not serves_qpv_first(public, beyond):
        return TerritorySlice.OUTSIDE
    return role.served_as


def slices_from(
    publics: Sequence[PublicForm], beyond: Fraction | None, roles: Mapping[str, KindRole]
) -> tuple[SliceForm, ...]:
    """By slice, how many people the publics count. roles: of each kind they name."""
    counts: dict[str, int] = {}
    for each in publics:
        kind = counted_as(each, beyond, roles[each.kind])
        counts[kind] = counts.get(kind, 0) + each.headcount
    return tuple(SliceForm(kind, headcount=counts[kind]) for kind in SLICE_KINDS if kind in counts)


def counted_beforehand(publics: Sequence[PublicForm]) -> Mapping[str, int]:
    """By EPCI, the public counted beforehand (§5.4.3.3); empty unless every one is counted and has its EPCI."""
    if not all(each.counted and each.epci for each in publics):
        return {}
    counts: dict[str, int] = {}
    for each in publics:
        counts[each.epci] = counts.get(each.epci, 0) + each.headcount
    return counts


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
