"""Publics typed, turned into rows and shares of the eligible cost; quartiers vécus, revised each year (§3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, require_words
from ledger.core.identifiers import check_code, code_from_name
from ledger.core.money import Money
from ledger.core.period import check_year
from ledger.core.words import enumeration
from ledger.programming.actions.forms import ActionForm
from ledger.programming.publics.model import QuartierVecu
from ledger.programming.publics.shares import (
    EpciCount,
    KindRole,
    PublicForm,
    SliceForm,
    check_publics,
    counted_beforehand,
    slice_costs,
    slices_from,
)
from ledger.programming.queries import ProgrammeRefused
from ledger.referential.contracts import epci_of_contract, epcis_of_contract
from ledger.referential.model import Epci, Territory, TerritoryKind, TerritoryPopulation
from ledger.referential.queries import check_in_force, find_territory, holds_in
from ledger.referential.vocabulary import TerritorySlice
from ledger.referential.words import find_word, words_of
from ledger.rules.book import Rule, rulebook
from ledger.rules.kinds import EpciKey
from ledger.rules.programming_kinds import QpvFirst
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock
from ledger.storage.session import context
from ledger.storage.standing import standing_act


@dataclass(frozen=True, slots=True)
class Beneficiaries:
    """Who benefits, found in the référentiel: rows of publics, shares by kind, public counted in total by EPCI."""

    publics: tuple[PublicForm, ...]
    slices: Mapping[str, tuple[int | None, Money]]
    counts: tuple[EpciCount, ...]


def qpv_first_beyond(session: Session, year: int) -> Fraction | None:
    """The part of QPV inhabitants beyond which a quartier vécu counts as QPV that year; None when no rule says."""
    rule = rulebook(session, Clock.MILLESIME, exercice=year).find(QpvFirst, RuleSubject())
    return rule.figures.beyond if isinstance(rule, Rule) else None


def epcis_sharing(session: Session, year: int) -> frozenset[str]:
    """The EPCI among whom a common part of that year is shared: those of the key, else all of that year (M11)."""
    rule = rulebook(session, Clock.MILLESIME, exercice=year).find(EpciKey, RuleSubject())
    if isinstance(rule, Rule):
        return frozenset(rule.figures.populations)
    return frozenset(each.code for each in epcis_of_contract(session) if holds_in(each, year))


def beneficiaries_of(session: Session, form: ActionForm) -> Beneficiaries:
    """What the form says of who benefits.

    raises: NotFound for a territory, InvalidValue for an EPCI or when totals typed are not those of the publics,
        UnbalancedPlan when costs typed do not sum to the eligible cost.
    """
    publics = tuple(_found(session, each, form.year) for each in form.publics)
    if not publics:
        return Beneficiaries((), slice_costs(form.slices, form.eligible), _counts(session, form, {}))
    check_publics(publics)
    roles = {each.kind: _role(find_word(session, TerritoryKind, each.kind)) for each in publics}
    slices = slices_from(publics, qpv_first_beyond(session, form.year), roles)
    _check_same_totals(form.slices, slices)
    counts = _counts(session, form, counted_beforehand(publics))
    return Beneficiaries(publics, slice_costs(slices, form.eligible), counts)


def _counts(session: Session, form: ActionForm, counted: Mapping[str, int]) -> tuple[EpciCount, ...]:
    """The public counted in total, by EPCI of the contract: what the detail makes, else what is typed."""
    typed = tuple(replace(each, epci=_found_epci(session, each.epci, form.year)) for each in form.counts)
    if not counted:
        return typed
    epcis = [each for each in epcis_of_contract(session) if holds_in(each, form.year) or counted.get(each.code)]
    made = {each.code: counted.get(each.code, 0) for each in epcis}
    if any(each.headcount != made[each.epci] for each in typed):
        counts = enumeration([f"{made[each.code]} personnes {each.of}" for each in epcis])
        raise InvalidValue(
            f"Le public détaillé compte {counts}, ce qui n'est pas ce qui est saisi.",
            "Laissez vides les publics par EPCI : le détail les donne.",
        )
    return tuple(EpciCount(code, people) for code, people in made.items())


def _check_same_totals(typed: Sequence[SliceForm], made: Sequence[SliceForm]) -> None:
    counts = {each.kind: each.headcount or 0 for each in made}
    wrong = [each for each in typed if (each.headcount or 0) != counts.get(each.kind, 0)]
    if wrong:
        kind = TerritorySlice(wrong[0].kind).label
        raise InvalidValue(
            f"L'effectif {kind} saisi ({wrong[0].headcount or 0}) n'est pas celui du public détaillé "
            f"({counts.get(wrong[0].kind, 0)}).",
            "Laissez vides les effectifs par type : le détail les donne.",
        )


def kind_roles(session: Session) -> dict[str, KindRole]:
    """What each kind of territory of the contract counts as, by code, in its order."""
    return {each.code: _role(each) for each in words_of(session, TerritoryKind)}


def _role(kind: TerritoryKind) -> KindRole:
    return KindRole(kind.label, kind.served_as, kind.on_evidence)


def _found(session: Session, public: PublicForm, year: int) -> PublicForm:
    """The public with the codes of its place and of its EPCI: that of its inhabitants where there is one alone."""
    kind, place, territory, epci = public.kind, public.territory.strip(), "", public.epci.strip().upper()
    if not kind and place.lower() in kind_roles(session):
        kind, place = place, ""
    if kind or not place:
        kind = find_word(session, TerritoryKind, kind, year).code
    if place:
        found = find_territory(session, place)
        kind = kind or found.kind
        if found.kind != kind:
            is_of, asked = (find_word(session, TerritoryKind, each).label for each in (found.kind, kind))
            raise InvalidValue(
                f"« {found.name} » est de type {is_of}, pas {asked}.",
                "Corrigez le type du public, ou son territoire.",
            )
        territory, epci = found.code, epci or usual_epci(session, found.code)
    found_epci = _found_epci(session, epci, year) if epci else ""
    return replace(public, kind=kind, territory=territory, epci=found_epci, evidence=public.evidence.strip())


def _found_epci(session: Session, typed: str, year: int) -> str:
    """The code of this EPCI of the contract that year. raises: InvalidValue, NotInForce."""
    epci = typed.strip().upper()
    found = session.get(Epci, (context(session).contract, epci))
    if found is None:
        known = ", ".join(each.code for each in epcis_of_contract(session))
        raise InvalidValue(f"« {epci} » n'est pas une agglomération du contrat.", f"Agglomérations : {known}.")
    check_in_force(found, year, f"L'EPCI {epci}")
    return epci


def usual_epci(session: Session, place: str) -> str:
    """The EPCI of the people of a territory when none is said: where all its inhabitants live, else who leads it.

    "" for a QPV shared by two EPCIs, and for a place that is no territory.
    """
    territory = session.get(Territory, (context(session).contract, code_from_name(place)))
    if territory is None:
        return ""
    query = select(TerritoryPopulation.epci).where(
        TerritoryPopulation.territory == territory.code, TerritoryPopulation.population > 0
    )
    found = set(session.scalars(query))
    if len(found) == 1:
        return found.pop()
    return "" if is_quartier_prioritaire(session, territory) else territory.epci


def is_quartier_prioritaire(session: Session, territory: Territory) -> bool:
    """Whether those who live there are inhabitants of a QPV, whatever the contract calls its kind."""
    kind = find_word(session, TerritoryKind, territory.kind)
    return kind.served_as == TerritorySlice.QPV and not kind.on_evidence


def _kind_of_quartiers_vecus(session: Session, year: int) -> TerritoryKind:
    """The first kind of the contract whose people count only on evidence. raises: ProgrammeRefused for none."""
    for each in words_of(session, TerritoryKind):
        if each.on_evidence and holds_in(each, year):
            return each
    raise ProgrammeRefused(
        f"Le contrat n'a pas de type de territoire pour les quartiers vécus en {year}.",
        "Ajoutez-le : cofiville type-territoire ajouter vecu LIBELLE --compte-comme qpv --sur-justificatif.",
    )


def list_quartier(
    session: Session, year: int, name: str, *, epci: str = "", qpv: str = "", source: str
) -> QuartierVecu:
    """The quartier vécu on the list of that year, made known when it is new.

    epci: who leads it; the one that carries the contract by default. qpv: the QPV whose inhabitants use it.
    raises: InvalidValue without a source, for another kind of territory or an unknown EPCI,
        NotFound for the QPV, ProgrammeRefused when it is listed already.
    """
    require_words(source, "La source de la liste manque.", 'Nommez-la : --source "COPIL du 04/03/2016".')
    code = check_code(code_from_name(name), "le quartier vécu")
    leader = _found_epci(session, epci, year) if epci.strip() else epci_of_contract(session).code
    contract, lived = context(session).contract, _kind_of_quartiers_vecus(session, year)
    territory = session.get(Territory, (contract, code))
    if territory is None:
        territory = Territory(
            contract=contract,
            code=code,
            name=name.strip(),
            kind=lived.code,
            epci=leader,
            source=source.strip(),
        )
        session.add(territory)
        session.flush()
    if not find_word(session, TerritoryKind, territory.kind).on_evidence:
        raise InvalidValue(f"« {territory.name} » n'est pas un quartier vécu.", "Donnez-lui un autre nom.")
    served = find_territory(session, qpv) if qpv else None
    if served is not None and not is_quartier_prioritaire(session, served):
        raise InvalidValue(f"« {served.name} » n'est pas un QPV.", "La liste : cofiville territoire lister.")
    if (there := session.get(QuartierVecu, (contract, check_year(year), code))) is not None:
        raise ProgrammeRefused(
            f"{territory.name} est déjà sur la liste {year}{standing_act(there)}.",
            f"La liste : cofiville territoire vecus {year}.",
        )
    listed = QuartierVecu(
        contract=contract, year=year, territory=code, qpv=served.code if served else None, source=source.strip()
    )
    session.add(listed)
    session.flush()
    return listed


def quartiers(session: Session, year: int) -> Sequence[QuartierVecu]:
    """The list of that year, by code."""
    query = select(QuartierVecu).where(QuartierVecu.year == year)
    return session.scalars(query.order_by(QuartierVecu.territory)).all()


def renew_list(session: Session, year: int, *, source: str) -> Sequence[QuartierVecu]:
    """The list of that year, begun from the last one before it. raises: InvalidValue, ProgrammeRefused."""
    last = session.scalar(select(func.max(QuartierVecu.year)).where(QuartierVecu.year < year))
    if last is None:
        raise ProgrammeRefused(
            f"Aucune liste de quartiers vécus avant {year}.",
            f"Ajoutez-les un à un : cofiville territoire vecu {year} NOM --source SOURCE.",
        )
    listed = {each.territory for each in quartiers(session, year)}
    for each in quartiers(session, last):
        if each.territory not in listed:
            name = find_territory(session, each.territory).name
            list_quartier(session, year, name, qpv=each.qpv or "", source=source)
    return quartiers(session, year)
