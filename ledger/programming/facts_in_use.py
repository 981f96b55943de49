"""What still holds to a fact of the contract: credits on a line, lines of a financeur, actions on a place or an axis.

Whoever changes the days of one asks here, by command or by workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.period import Period, french_day
from ledger.journal.balances import balances
from ledger.journal.model import Exercice
from ledger.journal.positions import Position
from ledger.programming.actions.model import Action, ActionTerritory
from ledger.programming.controls.facts import SET_ASIDE
from ledger.programming.publics.model import ActionEpci
from ledger.programming.word_uses import uses_of
from ledger.referential.axes import axis_tree
from ledger.referential.change_facts import close_fact, refuse_still_used
from ledger.referential.contracts import contract_of
from ledger.referential.model import (
    Axis,
    CreditLine,
    Dated,
    Dispositif,
    Epci,
    Financeur,
    PostKind,
    Scale,
    Territory,
    TerritoryKind,
)
from ledger.referential.words import NAMES
from ledger.rules.book import Rule, rulebook
from ledger.rules.kinds import EpciKey
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock

_OPEN = (Position.DISPONIBLE, Position.BLOQUE, Position.PROGRAMME, Position.ENGAGE, Position.ORDONNE)
_STANDING = (*_OPEN, Position.A_RECOUVRER, Position.DETENU)


@dataclass(frozen=True, slots=True)
class FactInUse:
    """What holds to a fact, a clause each ("l'action 2016-001 le sert"), and what frees the first."""

    holders: Sequence[str]
    remedy: str


def close_unused(session: Session, fact: Dated, on: date) -> None:
    """Its last day, once nothing holds to it after. raises: StillUsed, InvalidValue (see close_fact)."""
    held = used_after(session, fact, on)
    close_fact(session, fact, on, holders=held.holders, what=name_of(fact), remedy=held.remedy)


def check_new_days(session: Session, fact: Dated, first: date | None, last: date | None) -> None:
    """Nothing when it may hold from and until these days, instead of its own. raises: StillUsed."""
    if last is not None and last != fact.ends_on:
        held = used_after(session, fact, last)
        refuse_still_used(f"{name_of(fact)} ne peut pas prendre fin le {french_day(last)}", held.holders, held.remedy)
    if first is not None and first != fact.starts_on:
        refused = f"{name_of(fact)} ne peut pas commencer le {french_day(first)}"
        refuse_still_used(refused, _used_before(session, fact, first), "Donnez un jour plus tôt, ou laissez-le vide.")


def name_of(fact: Dated) -> str:
    """The fact in French, with its article and its code."""
    match fact:
        case Epci():
            return f"L'EPCI {fact.code}"
        case CreditLine():
            return f"La ligne {fact.code}"
        case Financeur():
            return f"Le financeur {fact.code}"
        case Territory():
            return f"Le territoire {fact.code}"
        case Axis():
            return f"L'axe {fact.code}"
        case TerritoryKind() | Dispositif() | Scale() | PostKind():
            return f"{NAMES[type(fact)].named} {fact.code}"
    raise AssertionError(fact)


def used_after(session: Session, fact: Dated, on: date) -> FactInUse:
    """What holds to it after this day, or at all for money that still stands on a line."""
    match fact:
        case Epci():
            return FactInUse(_shared_with(session, fact.code, since=on.year + 1), _LATER_KEY)
        case CreditLine():
            return _money_left(session, fact.code)
        case Financeur():
            return _lines_open(session, fact.code, on)
        case Territory():
            serving = _serving(session, fact.code, since=on.year + (on == date(on.year, 12, 31)))
            return FactInUse([f"l'action {each} le sert" for each in serving], _LATER)
        case Axis():
            aiming = _aiming(session, fact.code, since=on.year + 1)
            if aiming:
                return FactInUse([f"l'action {each} le vise" for each in aiming], _LATER)
            return _branches_open(session, fact.code, on)
        case TerritoryKind() | Dispositif() | Scale() | PostKind():
            uses = uses_of(session, fact, Period(on + timedelta(days=1)))
            return FactInUse([each.said for each in uses], uses[0].remedy if uses else "")
    return FactInUse((), "")


_LATER_KEY = "Donnez un jour plus tard, ou corrigez d'abord la clé ou l'action qui le compte : cofiville regle lister."
_LATER = "Clôturez-le au dernier jour de la dernière de ces actions : --le JOUR."


def _shared_with(session: Session, epci: str, *, since: int = 0, before: int = 9999) -> list[str]:
    """That it carries the contract, or has its part in the actions or the key of these exercices, a clause each."""
    if contract_of(session).epci == epci:
        return ["il porte le contrat"]
    counted = (
        select(ActionEpci.action)
        .join(Action, Action.number == ActionEpci.action)
        .where(ActionEpci.epci == epci, ActionEpci.headcount > 0, Action.status.not_in(SET_ASIDE))
        .where(Action.year >= since, Action.year < before)
    )
    said = [f"l'action {each} compte ses habitants" for each in session.scalars(counted.order_by(Action.number))]
    opened = session.scalars(select(Exercice.year).where(Exercice.year >= since, Exercice.year < before)).all()
    for year in sorted({*opened, since} - {0}):
        rule = rulebook(session, Clock.MILLESIME, exercice=year).find(EpciKey, RuleSubject())
        if isinstance(rule, Rule) and epci in rule.figures.populations:
            said.append(f"la clé {rule.code} lui donne une part en {year}")
    return said


def _money_left(session: Session, line: str) -> FactInUse:
    """How much stands open on the line, a clause a position, and what empties the first."""
    held = balances(session, line=line, positions=_STANDING)
    said = [
        f"il y reste {amount.french()} ({key.position.value}, {key.year})"
        for key, amount in sorted(held.items(), key=lambda item: (item[0].year, item[0].position.value))
        if amount
    ]
    year = min((key.year for key, amount in held.items() if amount), default=0)
    remedy = f"Soldez ses crédits : cofiville enveloppe lister {year}, puis cofiville cloture verifier {year}."
    return FactInUse(said, remedy)


def _lines_open(session: Session, financeur: str, on: date) -> FactInUse:
    query = select(CreditLine).where(CreditLine.financeur == financeur).order_by(CreditLine.code)
    lines = [each.code for each in session.scalars(query) if each.ends_on is None or each.ends_on > on]
    remedy = f"Clôturez-la d'abord : cofiville ligne clore {lines[0]}." if lines else ""
    return FactInUse([f"sa ligne {line} est ouverte" for line in lines], remedy)


def _branches_open(session: Session, code: str, on: date) -> FactInUse:
    """The axes that stand right under it after this day: without it they would hang from nothing."""
    query = select(Axis).where(Axis.parent == code).order_by(Axis.rank)
    under = [each.code for each in session.scalars(query) if each.ends_on is None or each.ends_on > on]
    remedy = f"Clôturez-le d'abord : cofiville axe clore {under[0]} --le {on}." if under else ""
    return FactInUse([f"{each} se range encore sous lui" for each in under], remedy)


def _serving(session: Session, territory: str, *, since: int = 0, before: int = 9999) -> Sequence[str]:
    """The actions of these exercices that serve the territory, but those refused or given up."""
    query = (
        select(Action.number)
        .join(ActionTerritory, ActionTerritory.action == Action.number)
        .where(ActionTerritory.territory == territory, Action.status.not_in(SET_ASIDE))
        .where(Action.year >= since, Action.year < before)
    )
    return session.scalars(query.order_by(Action.number)).all()


def _aiming(session: Session, code: str, *, since: int = 0, before: int = 9999) -> Sequence[str]:
    """The actions of these exercices that aim at the axis, or at an objective of its branch."""
    branch = list(axis_tree(session).under(code))
    query = select(Action.number).where(Action.objective.in_(branch), Action.year >= since, Action.year < before)
    return session.scalars(query.order_by(Action.number)).all()


def _used_before(session: Session, fact: Dated, first: date) -> list[str]:
    """What holds to it in exercices that end before this day, a clause each."""
    match fact:
        case Epci():
            return _shared_with(session, fact.code, before=first.year)
        case CreditLine():
            held = balances(session, line=fact.code, positions=(Position.NOTIFIE, Position.REPORT_ENTRANT))
            years = sorted({key.year for key, amount in held.items() if amount and key.year < first.year})
            return [f"des crédits y sont notifiés en {year}" for year in years]
        case Territory():
            return [f"l'action {each} le sert" for each in _serving(session, fact.code, before=first.year)]
        case Axis():
            return [f"l'action {each} le vise" for each in _aiming(session, fact.code, before=first.year)]
        case TerritoryKind() | Dispositif() | Scale() | PostKind():
            before = Period(date.min, date(first.year - 1, 12, 31))
            return [each.said for each in uses_of(session, fact, before) if each.year is not None]
    return []
