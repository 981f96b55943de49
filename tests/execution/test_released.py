"""What was released of a grant is paid by nobody: a bilan settles on what can still be reached."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.core.money import Money, parse_money
from ledger.execution.bilans.record_final_decision import FinalDecisionRefused, record_decision
from ledger.execution.figures import state_of
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.payments.release_commitment import ReleaseRefused, release_commitment, released_amounts
from ledger.execution.queries import bilans_of_conventions
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from ledger.journal.exercices import open_exercice
from ledger.journal.reversal import NotReversible
from ledger.reports.convention_life import scheduled_payments
from tests.execution.lives import euros
from tests.execution.test_action_bilans import CAF, DECIDED, OWN, SETTLED, action, settle

PAID_ON, RELEASED_ON = date(2016, 6, 1), date(2016, 9, 1)


def pay_by_the_epci(session: Session, convention: Convention, amount: str) -> None:
    order_payment(session, convention, parse_money(amount), on=PAID_ON, reference=f"M {convention.number}")
    record_payment(session, convention, parse_money(amount), on=PAID_ON, reference=f"B {convention.number}")


def free(session: Session, convention: Convention) -> int:
    return release_commitment(session, convention, motive="Action réduite", on=RELEASED_ON)[0].sequence


def three(session: Session) -> list[Convention]:
    """F04: 6 000 of a cost of 10 000 in three conventions; 2 100 and 1 400 paid on the first two."""
    found = action(session, (OWN, "3 000"), (OWN, "2 000"), (OWN, "1 000"))
    pay_by_the_epci(session, found[0], "2 100")
    pay_by_the_epci(session, found[1], "1 400")
    return found


def finals(session: Session, conventions: list[Convention]) -> list[Money]:
    return [state_of(session, each).justified for each in conventions]


def to_recover(session: Session, conventions: list[Convention]) -> list[Money]:
    return [state_of(session, each).to_recover for each in conventions]


def test_a_convention_released_before_the_bilan_takes_no_part_of_what_the_others_leave(session: Session) -> None:
    """F04: 333,33 were "justified" on a convention where nothing is nor can be paid."""
    conventions = three(session)
    free(session, conventions[2])
    settle(session, conventions[0], "5 000", "2 999,99")
    assert finals(session, conventions) == euros("1 200,01", "800", "0")
    assert to_recover(session, conventions) == euros("899,99", "600", "0")
    assert audit_book(session) == []


def test_a_release_that_was_undone_before_the_bilan_does_not_count(session: Session) -> None:
    """F04"""
    conventions = three(session)
    undo_act(session, free(session, conventions[2]), motive="Erreur", on=RELEASED_ON)
    assert released_amounts(session, "A") == {}
    settle(session, conventions[0], "5 000", "2 999,99")
    assert finals(session, conventions) == euros("1 000,01", "666,67", "333,33")


def test_what_is_left_of_a_convention_partly_paid_caps_it_at_what_was_paid(session: Session) -> None:
    """F04: 3 000 signed, 2 100 paid, 900 released; the action costs what was planned."""
    conventions = three(session)
    free(session, conventions[0])
    settle(session, conventions[0], "10 000", "0")
    assert finals(session, conventions) == euros("2 100", "2 000", "1 000")
    assert to_recover(session, conventions) == euros("0", "0", "0")


def test_a_single_convention_keeps_its_rate_and_is_capped_at_what_is_left_of_it(session: Session) -> None:
    """F04: 60 % of 4 000 is 2 400, and 2 100 only can be reached; the steps say what was released."""
    [convention] = action(session, (OWN, "6 000"))
    pay_by_the_epci(session, convention, "2 100")
    free(session, convention)
    bilan = settle(session, convention, "4 000", "0")
    [line] = bilan.lines
    assert (line.amount_final, line.limited_by) == (parse_money("2 100"), "montant conventionné − montant dégagé")
    assert line.steps[0] == {
        "montant": "2100.00",
        "texte": "montant conventionné − montant dégagé",
        "etapes": [
            {"montant": "6000.00", "texte": "montant conventionné"},
            {"montant": "-3900.00", "texte": "dégagé avant le bilan"},
        ],
    }
    assert line.steps[1]["montant"] == "2400.00"
    assert state_of(session, convention).to_recover == parse_money("0")


def test_below_what_was_paid_the_rate_signed_still_decides(session: Session) -> None:
    """F04: 60 % of 3 000, not 21 % of it."""
    [convention] = action(session, (OWN, "6 000"))
    pay_by_the_epci(session, convention, "2 100")
    free(session, convention)
    settle(session, convention, "3 000", "0")
    assert (finals(session, [convention]), to_recover(session, [convention])) == (euros("1 800"), euros("300"))


def test_what_bilans_freed_is_no_release(session: Session) -> None:
    """F04"""
    conventions = three(session)
    settle(session, conventions[0], "5 000", "2 999,99")
    assert released_amounts(session, "A") == {}


def test_what_a_bilan_says_is_due_is_not_released(session: Session) -> None:
    """F04: 2 400 justified, 1 000 paid: 1 400 are owed, and stay engaged until they are ordered."""
    [convention] = action(session, (OWN, "6 000"))
    pay_by_the_epci(session, convention, "1 000")
    bilan = settle(session, convention, "4 000", "0")
    with pytest.raises(ReleaseRefused, match=r"1\s400,00\s€ restent dus au bénéficiaire") as refused:
        release_commitment(session, convention, motive="Fin", on=DECIDED)
    assert f"versement ordonner {convention.number}" in refused.value.remedy
    assert f"journal annuler {bilan.entry_number}" in refused.value.remedy
    assert bilan.entry_number is not None
    undo_act(session, bilan.entry_number, motive="Le bénéficiaire renonce au solde", on=SETTLED)
    release_commitment(session, convention, motive="Renoncement", on=SETTLED)
    settle(session, convention, "4 000", "0")
    assert (finals(session, [convention]), state_of(session, convention).still_due) == (
        euros("1 000"),
        parse_money("0"),
    )


def test_a_debt_that_can_no_longer_be_claimed_is_released(session: Session) -> None:
    """Loi 68-1250, art. 1: four years from the 1st of January after the bilan."""
    [convention] = action(session, (OWN, "6 000"))
    pay_by_the_epci(session, convention, "1 000")
    settled_in = settle(session, convention, "4 000", "0").settled_on.year
    for each in (settled_in + 4, settled_in + 5):
        open_exercice(session, each)
    with pytest.raises(ReleaseRefused):
        release_commitment(session, convention, motive="Prescrite", on=date(settled_in + 4, 12, 31))
    assert release_commitment(session, convention, motive="Prescrite", on=date(settled_in + 5, 1, 1))[1] == parse_money(
        "1 400"
    )


def test_what_a_financeur_will_not_pay_is_its_decision(session: Session) -> None:
    """F04: the way out of a convention it pays itself is the amount it settled."""
    [caf] = action(session, (CAF, "4 000"))
    settle(session, caf, "10 000", "0")
    with pytest.raises(ReleaseRefused) as refused:
        release_commitment(session, caf, motive="Fin", on=DECIDED)
    assert f"bilan constater {caf.number}" in refused.value.remedy
    bilan = bilans_of_conventions(session, caf.number)["A"]
    record_decision(session, caf, bilan, parse_money("0"), piece="Courrier", on=DECIDED)
    assert finals(session, [caf]) == euros("0")


def states(session: Session, convention: Convention) -> list[str]:
    return [each.state for each in scheduled_payments(session, convention, SETTLED)]


def test_instalments_released_are_told_released_with_or_without_a_bilan(session: Session) -> None:
    """F04: the bilan reduced nothing of what was released before it."""
    [convention] = action(session, (OWN, "6 000"))
    pay_by_the_epci(session, convention, "2 100")
    free(session, convention)
    noted = states(session, convention)
    assert {each.rpartition("; ")[2] for each in noted} == {"dégagée"}
    settle(session, convention, "10 000", "0")
    assert states(session, convention) == noted


def test_instalments_that_a_bilan_reduced_are_told_so(session: Session) -> None:
    [convention] = action(session, (OWN, "6 000"))
    pay_by_the_epci(session, convention, "2 100")
    settle(session, convention, "3 500", "0")
    assert set(states(session, convention)) <= {"ordonnée", "réduite par le bilan"}
    assert "réduite par le bilan" in states(session, convention)


def test_a_release_that_a_bilan_took_off_is_undone_after_that_bilan(session: Session) -> None:
    """F04"""
    conventions = three(session)
    entry = free(session, conventions[2])
    bilan = settle(session, conventions[0], "5 000", "2 999,99")
    with pytest.raises(NotReversible, match="compte ce que ce dégagement a libéré") as refused:
        undo_act(session, entry, motive="Erreur", on=SETTLED)
    assert f"journal annuler {bilan.entry_number}" in refused.value.remedy
    assert bilan.entry_number is not None
    undo_act(session, bilan.entry_number, motive="Erreur", on=SETTLED)
    undo_act(session, entry, motive="Erreur", on=SETTLED)
    settle(session, conventions[0], "5 000", "2 999,99")
    assert finals(session, conventions) == euros("1 000,01", "666,67", "333,33")


def test_a_financeur_decides_no_more_than_what_is_left_of_its_grant(session: Session) -> None:
    """F04: 4 000 of the Caf, 2 500 paid, 1 500 released."""
    [caf] = action(session, (CAF, "4 000"))
    record_payment(session, caf, parse_money("2 500"), on=PAID_ON, reference="CAF 1")
    free(session, caf)
    settle(session, caf, "10 000", "0")
    assert finals(session, [caf]) == euros("2 500")
    bilan = bilans_of_conventions(session, caf.number)["A"]
    with pytest.raises(FinalDecisionRefused, match=r"4\s000,00\s€ sont accordés, dont 1\s500,00\s€ dégagés"):
        record_decision(session, caf, bilan, parse_money("2 500,01"), piece="Courrier", on=DECIDED)
    record_decision(session, caf, bilan, parse_money("2 500"), piece="Courrier", on=DECIDED)
    assert (finals(session, [caf]), to_recover(session, [caf])) == (euros("2 500"), euros("0"))


def test_a_financeur_decides_nothing_of_a_grant_released_whole(session: Session) -> None:
    """F04"""
    [caf] = action(session, (CAF, "4 000"))
    free(session, caf)
    settle(session, caf, "10 000", "0")
    bilan = bilans_of_conventions(session, caf.number)["A"]
    record_decision(session, caf, bilan, parse_money("0"), piece="Courrier", on=DECIDED)
    assert finals(session, [caf]) == euros("0")
