"""Publics typed, turned into rows: places and EPCIs found, shares of the eligible cost made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.identifiers import code_from_name
from ledger.core.money import Money
from ledger.programming.forms import ActionForm
from ledger.programming.public_model import PLACE_KINDS
from ledger.programming.shares import PublicForm, SliceForm, counted_beforehand, slice_costs, slices_from
from ledger.referential.lookups import find_territory
from ledger.referential.model import Epci, Territory, TerritoryPopulation
from ledger.rules.book import Rule, rulebook
from ledger.rules.figures import Clock
from ledger.rules.programming_kinds import QpvFirst
from ledger.rules.scope import Subject


@dataclass(frozen=True, slots=True)
class Beneficiaries:
    """Who benefits, found in the référentiel: rows of publics, shares by kind, public counted per EPCI."""

    publics: tuple[PublicForm, ...]
    slices: Mapping[str, tuple[int | None, Money]]
    caph: int | None
    cavm: int | None


def qpv_first_beyond(session: Session, year: int) -> Fraction | None:
    """The part of QPV inhabitants beyond which a quartier vécu counts as QPV that year; None when no rule says."""
    rule = rulebook(session, Clock.MILLESIME, exercice=year).find(QpvFirst, Subject())
    return rule.figures.beyond if isinstance(rule, Rule) else None


def beneficiaries(session: Session, form: ActionForm) -> Beneficiaries:
    """What the form says of who benefits.

    raises: NotFound for a territory, InvalidValue for an EPCI or when totals typed are not those of the publics,
        UnbalancedPlan when costs typed do not sum to the eligible cost.
    """
    publics = tuple(_found(session, each) for each in form.publics)
    if not publics:
        return Beneficiaries((), slice_costs(form.slices, form.eligible), form.public_caph, form.public_cavm)
    slices = slices_from(publics, qpv_first_beyond(session, form.year))
    _check_same_totals(form.slices, slices)
    counted = counted_beforehand(publics)
    caph, cavm = (counted.get("CAPH", 0), counted.get("CAVM", 0)) if counted else (form.public_caph, form.public_cavm)
    if counted and any(
        typed not in (None, made) for typed, made in ((form.public_caph, caph), (form.public_cavm, cavm))
    ):
        raise InvalidValue(
            f"Le public détaillé compte {caph} personnes de la CAPH et {cavm} de la CAVM, "
            "ce qui n'est pas ce qui est saisi.",
            "Laissez vides les publics CAPH et CAVM : le détail les donne.",
        )
    return Beneficiaries(publics, slice_costs(slices, form.eligible), caph, cavm)


def _check_same_totals(typed: Sequence[SliceForm], made: Sequence[SliceForm]) -> None:
    counts = {each.kind: each.headcount or 0 for each in made}
    wrong = [each for each in typed if (each.headcount or 0) != counts.get(each.kind, 0)]
    if wrong:
        kind = PLACE_KINDS[wrong[0].kind]
        raise InvalidValue(
            f"L'effectif {kind} saisi ({wrong[0].headcount or 0}) n'est pas celui du public détaillé "
            f"({counts.get(wrong[0].kind, 0)}).",
            "Laissez vides les effectifs par type : le détail les donne.",
        )


def _found(session: Session, public: PublicForm) -> PublicForm:
    """The public with the codes of its place and of its EPCI: that of its inhabitants where there is one alone."""
    kind, territory, epci = public.kind, "", public.epci.strip().upper()
    if public.territory.strip():
        found = find_territory(session, public.territory)
        kind = kind or found.kind
        if found.kind != kind:
            raise InvalidValue(
                f"« {found.name} » est de type {PLACE_KINDS[found.kind]}, pas {PLACE_KINDS[kind]}.",
                "Corrigez le type du public, ou son territoire.",
            )
        territory, epci = found.code, epci or usual_epci(session, found.code)
    if epci and session.get(Epci, epci) is None:
        raise InvalidValue(f"« {epci} » n'est pas une agglomération du contrat.", "Écrivez CAPH ou CAVM.")
    return replace(public, kind=kind, territory=territory, epci=epci, evidence=public.evidence.strip())


def usual_epci(session: Session, place: str) -> str:
    """The EPCI of the people of a territory when none is said: where all its inhabitants live, else who leads it.

    "" for a QPV shared by two EPCIs, and for a place that is no territory.
    """
    territory = session.get(Territory, code_from_name(place))
    if territory is None:
        return ""
    query = select(TerritoryPopulation.epci).where(
        TerritoryPopulation.territory == territory.code, TerritoryPopulation.population > 0
    )
    found = set(session.scalars(query))
    if len(found) == 1:
        return found.pop()
    return "" if territory.kind == "qpv" else territory.epci
