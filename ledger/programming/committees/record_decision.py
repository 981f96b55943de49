"""What a committee says of an action: what it may say, the decision that stands, the status that follows (§5.3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.identifiers import plain_words
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.programming.actions.model import Action
from ledger.programming.actions.move_status import move_status, raise_status
from ledger.programming.committees.model import CommitteeDecision, DecisionAmount
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState, CommitteeKind, CommitteeOutcome
from ledger.referential.queries import find_line
from ledger.storage.session import context, next_rank


class CommitteeDecisionRefused(LedgerError):
    """The committee cannot have said this of the action."""

    code = "decision_refusee"


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What is typed of a decision; outcome "": granted if some amount is above zero.

    amounts: by line; a line left out of a granted action takes what the comité technique proposed, else nothing.
    """

    action: str
    committee: str
    amounts: Mapping[str, Money] = field(default_factory=dict)
    outcome: str = ""
    reason: str = ""


def read_committee(text: str) -> str:
    """The committee of this code or French words ("technique", "COPIL"). raises: InvalidValue."""
    found = CommitteeKind.of_words(text)
    if found is None:
        raise InvalidValue(f"« {text.strip()} » n'est pas un comité.", f"Choisissez : {', '.join(CommitteeKind)}.")
    return found


def read_outcome(text: str) -> str:
    """The outcome of this code or French word; "" stays "". raises: InvalidValue."""
    found = CommitteeOutcome.of_words(text)
    if found is None and plain_words(text):
        known = ", ".join(CommitteeOutcome.labels().values())
        raise InvalidValue(f"« {text.strip()} » n'est pas une suite.", f"Choisissez : {known}.")
    return found or ""


def decide_on_action(session: Session, form: DecisionForm, *, on: date) -> CommitteeDecision:
    """The decision kept, and the status that follows from the comité de pilotage; the same one is kept once.

    raises: NotFound, InvalidValue, CommitteeDecisionRefused, MoveRefused.
    """
    action, committee = find_action(session, form.action), read_committee(form.committee)
    before = last_decisions(session, [action.number])
    typed = {find_line(session, line).code: amount for line, amount in form.amounts.items()}
    outcome = read_outcome(form.outcome) or _outcome(action, typed)
    proposed = before.get((action.number, CommitteeKind.TECHNICAL)) if committee == CommitteeKind.STEERING else None
    amounts = _amounts(action, typed, outcome, proposed)
    check_decision(action, amounts, outcome, form.reason)
    last = before.get((action.number, committee))
    if last is not None and _says(last) == (outcome, form.reason.strip(), amounts):
        return last
    rank = next_rank(session, CommitteeDecision.rank, CommitteeDecision.action == action.number)
    decision = _kept(session, action.number, rank, committee, outcome, form.reason.strip(), amounts, on)
    session.flush()
    _follow(session, action, decision)
    return decision


def grant_by_committee(
    session: Session, amounts: Mapping[str, Mapping[str, Money]], *, on: date
) -> list[CommitteeDecision]:
    """The decisions of a comité de pilotage that grants these amounts, by action then line, by one act.

    Nothing is kept again of an action whose decision says so already. The status follows from the grant itself.
    """
    before = last_decisions(session, amounts)
    query = select(CommitteeDecision.action, func.max(CommitteeDecision.rank)).group_by(CommitteeDecision.action)
    mine = query.where(CommitteeDecision.action.in_(list(amounts)))
    ranks = {action: rank + 1 for action, rank in session.execute(mine)}
    found = []
    for action, given in amounts.items():
        last = before.get((action, CommitteeKind.STEERING))
        if last is None or (last.outcome, _by_line(last)) != (CommitteeOutcome.GRANTED, given):
            words = (CommitteeKind.STEERING, CommitteeOutcome.GRANTED, "", given)
            found.append(_kept(session, action, ranks.get(action, 1), *words, on))
    session.flush()
    return found


def _kept(
    session: Session,
    action: str,
    rank: int,
    committee: str,
    outcome: str,
    reason: str,
    amounts: Mapping[str, Money],
    on: date,
) -> CommitteeDecision:
    contract, agent, _ = context(session).signature
    decision = CommitteeDecision(
        contract=contract,
        action=action,
        rank=rank,
        committee=committee,
        outcome=outcome,
        reason=reason,
        on=on,
        agent=agent,
    )
    decision.amounts.extend(
        DecisionAmount(contract=contract, action=action, rank=rank, line=line, amount=amount)
        for line, amount in sorted(amounts.items())
    )
    session.add(decision)
    return decision


