"""The two descriptions of an action: what is typed, and what is read; and the checks of words, without the base."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction
from typing import Any

from ledger.core.errors import InvalidValue, require_words
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.programming.actions.model import MOST_YEARS
from ledger.programming.plans.balance import FundingForm, PlanLineForm, check_plan
from ledger.programming.publics.shares import (
    EpciCount,
    PublicForm,
    SliceForm,
    check_counts,
    check_publics,
    counted_beforehand,
)
from ledger.programming.vocabulary import ActionNature, ActionState, IndicatorKind, ReferenceSystem, Renewal


@dataclass(frozen=True, slots=True)
class ReferenceForm:
    """The number another system gives an action; year: the one it was given for, 0 for the action's own."""

    kind: str
    reference: str
    year: int = 0


@dataclass(frozen=True, slots=True)
class IndicatorForm:
    """What is expected of an action: a number for a quantitative indicator, words for a qualitative one."""

    kind: str
    label: str
    expected: str


@dataclass(frozen=True, slots=True)
class ActionForm:
    """All that is typed of an action; an empty number takes the next free one of the year.

    scale, dispositif: "" for the usual ones of the contract.
    publics: in detail, they make the slices and the counts. counts: by EPCI, the public counted in total. plan: the
    accounts of the budget that ask nothing of a credit line. renewed_from: the number of the action renewed.
    criteria: the codes of the criteria of innovation, where they are named: as many as innovation_criteria.
    """

    year: int
    porteur: str
    title: str
    cost_total: Money
    cost_eligible: Money | None = None
    number: str = ""
    appel: str = ""
    objective: str = ""
    scale: str = ""
    dispositif: str = ""
    nature: str = ActionNature.RUNNING
    innovation_criteria: int = 0
    no_droit_commun_reason: str = ""
    status: str = ActionState.DEPOSITED
    example: bool = False
    origin: str = ""
    slices: tuple[SliceForm, ...] = ()
    territories: tuple[str, ...] = ()
    fundings: tuple[FundingForm, ...] = field(default=())
    deposited_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    years: int = 1
    renewal: str = ""
    renewed_from: str = ""
    share_source: str = ""
    plan: tuple[PlanLineForm, ...] = ()
    publics: tuple[PublicForm, ...] = ()
    counts: tuple[EpciCount, ...] = ()
    references: tuple[ReferenceForm, ...] = ()
    indicators: tuple[IndicatorForm, ...] = ()
    criteria: tuple[str, ...] = ()

    @property
    def eligible(self) -> Money:
        """The eligible cost: the one typed, else the whole."""
        return self.cost_total if self.cost_eligible is None else self.cost_eligible

    def counted_public(self, epcis: Collection[str]) -> Mapping[str, int]:
        """By EPCI, the public counted beforehand (§5.4.3.3), in total or of the detail; empty when it is not.

        epcis: those among whom a common part is shared: each has its count, or none counts.
        """
        typed = {each.epci: each.headcount for each in self.counts}
        return typed if typed and set(epcis) <= typed.keys() else counted_beforehand(self.publics)


@dataclass(frozen=True, slots=True)
class ReadAction(ActionForm):
    """An action as it stands: what would be typed to record it so, and what the base made of it.

    slices: each with its headcount and the cost kept. requested: by line, what it asks of financeurs: own funds and
    requests set aside apart; nothing once given up. valued: its contributions in kind (86), in no cost. derogation: as
    own_share in Action. realised: of each indicator, what came of it and the day it was known.
    """

    requested: Mapping[str, Money] = field(default_factory=dict)
    valued: Money = ZERO
    derogation: Mapping[str, str] | None = None
    realised: tuple[tuple[str | None, date | None], ...] = ()

    @property
    def own_share(self) -> Fraction | None:
        """The least part of public financing that the préfet lets its maître d'ouvrage bear; None: the rule holds."""
        return Fraction(self.derogation["part"]) if self.derogation else None

    @property
    def axis(self) -> str:
        """The axis of its objective; "" when it names none."""
        return self.objective.partition(".")[0]

    @property
    def costs(self) -> dict[str, Money]:
        """The eligible cost by kind of territory; empty when it is not split."""
        return {each.kind: each.cost for each in self.slices if each.cost is not None}


def values_of(form: Any) -> dict[str, Any]:
    """What a form says by the name of its field: of an action, or of one of the rows of its lists."""
    return {each.name: getattr(form, each.name) for each in fields(form)}


def check_form(form: ActionForm) -> None:
    """Nothing when the words and sums of the form hold.

    raises: InvalidValue, UnbalancedPlan with both totals and their difference.
    """
    require_words(form.title, "L'intitulé de l'action manque.", "Donnez un intitulé court.")
    check_counts(form.counts)
    _check_words(form)
    _check_innovation(form)
    if form.cost_total.cents < 0 or not ZERO <= form.eligible <= form.cost_total:
        raise InvalidValue(
            f"Le coût éligible ({form.eligible.french()}) doit être compris entre 0 et le coût total "
            f"({form.cost_total.french()}).",
            "Vérifiez les deux montants.",
        )
    _check_days(form)
    check_references(form.references)
    check_indicators(form.indicators)
    check_publics(form.publics)
    check_plan(form.cost_total, form.fundings, form.plan)


