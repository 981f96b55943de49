"""Amounts fixed by arbitration, kept in order: fixed, changed, freed; the last word of each action and line counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import Pin
from ledger.core.errors import InvalidValue, require_words
from ledger.core.money import ZERO, Money
from ledger.journal.exercices import DayClosed, find_exercice
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.queries import find_action
from ledger.referential.queries import find_line
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context, next_rank
from ledger.storage.standing import standing_act


def fix_amount(session: Session, action: str, line: str, amount: Money | None, *, on: date, reason: str) -> Pin:
    """The amount fixed for the action on the line, whatever the sharing; None frees it.

    Whether it holds within every cap is told by `decide`, which knows them all.
    raises: NotFound, DayClosed, InvalidValue (below zero, nothing asked of the line, granted already, nothing to free).
    """
    contract, agent, _ = context(session).signature
    found, code = find_action(session, action), find_line(session, line).code
    if (exercice := find_exercice(session, found.year)).closed_on is not None:
        raise DayClosed(
            f"L'exercice {found.year} est clos{standing_act(exercice, 'closed_on')} : rien n'y est plus arbitré.",
            "Choisissez une action à venir.",
        )
    if amount is not None and amount < ZERO:
        raise InvalidValue("Un montant imposé ne peut pas être négatif.", "Saisissez zéro ou un montant positif.")
    require_words(reason, "Le motif de l'arbitrage manque.", 'Donnez-le : --motif "Comité technique du 12/02/2016".')
    if all(each.line != code for each in found.fundings):
        raise InvalidValue(
            f"L'action {found.number} ne demande rien sur {code}.",
            f"Complétez son plan de financement : cofiville action modifier {found.number} --financement"
            f" {code}=MONTANT.",
        )
    if code in granted_by_action(session, found.year, found.number).get(found.number, {}):
        raise InvalidValue(
            f"{code} est déjà programmée pour l'action {found.number}.",
            "Ce qui est programmé change par un acte : annulation d'écriture, ou nouvelle attribution.",
        )
    if amount is None and code not in pins_of(session, [found.number]).get(found.number, {}):
        raise InvalidValue(
            f"Aucun montant n'est fixé pour l'action {found.number} sur {code}.",
            f"Voyez ceux qui le sont : cofiville allocation fixes {found.year}.",
        )
    pin = Pin(
        contract=contract,
        action=found.number,
        line=code,
        rank=next_rank(session, Pin.rank, Pin.action == found.number, Pin.line == code),
        amount=amount,
        reason=reason.strip(),
        decided_on=on,
        agent=agent,
        recorded_at=instant_of_record(session),
    )
    session.add(pin)
    session.flush()
    return pin


def fixed_amounts(session: Session, actions: Iterable[str]) -> Sequence[Pin]:
    """The last word on each line of these actions where an amount is fixed, by action then line."""
    wanted = set(actions)
    query = select(Pin).order_by(Pin.action, Pin.line, Pin.rank)
    last = {(pin.action, pin.line): pin for pin in session.scalars(query) if pin.action in wanted}
    return [pin for pin in last.values() if pin.amount is not None]


def pins_of(session: Session, actions: Iterable[str]) -> dict[str, dict[str, Money]]:
    """By action then line, the amounts fixed."""
    found: dict[str, dict[str, Money]] = {}
    for pin in fixed_amounts(session, actions):
        if pin.amount is not None:
            found.setdefault(pin.action, {})[pin.line] = pin.amount
    return found
