"""Ordering and paying: never more than is due, never before what allows it, never twice; a rejection reverses."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import WrongState
from ledger.conventions.stages import record_document
from ledger.core.errors import InvalidValue, NotFound
from ledger.core.money import ZERO, parse_money
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.exchange.sending.return_acts import ReturnActs
from ledger.execution.figures import state_of
from ledger.execution.payments.controls import PieceMissing
from ledger.execution.payments.due import NothingDue
from ledger.execution.payments.order_payment import RejectionRefused, find_order, order_payment, reject_order
from ledger.execution.payments.record_payment import PaymentRefused, record_payment
from ledger.execution.queries import DateOutside, orders_of, payments_of, pending_set_off
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from ledger.journal.exercices import DayClosed
from ledger.journal.posting import OtherContent
from ledger.journal.queries import read_entry
from ledger.referential.queries import find_porteur
from ledger.rules.enter_rule import RuleForm, add_rule
from tests.execution.lives import EPCI, carry, open_years

MAY, JUNE = date(2016, 5, 13), date(2016, 6, 10)


@pytest.fixture
def convention(session: Session) -> Convention:
    """12 000 € of the CAPH, in three payments: 6 000, 3 600, then 2 400 on the bilan."""
    open_years(session, 2016)
    [found] = carry(session, "A", {EPCI: "12 000"})
    return found


def figures(session: Session, convention: Convention) -> tuple[str, str, str]:
    state = state_of(session, convention)
    return state.ordered.plain(), state.paid.plain(), state.still_due.plain()


def test_what_is_due_comes_from_the_schedule(session: Session, convention: Convention) -> None:
    first, _ = order_payment(session, convention, None, on=MAY)
    second, _ = order_payment(session, convention, None, on=JUNE)
    assert [first.gross, second.gross] == [parse_money("6 000"), parse_money("3 600")]
    with pytest.raises(NothingDue, match="le solde attend le bilan de l'action 2016-A"):
        order_payment(session, convention, None, on=JUNE)


def test_no_order_above_what_is_due(session: Session, convention: Convention) -> None:
    with pytest.raises(NothingDue, match=r"dépassent ce qui est dû .* 9\s600,00"):
        order_payment(session, convention, parse_money("9 600,01"), on=MAY)
    assert figures(session, convention) == ("0.00", "0.00", "12000.00")


def test_the_same_reference_is_the_same_payment(session: Session, convention: Convention) -> None:
    order_payment(session, convention, None, on=MAY)
    first = record_payment(session, convention, parse_money("6 000"), on=MAY, reference="B12")
    again = record_payment(session, convention, parse_money("6 000"), on=MAY, reference=" B12 ")
    assert (first.new, again.new, again.sequence) == (True, False, first.sequence)
    with pytest.raises(OtherContent):
        record_payment(session, convention, parse_money("5 999"), on=MAY, reference="B12")
    assert figures(session, convention) == ("6000.00", "6000.00", "6000.00")


def test_nothing_is_paid_that_was_not_ordered(session: Session, convention: Convention) -> None:
    order_payment(session, convention, None, on=MAY)
    with pytest.raises(PaymentRefused, match=r"n'a que 6\s000,00") as refused:
        record_payment(session, convention, parse_money("6 000,01"), on=MAY, reference="B12")
    pay = f"cofiville versement payer {convention.number} 6000.00 --reference REFERENCE"
    assert refused.value.remedy == f"Payez ce qui est ordonné : {pay}."
    record_payment(session, convention, parse_money("6 000"), on=MAY, reference="B12")
    with pytest.raises(PaymentRefused, match="n'a que 0,00") as refused:
        record_payment(session, convention, parse_money("1"), on=MAY, reference="B13")
    assert refused.value.remedy == f"Ordonnez d'abord le versement : cofiville versement ordonner {convention.number}."


def test_no_act_precedes_the_signature_nor_a_payment_its_order(session: Session, convention: Convention) -> None:
    with pytest.raises(DateOutside, match="est du 29/04/2016"):
        order_payment(session, convention, None, on=date(2016, 4, 28))
    order_payment(session, convention, None, on=JUNE)
    with pytest.raises(DateOutside, match="Au 09/06/2016, 0,00"):
        record_payment(session, convention, parse_money("6 000"), on=date(2016, 6, 9), reference="B12")


def test_nothing_is_ordered_in_an_exercice_that_is_not_open(session: Session, convention: Convention) -> None:
    with pytest.raises(DayClosed):
        order_payment(session, convention, None, on=date(2017, 1, 2))


@pytest.mark.parametrize("state", ["brouillon", "annulee", "soldee"])
def test_nothing_is_ordered_on_a_convention_that_is_not_signed(
    session: Session, convention: Convention, state: str
) -> None:
    convention.state, convention.signed_on = state, convention.signed_on if state == "soldee" else None
    session.flush()
    with pytest.raises(WrongState):
        order_payment(session, convention, None, on=MAY)


def test_a_rejection_reverses_the_order_and_it_can_be_ordered_again(session: Session, convention: Convention) -> None:
    order, posted = order_payment(session, convention, None, on=MAY)
    rejected = reject_order(session, order, motive="RIB périmé", on=JUNE)
    entry = read_entry(session, rejected.sequence)
    assert (entry.reverses, entry.motive) == (posted.sequence, "RIB périmé")
    assert figures(session, convention) == ("0.00", "0.00", "12000.00")
    again, _ = order_payment(session, convention, None, on=JUNE)
    assert (again.reference, again.rank, again.gross) == ("M-C2016-001-2", 1, parse_money("6 000"))
    with pytest.raises(RejectionRefused, match="déjà rejeté"):
        reject_order(session, order, motive="RIB périmé", on=JUNE)
    assert audit_book(session) == []


def test_an_order_paid_is_not_rejected(session: Session, convention: Convention) -> None:
    order, _ = order_payment(session, convention, None, on=MAY)
    record_payment(session, convention, parse_money("1 000"), on=MAY, reference="B12")
    with pytest.raises(RejectionRefused, match="est payé"):
        reject_order(session, order, motive="RIB périmé", on=JUNE)
    other, _ = order_payment(session, convention, None, on=JUNE)
    with pytest.raises(InvalidValue, match="motif"):
        reject_order(session, other, motive=" ", on=JUNE)


def test_a_payment_undone_may_be_recorded_again_under_its_reference(session: Session, convention: Convention) -> None:
    order_payment(session, convention, None, on=MAY)
    wrong = record_payment(session, convention, parse_money("600"), on=MAY, reference="B12")
    undo_act(session, wrong.sequence, motive="Un zéro manquait", on=MAY)
    assert figures(session, convention) == ("6000.00", "0.00", "12000.00")
    right = record_payment(session, convention, parse_money("6 000"), on=MAY, reference="B12")
    assert right.new
    assert [each.entry_number for each in payments_of(session, convention.number)] == [right.sequence]
    assert not record_payment(session, convention, parse_money("6 000"), on=MAY, reference="B12").new
    assert figures(session, convention) == ("6000.00", "6000.00", "6000.00")


def test_an_order_undone_gives_back_its_number(session: Session, convention: Convention) -> None:
    _, wrong = order_payment(session, convention, parse_money("5 000"), on=MAY, reference="M 12")
    undo_act(session, wrong.sequence, motive="Montant mal lu", on=MAY)
    order, _ = order_payment(session, convention, parse_money("6 000"), on=MAY, reference="M 12")
    assert [each.reference for each in orders_of(session, convention.number)] == ["M 12"]
    assert order.gross == parse_money("6 000")
    assert pending_set_off(session, convention) == {}
    assert state_of(session, convention).to_recover == ZERO


def test_where_the_rule_says_so_a_missing_document_holds_the_payment(session: Session, convention: Convention) -> None:
    rule = RuleForm(
        code="PIECES-CCAS",
        kind="pieces_dossier",
        scope={"porteur": "ccas"},
        figures={"pieces": "rib", "bloquant": True},
        label="RIB d'un CCAS",
        period=Period(date(2016, 1, 1)),
        source=Source("Règlement intérieur", "article 3"),
    )
    add_rule(session, rule)
    with pytest.raises(PieceMissing, match="Il manque à EX-A : RIB"):
        order_payment(session, convention, None, on=MAY)
    order, _ = order_payment(session, convention, parse_money("1 000"), on=MAY, waiver="RIB reçu par téléphone")
    assert order.waiver == "Malgré une pièce manquante (RIB) : RIB reçu par téléphone"
    record_document(session, find_porteur(session, "EX-A"), "rib", on=JUNE, reference="RIB du 10/06/2016")
    order, _ = order_payment(session, convention, None, on=JUNE)
    assert order.waiver == ""


def test_a_payment_undone_later_is_not_made_again_on_its_earlier_day(session: Session, convention: Convention) -> None:
    """F41: on that day the first payment still stood; ordering again would not help."""
    order_payment(session, convention, None, on=MAY)
    paid = record_payment(session, convention, parse_money("6 000"), on=MAY, reference="B12")
    undo_act(session, paid.sequence, motive="Erreur", on=JUNE)
    with pytest.raises(DateOutside, match=r"Au 13/05/2016, 0,00\s€ peuvent être payés") as refused:
        record_payment(session, convention, parse_money("6 000"), on=MAY, reference="B12")
    assert "versement ordonner" not in refused.value.remedy
    assert record_payment(session, convention, parse_money("6 000"), on=JUNE, reference="B12").new


def test_a_number_is_looked_for_where_it_is_shown_and_changed_where_it_is_kept(session: Session) -> None:
    """F32: mandats are in `versement ordres`, an EJ is a reference of its action."""
    with pytest.raises(NotFound) as unknown:
        find_order(session, "M-404")
    assert unknown.value.remedy == "Consultez les mandats : cofiville versement ordres."
    assert (
        ReturnActs(session, 2016).command("2016-001", "ej", "", "21") == "cofiville action reference 2016-001 ej=NUMERO"
    )
