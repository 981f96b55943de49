"""What undoing a grant makes of the actions it served."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal.model import Entry
from ledger.programming.grants import granted_by_action
from ledger.programming.lookups import find_action
from ledger.programming.model import ActionStatus
from ledger.programming.moving import before_the_grant, put_back
from ledger.programming.vocabulary import ActionState


def withdraw_grant(session: Session, undone: Entry, actions: Collection[str], *, reason: str, on: date) -> None:
    """These actions, once nothing is granted to them any more, are again at the status that a grant made them leave.

    undone: the entry of the grant just reversed. One said "accordée" by hand, or conventioned since, stays so.
    """
    for number in sorted(actions):
        action = find_action(session, number)
        granted = granted_by_action(session, action.year, number).get(number, {})
        if action.status != ActionState.GRANTED or any(granted.values()):
            continue
        before = before_the_grant(session, action)
        if before is not None and _is_of_a_grant(session, undone, before[1]):
            put_back(session, action, before[0], on=on, reason=reason)


def _is_of_a_grant(session: Session, undone: Entry, crossing: ActionStatus) -> bool:
    """Whether the act that made the action "accordée" is a grant: one of that day, under that piece."""
    query = select(Entry.sequence).where(
        Entry.kind == undone.kind,
        Entry.effect_on == crossing.on,
        Entry.piece == crossing.reason,
    )
    return session.scalar(query.limit(1)) is not None
