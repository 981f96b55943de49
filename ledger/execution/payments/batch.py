"""The book and the acts of some conventions, read once, then followed through the acts decided and not written yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import payment_account
from ledger.conventions.granted import yearly_grants
from ledger.conventions.model import Convention
from ledger.conventions.queries import lock_conventions
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.money import ZERO, Money, total
from ledger.execution.bilans.queue import ExpectedBilan, overdue_bilans
from ledger.execution.model import Payment, PaymentOrder
from ledger.execution.queries import (
    Purses,
    keep_rows,
    last_of,
    orders_of,
    payments_of,
    pending_set_offs,
    settled_actions,
)
from ledger.journal.backdating import note_later_notification
from ledger.journal.balances import balances
from ledger.journal.positions import AccountKey
from ledger.journal.posting import Posted, post_acts, unknown_references
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft
from ledger.journal.waivers import PutAside, record_waivers
from ledger.programming.queries import actions_named
from ledger.referential.model import CreditLine, Porteur
from ledger.rules.book import RuleBook, rulebook
from ledger.rules.vocabulary import Clock
from ledger.storage.base import Base
from ledger.storage.session import context


class PaymentBatch:
    """Orders and payments of some conventions, decided one after the other and written together, in order.

    references: acts that will be looked for; those the book does not hold are known to be free.
    On a server nobody else orders or pays on these conventions before the transaction ends.
    """

    def __init__(self, session: Session, conventions: Sequence[Convention], references: Collection[str] = ()) -> None:
        self.session = session
        self.purses = Purses(session)
        self._numbers = sorted({each.number for each in conventions})
        self._porteurs = {each.beneficiary for each in conventions if each.beneficiary is not None}
        lock_conventions(session, self._numbers)
        self._free = unknown_references(session, references)
        self._held: dict[str, dict[AccountKey, Money]] = {number: {} for number in self._numbers}
        for key, amount in balances(session, conventions=self._numbers).items():
            self._held[key.convention][key] = amount
        lines = {key.line for held in self._held.values() for key in held}
        self._kept = _named(session, conventions, self._porteurs, lines)
        self._orders: dict[str, list[PaymentOrder]] = {number: [] for number in self._numbers}
        for order in orders_of(session, *self._numbers):
            self._orders[order.convention].append(order)
        self._paid: dict[str, list[tuple[date, Money]]] = {number: [] for number in self._numbers}
        for payment in payments_of(session, *self._numbers):
            self._paid[payment.convention].append((payment.paid_on, payment.amount))
        self._settled: dict[str, set[str]] = {number: set() for number in self._numbers}
        for number, action in settled_actions(session, self._numbers):
            self._settled[number].add(action)
        self._set_offs = pending_set_offs(session, self._porteurs)
        self._grants = yearly_grants(session, self._porteurs)
        self._books: dict[date, RuleBook] = {}
        self._late: dict[date, dict[str, list[ExpectedBilan]]] = {}
        self._accounts: dict[tuple[str, frozenset[str], int], str] = {}
        self._drafts: list[Draft] = []
        self._aside: list[Sequence[PutAside]] = []
        self._rows: list[PaymentOrder | Payment] = []
        self._latest = date.min
        self._decided: set[str] = set()

    def held(self, convention: Convention) -> Mapping[AccountKey, Money]:
        """What the accounts of the convention hold."""
        return self._held[convention.number]

    def drawable(self, convention: Convention, on: date) -> Mapping[AccountKey, Money]:
        """What an act of this day may take from them: what they hold, less what only came later."""
        if self._drafts and on < self._latest:
            self.write()
        held = self.held(convention)
        late = note_later_notification(self.session, held, on)
        left = {key: amount - min(amount, late.get(key, ZERO)) for key, amount in held.items()} if late else held
        return {key: amount for key, amount in left.items() if amount}

    def orders(self, convention: Convention) -> Sequence[PaymentOrder]:
        """Its orders, rejected ones too."""
        return self._orders[convention.number]

    def paid(self, convention: Convention, on: date) -> Money:
        """What was paid on it by this day."""
        return total(amount for day, amount in self._paid[convention.number] if day <= on)

    def last_payment(self, convention: Convention) -> str:
        """Whose payment is the last on it, as a sentence ends; what is decided is written to name it."""
        self.write()
        made = payments_of(self.session, convention.number)
        return last_of(self.session, (each.entry_number for each in made), "dernier paiement")

    def last_order(self, convention: Convention) -> str:
        """Whose order is the last that stands on it, as a sentence ends; what is decided is written to name it."""
        self.write()
        standing = (each.entry_number for each in self.orders(convention) if each.rejected_on is None)
        return last_of(self.session, standing, "dernier mandat")

    def bears_order(self, reference: str) -> bool:
        """Whether an order of this number is in the book or decided."""
        return (
            reference in self._decided
            or self.session.get(PaymentOrder, (context(self.session).contract, reference)) is not None
        )

    def settled(self, convention: Convention) -> set[str]:
        """Its actions whose bilan is settled."""
        return self._settled[convention.number]

    def set_offs(self, convention: Convention) -> dict[str, Money]:
        """By line, what earlier overpayments of its beneficiary leave to impute; what an order takes goes from it."""
        return self._set_offs.setdefault((convention.beneficiary or "", convention.year), {})

    def granted(self, convention: Convention) -> Money:
        """All that its payer grants its beneficiary for the year."""
        return self._grants.get((convention.payer, convention.beneficiary or "", convention.year), ZERO)

    def formalities(self, on: date) -> RuleBook:
        """The rules of an act of this day."""
        if on not in self._books:
            self._books[on] = rulebook(self.session, Clock.ACT, day=on)
        return self._books[on]

    def late(self, convention: Convention, on: date) -> Sequence[ExpectedBilan]:
        """The bilans that its beneficiary should have given by this day."""
        if on not in self._late:
            self._late[on] = {}
            for expected in overdue_bilans(self.session, self._porteurs, on):
                self._late[on].setdefault(expected.owed_by, []).append(expected)
        return self._late[on].get(convention.beneficiary or "", [])

    def account(self, convention: Convention, year: int) -> str:
        """The account that its orders are charged to in the budget of this exercice."""
        assert convention.beneficiary is not None
        key = convention.beneficiary, frozenset(each.line for each in convention.lines), year
        if key not in self._accounts:
            self._accounts[key] = payment_account(self.session, convention, year).number
        return self._accounts[key]

    def find_or_place(self, draft: Draft) -> tuple[Draft, Posted | None]:
        """As find_or_place, among what is decided too."""
        if draft.reference in self._free:
            self._free.discard(draft.reference)
            return draft, None
        self.write()
        return find_or_place(self.session, draft)

    def decide(self, draft: Draft, row: PaymentOrder | Payment, aside: Sequence[PutAside] = ()) -> None:
        """Follow this act, to be written with the others, and the rules that it puts aside."""
        for move in draft.moves:
            for key, into in ((move.debit, "D"), (move.credit, "C")):
                if (held := self._held.get(key.convention)) is not None:
                    cents = move.amount.cents if key.position.side == into else -move.amount.cents
                    held[key] = held.get(key, ZERO) + Money(cents)
                    if not held[key]:
                        del held[key]
        if isinstance(row, PaymentOrder):
            self._orders[row.convention].append(row)
            self._decided.add(row.reference)
        else:
            self._paid[row.convention].append((row.paid_on, row.amount))
        self._latest = max(self._latest, draft.effect_on)
        self._drafts.append(draft)
        self._aside.append(aside)
        self._rows.append(row)

    def write(self) -> list[Posted]:
        """Post what was decided since the last time, and keep its rows. raises: what posting raises."""
        if not self._drafts:
            return []
        drafts, rows, put_aside = self._drafts, self._rows, self._aside
        self._drafts, self._rows, self._aside = [], [], []
        self._latest = date.min
        self._decided.clear()
        posted = post_acts(self.session, drafts)
        for written, row, aside in zip(posted, rows, put_aside, strict=True):
            row.entry_number = written.sequence
            if aside:
                record_waivers(self.session, written.sequence, aside)
        keep_rows(self.session, *rows)
        return posted


@cache
def _of_codes(entity: type[Porteur] | type[CreditLine]) -> Select[Any]:
    """The rows of these codes, the question made once."""
    return select(entity).where(entity.code.in_(bindparam("codes", expanding=True)))


def _named(
    session: Session, conventions: Sequence[Convention], porteurs: Collection[str], lines: Collection[str]
) -> Sequence[Base]:
    """The porteurs, lines and actions that decisions look for: found without a question as long as these are kept."""
    noted = [each for each in conventions if each.kind == ConventionKind.NOTIFICATION]
    actions = {line.action for each in noted for line in each.lines}
    found: list[Base] = [
        *session.scalars(_of_codes(Porteur), {"codes": list(porteurs)}),
        *session.scalars(_of_codes(CreditLine), {"codes": list(lines)}),
    ]
    return [*found, *(actions_named(session, actions) if actions else ())]
