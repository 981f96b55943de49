"""What the treasury tells late keeps its true day: payments and receipts typed in any order give the same figures."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money, parse_money, total
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.figures import reversement_state
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.passing_on.return_unspent import return_to_financeur
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.recoveries.issue_titre import collect_titre, issue_titre
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from tests.execution.lives import STATE, carry, open_years, passed_on

IN, OUT, BACK = 1, -1, -2
TOLD = (
    (date(2016, 5, 2), IN, "3 000,01"),
    (date(2016, 5, 20), OUT, "6 500,00"),
    (date(2016, 6, 30), IN, "5 000,55"),
    (date(2016, 9, 20), OUT, "3 900,00"),
    (date(2016, 10, 1), IN, "1 000"),
    (date(2016, 12, 12), IN, "3 999,44"),
)


def _check(session: Session, told: list[tuple[date, int, str]]) -> None:
    """At the end of each day, the money in less the money out is held, or advanced."""
    for day in sorted({day for day, _, _ in told}):
        sums = {
            way: total(parse_money(a) for on, kind, a in told if kind == way and on <= day) for way in (IN, OUT, BACK)
        }
        flow = reversement_state(session, 2016, on=day).passing_on
        in_hand = sums[IN] - sums[OUT] - sums[BACK]
        assert (flow.received, flow.passed_on, flow.returned) == (sums[IN], sums[OUT], sums[BACK]), day
        assert (flow.held, flow.advanced) == (max(ZERO, in_hand), max(ZERO, -in_hand)), day


@pytest.mark.parametrize("seed", range(3))
def test_payments_and_receipts_told_in_any_order_keep_their_days(session: Session, seed: int) -> None:
    """F51: what is held and what is advanced are of their day, not of the moment somebody types."""
    open_years(session, 2016, 2017)
    right = passed_on(session, "13 000")
    (convention,) = carry(session, "A", {STATE: "13 000"}, cost="20 000", public={"qpv": 1})
    for on in (date(2016, 5, 13), date(2016, 9, 13)):
        order_payment(session, convention, None, on=on)
    late = list(TOLD)
    random.Random(f"tard-{seed}").shuffle(late)  # noqa: S311 - orders to try, nothing secret
    noted: list[tuple[date, int, str]] = []
    for on, way, amount in late:
        act: Callable[..., object] = record_receipt if way == IN else record_payment
        act(session, right if way == IN else convention, parse_money(amount), on=on, reference=f"{on}")
        noted.append((on, way, amount))
        _check(session, noted)
    assert audit_book(session) == []


def test_what_comes_after_an_act_told_late_still_adds_up_to_the_cent(session: Session) -> None:
    """F51: held and advanced at once in the book, one figure for both on the screen; the rest of the life goes on."""
    open_years(session, 2016, 2017)
    right = passed_on(session, "13 000")
    (convention,) = carry(session, "A", {STATE: "13 000"}, cost="20 000", public={"qpv": 1})
    order_payment(session, convention, None, on=date(2016, 5, 13))
    record_receipt(session, right, parse_money("13 000"), on=date(2016, 6, 30), reference="P 1")
    record_payment(session, convention, parse_money("6 500"), on=date(2016, 5, 20), reference="B 1")
    noted = [(date(2016, 6, 30), IN, "13 000"), (date(2016, 5, 20), OUT, "6 500")]
    _check(session, noted)
    slices = {"qpv": parse_money("6 000")}
    on = date(2017, 6, 1)
    settle_bilan(session, convention, BilanForm("2016-A", slices=slices, other_funding=ZERO, piece="B", on=on))
    titre, _ = issue_titre(session, convention, reference="T 1", on=date(2017, 6, 2))
    collect_titre(session, titre, parse_money("2 600"), on=date(2017, 6, 3), reference="P 2")
    noted.append((date(2017, 6, 3), OUT, "-2 600"))
    _check(session, noted)
    owed = reversement_state(session, 2016).to_pay_back
    assert owed == parse_money("9 100")
    return_to_financeur(session, STATE, 2016, owed, piece="Titre 88", on=date(2017, 9, 5))
    _check(session, [*noted, (date(2017, 9, 5), BACK, "9 100")])
    assert reversement_state(session, 2016).to_pay_back == Money(0)
    assert audit_book(session) == []


def test_an_act_is_undone_though_its_advance_was_repaid_since_or_its_money_spent(session: Session) -> None:
    """F51: the payment that the État repaid, then the receipt that other payments spent: their figures follow."""
    open_years(session, 2016, 2017)
    right = passed_on(session, "13 000")
    (convention,) = carry(session, "A", {STATE: "13 000"}, cost="20 000", public={"qpv": 1})
    order_payment(session, convention, None, on=date(2016, 5, 13))
    paid = record_payment(session, convention, parse_money("6 500"), on=date(2016, 5, 20), reference="B 1")
    received = record_receipt(session, right, parse_money("8 000,01"), on=date(2016, 6, 30), reference="P 1")
    undo_act(session, paid.sequence, motive="Erreur", on=date(2016, 7, 1))
    noted = [(date(2016, 5, 20), OUT, "6 500"), (date(2016, 6, 30), IN, "8 000,01"), (date(2016, 7, 1), OUT, "-6 500")]
    _check(session, noted)
    record_payment(session, convention, parse_money("6 500"), on=date(2016, 7, 2), reference="B 2")
    undo_act(session, received.sequence, motive="Erreur", on=date(2016, 7, 4))
    _check(session, [*noted, (date(2016, 7, 2), OUT, "6 500"), (date(2016, 7, 4), IN, "-8 000,01")])
    assert audit_book(session) == []
