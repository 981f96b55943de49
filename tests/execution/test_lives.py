"""Random lives of conventions: the laws that hold after every act, and the same final figures whatever the order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.figures import reversement_state, state_of
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.passing_on.return_unspent import return_to_financeur
from ledger.execution.payments.order_payment import order_payment, reject_order
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.queries import bilans_of_conventions, orders_of, payments_of
from ledger.execution.recoveries.issue_titre import collect_titre, issue_titre, titre_state, titres
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.journal.reversal import entry_moves
from tests.execution.lives import EPCI, STATE, carry, open_years, passed_on

FIRST_YEAR = 2020
LIVES = 6
ORDERS = 3


class NotNow(LedgerError):
    """An act that has nothing to do yet."""


@dataclass
class Facts:
    """What is true of a life, whatever the order in which it is recorded."""

    state: int
    epci: int
    cost: int
    real: int
    received: list[int]


@dataclass
class Life:
    """One convention on another financeur's money and the EPCI's own, and the acts that can still happen to it."""

    session: Session
    facts: Facts
    year: int
    chance: random.Random
    references: int = 0
    convention: Convention = field(init=False)
    right: Convention = field(init=False)

    def __post_init__(self) -> None:
        facts = self.facts
        open_years(self.session, self.year)
        self.right = passed_on(self.session, Money(facts.state).plain(), year=self.year)
        [self.convention] = carry(
            self.session,
            f"{self.year}",
            {STATE: Money(facts.state).plain(), EPCI: Money(facts.epci).plain()},
            year=self.year,
            cost=Money(facts.cost).plain(),
            public={"qpv": 1},
        )
        self.on = date(self.year, 11, 3)

    def _reference(self) -> str:
        self.references += 1
        return f"{self.year}-{self.references}"

    def receive(self, cents: int) -> None:
        record_receipt(self.session, self.right, Money(cents), on=self.on, reference=self._reference())

    def order(self) -> None:
        """Order what is due; sometimes the comptable rejects it first."""
        made, _ = order_payment(self.session, self.convention, None, on=self.on)
        if self.chance.random() < 0.3:
            reject_order(self.session, made, motive="RIB périmé", on=self.on)
            order_payment(self.session, self.convention, None, on=self.on)

    def pay(self) -> None:
        """Pay what is ordered, in one or two parts; sometimes a payment is undone and recorded again."""
        standing = [each for each in orders_of(self.session, self.convention.number) if each.rejected_on is None]
        paid = total(each.amount for each in payments_of(self.session, self.convention.number))
        left = total(each.gross - each.set_off for each in standing) - paid
        if not left:
            raise NotNow("Rien n'est ordonné.", "Ordonnez d'abord.")
        part = Money(self.chance.randint(1, left.cents))
        for amount in (part, left - part):
            if amount:
                reference = self._reference()
                posted = record_payment(self.session, self.convention, amount, on=self.on, reference=reference)
                if self.chance.random() < 0.3:
                    undo_act(self.session, posted.sequence, motive="Mal saisi", on=self.on)
                    record_payment(self.session, self.convention, amount, on=self.on, reference=reference)

    def settle(self) -> None:
        action = self.convention.lines[0].action
        slices = {"qpv": Money(self.facts.real)}
        settle_bilan(
            self.session,
            self.convention,
            BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa", on=self.on),
        )

    def recover(self) -> None:
        """Claim what was overpaid, and collect it in one or two parts."""
        titre, _ = issue_titre(self.session, self.convention, reference=self._reference(), on=self.on)
        part = Money(self.chance.randint(1, titre.amount.cents))
        for amount in (part, titre.amount - part):
            if amount:
                collect_titre(self.session, titre, amount, on=self.on, reference=self._reference())

    def give_back(self) -> None:
        owed = reversement_state(self.session, self.year).passing_on.owed_back
        if not owed:
            raise NotNow("Rien n'est à rendre.", "Arrêtez d'abord le bilan.")
        return_to_financeur(self.session, STATE, self.year, owed, piece=self._reference(), on=self.on)

    def done(self) -> bool:
        """Whether nothing is left to do: all received, settled, paid, recovered and given back."""
        state, flow = state_of(self.session, self.convention), reversement_state(self.session, self.year).passing_on
        settled = bool(bilans_of_conventions(self.session, self.convention.number))
        return settled and not any((state.still_due, state.to_recover, flow.owed_back, flow.held, flow.advanced))

    def check_laws(self) -> None:
        """What holds after every act."""
        state, flow = state_of(self.session, self.convention), reversement_state(self.session, self.year).passing_on
        assert state.paid <= state.ordered <= state.granted
        assert flow.received == flow.passed_on + flow.returned + flow.held - flow.advanced
        assert not (flow.held and flow.advanced)
        if bilans_of_conventions(self.session, self.convention.number):
            assert state.justified == state.paid + state.still_due - state.to_recover
        for titre in titres(self.session, self.convention.number):
            seen = titre_state(self.session, titre)
            assert seen.collected + seen.left == titre.amount

    def check_settlement(self) -> None:
        """granted = paid + due + released, at the very settlement: read from its entry."""
        [bilan] = bilans_of_conventions(self.session, self.convention.number).values()
        assert bilan.entry_number is not None
        moves = entry_moves(self.session, bilan.entry_number)
        released = total(move.amount for move in moves if move.credit.position is Position.ENGAGE)
        overpaid = total(move.amount for move in moves if move.debit.position is Position.A_RECOUVRER)
        justified = state_of(self.session, self.convention).justified
        assert self.convention.amount == justified + released + overpaid

    def figures(self) -> tuple[str, ...]:
        """The final figures, which no order of the acts changes."""
        state, flow = state_of(self.session, self.convention), reversement_state(self.session, self.year).passing_on
        held = balances(self.session, year=self.year)
        ends = [
            total(amount for key, amount in held.items() if (key.line, key.position) == (line, position))
            for line in (STATE, EPCI)
            for position in (Position.VERSE, Position.RENDU)
        ]
        lost = total(
            amount
            for key, amount in held.items()
            if key.line == EPCI and key.position in (Position.DISPONIBLE, Position.ANNULE)
        )
        found = (state.paid, state.justified, flow.received, flow.passed_on, flow.returned, *ends, lost)
        return tuple(amount.plain() for amount in found)


def live(life: Life) -> tuple[str, ...]:
    """Record everything that happens, in a random order: an act refused now is tried again later."""
    left: list[Callable[[], None]] = [
        *(lambda cents=cents: life.receive(cents) for cents in life.facts.received),
        life.settle,
    ]
    usual = [life.order, life.pay, life.recover, life.give_back]
    for _ in range(200):
        if not left and life.done():
            break
        act = life.chance.choice([*left, *usual])
        savepoint = life.session.begin_nested()
        try:
            act()
        except LedgerError:
            savepoint.rollback()
            continue
        savepoint.commit()
        if act in left:
            left.remove(act)
        life.check_laws()
    assert not left
    assert life.done()
    life.check_settlement()
    return life.figures()


@pytest.mark.parametrize("seed", range(LIVES))
def test_whatever_happens_the_laws_hold_and_every_order_ends_alike(session: Session, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - lives to try, nothing secret
    cost = chance.randint(100_000, 9_000_000)
    state = chance.randint(1_000, cost * 65 // 100)
    epci = chance.randint(1_000, cost * 30 // 100)
    first = chance.randint(1, state - 1)
    facts = Facts(
        state, epci, cost, chance.choice([0, cost, chance.randint(0, cost * 12 // 10)]), [first, state - first]
    )
    ends = {
        live(Life(session, facts, FIRST_YEAR + turn, random.Random(f"{seed}-{turn}")))  # noqa: S311
        for turn in range(ORDERS)
    }
    assert len(ends) == 1
    assert audit_book(session) == []
