"""Finding financeurs, credit lines, territories, axes and porteurs by their code."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, NotFound
from ledger.core.identifiers import code_from_name
from ledger.core.period import french_day
from ledger.storage.base import Base, ContractRow
from ledger.storage.facts import FactsRead
from ledger.storage.session import context

if TYPE_CHECKING:
    from ledger.referential.model import Axis, CreditLine, Dated, Financeur, Porteur, Territory

Fact = TypeVar("Fact", bound=Base)


class NotInForce(LedgerError):
    """A line, a territory, an axis or a word of the contract that does not hold on the days it is asked for."""

    code = "hors_periode"


def _find(session: Session, entity: type[Fact], code: str, what: str, remedy: str) -> Fact:
    read = context(session).kept(FactsRead)
    if read.at_hand is not None and (held := read.at_hand.get((entity, code))) is not None:
        return held  # type: ignore[no-any-return]
    key = code.strip().upper()
    found = session.get(entity, (context(session).contract, key) if issubclass(entity, ContractRow) else key)
    if found is None or (entity.__tablename__ == "axis" and _has_axes_below(session, key)):
        raise NotFound(f"{what} « {code.strip()} » n'existe pas.", f"Consultez la liste : cofiville {remedy}.")
    read.held.add(found)
    if read.at_hand is not None:
        read.at_hand[entity, code] = found
    return found


def find_financeur(session: Session, code: str) -> Financeur:
    """The financeur. raises: NotFound."""
    from ledger.referential.model import Financeur

    return _find(session, Financeur, code, "Le financeur", "financeur lister")


def find_line(session: Session, code: str) -> CreditLine:
    """The credit line. raises: NotFound."""
    from ledger.referential.model import CreditLine

    return _find(session, CreditLine, code, "La ligne de crédits", "ligne lister")


def find_porteur(session: Session, code: str) -> Porteur:
    """The porteur; by a code it had, or that of one merged into it, too. raises: NotFound."""
    from ledger.referential.model import Porteur

    try:
        found = _find(session, Porteur, code, "Le porteur", "porteur lister")
    except NotFound:
        if (then := _code_then(session, code)) is None:
            raise
        return find_porteur(session, then)
    return found if found.known_as is None else find_porteur(session, found.known_as)


def _code_then(session: Session, code: str) -> str | None:
    """The code that a porteur had on the past day shown, which took this one since; None where there is none."""
    from ledger.referential.model import Porteur

    if (now := context(session).present) is None:
        return None
    former = now.scalars(select(Porteur.code).where(Porteur.known_as == code.strip().upper()).order_by(Porteur.code))
    return next((each for each in former if session.get(Porteur, each) is not None), None)


def find_objective(session: Session, code: str) -> Axis:
    """The operational objective ("5.1.2"): an axis under which nothing stands. raises: NotFound."""
    from ledger.referential.model import Axis

    return _find(session, Axis, code, "L'objectif", "axe lister")


def _has_axes_below(session: Session, code: str) -> bool:
    from ledger.referential.model import Axis

    return session.scalar(select(Axis.code).where(Axis.parent == code).limit(1)) is not None


def find_territory(session: Session, code: str) -> Territory:
    """The territory of this code or name ("Denain Centre"). raises: NotFound."""
    from ledger.referential.model import Territory

    return _find(session, Territory, code_from_name(code), "Le territoire", "territoire lister")


def holds_in(fact: Dated, year: int) -> bool:
    """Whether it holds on a day of this year."""
    return fact.holds(date(year, 1, 1), date(year, 12, 31))


def check_in_force(fact: Dated, year: int, what: str) -> None:
    """Nothing when it holds on a day of this year. raises: NotInForce.

    what: the thing, in French with its article and code ("La ligne CAF-DC").
    """
    if holds_in(fact, year):
        return
    closed = fact.ends_on is not None and fact.ends_on < date(year, 1, 1)
    day = fact.ends_on if closed else fact.starts_on
    assert day is not None
    said = f"a pris fin le {french_day(day)}" if closed else f"ne commence que le {french_day(day)}"
    raise NotInForce(
        f"{what} {said} : rien ne s'y inscrit en {year}.", f"Choisissez ce qui vaut en {year}, ou corrigez l'exercice."
    )
