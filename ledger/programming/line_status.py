"""Where each line of a plan stands: judged by hand, else as the book and the committees show."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money
from ledger.programming.committee_model import Decision
from ledger.programming.committees import last_decisions
from ledger.programming.lookups import own_fund_lines
from ledger.programming.model import Action
from ledger.programming.vocabulary import CommitteeKind, CommitteeOutcome, RequestState


def line_statuses(session: Session, action: Action, granted: Mapping[str, Money]) -> dict[str, str]:
    """By line, a RequestState.

    granted: what the book grants, by line. A status given by hand (pressenti, non recevable…) stands; one asked is
    "accorde" once something is granted or decided, "refuse" when the comité de pilotage gave it nothing, "propose"
    when the comité technique proposes an amount.
    """
    said = last_decisions(session, [action.number])
    proposal, decision = (said.get((action.number, committee)) for committee in CommitteeKind)
    aside = own_fund_lines(session)
    found = {}
    for each in action.fundings:
        found[each.line] = each.status
        if each.status == RequestState.ASKED and each.line not in aside:
            found[each.line] = _status(each.line, granted.get(each.line, ZERO), proposal, decision)
    return found


def _status(line: str, granted: Money, proposal: Decision | None, decision: Decision | None) -> str:
    if granted or _given(decision, line):
        return RequestState.GRANTED
    if decision is not None and decision.outcome in (CommitteeOutcome.GRANTED, CommitteeOutcome.REFUSED):
        return RequestState.REFUSED
    return RequestState.PROPOSED if _given(proposal, line) else RequestState.ASKED


def _given(decision: Decision | None, line: str) -> Money:
    return ZERO if decision is None else next((each.amount for each in decision.amounts if each.line == line), ZERO)
