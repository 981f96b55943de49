"""Moving the status of actions: by hand one step at a time, or as far as an act proves; the history only grows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from ledger.core.money import total
from ledger.core.period import french_day
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.programming.actions.model import Action, ActionStatus
from ledger.programming.actions.statuses import PATH, MoveRefused, check_move, frees_credits, statuses_crossed
from ledger.programming.queries import find_appel
from ledger.programming.vocabulary import ActionState
from ledger.storage.history import Record, count_from, insert_records
from ledger.storage.session import context

_NOT_ENDED = (Position.PROGRAMME, Position.ENGAGE, Position.ORDONNE)
_NOT_SETTLED = (*_NOT_ENDED, Position.A_RECOUVRER)
_FEW_ACTIONS = 500


def move_status(session: Session, action: Action, status: str, *, on: date, reason: str = "") -> None:
    """The action takes this status, one step from its own; already there, nothing is written.

    raises: MoveRefused for a step skipped, a reason owed, a day before the last move, or credits still held.
    """
    if action.status == status:
        return
    last = session.scalar(select(func.max(ActionStatus.on)).where(ActionStatus.action == action.number))
    _check_step(session, action, status, on=on, reason=reason, last=last)
    _record(session, [_Step(action, (status,), reason)], on)


def _check_step(session: Session, action: Action, status: str, *, on: date, reason: str, last: date | None) -> None:
    """Nothing when the action may take this status that day. last: the day of its last move."""
    check_move(action.number, action.status, status, reason)
    if last is not None and on < last:
        raise MoveRefused(
            f"L'action {action.number} a changé de statut le {french_day(last)} :"
            f" elle ne peut pas devenir {ActionState(status).label} le {french_day(on)}.",
            f"Donnez un jour à partir du {french_day(last)} : --le.",
        )
    _check_credits(session, action, status)


def raise_status(session: Session, actions: Sequence[Action], status: str, *, on: date, reason: str) -> None:
    """Bring these actions at least to this status, which an act proves; each status crossed is kept, on its day.

    An action at or beyond it, or set aside, stays as it is.
    """
    raise_status_by_proof(session, [(action, reason) for action in actions], status, on=on)


def raise_status_by_proof(session: Session, proofs: Sequence[tuple[Action, str]], status: str, *, on: date) -> None:
    """As raise_status, each action by its own proof."""
    _record(session, [_Step(action, statuses_crossed(action.status, status), reason) for action, reason in proofs], on)


def before_the_grant(session: Session, action: Action) -> tuple[str, ActionStatus] | None:
    """Where this action, accordée, stood before the act that made it so, and the first status that act made it cross.

    None where its history does not say, for an action of before there was one.
    """
    query = select(ActionStatus).where(ActionStatus.action == action.number).order_by(ActionStatus.rank)
    history = session.scalars(query).all()
    granted, first = PATH[PATH.index("accorde") :], len(history)
    while first > 0 and history[first - 1].status in granted:
        first -= 1
    if not 0 < first < len(history):
        return None
    act = history[first]
    while first > 1 and (history[first - 1].on, history[first - 1].reason) == (act.on, act.reason):
        first -= 1
    return history[first - 1].status, history[first]


def put_back(session: Session, action: Action, status: str, *, on: date, reason: str) -> None:
    """The action is again at this status, several steps back at once where an undone act had crossed them."""
    _record(session, [_Step(action, (status,), reason)], on)


def advance_statuses(
    session: Session, year: int, status: str, *, since: str = "", appel: str = "", on: date, reason: str
) -> tuple[list[Action], dict[str, MoveRefused]]:
    """The actions of the year (or of one of its appels) that took this status, and why the others could not.

    since: those at this status; empty for the one before on the usual path.
    raises: MoveRefused when no status comes before, NotFound for an unknown appel.
    """
    if not since and status not in PATH[1:]:
        raise MoveRefused(
            f"« {ActionState(status).label} » n'est pas une étape ordinaire.",
            "Dites de quel statut partir : --depuis arbitrée.",
        )
    before = since or PATH[PATH.index(status) - 1]
    query = select(Action).where(Action.year == year, Action.status == before)
    if appel:
        query = query.where(Action.appel == find_appel(session, appel).code)
    moved: list[Action] = []
    kept: dict[str, MoveRefused] = {}
    last = select(ActionStatus.action, func.max(ActionStatus.on)).join(Action, Action.number == ActionStatus.action)
    of_year = last.where(Action.year == year, Action.status == before).group_by(ActionStatus.action)
    days = {number: day for number, day in session.execute(of_year)}  # noqa: C416 - a Result has keys()
    for action in session.scalars(query.order_by(Action.number)).all():
        try:
            if before != status:
                _check_step(session, action, status, on=on, reason=reason, last=days.get(action.number))
            moved.append(action)
        except MoveRefused as refusal:
            kept[action.number] = refusal
    _record(session, [_Step(action, (status,), reason) for action in moved if action.status != status], on)
    return moved, kept


def first_status(session: Session, number: str, *, on: date) -> Record:
    """The first line of the history of the action of this number: deposited that day."""
    return _record_of(session, number, 1, ActionState.DEPOSITED, on, "")


class _Step(NamedTuple):
    """The statuses that an action takes one after the other, and why."""

    action: Action
    statuses: tuple[str, ...]
    reason: str


def _record(session: Session, steps: Sequence[_Step], on: date) -> None:
    moved = [step for step in steps if step.statuses]
    if not moved:
        return
    count_from(session, on)
    ranks = _ranks(session, [step.action for step in moved])
    rows = [
        _record_of(session, action.number, ranks.get(action.number, 0) + rank, status, on, reason)
        for action, statuses, reason in moved
        for rank, status in enumerate(statuses, start=1)
    ]
    for action, statuses, _ in moved:
        action.status = statuses[-1]
    session.flush()
    insert_records(session, {ActionStatus: rows})


def _record_of(session: Session, number: str, rank: int, status: str, on: date, reason: str) -> Record:
    contract, agent, _ = context(session).signature
    return {
        "contract": contract,
        "action": number,
        "rank": rank,
        "status": status,
        "on": on,
        "reason": reason.strip(),
        "agent": agent,
    }


def _ranks(session: Session, actions: Sequence[Action]) -> dict[str, int]:
    """The last rank of each of these actions, or of the whole contract when they are many."""
    numbers = [action.number for action in actions] if len(actions) <= _FEW_ACTIONS else None
    found = session.execute(_last_ranks(among=numbers is not None), {"actions": numbers})
    return {number: rank for number, rank in found}  # noqa: C416 - a Result has keys()


@cache
def _last_ranks(*, among: bool) -> Select[str, int]:
    """The question of _ranks, made once for each of its shapes."""
    query = select(ActionStatus.action, func.max(ActionStatus.rank)).group_by(ActionStatus.action)
    return query.where(ActionStatus.action.in_(bindparam("actions", expanding=True))) if among else query


def _check_credits(session: Session, action: Action, status: str) -> None:
    if not (frees_credits(action.status, status) or status == ActionState.SETTLED):
        return
    positions = _NOT_SETTLED if status == ActionState.SETTLED else _NOT_ENDED
    held = total(balances(session, action=action.number, positions=positions).values())
    if held:
        raise MoveRefused(
            f"L'action {action.number} a encore {held.french()} programmés, engagés, ordonnés ou à recouvrer :"
            f" elle ne peut pas devenir {ActionState(status).label}.",
            f"Réglez-les d'abord (cofiville convention lister {action.year}, convention degager, journal annuler).",
        )
