"""What completes an action without touching its money: foreign references, indicators; allowed once it is granted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.programming.forms import IndicatorForm, ReferenceForm, check_indicators, check_references
from ledger.programming.model import Action
from ledger.programming.public_model import ActionIndicator, ActionReference


def add_references(session: Session, action: Action, references: Sequence[ReferenceForm]) -> None:
    """The action has these references too; one already there stays as it is. raises: InvalidValue."""
    check_references(references)
    held = {(each.kind, each.year, each.reference) for each in action.references}
    for each in references:
        key = (each.kind, each.year or action.year, each.reference.strip())
        if key not in held:
            action.references.append(
                ActionReference(
                    contract=action.contract, action=action.number, kind=key[0], year=key[1], reference=key[2]
                )
            )
    session.flush()
    session.expire(action, ["references"])


def drop_reference(session: Session, action: Action, reference: str) -> None:
    """The action has this reference no more. raises: NotFound."""
    found = [each for each in action.references if each.reference == reference.strip()]
    if not found:
        raise NotFound(
            f"L'action {action.number} n'a pas la référence « {reference.strip()} ».",
            f"Voyez ses références : cofiville action montrer {action.number}.",
        )
    for each in found:
        action.references.remove(each)
    session.flush()


def actions_of_reference(session: Session, reference: str) -> list[str]:
    """The numbers of the actions that another system knows under this reference."""
    query = select(ActionReference.action).where(ActionReference.reference == reference.strip())
    return sorted(set(session.scalars(query)))


def expect(session: Session, action: Action, indicators: Sequence[IndicatorForm]) -> None:
    """The action is judged on these indicators too. raises: InvalidValue."""
    check_indicators(indicators)
    for rank, each in enumerate(indicators, max((held.rank for held in action.indicators), default=0) + 1):
        action.indicators.append(
            ActionIndicator(
                contract=action.contract,
                action=action.number,
                rank=rank,
                kind=each.kind,
                label=each.label.strip(),
                expected=each.expected.strip(),
                realised=None,
                realised_on=None,
            )
        )
    session.flush()


def realise(session: Session, action: Action, rank: int, realised: str, *, on: date) -> None:
    """What was realised of the indicator of this rank, known that day.

    raises: NotFound, InvalidValue when a quantitative indicator is not given a number.
    """
    found = next((each for each in action.indicators if each.rank == rank), None)
    if found is None:
        raise NotFound(
            f"L'action {action.number} n'a pas d'indicateur {rank}.",
            f"Voyez ses indicateurs : cofiville action montrer {action.number}.",
        )
    check_indicators([IndicatorForm(found.kind, found.label, realised)])
    found.realised, found.realised_on = realised.strip(), on
    session.flush()
