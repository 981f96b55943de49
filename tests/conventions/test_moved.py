"""A convention split, an action that changes porteur: what was ordered stays, what remains moves, one act undoes it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.conventions.audit import check_conventions
from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.forms import AvenantForm, ConventionForm
from ledger.conventions.model import Convention
from ledger.conventions.move_commitment import (
    CommitmentNotMovable,
    instalments_moved,
    move_commitment,
    parts_asked,
    parts_committed,
    transfer_action,
)
from ledger.conventions.schedule import parse_plan
from ledger.conventions.sign_convention import sign_convention
from ledger.conventions.undo_move import moves_undone_with
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.execution.audit import check_tied
from ledger.execution.figures import state_of
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.overdraft import Overdraft
from ledger.journal.reversal import NotReversible
from ledger.programming.actions.grants import conventioned
from ledger.programming.queries import find_action
from ledger.referential.queries import find_porteur
from tests.conventions.support import LINE, add_porteur, draft, grant, signed

ON = date(2016, 9, 12)
KEY = ("2016-001", LINE)


@given(data=st.data(), cents=st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(any))
def test_whatever_moves_every_cent_is_kept_and_what_was_ordered_stays(data: st.DataObject, cents: list[int]) -> None:
    instalments = [Money(each) for each in cents]
    ordered = Money(data.draw(st.integers(0, sum(cents) - 1)))
    moved = Money(data.draw(st.integers(1, sum(cents) - ordered.cents)))
    parts = instalments_moved(instalments, ordered, moved)
    assert total(parts) == moved
    assert all(ZERO <= part <= each for part, each in zip(parts, instalments, strict=True))
    staying = [each - part for each, part in zip(instalments, parts, strict=True)]
    paid, so_far = ordered, ZERO
    for stays, each in zip(staying, instalments, strict=True):
        used = min(each, paid - so_far)
        so_far += used
        assert stays >= used


def half_paid(session: Session, amount: str = "10 000") -> Convention:
    """10 000 €, or this, in three instalments, of which 7 000 are due at signature: 6 000 ordered, 5 000 paid."""
    plan = parse_plan("70 %@signature ; 1 000@2016-10-01 ; solde@bilan")
    convention = signed(session, amount, ConventionForm(plan=plan))
    order_payment(session, convention, parse_money("6 000"), on=date(2016, 6, 1), reference="M1")
    record_payment(session, convention, parse_money("5 000"), on=date(2016, 6, 20), reference="B1")
    return convention


def audited(session: Session) -> None:
    session.flush()
    assert [*check_conventions(session), *check_tied(session), *audit_book(session)] == []


def schedule(convention: Convention) -> list[tuple[int, str, str]]:
    return [(each.rank, each.amount.plain(), each.condition) for each in convention.instalments]


def test_a_convention_is_split_and_put_together_again(session: Session) -> None:
    convention = half_paid(session)
    before = (schedule(convention), convention.schedule, balances(session))
    parts = parts_asked(session, convention, {KEY: parse_money("3 000")})
    porteur = find_porteur(session, "ATELIERS")
    new, posted = move_commitment(session, convention, parts, porteur=porteur, piece="Avenant 1", on=ON)
    assert (new.beneficiary, new.amount, convention.amount) == ("ATELIERS", parse_money("3 000"), parse_money("7 000"))
    assert schedule(convention) == [(1, "6250.00", "signature"), (2, "250.00", "date"), (3, "500.00", "bilan")]
    assert schedule(new) == [(1, "750.00", "signature"), (2, "750.00", "date"), (3, "1500.00", "bilan")]
    assert new.lines[0].terms == convention.lines[0].terms
    states = [state_of(session, each) for each in (convention, new)]
    assert [(each.granted, each.ordered, each.paid) for each in states] == [
        (parse_money("7 000"), parse_money("6 000"), parse_money("5 000")),
        (parse_money("3 000"), ZERO, ZERO),
    ]
    assert {key.convention: amount for key, amount in conventioned(session, 2016).items()} == {
        convention.number: parse_money("7 000"),
        new.number: parse_money("3 000"),
    }
    audited(session)
    undo_act(session, posted.sequence, motive="Trop tôt", on=ON)
    assert (new.state, convention.amount) == ("annulee", parse_money("10 000"))
    assert (schedule(convention), convention.schedule, balances(session)) == before
    assert [each.piece for each in convention.avenants] == ["Avenant 1", "Annulation de l'écriture 6 : Trop tôt"]
    audited(session)


def test_an_action_goes_to_another_porteur_with_all_that_is_not_ordered(session: Session) -> None:
    first = half_paid(session, "8 999,99")
    grant(session, "2016-001", "1 000,01", on=ON)
    second = draft(session, on=ON)
    add_porteur(session, "REPRISE")
    taker, action = find_porteur(session, "REPRISE"), find_action(session, "2016-001")
    with pytest.raises(CommitmentNotMovable, match=second.number):
        transfer_action(session, action, taker, piece="Avenant de transfert", on=ON, settled={})
    second.state = "annulee"
    session.flush()
    second = draft(session, on=ON)
    sign_convention(session, second, piece="Délibération 2", on=ON)
    before = balances(session)
    done = transfer_action(session, action, taker, piece="Avenant de transfert", on=ON, settled={})
    assert [(old.number, new.beneficiary, new.amount) for old, new, _, _ in done] == [
        (first.number, "REPRISE", parse_money("2 999,99")),
        (second.number, "REPRISE", parse_money("1 000,01")),
    ]
    assert (action.porteur, action.status, first.beneficiary) == ("REPRISE", "conventionne", "ATELIERS")
    assert [each.kind for _, each, _, _ in done] == ["convention", "convention"]
    audited(session)
    numbers = [posted.sequence for _, _, posted, _ in done]
    assert moves_undone_with(session, numbers[0]) == numbers[1:]
    undo_act(session, numbers[0], motive="Refusé", on=ON)
    assert (action.porteur, action.status, balances(session)) == ("ATELIERS", "conventionne", before)
    assert {each.state for _, each, _, _ in done} == {"annulee"}
    audited(session)


def test_nothing_moves_that_is_not_committed_and_nothing_comes_back_once_changed(session: Session) -> None:
    convention = half_paid(session)
    with pytest.raises(CommitmentNotMovable, match=r"4.000,00.€ engagés"):
        parts_asked(session, convention, {KEY: parse_money("4 000,01")})
    porteur, parts = find_porteur(session, "ATELIERS"), parts_committed(session, convention)
    with pytest.raises(CommitmentNotMovable, match="bilan"):
        move_commitment(session, convention, parts, porteur=porteur, piece="Avenant 1", on=ON, settled={"2016-001"})
    new, posted = move_commitment(session, convention, parts, porteur=porteur, piece="Avenant 1", on=ON)
    [ordered, *_] = order_payment(session, new, parse_money("500"), on=ON, reference="M2")
    with pytest.raises(Overdraft) as refused:
        undo_act(session, posted.sequence, motive="Erreur", on=ON)
    assert f"journal annuler {ordered.entry_number}" in refused.value.remedy
    record_avenant(session, new, AvenantForm(amounts={KEY: Money(-100)}), piece="Avenant 2", on=ON)
    with pytest.raises(NotReversible, match="modifiée depuis"):
        undo_act(session, posted.sequence, motive="Erreur", on=ON)
    with pytest.raises(CommitmentNotMovable, match="rien d'engagé"):
        move_commitment(session, convention, [], porteur=porteur, piece="Avenant 3", on=ON)
