"""What money taken back is charged to: mandats of the same exercice are reduced, 773 is for those of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import payment_account, recovery_account
from ledger.conventions.lookups import find_convention
from ledger.conventions.model import Convention
from ledger.core.money import ZERO, Money, total
from ledger.execution.model import PaymentOrder, Titre


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
    year = titre.issued_on.year
    if titre.reduced:
        convention = find_convention(session, titre.convention)
        shares.append(RecoveryShare(payment_account(session, convention, year).number, titre.reduced, True))
    if rest := titre.amount - titre.reduced:
        shares.append(RecoveryShare(titre.account or recovery_account(session, year).number, rest, False))
    return shares


def imputation_words(shares: list[RecoveryShare]) -> str:
    """The accounts in French, with the amount of each where there are several."""
    if len(shares) == 1:
        return shares[0].words()
    return " ; ".join(f"{share.amount.french()} au {share.words()}" for share in shares)
