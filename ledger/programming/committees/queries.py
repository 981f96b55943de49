"""What committees look at: each action of a year, line by line, asked, advised, proposed and decided (§5.3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import USUAL, read_actions
from ledger.programming.committees.model import CommitteeDecision
from ledger.programming.committees.record_decision import last_decisions
from ledger.programming.opinions.model import Avis
from ledger.programming.opinions.record_avis import advised, avis_of_year, services_of_contract
from ledger.programming.queries import own_fund_lines
from ledger.programming.vocabulary import AvisVerdict, CommitteeKind
from ledger.referential.model import CreditLine


@dataclass(frozen=True, slots=True)
class CommitteeLine:
    """One credit line asked by an action; None where nobody advised, proposed or decided anything.

    requested: zero for a request that is not admissible, or of an action given up.
    """

    line: str
    requested: Money
    advised: Money | None
    proposed: Money | None
    decided: Money | None


@dataclass(frozen=True, slots=True)
class CommitteeAction:
    """An action as a committee sees it: its lines in the order of the référentiel, the avis, what was said of it."""

    action: ReadAction
    lines: tuple[CommitteeLine, ...]
    avis: tuple[Avis, ...]
    proposal: CommitteeDecision | None
    decision: CommitteeDecision | None

    @property
    def opinions(self) -> str:
        """The avis, then the criteria of innovation named, in a few words: "ETAT favorable ; innovation : BESOIN"."""
        said = [f"{each.service} {AvisVerdict(each.verdict).label}" for each in self.avis]
        named = [f"innovation : {', '.join(self.action.criteria)}"] if self.action.criteria else []
        return " ; ".join((*said, *named))


def committee_actions(session: Session, year: int) -> list[CommitteeAction]:
    """Every action of the year that asks something of a financeur, by number; a few queries whatever their number."""
    ranks = {code: (rank, financeur) for code, rank, financeur in session.execute(_LINES)}
    order = {code: rank for code, (rank, _) in ranks.items()}
    standing = avis_of_year(session, year)
    speaks_for = {each.code: each.financeur for each in services_of_contract(session)}
    amounts = advised(standing, speaks_for, {code: financeur for code, (_, financeur) in ranks.items()})
    given: dict[str, list[Avis]] = grouped((each.action, each) for each in standing)
    decisions = last_decisions(session, year=year)
    found = []
    own_funds = own_fund_lines(session)
    for action in read_actions(session, Action.year == year, parts=(*USUAL, "criteria")):
        said = [decisions.get((action.number, committee)) for committee in CommitteeKind]
        lines = _lines(action, own_funds, order, amounts, said)
        if lines:
            found.append(CommitteeAction(action, lines, tuple(given.get(action.number, ())), *said))
    return found


_LINES = select(CreditLine.code, CreditLine.rank, CreditLine.financeur)


def _lines(
    action: ReadAction,
    own_funds: frozenset[str],
    order: Mapping[str, int],
    amounts: Mapping[tuple[str, str], Money],
    said: Sequence[CommitteeDecision | None],
) -> tuple[CommitteeLine, ...]:
    proposed, decided = (_by_line(decision) for decision in said)
    asked = [each for each in action.fundings if each.line not in own_funds]
    return tuple(
        CommitteeLine(
            each.line,
            action.requested.get(each.line, ZERO),
            amounts.get((action.number, each.line)),
            proposed.get(each.line),
            decided.get(each.line),
        )
        for each in sorted(asked, key=lambda each: (order[each.line], each.line))
    )


def _by_line(decision: CommitteeDecision | None) -> dict[str, Money]:
    return {} if decision is None else {each.line: each.amount for each in decision.amounts}
