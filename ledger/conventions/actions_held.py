"""What conventions that stand hold of actions, and the status of those that none holds any more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.vocabulary import ConventionStatus
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.move_status import before_the_grant, put_back
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState

_STANDING = (ConventionStatus.SIGNED, ConventionStatus.SETTLED)
_NOT_SETTLED = (Position.PROGRAMME, Position.ENGAGE, Position.ORDONNE, Position.A_RECOUVRER)


def actions_held(session: Session, actions: Collection[str]) -> set[str]:
    """Those of these actions that a convention signed and not cancelled commits something to."""
    query = (
        select(ConventionLine)
        .join(Convention, Convention.number == ConventionLine.convention)
        .where(Convention.state.in_(_STANDING), ConventionLine.action.in_(actions))
    )
    return {line.action for line in session.scalars(query) if line.amount}


def follow_conventions_undone(session: Session, actions: Collection[str], *, on: date, reason: str) -> None:
    """Bring back these actions, "conventionnées", that no convention holds any more.

    One that is still granted something is "accordée"; one that is granted nothing is where it stood before its grant.
    """
    for number in sorted(set(actions) - actions_held(session, actions)):
        action = find_action(session, number)
        if action.status != ActionState.CONVENTIONED:
            continue
        granted = granted_by_action(session, action.year, number).get(number, {})
        before = None if any(granted.values()) else before_the_grant(session, action)
        put_back(session, action, ActionState.GRANTED if before is None else before[0], on=on, reason=reason)


def reopen_actions(session: Session, actions: Collection[str], *, on: date, reason: str) -> None:
    """Say again "réalisées" those of these actions, "soldées", of which something is to pay or to take back again."""
    for number in sorted(actions):
        action = find_action(session, number)
        if action.status == ActionState.SETTLED and balances(session, action=number, positions=_NOT_SETTLED):
            put_back(session, action, ActionState.REALISED, on=on, reason=reason)