def _check_innovation(form: ActionForm) -> None:
    held = form.innovation_criteria
    if not 0 <= held <= 4:
        raise InvalidValue("Les critères d'innovation vont de 0 à 4.", "Comptez les critères justifiés.")
    if form.criteria and len(form.criteria) != held:
        raise InvalidValue(
            f"Critères d'innovation : {held} comptés, mais {len(form.criteria)} nommés ({', '.join(form.criteria)}).",
            "Nommez chacun de ceux qui sont justifiés, sans donner leur nombre : il s'en déduit.",
        )


def _check_words(form: ActionForm) -> None:
    for word, known, what in (
        (form.nature, ActionNature.labels(), "nature inconnue"),
        (form.renewal, Renewal.labels(), "ni nouvelle ni reconduite"),
    ):
        if word not in known:
            raise InvalidValue(f"« {word} » : {what}.", f"Valeurs possibles : {_listed(known)}.")
    if form.renewal == Renewal.NEW and form.renewed_from:
        raise InvalidValue(
            f"L'action est dite nouvelle, mais elle reconduit {form.renewed_from}.",
            "Choisissez « reconduite », ou retirez l'action reconduite.",
        )


def _listed(known: Mapping[str, str]) -> str:
    return ", ".join(word for word in known if word)


def _check_days(form: ActionForm) -> None:
    """The days of an action: it begins in its year, ends after it begins, lasts no longer than its years."""
    if not 1 <= form.years <= MOST_YEARS:
        raise InvalidValue(
            f"« {form.years} » n'est pas un nombre d'années.", f"Une action dure de 1 à {MOST_YEARS} ans."
        )
    start, end = form.starts_on, form.ends_on
    if start is not None and start.year != form.year:
        raise InvalidValue(
            f"L'action commence le {french_day(start)}, hors de l'exercice {form.year}.",
            f"Donnez un début entre le 01/01/{form.year} et le 31/12/{form.year}.",
        )
    if end is None:
        return
    if end < (start or date(form.year, 1, 1)):
        raise InvalidValue(
            f"L'action finit le {french_day(end)}, avant de commencer.", "Vérifiez les deux dates de l'action."
        )
    last = _anniversary(start, form.years) if start else date(form.year + form.years, 12, 31)
    if end > last:
        raise InvalidValue(
            f"L'action finit le {french_day(end)} : elle dure plus de {form.years} an{'s' if form.years > 1 else ''}.",
            f"Finissez-la au plus tard le {french_day(last)}, ou indiquez une durée de plusieurs années.",
        )


def _anniversary(start: date, years: int) -> date:
    """The same day that many years later; 28 February for the 29th."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def check_references(references: Iterable[ReferenceForm]) -> None:
    """Nothing when each reference is of a known system, not empty, given once. raises: InvalidValue."""
    seen = set()
    for each in references:
        if each.kind not in ReferenceSystem.labels():
            raise InvalidValue(
                f"« {each.kind} » n'est pas un système connu.", f"Valeurs possibles : {', '.join(ReferenceSystem)}."
            )
        require_words(
            each.reference, "Une référence est vide.", "Écrivez SYSTEME=NUMERO, par exemple dauphin=16023456."
        )
        if each in seen:
            raise InvalidValue(f"La référence {each.reference} est donnée deux fois.", "Gardez-en une.")
        seen.add(each)


def check_indicators(indicators: Iterable[IndicatorForm]) -> None:
    """Nothing when each indicator has its words, and a quantitative one a number. raises: InvalidValue."""
    for indicator in indicators:
        _check_indicator(indicator)


def _check_indicator(indicator: IndicatorForm) -> None:
    if indicator.kind not in IndicatorKind.labels():
        raise InvalidValue(
            f"« {indicator.kind} » n'est pas un genre d'indicateur.",
            f"Valeurs possibles : {', '.join(IndicatorKind)}.",
        )
    if not indicator.label.strip() or not indicator.expected.strip():
        raise InvalidValue(
            "Un indicateur n'a pas d'intitulé ou pas de résultat attendu.",
            "Donnez les deux, par exemple « ateliers tenus » et « 24 ».",
        )
    digits = indicator.expected.strip().replace(",", "", 1)
    if indicator.kind == IndicatorKind.QUANTITATIVE and not (digits.isascii() and digits.isdigit()):
        raise InvalidValue(
            f"« {indicator.expected} » n'est pas un nombre, pour l'indicateur quantitatif « {indicator.label} ».",
            "Écrivez un nombre, par exemple 24 ou 3,5, ou choisissez un indicateur qualitatif.",
        )
