"""Finding actions and appels, one by its code or many by filters; and the refusals of programming."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, selectinload

from ledger.core.errors import LedgerError, NotFound
from ledger.programming.actions.model import Action, ActionStatus, ActionTerritory, Funding
from ledger.programming.calls.model import Appel
from ledger.referential.model import CreditLine
from ledger.referential.vocabulary import LineNature
from ledger.storage.session import context
from ledger.storage.standing import standing_act


class RecentActions(deque[Action]):
    """The actions a session was last asked for."""

    def __init__(self) -> None:
        super().__init__(maxlen=500)


def find_action(session: Session, number: str) -> Action:
    """The action of this number. raises: NotFound, also for one entered by mistake."""
    found = session.get(Action, (context(session).contract, number.strip().upper()))
    if found is None:
        raise NotFound(f"L'action « {number.strip()} » n'existe pas.", "La liste : cofiville action lister ANNEE.")
    if found.mistake is not None:
        raise mistaken(found)
    # A session forgets what nobody holds: an act asks again and again for the actions it bears on.
    context(session).kept(RecentActions).append(found)
    return found


def mistaken(action: Action) -> NotFound:
    """The refusal for an action that was entered by mistake."""
    return NotFound(
        f"L'action {action.number} a été saisie par erreur{standing_act(action, 'mistake')} : {action.mistake}.",
        f"Si elle est bonne, remettez-la : cofiville action annuler-saisie {action.number} --retablir --motif TEXTE.",
    )


def find_appel(session: Session, code: str) -> Appel:
    """The appel à projets of this code. raises: NotFound."""
    found = session.get(Appel, (context(session).contract, code.strip().upper()))
    if found is None:
        raise NotFound(f"L'appel à projets « {code.strip()} » n'existe pas.", "La liste : cofiville appel lister.")
    return found


def actions_of_year(session: Session, year: int) -> Sequence[Action]:
    """Every action of the year, by number, with its slices, territories and fundings loaded in a few queries."""
    query = (
        select(Action)
        .where(Action.year == year)
        .options(selectinload(Action.slices), selectinload(Action.territories), selectinload(Action.fundings))
        .order_by(Action.number)
    )
    return session.scalars(query).all()


def years_of_actions(session: Session, numbers: Collection[str]) -> set[int]:
    """The years that these actions belong to; an unknown one has none."""
    if not numbers:
        return set()
    query = select(Action.number, Action.year)
    return {year for number, year in session.execute(query) if number in numbers}


def actions_named(session: Session, numbers: Collection[str]) -> Sequence[Action]:
    """The actions of these numbers that are known."""
    return session.scalars(select(Action).where(Action.number.in_(numbers))).all()


def own_fund_lines(session: Session) -> frozenset[str]:
    """The codes of the lines that hold the porteurs' own funds: in the plan, never asked of a financeur."""
    return frozenset(session.scalars(_own_funds()))


@cache
def _own_funds() -> Select[str]:
    """The question of own_fund_lines, made once."""
    return select(CreditLine.code).where(CreditLine.nature == LineNature.OWN_FUNDS)


def status_history(session: Session, action: Action) -> Sequence[ActionStatus]:
    """The moves of the action's status, the first one first."""
    query = select(ActionStatus).where(ActionStatus.action == action.number)
    return session.scalars(query.order_by(ActionStatus.rank)).all()


@dataclass(frozen=True, slots=True)
class ActionFilters:
    """What the actions listed have in common; an empty filter lets everything through.

    objective: an objective, a priority or an axis ("5", "5.1", "5.1.2"). financeur: who brings a line asked.
    words: words of the title, whatever their case.
    """

    porteur: str = ""
    objective: str = ""
    status: str = ""
    line: str = ""
    financeur: str = ""
    territory: str = ""
    dispositif: str = ""
    appel: str = ""
    scale: str = ""
    words: str = ""


def conditions_of(filters: ActionFilters) -> list[ColumnElement[bool]]:
    """What an action answers to pass the filters."""
    plain: dict[Any, str] = {
        Action.porteur: filters.porteur,
        Action.status: filters.status,
        Action.dispositif: filters.dispositif,
        Action.appel: filters.appel,
        Action.scale: filters.scale,
    }
    found: list[ColumnElement[bool]] = [column == value for column, value in plain.items() if value]
    if filters.objective:
        found.append((Action.objective == filters.objective) | Action.objective.startswith(f"{filters.objective}."))
    if filters.words:
        found.append(func.lower(Action.title).contains(filters.words.lower(), autoescape=True))
    if filters.territory:
        served = select(ActionTerritory.action).where(ActionTerritory.territory == filters.territory)
        found.append(_of_action(served, ActionTerritory))
    if filters.line or filters.financeur:
        lines = select(Funding.action)
        if filters.line:
            lines = lines.where(Funding.line == filters.line)
        if filters.financeur:
            of = select(CreditLine.code).where(CreditLine.financeur == filters.financeur)
            lines = lines.where(Funding.line.in_(of))
        found.append(_of_action(lines, Funding))
    return found


def _of_action(query: Select[Any], entity: Any) -> ColumnElement[bool]:
    return query.where(entity.action == Action.number).correlate(Action).exists()


class ProgrammeRefused(LedgerError):
    """The action or the appel cannot be recorded as asked."""

    code = "programmation_refusee"


class AppelClosed(ProgrammeRefused):
    """A deposit outside the days of its appel."""

    code = "appel_clos"