def check_decision(action: Action, amounts: Mapping[str, Money], outcome: str, reason: str) -> None:
    """Check that these amounts and this outcome agree for the action. raises: CommitteeDecisionRefused."""
    asked = {each.line: each for each in action.fundings}
    for line, amount in amounts.items():
        if line not in asked:
            raise CommitteeDecisionRefused(
                f"L'action {action.number} ne demande rien sur « {line} ».", f"Lignes demandées : {', '.join(asked)}."
            )
        most = asked[line].amount_requested if asked[line].is_asked else ZERO
        if not ZERO <= amount <= most:
            why = "demandés" if asked[line].is_asked else "recevables"
            raise CommitteeDecisionRefused(
                f"{amount.french()} pour l'action {action.number} sur « {line} », où {most.french()} sont {why}.",
                "Donnez un montant compris entre 0 et ce qui est demandé.",
            )
    given = any(amounts.values())
    if outcome == CommitteeOutcome.GRANTED and not given:
        raise CommitteeDecisionRefused(
            f"L'action {action.number} est accordée sans aucun montant.",
            "Donnez un montant sur une ligne au moins, ou une autre suite : refusée, ajournée, redirigée.",
        )
    if outcome != CommitteeOutcome.GRANTED and given:
        raise CommitteeDecisionRefused(
            f"L'action {action.number} est {CommitteeOutcome(outcome).label} et reçoit pourtant un montant.",
            "Effacez le montant, ou mettez la suite à « accordée ».",
        )
    if outcome != CommitteeOutcome.GRANTED and not reason.strip():
        raise CommitteeDecisionRefused(
            f"L'action {action.number} est {CommitteeOutcome(outcome).label} sans motif.",
            "Écrivez pourquoi dans « Motif ».",
        )


def last_decisions(
    session: Session, actions: Iterable[str] | None = None, *, year: int | None = None
) -> dict[tuple[str, str], CommitteeDecision]:
    """By action and committee, the decision that stands; of these actions, or of a year."""
    query = select(CommitteeDecision)
    if actions is not None:
        query = query.where(CommitteeDecision.action.in_(list(actions)))
    if year is not None:
        named = Action.number == CommitteeDecision.action
        query = query.join(Action, named).where(Action.year == year)
    ordered = query.options(selectinload(CommitteeDecision.amounts)).order_by(
        CommitteeDecision.action, CommitteeDecision.rank
    )
    return {(each.action, each.committee): each for each in session.scalars(ordered)}


def _outcome(action: Action, amounts: Mapping[str, Money]) -> str:
    if any(amounts.values()):
        return CommitteeOutcome.GRANTED
    raise CommitteeDecisionRefused(
        f"La suite donnée à l'action {action.number} n'est pas dite.",
        f"Choisissez : {', '.join(CommitteeOutcome.labels().values())}.",
    )


def _amounts(
    action: Action, typed: Mapping[str, Money], outcome: str, proposed: CommitteeDecision | None
) -> dict[str, Money]:
    """The amounts typed; a granted action takes those proposed for the lines left out."""
    if outcome != CommitteeOutcome.GRANTED or proposed is None:
        return dict(typed)
    return {**{each.line: each.amount for each in proposed.amounts if each.amount}, **typed}


def _says(decision: CommitteeDecision) -> tuple[str, str, dict[str, Money]]:
    return decision.outcome, decision.reason, _by_line(decision)


def _by_line(decision: CommitteeDecision) -> dict[str, Money]:
    return {each.line: each.amount for each in decision.amounts}


def _follow(session: Session, action: Action, decision: CommitteeDecision) -> None:
    """The status that a decision proves: examined before the technique, arbitrated by the comité de pilotage."""
    said = decision.reason or f"{CommitteeKind(decision.committee).label.capitalize()} du {french_day(decision.on)}"
    if decision.committee == CommitteeKind.TECHNICAL:
        raise_status(session, [action], ActionState.EXAMINED, on=decision.on, reason=said)
        return
    raise_status(session, [action], ActionState.ARBITRATED, on=decision.on, reason=said)
    if decision.outcome != CommitteeOutcome.GRANTED:
        move_status(session, action, decision.outcome, on=decision.on, reason=said)
    elif action.status in CommitteeOutcome.labels() and action.status != ActionState.GRANTED:
        raise CommitteeDecisionRefused(
            f"L'action {action.number} est {ActionState(action.status).label} : elle ne peut pas être accordée ainsi.",
            f"Remettez-la d'abord à l'instruction : cofiville action statut {action.number} instruite --motif MOTIF.",
        )
