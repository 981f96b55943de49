"""Acts and book say the same: a fact is found by the number of its entry, whatever its reference looks like."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.forms import AvenantForm
from ledger.conventions.model import Convention
from ledger.core.money import ZERO, parse_money
from ledger.execution.audit import check_tied
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.model import Titre
from ledger.execution.payments.order_payment import order_payment, reject_order
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.queries import orders_of, payments_of
from ledger.execution.recoveries.issue_titre import (
    RecoveryRefused,
    collect_titre,
    find_titre,
    issue_titre,
    titre_states,
)
from ledger.execution.recoveries.settle_titre import cancel_titre, set_off
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from ledger.journal.reversal import NotReversible, reverse_entry
from ledger.storage.session import Context, ContractSession, context
from tests.execution.lives import EPCI, carry, open_years

MAY, SETTLED, LATER = date(2016, 5, 13), date(2017, 6, 15), date(2017, 6, 20)
LOOK_ALIKE = ("T 9", "T 9 (bis)", "T 9 (CCAS)", "T 9 (2)", "2e TITRE T 9", 'T "9"\n; Malgré l\'avis : (x)')


def overpaid(session: Session, code: str) -> Convention:
    """A convention of 12 000 €, paid 6 000 €, whose bilan shows that nothing was spent."""
    [convention] = carry(session, code, {EPCI: "12 000"})
    order_payment(session, convention, None, on=MAY)
    record_payment(session, convention, parse_money("6 000"), on=MAY, reference=f"B {code}")
    settle_bilan(
        session,
        convention,
        BilanForm(f"2016-{code}", slices={"qpv": ZERO}, other_funding=ZERO, piece="Cerfa", on=SETTLED),
    )
    return convention


def left(session: Session) -> dict[str, tuple[str, str]]:
    """What was collected on each titre, and what it waits for."""
    return {each.titre.reference: (each.collected.plain(), each.left.plain()) for each in titre_states(session)}


def sound(session: Session) -> bool:
    return (audit_book(session), check_tied(session)) == ([], [])


def cancelled(session: Session, titre: Titre) -> int:
    posted, _ = cancel_titre(session, titre, motive="Remise", piece="Délibération", on=LATER, waived=True)
    return posted.sequence


def test_undoing_the_cancellation_of_a_titre_leaves_those_that_look_like_it(session: Session) -> None:
    """F11"""
    open_years(session, 2016, 2017)
    for code, reference in zip("ABCDEF", LOOK_ALIKE, strict=True):
        issue_titre(session, overpaid(session, code), reference=reference, on=LATER)
    waiting = dict.fromkeys(LOOK_ALIKE, ("0.00", "6000.00"))
    for place, reference in enumerate(LOOK_ALIKE):
        titre = find_titre(session, reference)
        number = cancelled(session, titre)
        assert left(session) == waiting | {reference: ("0.00", "0.00")}
        undo_act(session, number, motive=f"Erreur ; Malgré l'avis : {reference}", on=LATER)
        assert (titre.cancelled_on, left(session)) == (None, waiting)
        again = cancelled(session, titre)
        assert titre.cancellation_number == again
        undo_act(session, again, motive="Encore", on=LATER)
        posted = collect_titre(session, titre, parse_money("1 000"), on=LATER, reference=f"P {reference}")
        undo_act(session, posted.sequence, motive="Erreur", on=LATER)
        collect_titre(session, titre, parse_money("1 000"), on=LATER, reference=f"P {reference}")
        waiting[reference] = ("1000.00", "5000.00")
        assert left(session) == waiting, place
    assert sound(session)


def test_a_titre_undone_may_be_issued_again_and_then_cancelled(session: Session) -> None:
    """F11"""
    open_years(session, 2016, 2017)
    convention = overpaid(session, "A")
    _, posted = issue_titre(session, convention, reference="T 9", on=LATER)
    undo_act(session, posted.sequence, motive="Erreur", on=LATER)
    titre, again = issue_titre(session, convention, reference="T 9", on=LATER)
    assert (again.reference, titre.cancelled_on) == ("2e TITRE T 9", None)
    cancelled(session, titre)
    assert left(session) == {"T 9": ("0.00", "0.00")}
    assert sound(session)


def test_a_reference_typed_never_takes_the_place_of_an_act_written_again(session: Session) -> None:
    """F11"""
    open_years(session, 2016)
    [convention] = carry(session, "A", {EPCI: "12 000"})
    order_payment(session, convention, None, on=MAY)
    first = record_payment(session, convention, parse_money("1 000"), on=MAY, reference="B12")
    typed = record_payment(session, convention, parse_money("1 000"), on=MAY, reference="B12 (2)")
    undo_act(session, first.sequence, motive="Erreur", on=MAY)
    again = record_payment(session, convention, parse_money("1 000"), on=MAY, reference="B12")
    assert [again.new, again.reference, typed.reference] == [True, "2e PAIEMENT B12", "PAIEMENT B12 (2)"]
    assert not record_payment(session, convention, parse_money("1 000"), on=MAY, reference="B12").new
    undo_act(session, again.sequence, motive="Erreur", on=MAY)
    standing = {each.reference: each.entry_number for each in payments_of(session, convention.number)}
    assert standing == {"B12 (2)": typed.sequence}
    assert sound(session)


WORDS = st.text(alphabet=st.sampled_from("T9 ()be2'\";:\nPAIEMENTORD%_é"), min_size=1, max_size=12).filter(
    lambda typed: bool(typed.strip())
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(references=st.lists(WORDS, min_size=2, max_size=4, unique_by=str.strip), data=st.data())
def test_whatever_people_type_each_act_is_undone_alone(
    engine: Engine, references: list[str], data: st.DataObject
) -> None:
    """F11"""

    acting = Context("CV195", "test", "test")
    with engine.connect().execution_options(writing=True) as connection, ContractSession(connection, acting) as session:
        open_years(session, 2016)
        [convention] = carry(session, "A", {EPCI: "12 000"})
        order_payment(session, convention, None, on=MAY, reference=references[0])
        numbers = {
            each.strip(): record_payment(session, convention, parse_money("10"), on=MAY, reference=each).sequence
            for each in references
        }
        for turn in range(4):
            reference = data.draw(st.sampled_from(sorted(numbers)))
            undo_act(session, numbers[reference], motive=f"{turn}", on=MAY)
            standing = {each.reference: each.entry_number for each in payments_of(session, convention.number)}
            assert standing == {name: number for name, number in numbers.items() if name != reference}
            numbers[reference] = record_payment(
                session, convention, parse_money("10"), on=MAY, reference=reference
            ).sequence
        assert sound(session)
        session.rollback()


@pytest.fixture
def lived(session: Session) -> Session:
    """A book with an act of every kind that the audit compares."""
    open_years(session, 2016, 2017)
    first, second, third = (overpaid(session, code) for code in "ABC")
    titre, _ = issue_titre(session, first, reference="T 9", on=LATER)
    collect_titre(session, titre, parse_money("1 000"), on=LATER, reference="P503")
    cancelled(session, titre)
    issue_titre(session, second, reference="T 10", on=LATER)
    set_off(session, third, 2017, piece="Convention 2017", on=LATER)
    [amended] = carry(session, "D", {EPCI: "12 000"})
    order, _ = order_payment(session, amended, None, on=MAY, reference="M-D")
    reject_order(session, order, motive="RIB", on=MAY)
    change = AvenantForm(amounts={("2016-D", EPCI): parse_money("-1 000")})
    record_avenant(session, amended, change, piece="Avenant 1", on=date(2016, 6, 1))
    session.flush()
    assert sound(session)
    return session


TAMPERED = [
    ("UPDATE payment SET amount = amount + 1 WHERE reference = 'B A'", "acte_ecart_montant", "paiement B A"),
    ("UPDATE payment SET paid_on = '2016-05-14' WHERE reference = 'B A'", "acte_ecart_jour", "paiement B A"),
    ("DELETE FROM payment WHERE reference = 'B A'", "ecriture_sans_acte", "écriture"),
    (
        (
            "INSERT INTO payment (contract, reference, convention, paid_on, amount, entry_number)"
            " SELECT contract, 'B Z', convention, paid_on, amount, entry_number FROM payment WHERE reference = 'B A'"
        ),
        "acte_double",
        "paiement B Z",
    ),
    ("UPDATE payment SET entry_number = NULL WHERE reference = 'B A'", "acte_sans_ecriture", "paiement B A"),
    ("UPDATE payment SET entry_number = 1 WHERE reference = 'B A'", "acte_sans_ecriture", "paiement B A"),
    (
        (
            "UPDATE payment SET entry_number = (SELECT entry_number FROM payment WHERE reference = 'B B')"
            " WHERE reference = 'B A'"
        ),
        "acte_autre_ecriture",
        "paiement B A",
    ),
    ("UPDATE payment SET undone_on = '2016-05-14' WHERE reference = 'B A'", "acte_ecart_annulation", "paiement B A"),
    ("UPDATE payment_order SET ordered_on = '2016-05-14' WHERE reference = 'M-D'", "acte_ecart_jour", "mandat M-D"),
    ("UPDATE payment_order SET rejected_on = NULL WHERE reference = 'M-D'", "acte_ecart_annulation", "mandat M-D"),
    ("UPDATE payment_order SET reversal_number = 1 WHERE reference = 'M-D'", "acte_ecart_annulation", "mandat M-D"),
    ("UPDATE payment_order_line SET gross = gross + 1 WHERE reference = 'M-D'", "acte_ecart_montant", "mandat M-D"),
    ("UPDATE titre SET amount = amount - 1 WHERE reference = 'T 10'", "acte_ecart_montant", "titre T 10"),
    ("UPDATE titre SET issued_on = '2017-06-21' WHERE reference = 'T 10'", "acte_ecart_jour", "titre T 10"),
    ("DELETE FROM titre WHERE reference = 'T 10'", "ecriture_sans_acte", "écriture"),
    ("UPDATE titre SET cancelled_on = NULL, cancellation_number = NULL", "ecriture_sans_acte", "écriture"),
    (
        "UPDATE titre SET cancelled_on = '2017-06-21' WHERE reference = 'T 9'",
        "acte_ecart_jour",
        "annulation du titre T 9",
    ),
    ("UPDATE collection SET amount = amount + 1", "acte_ecart_montant", "encaissement P503"),
    ("UPDATE collection SET collected_on = '2017-06-21'", "acte_ecart_jour", "encaissement P503"),
    ("DELETE FROM collection", "ecriture_sans_acte", "écriture"),
    ("UPDATE set_off SET amount = amount + 1", "acte_ecart_montant", "compensation de"),
    ("UPDATE set_off SET decided_on = '2017-06-21'", "acte_ecart_jour", "compensation de"),
    ("DELETE FROM set_off", "ecriture_sans_acte", "écriture"),
    ("UPDATE bilan SET settled_on = '2017-06-16' WHERE action = '2016-A'", "acte_ecart_jour", "bilan"),
    ("UPDATE bilan_line SET amount_final = 1 WHERE action = '2016-A'", "bilan_ecart_effet", "bilan"),
    ("UPDATE bilan SET entry_number = NULL WHERE action = '2016-A'", "ecriture_sans_acte", "écriture"),
    ("UPDATE convention SET signed_on = '2016-04-28' WHERE signed_on = '2016-04-29'", "acte_ecart_jour", "convention"),
    ("UPDATE convention SET entry_number = NULL", "acte_sans_ecriture", "convention"),
    ("UPDATE convention SET ending_number = 1 WHERE entry_number > 0", "acte_sans_ecriture", "annulation de la"),
]


def test_the_audit_finds_every_act_that_its_entry_contradicts(lived: Session) -> None:
    """F11"""
    for statement, code, subject in TAMPERED:
        with lived.begin_nested() as tampering:
            lived.execute(text(statement))
            lived.expire_all()
            found = check_tied(lived)
            tampering.rollback()
        lived.expire_all()
        assert any(each.code == code and each.subject.startswith(subject) for each in found), (statement, found)
        assert all(each.message.endswith(".") for each in found)
    assert sound(lived)


def test_a_second_undoing_says_who_undid_it_and_that_its_motive_is_not_kept(session: Session) -> None:
    """F53"""
    open_years(session, 2016)
    [convention] = carry(session, "A", {EPCI: "12 000"})
    order_payment(session, convention, None, on=MAY)
    paid = record_payment(session, convention, parse_money("1 000"), on=MAY, reference="B12")
    context(session).agent = "anne"
    undone = undo_act(session, paid.sequence, motive="Erreur", on=MAY)
    context(session).agent = "paul"
    for again in (undo_act, reverse_entry):
        with pytest.raises(NotReversible) as refused:
            again(session, paid.sequence, motive="Autre motif", on=MAY)
        said = refused.value.problem
        assert f"par l'écriture {undone.sequence} du 13/05/2016, par anne" in said
        assert "Votre motif n'a pas été enregistré." in said


def test_acts_done_twice_say_whose_act_stands(session: Session) -> None:
    """F53"""
    open_years(session, 2016, 2017)
    context(session).agent = "anne"
    first = overpaid(session, "A")
    titre, _ = issue_titre(session, first, reference="T 9", on=LATER)
    collected = collect_titre(session, titre, parse_money("6 000"), on=LATER, reference="P503")
    with pytest.raises(RecoveryRefused, match=rf"l'écriture {collected.sequence} du 20/06/2017, par anne"):
        collect_titre(session, titre, parse_money("6 000"), on=LATER, reference="P504")
    undo_act(session, collected.sequence, motive="Erreur", on=LATER)
    number = cancelled(session, titre)
    with pytest.raises(RecoveryRefused, match=rf"par l'écriture {number} du 20/06/2017, par anne"):
        cancelled(session, titre)
    [order] = orders_of(session, first.number)
    assert order.entry_number is not None
