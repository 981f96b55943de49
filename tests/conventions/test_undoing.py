"""A signature may be undone and signed again; what was amended or cancelled is answered by another act; all audited."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger.conventions.audit import check_conventions
from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.end_convention import EndRefused, cancel_convention, settle_convention
from ledger.conventions.forms import AvenantForm
from ledger.conventions.queries import find_convention
from ledger.conventions.rights import record_right
from ledger.conventions.sign_convention import sign_convention
from ledger.conventions.stages import record_stage, stages_of
from ledger.core.money import ZERO, Money, parse_money
from ledger.execution.bilans.read_bilan import BilanForm, slices_by_headcount
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.model import Entry
from ledger.journal.positions import Position
from ledger.journal.posting import OtherContent
from ledger.journal.reversal import NotReversible
from ledger.programming.actions.move_status import move_status
from ledger.programming.queries import find_action, status_history
from ledger.referential.queries import find_line
from tests.conventions.support import LINE, SIGNED_ON, draft, grant, open_year, signed

ON = date(2016, 9, 12)


def last(session: Session) -> int:
    return session.scalars(select(Entry.sequence).order_by(Entry.sequence.desc())).first() or 0


def test_a_signature_undone_leaves_a_draft_that_can_be_signed_again(session: Session) -> None:
    convention = signed(session)
    undo_act(session, last(session), motive="Signée par erreur", on=SIGNED_ON)
    assert (convention.state, convention.signed_on) == ("brouillon", None)
    assert balances(session, positions=(Position.ENGAGE,)) == {}
    again = sign_convention(session, convention, piece="Délibération du 11/04/2016", on=SIGNED_ON)
    assert again.new
    assert list(balances(session, positions=(Position.ENGAGE,)).values()) == [parse_money("10 000")]


def test_a_signature_undone_is_on_no_paper_and_holds_no_action(session: Session) -> None:
    convention = signed(session)
    action = find_action(session, "2016-001")
    assert action.status == "conventionne"
    record_stage(session, convention, "notifiee", on=ON)
    undo_act(session, last(session), motive="Signée par erreur", on=ON)
    assert [each.stage for each in stages_of(session, convention)] == []
    history = [(each.status, each.reason) for each in status_history(session, action)]
    assert (action.status, history[-1]) == ("accorde", ("accorde", "Signée par erreur"))
    sign_convention(session, convention, piece="Délibération", on=SIGNED_ON)
    assert action.status == "conventionne"


def test_a_signature_is_not_undone_under_a_settled_bilan(session: Session) -> None:
    convention = signed(session)
    engagement = last(session)
    slices = slices_by_headcount(session, "2016-001", parse_money("20 000"), {})
    settle_bilan(session, convention, BilanForm("2016-001", slices=slices, other_funding=ZERO, piece="CRF", on=ON))
    with pytest.raises(NotReversible, match="Le bilan de l'action 2016-001 est arrêté") as refusal:
        undo_act(session, engagement, motive="Erreur", on=ON)
    assert refusal.value.remedy.endswith(f"cofiville journal annuler {last(session)} --motif MOTIF.")
    undo_act(session, last(session), motive="Erreur", on=ON)
    assert find_action(session, "2016-001").status == "conventionne"
    undo_act(session, engagement, motive="Erreur", on=ON)
    assert convention.state == "brouillon"


def test_a_settled_convention_is_open_again_when_its_payment_is_undone(session: Session) -> None:
    convention = signed(session)
    order_payment(session, convention, None, on=ON)
    paid = record_payment(session, convention, parse_money("7 000"), on=ON, reference="B1").sequence
    slices = slices_by_headcount(session, "2016-001", parse_money("14 000"), {})
    settle_bilan(session, convention, BilanForm("2016-001", slices=slices, other_funding=ZERO, piece="CRF", on=ON))
    settle_convention(session, convention, missing=())
    action = find_action(session, "2016-001")
    move_status(session, action, "solde", on=ON)
    undo_act(session, paid, motive="Virement revenu", on=ON)
    assert (convention.state, action.status) == ("signee", "realise")
    with pytest.raises(EndRefused, match=r"7.000,00.€ ordonné"):
        settle_convention(session, convention, missing=())


def test_a_right_undone_is_recorded_again_as_it_should_have_been(session: Session) -> None:
    open_year(session)
    line = find_line(session, "ETAT-PDV-DRE")
    posted = record_right(session, "DRE-1", line, 2016, parse_money("9 000"), piece="Arrêté", on=ON)
    right = find_convention(session, "DRE-1")
    undo_act(session, posted.sequence, motive="Montant mal lu", on=ON)
    assert (right.state, balances(session, positions=(Position.A_RECEVOIR,))) == ("annulee", {})
    again = record_right(session, "DRE-1", line, 2016, parse_money("8 000"), piece="Arrêté", on=ON)
    assert (again.new, right.state, right.amount) == (True, "signee", parse_money("8 000"))
    assert list(balances(session, positions=(Position.A_RECEVOIR,)).values()) == [parse_money("8 000")]
    assert record_right(session, "DRE-1", line, 2016, parse_money("8 000"), piece="Arrêté", on=ON) == (
        again.sequence,
        again.reference,
        False,
    )
    with pytest.raises(OtherContent):
        record_right(session, "DRE-1", line, 2016, parse_money("7 000"), piece="Arrêté", on=ON)
    assert audit_book(session) == []


def test_an_avenant_and_the_signature_under_it_are_not_undone(session: Session) -> None:
    convention = signed(session)
    engagement = last(session)
    change = AvenantForm(amounts={("2016-001", LINE): Money(-100)})
    record_avenant(session, convention, change, piece="Avenant 1", on=ON)
    for sequence in (last(session), engagement):
        with pytest.raises(NotReversible):
            undo_act(session, sequence, motive="Erreur", on=ON)


def test_a_cancellation_is_not_undone(session: Session) -> None:
    cancel_convention(session, signed(session), piece="Délibération", motive="Abandon", on=ON)
    with pytest.raises(NotReversible, match="ne s'annule pas"):
        undo_act(session, last(session), motive="Erreur", on=ON)


def test_an_action_whose_conventions_are_all_undone_is_conventioned_no_more(session: Session) -> None:
    """F34: cancelled, or lowered to nothing, while another convention of the action stands; then that one too."""
    first = signed(session, "4 000")
    grant(session, "2016-001", "3 000")
    second = draft(session)
    sign_convention(session, second, piece="Délibération 2", on=SIGNED_ON)
    action = find_action(session, "2016-001")
    cancel_convention(session, first, piece="Délibération 3", motive="Abandon", on=ON)
    assert action.status == "conventionne"
    grant(session, "2016-001", "1 000", on=ON)
    lowered = AvenantForm(amounts={("2016-001", LINE): -second.amount})
    record_avenant(session, second, lowered, piece="Avenant 1", on=ON)
    history = [(each.status, each.reason) for each in status_history(session, action)]
    assert (action.status, history[-1]) == ("accorde", ("accorde", f"Avenant à {second.number}"))


def test_an_action_granted_nothing_any_more_is_where_it_was_before_its_grant(session: Session) -> None:
    """F34: its only convention cancelled, nothing is programmed either; it may be granted again."""
    convention = signed(session)
    cancel_convention(session, convention, piece="Délibération", motive="Abandon", on=ON)
    action = find_action(session, "2016-001")
    assert action.status == "depose"
    grant(session, "2016-001", "2 000", on=ON)
    assert action.status == "accorde"


@pytest.mark.parametrize(
    ("tampering", "code"),
    [
        ("UPDATE convention_line SET amount_change = amount_change + 1", "avenant_ecart"),
        ("UPDATE instalment SET amount = amount + 1 WHERE rank = 1", "echeancier_ecart"),
    ],
)
def test_the_audit_finds_an_amount_that_no_avenant_explains(session: Session, tampering: str, code: str) -> None:
    signed(session)
    assert check_conventions(session) == []
    session.execute(text(tampering))
    session.expire_all()
    assert code in {finding.code for finding in check_conventions(session)}
