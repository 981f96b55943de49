"""An action entered by mistake: out of every list, total, export and table; its number and its history are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, NotFound, require_words
from ledger.journal.balances import balances
from ledger.journal.model import Account, Transfer
from ledger.programming.actions.model import Action
from ledger.programming.queries import find_action
from ledger.storage.history import counting_from
from ledger.storage.session import context


class ActionHeld(LedgerError):
    """An action that something was granted to, or that something rests on, is no mere mistake of entry."""

    code = "action_engagee"


def withdraw_action(
    session: Session, number: str, *, reason: str, on: date, holders: Sequence[tuple[str, str]]
) -> Action:
    """The action, which no question finds any more from this day.

    holders: what rests on it, as people call it ("la convention C2016-003"), each with the command that undoes it.
    raises: NotFound; ActionHeld where something is granted, committed or paid, or rests on it; InvalidValue.
    """
    require_words(reason, "Le motif manque.", 'Dites-le : --motif "Saisie deux fois".')
    action = find_action(session, number)
    for held_by, command in holders:
        raise ActionHeld(
            f"L'action {action.number} n'est pas une simple erreur de saisie : {held_by} repose sur elle.",
            f"Annulez d'abord ce qui repose sur elle : {command}.",
        )
    if held := balances(session, action=action.number):
        amount = max(held.values(), key=lambda each: each.cents)
        raise ActionHeld(
            f"{amount.french()} sont accordés, engagés ou payés pour l'action {action.number} : elle compte au livre.",
            f"Annulez d'abord l'écriture qui l'accorde : cofiville journal annuler {_last_entry(session, action)}"
            " --motif MOTIF.",
        )
    with counting_from(session, on):
        action.mistake = reason.strip()
    return action


def _last_entry(session: Session, action: Action) -> int:
    """The last entry that moved something for the action."""
    moved = or_(Transfer.debit_account == Account.id, Transfer.credit_account == Account.id)
    query = select(func.max(Transfer.sequence)).join(Account, moved).where(Account.action == action.number)
    return session.scalar(query) or 0


def restore_action(session: Session, number: str, *, on: date) -> Action:
    """The action, found again from this day. raises: NotFound; InvalidValue for one that is no mistake."""
    action = session.get(Action, (context(session).contract, number.strip().upper()))
    if action is None:
        raise NotFound(f"L'action « {number.strip()} » n'existe pas.", "La liste : cofiville action lister ANNEE.")
    if action.mistake is None:
        raise InvalidValue(
            f"L'action {action.number} n'est pas une saisie annulée.",
            f"Elle est dans les listes : cofiville action montrer {action.number}.",
        )
    with counting_from(session, on):
        action.mistake = None
    return action
