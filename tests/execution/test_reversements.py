"""Money re-programmed by its financeur, kept from the next payment with its origin, claimed within its limits."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.closing.close_exercice import close_year
from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, parse_money
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.figures import reversement_state
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.passing_on.return_unspent import ReturnRefused, reprogram
from ledger.execution.payments.due import ImputedOverpayment, imputations
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.recoveries.issue_titre import issue_titre
from ledger.execution.recoveries.settle_titre import set_off
from ledger.execution.recoveries.time_limits import deadlines
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.positions import AccountKey, Position
from ledger.rules.execution_kinds import DebtLimit, RestitutionLimit, TitreLimit
from tests.execution.lives import EPCI, STATE, carry, open_years, passed_on

MAY, DECEMBER, JULY = date(2016, 5, 13), date(2016, 12, 5), date(2017, 7, 3)


def settled(session: Session, convention: Convention, cost: str, on: date) -> None:
    slices = {"qpv": parse_money(cost)}
    action = convention.lines[0].action
    settle_bilan(session, convention, BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa 15059", on=on))


def test_money_to_give_back_is_programmed_again_by_its_financeur(session: Session) -> None:
    open_years(session, 2016, 2017)
    right = passed_on(session, "40 000")
    record_receipt(session, right, parse_money("40 000"), on=MAY, reference="R")
    [convention] = carry(session, "A", {STATE: "40 000"}, public={"qpv": 1})
    settled(session, convention, "40 000", DECEMBER)
    before = reversement_state(session, 2016).passing_on
    assert before.owed_back == parse_money("14 000")
    with pytest.raises(InvalidValue, match="décision du financeur"):
        reprogram(session, STATE, 2016, parse_money("1"), piece=" ", on=DECEMBER)
    with pytest.raises(ReturnRefused, match=r"Seuls 14\s000,00"):
        reprogram(session, STATE, 2016, parse_money("14 000,01"), piece="Courrier du préfet", on=DECEMBER)
    first = reprogram(session, STATE, 2016, parse_money("5 000"), piece="Courrier du préfet", on=DECEMBER)
    again = reprogram(session, STATE, 2016, parse_money("5 000"), piece="Courrier du préfet", on=DECEMBER)
    assert (first.new, again.new) == (True, False)
    assert balances(session, line=STATE)[AccountKey(Position.DISPONIBLE, STATE, 2016)] == parse_money("5 000")
    after = reversement_state(session, 2016).passing_on
    assert (after.owed_back, after.returned) == (parse_money("9 000"), ZERO)
    assert audit_book(session) == []


def test_in_a_closed_exercice_the_financeur_keeps_it_back_from_a_new_right(session: Session) -> None:
    open_years(session, 2016, 2017)
    passed_on(session, "40 000")
    [convention] = carry(session, "A", {STATE: "40 000"}, public={"qpv": 1})
    settled(session, convention, "40 000", DECEMBER)
    close_year(session, 2016, on=date(2017, 1, 31))
    with pytest.raises(ReturnRefused, match=r"Seuls 0,00|--compense"):
        reprogram(session, STATE, 2016, parse_money("5 000"), piece="Courrier du préfet", on=JULY)


def test_the_next_payment_says_which_overpayment_it_keeps(session: Session) -> None:
    open_years(session, 2016, 2017)
    [first] = carry(session, "A", {EPCI: "12 000"})
    order_payment(session, first, None, on=MAY)
    record_payment(session, first, parse_money("6 000"), on=MAY, reference="B12")
    settled(session, first, "25 000", DECEMBER)
    set_off(session, first, 2017, piece="Convention 2017", on=JULY)
    [second] = carry(session, "A", {EPCI: "4 000"}, year=2017)
    one, _ = order_payment(session, second, None, on=JULY)
    two, _ = order_payment(session, second, None, on=JULY)
    assert imputations(session, one) == [ImputedOverpayment(EPCI, first.number, parse_money("2 000"))]
    assert imputations(session, two) == [ImputedOverpayment(EPCI, first.number, parse_money("1 000"))]
    assert (one.gross - one.set_off, two.gross - two.set_off) == (ZERO, parse_money("200"))


def test_each_right_has_its_own_limit_its_rule_and_its_text(session: Session) -> None:
    open_years(session, 2016, 2017)
    [claimed] = carry(session, "A", {EPCI: "12 000"})
    order_payment(session, claimed, None, on=MAY)
    record_payment(session, claimed, parse_money("6 000"), on=MAY, reference="B12")
    settled(session, claimed, "25 000", DECEMBER)
    [due] = carry(session, "B", {EPCI: "6 000"})
    settled(session, due, "100 000", DECEMBER)
    untitred = {(each.right, each.subject): each for each in deadlines(session, JULY)}
    restitution = untitred["redemander une subvention", claimed.number]
    debt = untitred["payer ce qui est dû", due.number]
    assert (restitution.until, restitution.amount) == (date(2021, 12, 5), parse_money("3 000"))
    assert restitution.source == "Code civil, article 2224"
    assert (debt.until, debt.amount, debt.debtor) == (date(2020, 12, 31), parse_money("6 000"), "CAPH")
    issue_titre(session, claimed, reference="T-1", on=JULY)
    titre = next(each for each in deadlines(session, JULY) if each.right == "encaisser un titre")
    assert (titre.until, titre.rule) == (date(2021, 7, 3), "DELAI-TITRE")
    words = " ".join(each.source + each.right for each in deadlines(session, JULY)).lower()
    assert "quadriennale" not in words
    assert {kind.kind for kind in (DebtLimit, TitreLimit, RestitutionLimit)} == {
        "delai_dette",
        "delai_titre",
        "delai_restitution",
    }
