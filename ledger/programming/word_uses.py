"""What holds to a word of the contract: actions to their dispositif and scale, posts and territories to their kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.core.period import Period
from ledger.programming.actions.model import Action
from ledger.programming.controls.facts import SET_ASIDE
from ledger.programming.posts.model import Post
from ledger.programming.publics.model import ActionPublic
from ledger.referential.model import Dated, Dispositif, PostKind, Scale, Territory, TerritoryKind
from ledger.referential.words import AnyWord

ALWAYS = Period(date.min)


class WordUse(NamedTuple):
    """What holds to a word, as a sentence ends, what frees the word of it, and its exercice where it is of one."""

    said: str
    remedy: str
    year: int | None = None


def uses_of(session: Session, word: AnyWord, days: Period = ALWAYS) -> list[WordUse]:
    """What holds to it in exercices that have one of these days."""
    match word:
        case Dispositif():
            return [*_kinds_following(session, word, days), *_actions(session, Action.dispositif == word.code, days)]
        case Scale():
            return _actions(session, Action.scale == word.code, days)
        case PostKind():
            return list(_posts(session, word, days))
        case TerritoryKind():
            served = select(ActionPublic.action).where(ActionPublic.kind == word.code)
            return [*_territories(session, word, days), *_actions(session, Action.number.in_(served), days)]


def _until(years: Sequence[int]) -> str:
    return f"Donnez le dernier jour de la dernière année où il en reste : --le {max(years, default=0)}-12-31."


def _actions(session: Session, condition: ColumnElement[bool], days: Period) -> list[WordUse]:
    query = (
        select(Action.number, Action.year)
        .where(condition, _in_year(Action.year, days), Action.status.not_in(SET_ASIDE))
        .order_by(Action.number)
    )
    found = session.execute(query).all()
    remedy = _until([year for _, year in found])
    return [WordUse(f"l'action {number} s'y rattache", remedy, year) for number, year in found]


def _posts(session: Session, kind: PostKind, days: Period) -> Iterator[WordUse]:
    query = (
        select(Post.code, Post.year)
        .where(Post.kind == kind.code, _in_year(Post.year, days))
        .order_by(Post.year, Post.code)
    )
    found = session.execute(query).all()
    remedy = _until([year for _, year in found])
    yield from (WordUse(f"le poste {code} de {year} en est", remedy, year) for code, year in found)


def _kinds_following(session: Session, word: Dispositif, days: Period) -> Iterator[WordUse]:
    for kind in session.scalars(select(PostKind).where(PostKind.dispositif == word.code).order_by(PostKind.rank)):
        if _holds(kind, days):
            remedy = f"Clôturez-le d'abord : cofiville type-poste clore {kind.code}."
            yield WordUse(f"le type de poste {kind.code} le suit", remedy)


def _territories(session: Session, kind: TerritoryKind, days: Period) -> Iterator[WordUse]:
    for each in session.scalars(select(Territory).where(Territory.kind == kind.code).order_by(Territory.code)):
        if _holds(each, days):
            remedy = f"Clôturez-le d'abord : cofiville territoire clore {each.code}."
            yield WordUse(f"le territoire {each.code} en est", remedy)


def _in_year(column: InstrumentedAttribute[int], days: Period) -> ColumnElement[bool]:
    return column.between(days.first.year, (days.last or date.max).year)


def _holds(fact: Dated, days: Period) -> bool:
    return fact.holds(days.first, days.last or date.max)
