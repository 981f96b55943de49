"""Programming what the comité de pilotage decided: each amount granted under the rules, or every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.allocation.direct import grant_directly
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money
from ledger.journal.posting import Posted
from ledger.programming.committees import last_decisions
from ledger.programming.grants import granted_by_action
from ledger.programming.vocabulary import CommitteeKind, CommitteeOutcome


@dataclass(frozen=True, slots=True)
class Refused:
    """An amount decided that cannot be granted, and why."""

    action: str
    line: str
    amount: Money
    refusal: LedgerError


def to_programme(session: Session, year: int) -> dict[tuple[str, str], Money]:
    """By action and line, what is decided and not granted yet; nothing where as much or more is granted."""
    granted = granted_by_action(session, year)
    decided = {
        (action, part.line): part.amount
        for (action, committee), decision in last_decisions(session, year=year).items()
        if committee == CommitteeKind.STEERING and decision.outcome == CommitteeOutcome.GRANTED
        for part in decision.amounts
    }
    left = {
        (action, line): amount - granted.get(action, {}).get(line, ZERO) for (action, line), amount in decided.items()
    }
    return {key: amount for key, amount in sorted(left.items()) if amount > ZERO}


def programme_decided(
    session: Session, year: int, *, on: date, piece: str, waiver: str = ""
) -> tuple[list[Posted], list[Refused]]:
    """The entries of what was decided and not granted yet; with one amount refused, none is kept.

    waiver: why the committee passes the rules that some amounts do not hold in. raises: InvalidValue without a piece.
    """
    posted: list[Posted] = []
    refused: list[Refused] = []
    whole = session.begin_nested()
    for (action, line), amount in to_programme(session, year).items():
        step = session.begin_nested()
        try:
            posted.append(grant_directly(session, action, line, amount, on=on, piece=piece, waiver=waiver))
            session.flush()
        except LedgerError as refusal:
            step.rollback()
            refused.append(Refused(action, line, amount, refusal))
        else:
            step.commit()
    if refused:
        whole.rollback()
        return [], refused
    whole.commit()
    return posted, []
