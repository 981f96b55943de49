"""What each titre waits for: on accounts of its own, or, before version 0.1, on those of its convention."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money
from ledger.execution.lookups import of_position
from ledger.execution.model import Titre
from ledger.journal.balances import balances
from ledger.journal.keys import AccountKey, Position
from ledger.journal.reversal import entry_moves


class Claim(NamedTuple):
    """What a titre waits for out of an account of its convention: `account` holds it, `owed` is what it pays off."""

    owed: AccountKey
    account: AccountKey
    amount: Money


def titre_holder(titre: str) -> str:
    """What the accounts of this titre bear where those of a convention bear its number."""
    return f"TITRE {titre}"


def titre_key(titre: str, key: AccountKey) -> AccountKey:
    """The account of what this titre waits for out of an account of its convention: keyed by the titre itself."""
    return key._replace(position=Position.A_ENCAISSER, convention=titre_holder(titre))


def claims(session: Session, titre: Titre) -> list[Claim]:
    """What a titre still waits for, account by account."""
    held = balances(session, convention=titre_holder(titre.reference), positions=(Position.A_ENCAISSER,))
    held = held or _of_the_convention(session, titre)
    return [
        Claim(key._replace(position=Position.A_RECOUVRER, convention=titre.convention), key, amount)
        for key, amount in of_position(held, Position.A_ENCAISSER).items()
    ]


def _of_the_convention(session: Session, titre: Titre) -> dict[AccountKey, Money]:
    """The part of this titre in what waits on accounts of the convention: the last one issued waits for the last."""
    left = balances(session, convention=titre.convention, positions=(Position.A_ENCAISSER,))
    if not left or titre.cancelled_on is not None:
        return {}
    query = select(Titre).where(
        Titre.convention == titre.convention,
        Titre.cancelled_on.is_(None),
    )
    for each in session.scalars(query.order_by(Titre.issued_on.desc(), Titre.reference.desc())):
        mine: dict[AccountKey, Money] = {}
        for move in () if each.entry_number is None else entry_moves(session, each.entry_number):
            if part := min(move.amount, left.get(move.debit, ZERO)):
                mine[move.debit] = part
                left[move.debit] -= part
        if each.reference == titre.reference:
            return mine
    return {}
