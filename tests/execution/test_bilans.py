"""Bilans: their additions, what they settle, when they are due, what happens when they are late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, parse_money
from ledger.core.period import months_after
from ledger.execution.bilans.follow_bilan import (
    NotExpected,
    end_examination,
    extend_bilan,
    remind_bilan,
    send_own,
    to_examine,
    to_remind,
)
from ledger.execution.bilans.queue import ExpectedBilan, bilan_queue
from ledger.execution.bilans.read_bilan import BilanForm, eligible_cost
from ledger.execution.bilans.real_cost import CHARGES, PRODUITS, Realised, WrongAddition, check_additions, read_accounts
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.payments.controls import BilanOverdue
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.queries import DateOutside
from ledger.journal.queries import read_entry
from tests.execution.lives import EPCI, STATE, carry, open_years, passed_on

DUE = date(2017, 6, 30)


def realised(charges: Mapping[str, str], produits: Mapping[str, str]) -> Realised:
    return Realised(
        {account: parse_money(amount) for account, amount in charges.items()},
        {account: parse_money(amount) for account, amount in produits.items()},
    )


def test_a_bilan_whose_totals_are_the_sums_is_accepted_even_in_surplus() -> None:
    found = realised({"60": "1 200,50", "64": "8 000", "86": "500"}, {"74": "9 500", "87": "500"})
    check_additions(found, parse_money("9 700,50"), parse_money("10 000"))
    assert (found.cost, found.surplus) == (parse_money("9 200,50"), parse_money("299,50"))


@pytest.mark.parametrize(
    ("charges", "produits", "words"),
    [
        ("9 700,49", None, r"charges annoncé est 9\s700,49.*9\s700,50.*0,01"),
        (None, "10 000,01", r"produits annoncé est 10\s000,01"),
    ],
)
def test_a_wrong_addition_is_refused_with_both_figures(charges: str | None, produits: str | None, words: str) -> None:
    found = realised({"60": "1 200,50", "64": "8 000", "86": "500"}, {"74": "9 500", "87": "500"})
    announced = [parse_money(text) if text else None for text in (charges, produits)]
    with pytest.raises(WrongAddition, match=words):
        check_additions(found, *announced)


def test_contributions_in_kind_are_the_same_on_both_sides() -> None:
    with pytest.raises(WrongAddition, match=r"500,00.* en 86.*400,00"):
        check_additions(realised({"86": "500"}, {"87": "400"}), None, None)


def test_the_eligible_cost_is_a_part_of_the_charges() -> None:
    found = realised({"60": "1 000"}, {})
    assert eligible_cost(None, found) == parse_money("1 000")
    assert eligible_cost(parse_money("900"), found) == parse_money("900")
    with pytest.raises(WrongAddition):
        eligible_cost(parse_money("1 000,01"), found)
    with pytest.raises(InvalidValue, match="manque"):
        eligible_cost(None, None)


@pytest.mark.parametrize("text", ["60", "60=", "75=10", "6O=10", "60=-1", "60=1.234,56", "=10"])
def test_a_charge_that_is_no_account_and_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_accounts([text], CHARGES)


@given(st.lists(st.tuples(st.sampled_from(sorted(PRODUITS)), st.integers(0, 10**9))))
def test_accounts_typed_in_any_order_add_up(typed: list[tuple[str, int]]) -> None:
    found = read_accounts([f"{account}={Money(cents).plain()}" for account, cents in typed], PRODUITS)
    assert sum(amount.cents for amount in found.values()) == sum(cents for _, cents in typed)
    assert found == read_accounts([f"{a}={Money(c).plain()}" for a, c in reversed(typed)], PRODUITS)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2016, 12, 31), 6, DUE),
        (date(2015, 12, 31), 2, date(2016, 2, 29)),
        (date(2016, 1, 30), 1, date(2016, 2, 29)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2016, 5, 15), 8, date(2017, 1, 15)),
    ],
)
def test_months_end_where_the_calendar_says(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def one(session: Session, on: date) -> ExpectedBilan:
    [expected] = [each for each in bilan_queue(session, on) if not each.by_epci]
    return expected


def test_a_bilan_is_due_six_months_after_the_exercice(session: Session) -> None:
    open_years(session, 2016, 2017)
    carry(session, "A", {EPCI: "12 000"})
    states = {
        date(2016, 12, 31): "a_venir",
        date(2017, 1, 1): "du",
        DUE: "du",
        date(2017, 7, 1): "en_retard",
    }
    for on, state in states.items():
        assert (one(session, on).due_on, one(session, on).state(on)) == (DUE, state)
    assert one(session, date(2017, 7, 11)).days_late(date(2017, 7, 11)) == 11


def test_more_time_moves_the_limit_and_keeps_its_motive(session: Session) -> None:
    open_years(session, 2016, 2017)
    [convention] = carry(session, "A", {EPCI: "12 000"})
    with pytest.raises(InvalidValue, match="déjà attendu le 30/06/2017"):
        extend_bilan(session, convention, DUE, motive="Comptes certifiés tard", on=DUE)
    extend_bilan(session, convention, date(2017, 9, 30), motive="Comptes certifiés tard", on=DUE)
    extend_bilan(session, convention, date(2017, 10, 31), motive="Commissaire absent", on=date(2017, 9, 30))
    assert one(session, date(2017, 10, 1)).state(date(2017, 10, 1)) == "proroge"
    assert one(session, date(2017, 11, 2)).days_late(date(2017, 11, 2)) == 2


def test_reminders_follow_each_other_as_the_rule_says_and_stop(session: Session) -> None:
    open_years(session, 2016, 2017)
    carry(session, "A", {EPCI: "12 000"})
    sent = []
    for on in (date(2017, 7, 10), date(2017, 7, 15), date(2017, 7, 16), date(2017, 8, 14), date(2017, 12, 1)):
        due = to_remind(session, on)
        sent.append([level for _, level in due])
        remind_bilan(session, due, on=on)
    assert sent == [[], ["relance1"], [], ["relance2"], ["mise_en_demeure"]]
    assert to_remind(session, date(2018, 6, 1)) == []


def test_a_porteur_late_with_a_bilan_is_not_paid_unless_somebody_says_why(session: Session) -> None:
    open_years(session, 2016, 2017)
    carry(session, "A", {EPCI: "12 000"})
    [next_one] = carry(session, "A", {EPCI: "6 000"}, year=2017)
    on = date(2017, 7, 20)
    with pytest.raises(BilanOverdue, match="action 2016-A, C2016-001, dû le 30/06/2017"):
        order_payment(session, next_one, None, on=on)
    order, posted = order_payment(session, next_one, None, on=on, waiver="Bilan reçu, en cours de saisie")
    assert "Bilan reçu, en cours de saisie" in order.waiver
    assert read_entry(session, posted.sequence).motive == order.waiver


def test_once_given_the_bilan_no_longer_holds_payments(session: Session) -> None:
    open_years(session, 2016, 2017)
    [convention] = carry(session, "A", {EPCI: "12 000"})
    slices = {"qpv": parse_money("100 000")}
    with pytest.raises(DateOutside):
        settle_bilan(
            session,
            convention,
            BilanForm("2016-A", slices=slices, other_funding=ZERO, piece="Cerfa", on=date(2016, 4, 1)),
        )
    settle_bilan(
        session, convention, BilanForm("2016-A", slices=slices, other_funding=ZERO, piece="Cerfa", on=date(2017, 7, 20))
    )
    order, _ = order_payment(session, convention, None, on=date(2017, 7, 20))
    assert (order.gross, order.waiver) == (parse_money("6 000"), "")


def test_the_epci_stands_in_the_same_queue_for_what_it_owes(session: Session) -> None:
    open_years(session, 2016, 2017)
    right = passed_on(session, "40 000")
    [convention] = carry(session, "A", {STATE: "40 000"})
    owed = {each.convention.number: each for each in bilan_queue(session, DUE)}
    assert {(number, each.owed_by, each.owed_to) for number, each in owed.items()} == {
        (right.number, "CAPH", "ETAT"),
        (convention.number, "EX-A", "CAPH"),
    }
    assert to_remind(session, date(2017, 9, 1))[0][0].convention is convention
    with pytest.raises(NotExpected, match="dû par EX-A"):
        send_own(session, convention, piece="Bilan DRE", on=DUE)
    send_own(session, right, piece="Bilan DRE 2016", on=DUE)
    assert {each.convention.number for each in bilan_queue(session, DUE) if each.given_on is None} == {
        convention.number
    }


def test_a_surplus_is_kept_and_opens_an_examination(session: Session) -> None:
    open_years(session, 2016, 2017)
    [convention] = carry(session, "A", {EPCI: "12 000"})
    bilan, _ = settle_bilan(
        session,
        convention,
        BilanForm(
            "2016-A",
            slices={"qpv": parse_money("90 000")},
            other_funding=ZERO,
            piece="Cerfa",
            on=DUE,
            realised=realised({"64": "90 000"}, {"74": "91 000,01"}),
        ),
    )
    assert bilan.surplus == parse_money("1 000,01")
    assert to_examine(session) == [bilan]
    with pytest.raises(InvalidValue, match="conclusion"):
        end_examination(session, bilan, conclusion=" ", on=DUE)
    end_examination(session, bilan, conclusion="Excédent affecté à l'action 2017", on=DUE)
    assert to_examine(session) == []
