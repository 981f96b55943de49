"""What each titre waits for, on which accounts, and what money taken back is charged to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import payment_account, recovery_account
from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention
from ledger.core.money import ZERO, Money, total
from ledger.execution.model import PaymentOrder, Titre
from ledger.execution.queries import of_position
from ledger.journal.balances import balances
from ledger.journal.positions import AccountKey, Position
from ledger.journal.reversal import entry_moves


class TitreClaim(NamedTuple):
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


def titre_claims(session: Session, titre: Titre) -> list[TitreClaim]:
    """What a titre still waits for, account by account."""
    held = balances(session, convention=titre_holder(titre.reference), positions=(Position.A_ENCAISSER,))
    held = held or _of_the_convention(session, titre)
    return [
        TitreClaim(key._replace(position=Position.A_RECOUVRER, convention=titre.convention), key, amount)
        for key, amount in of_position(held, Position.A_ENCAISSER).items()
    ]


def admitted_claims(session: Session, titre: Titre) -> list[TitreClaim]:
    """What of a titre was admitted as irrecoverable and may still come in, account by account."""
    held = balances(session, convention=titre_holder(titre.reference), positions=(Position.NON_VALEUR,))
    return [
        TitreClaim(key._replace(position=Position.A_RECOUVRER, convention=titre.convention), key, amount)
        for key, amount in of_position(held, Position.NON_VALEUR).items()
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


@dataclass(frozen=True, slots=True)
class RecoveryShare:
    """A part of what is taken back, in cents, and its account ("" where it is asked of the comptable).

    reduces_mandat: whether it reduces or annuls mandats of the exercice, instead of being an income of it.
    """

    account: str
    amount: Money
    reduces_mandat: bool

    def row(self) -> dict[str, Any]:
        """The share as scripts read it."""
        return {"compte": self.account, "montant": self.amount, "reduit_le_mandat": self.reduces_mandat}

    def words(self) -> str:
        """ "773", or "6574, en réduction du mandat de l'exercice"."""
        return (self.account or "—") + (", en réduction du mandat de l'exercice" if self.reduces_mandat else "")


def reduced_part(amount: Money, of_the_exercice: Money, reduced_already: Money) -> Money:
    """What of an amount taken back reduces what the same exercice charged: what was paid last is what was too much.

    Source: accounts 673 and 773 of M14 and M57, "annulés (sur exercices antérieurs)".
    """
    return min(amount, max(ZERO, of_the_exercice - reduced_already))


def reduced_on(session: Session, convention: Convention, amount: Money, on: date) -> Money:
    """The part of an amount taken back that day which reduces mandats of that exercice."""
    first, last = date(on.year, 1, 1), date(on.year, 12, 31)
    orders = session.scalars(
        select(PaymentOrder).where(
            PaymentOrder.convention == convention.number,
            PaymentOrder.ordered_on.between(first, last),
            PaymentOrder.rejected_on.is_(None),
            PaymentOrder.reversal_number.is_(None),
        )
    )
    taken = session.scalar(
        select(func.sum(Titre.reduced)).where(
            Titre.convention == convention.number,
            Titre.issued_on.between(first, last),
            Titre.cancelled_on.is_(None),
        )
    )
    return reduced_part(amount, total(order.gross for order in orders), taken or ZERO)


def recovery_shares(session: Session, titre: Titre) -> list[RecoveryShare]:
    """How the titre is charged: mandats of its exercice first, then the account of earlier exercices."""
    shares = []
    year, convention = titre.issued_on.year, find_convention(session, titre.convention)
    if titre.reduced:
        shares.append(RecoveryShare(payment_account(session, convention, year).number, titre.reduced, True))
    if rest := titre.amount - titre.reduced:
        shares.append(RecoveryShare(titre.account or recovery_account(session, convention, year).number, rest, False))
    return shares


def imputation_words(shares: list[RecoveryShare]) -> str:
    """The accounts in French, with the amount of each where there are several."""
    if len(shares) == 1:
        return shares[0].words()
    return " ; ".join(f"{share.amount.french()} au {share.words()}" for share in shares)
