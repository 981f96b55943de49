"""Another financeur's money: held first, advanced when nothing is held, the advance repaid first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.core.money import ZERO, Money
from ledger.execution.queries import Purse
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Move

LINE = "ETAT-PDV-DRE"
PASSED_ON, EXPECTED = AccountKey(Position.REVERSE, LINE, 2016), AccountKey(Position.A_RECEVOIR, LINE, 2016)
HELD, ADVANCED = AccountKey(Position.DETENU, LINE, 2016), AccountKey(Position.AVANCE, LINE, 2016)


def balance(moves: list[Move], key: AccountKey) -> Money:
    cents = sum(move.amount.cents * ((move.debit == key) - (move.credit == key)) for move in moves)
    return Money(cents if key.position.side == "D" else -cents)


def test_a_payment_before_any_receipt_is_an_advance_that_the_receipt_repays() -> None:
    purse = Purse(LINE, 2016, ZERO, ZERO)
    paid = purse.spend(PASSED_ON, Money(8555027))
    assert paid == [Move(PASSED_ON, ADVANCED, Money(8555027))]
    received = purse.receive(EXPECTED, Money(13688044))
    assert received == [Move(ADVANCED, EXPECTED, Money(8555027)), Move(HELD, EXPECTED, Money(5133017))]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 10**9)), max_size=30))
def test_whatever_the_order_received_minus_passed_on_is_held_minus_advanced(acts: list[tuple[bool, int]]) -> None:
    purse = Purse(LINE, 2016, ZERO, ZERO)
    moves: list[Move] = []
    for receives, cents in acts:
        moves += purse.receive(EXPECTED, Money(cents)) if receives else purse.spend(PASSED_ON, Money(cents))
    received, passed_on = -balance(moves, EXPECTED), balance(moves, PASSED_ON)
    held, advanced = balance(moves, HELD), balance(moves, ADVANCED)
    assert received - passed_on == held - advanced
    assert held == ZERO or advanced == ZERO
