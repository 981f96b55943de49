"""The bilan belongs to the action: given once, it settles every convention; financeurs decide what they pay."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.conventions.model import Convention
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, parse_money
from ledger.execution.bilans.action_bilan import OtherFundingKnown
from ledger.execution.bilans.queue import bilan_queue
from ledger.execution.bilans.read_bilan import BilanForm, slices_by_headcount
from ledger.execution.bilans.record_final_decision import (
    FinalDecisionRefused,
    bilan_to_decide,
    counted_otherwise,
    record_decision,
)
from ledger.execution.bilans.settle_bilan import BilanRefused, settle_bilan
from ledger.execution.figures import state_of
from ledger.execution.model import Bilan
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.queries import bilans_of_conventions
from ledger.execution.undo_act import undo_act
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.positions import Position
from ledger.journal.reversal import NotReversible
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import SliceForm
from ledger.referential.porteurs import PorteurForm, record_porteur
from tests.execution.lives import open_years, signed

OWN, CAF = "CAPH-PDV", "CAF-DROIT-COMMUN"
SETTLED, DECIDED = date(2017, 6, 1), date(2017, 9, 1)


def action(session: Session, *grants: tuple[str, str]) -> list[Convention]:
    """An association's action of 10 000, and a convention signed for each of these grants, in turn."""
    open_years(session, 2016, 2017)
    record_porteur(session, PorteurForm(code="ASSO", name="Association (exemple)", kind="association"))
    asked = {line: sum(parse_money(a).cents for name, a in grants if name == line) for line, _ in grants}
    fundings = [FundingForm(line, Money(cents)) for line, cents in asked.items()]
    if own := 1_000_000 - sum(asked.values()):
        fundings.append(FundingForm("PORTEUR-FONDS-PROPRES", Money(own)))
    record_action(
        session,
        ActionForm(
            year=2016,
            number="A",
            porteur="ASSO",
            title="Atelier",
            objective="5.1.2",
            cost_total=parse_money("10 000"),
            slices=(SliceForm("qpv", headcount=60), SliceForm("veille", headcount=40)),
            fundings=tuple(fundings),
            example=True,
        ),
    )
    found = []
    for rank, (line, amount) in enumerate(grants):
        on = date(2016, 3, 1 + rank)
        notify_credits(session, line, 2016, parse_money(amount), piece=f"Pièce {rank}", on=on)
        grant_directly(session, "A", line, parse_money(amount), on=on, piece=f"Décision {rank}")
        found += signed(session, "A", 2016)
    return found


def paid_by_caf(session: Session) -> list[Convention]:
    """F04: 4 000 then 2 000 of the CAPH in two conventions, 4 000 that the Caf paid itself."""
    found = action(session, (OWN, "4 000"), (OWN, "2 000"), (CAF, "4 000"))
    record_payment(session, found[2], parse_money("4 000"), on=date(2016, 6, 1), reference="CAF 1")
    return found


def settle(session: Session, convention: Convention, cost: str, others: str | None = None, on: date = SETTLED) -> Bilan:
    slices = slices_by_headcount(session, "A", parse_money(cost), {})
    other_funding = None if others is None else parse_money(others)
    return settle_bilan(
        session, convention, BilanForm("A", slices=slices, other_funding=other_funding, piece="CRF", on=on)
    )[0]


def final(session: Session, convention: Convention) -> Money:
    return state_of(session, convention).justified


def test_one_bilan_settles_both_conventions_of_an_action(session: Session) -> None:
    """F04: 3 000 for the action, shared 2 000 and 1 000."""
    first, second, _ = paid_by_caf(session)
    settle(session, first, "7 000", "4 000")
    assert [final(session, each) for each in (first, second)] == [parse_money("2 000"), parse_money("1 000")]
    assert settle(session, second, "7 000", "4 000") is bilans_of_conventions(session, second.number)["A"]


def test_what_the_book_knows_is_confirmed_or_corrected_never_silently_zero(session: Session) -> None:
    """F04: --autres left out while the Caf's 4 000 is in the book."""
    first, *_ = paid_by_caf(session)
    with pytest.raises(OtherFundingKnown, match=r"4\s000,00\s€ payés par d'autres financeurs.*CAF") as refused:
        settle(session, first, "7 000")
    assert refused.value.amount == parse_money("4 000")
    assert "--autres 4000.00" in refused.value.remedy
    settle(session, first, "7 000", "3 500")
    assert final(session, first) == parse_money("2 333,33")


def test_where_the_book_knows_nothing_the_cost_alone_is_enough(session: Session) -> None:
    first, second = action(session, (OWN, "4 000"), (OWN, "2 000"))
    settle(session, first, "7 000")
    assert [final(session, each) for each in (first, second)] == [parse_money("2 800"), parse_money("1 400")]


def test_two_real_costs_of_one_action_are_refused_with_both(session: Session) -> None:
    """F04: the second is a correction of the first, and says how to make it."""
    first, second, caf = paid_by_caf(session)
    entry = settle(session, first, "7 000", "4 000").entry_number
    for convention in (second, caf):
        with pytest.raises(BilanRefused, match=r"7\s000,00\s€ ; 8\s000,00\s€ annoncés") as refused:
            settle(session, convention, "8 000")
        assert f'journal corriger --motif "MOTIF" {entry} bilan saisir {convention.number}' in refused.value.remedy
    with pytest.raises(BilanRefused, match=r"autres financements 4\s000,00\s€ ; 1\s000,00\s€"):
        settle(session, second, "7 000", "1 000")


def test_undoing_a_bilan_undoes_it_for_every_convention_of_the_action(session: Session) -> None:
    first, second, caf = paid_by_caf(session)
    before = balances(session, action="A")
    bilan = settle(session, first, "7 000", "4 000")
    settle(session, caf, "7 000")
    assert bilan.entry_number is not None
    undo_act(session, bilan.entry_number, motive="Coût mal lu", on=SETTLED)
    assert balances(session, action="A") == before
    assert not any(bilans_of_conventions(session, each.number) for each in (first, second, caf))
    settle(session, second, "8 000", "4 000")
    assert [final(session, each) for each in (first, second)] == [parse_money("2 666,67"), parse_money("1 333,33")]


def test_a_convention_not_signed_yet_has_no_part_and_comes_after(session: Session) -> None:
    first, second = action(session, (OWN, "4 000"), (OWN, "2 000"))
    second.state, second.signed_on = "brouillon", None
    settle(session, first, "7 000", "4 000")
    assert final(session, first) == parse_money("2 800")
    second.state, second.signed_on = "signee", date(2016, 4, 29)
    settle(session, second, "7 000")
    assert final(session, second) == parse_money("200")


def test_the_same_surplus_is_not_taken_back_from_the_caf_too(session: Session) -> None:
    """F04, §5: the CAPH gave up 3 000 for what the Caf paid; the Caf's own rate would ask 1 200 of them again."""
    first, _, caf = paid_by_caf(session)
    settle(session, first, "7 000", "4 000")
    settle(session, caf, "7 000")
    state = state_of(session, caf)
    assert (state.justified, state.to_recover) == (parse_money("4 000"), ZERO)


def test_typed_first_on_the_cafs_convention_the_bilan_comes_to_the_same(session: Session) -> None:
    first, second, caf = paid_by_caf(session)
    settle(session, caf, "7 000")
    settle(session, second, "7 000", "4 000")
    found = [final(session, each) for each in (first, second, caf)]
    assert found == [parse_money(text) for text in ("2 000", "1 000", "4 000")]


def test_the_bilan_given_for_one_convention_is_awaited_for_none(session: Session) -> None:
    first, *_ = paid_by_caf(session)
    late = date(2017, 12, 1)
    assert len([each for each in bilan_queue(session, late) if each.days_late(late)]) == 3
    settle(session, first, "7 000", "4 000")
    assert [each for each in bilan_queue(session, late) if each.given_on is None] == []


def decide(session: Session, convention: Convention, amount: str) -> int:
    bilan = bilan_to_decide(session, convention, "A", piece="Courrier", on=DECIDED)
    _, posted = record_decision(session, convention, bilan, parse_money(amount), piece="Courrier", on=DECIDED)
    return posted.sequence


@pytest.mark.parametrize("decided", ["0", "1 200", "2 100", "2 999,99", "3 000"])
def test_the_book_follows_what_the_financeur_decides_and_back_when_that_is_undone(
    session: Session, decided: str
) -> None:
    [caf] = action(session, (CAF, "3 000"))
    record_payment(session, caf, parse_money("2 500"), on=date(2016, 6, 1), reference="CAF 1")
    settle(session, caf, "7 000")
    assert final(session, caf) == parse_money("2 100")
    before = balances(session, convention=caf.number), state_of(session, caf)
    number = decide(session, caf, decided)
    state, amount = state_of(session, caf), parse_money(decided)
    assert (state.justified, state.paid) == (amount, parse_money("2 500"))
    assert state.to_recover == max(ZERO, parse_money("2 500") - amount)
    assert state.still_due == max(ZERO, amount - parse_money("2 500"))
    undo_act(session, number, motive="Courrier d'une autre action", on=DECIDED)
    assert (balances(session, convention=caf.number), state_of(session, caf)) == before
    assert decide(session, caf, decided) != number


def test_a_decision_is_the_payers_own_and_no_more_than_its_grant(session: Session) -> None:
    first, _, caf = paid_by_caf(session)
    with pytest.raises(FinalDecisionRefused, match="n'a pas de bilan"):
        decide(session, caf, "3 000")
    bilan = settle(session, first, "7 000", "4 000")
    with pytest.raises(FinalDecisionRefused, match="payée par le budget"):
        record_decision(session, first, bilan, parse_money("1 000"), piece="Courrier", on=DECIDED)
    with pytest.raises(FinalDecisionRefused, match=r"4\s000,00\s€ sont accordés"):
        decide(session, caf, "4 000,01")
    number = decide(session, caf, "3 500")
    with pytest.raises(FinalDecisionRefused, match=r"a déjà décidé.*Courrier"):
        decide(session, caf, "3 000")
    proposal = bilans_of_conventions(session, caf.number)["A"].entry_number
    assert proposal is not None
    with pytest.raises(NotReversible) as refused:
        undo_act(session, proposal, motive="Erreur", on=DECIDED)
    assert refused.value.remedy.endswith(f"journal annuler {number} --motif MOTIF.")


def test_the_epcis_bilan_may_follow_what_the_caf_decided(session: Session) -> None:
    first, second, caf = paid_by_caf(session)
    entry = settle(session, first, "7 000", "4 000").entry_number
    decide(session, caf, "3 500")
    otherwise = counted_otherwise(session, "A")
    assert otherwise is not None
    assert otherwise.known == parse_money("3 500")
    assert f" {entry} bilan saisir {first.number} --action A --cout 7000.00 " in otherwise.command
    assert entry is not None
    undo_act(session, entry, motive="La Caf a repris 500", on=DECIDED)
    settle(session, first, "7 000", "3 500", on=DECIDED)
    found = [final(session, each) for each in (first, second, caf)]
    assert found == [parse_money(text) for text in ("2 333,33", "1 166,67", "3 500")]
    assert counted_otherwise(session, "A") is None


@pytest.mark.parametrize("paid", ["0", "2 500", "4 000"])
@pytest.mark.parametrize("other", ["REGION-DSDT", OWN])
def test_spent_as_planned_a_grant_is_kept_whole_whatever_the_others_have_paid_yet(
    session: Session, paid: str, other: str
) -> None:
    """F07: what the porteur expects of a financeur whose convention is in the book is not counted beside it again."""
    first, caf = action(session, (other, "5 000"), (CAF, "4 000"))
    if amount := parse_money(paid):
        record_payment(session, caf, amount, on=date(2016, 6, 1), reference="CAF 1")
    settle(session, first, "10 000", "4 000")
    settle(session, caf, "10 000")
    assert [final(session, each) for each in (first, caf)] == [parse_money("5 000"), parse_money("4 000")]
    assert counted_otherwise(session, "A") is None


def test_typed_first_on_the_cafs_convention_what_the_epci_owes_is_not_counted_twice(session: Session) -> None:
    """F07: the 5 000 that the CAPH granted and has not paid are those of its convention."""
    own, caf = action(session, (OWN, "5 000"), (CAF, "4 000"))
    settle(session, caf, "10 000", "5 000")
    settle(session, own, "10 000")
    assert [final(session, each) for each in (own, caf)] == [parse_money("5 000"), parse_money("4 000")]


def test_what_is_beyond_every_grant_of_the_action_came_from_nobody_in_the_book(session: Session) -> None:
    """F07: 7 000 of others, of which the Caf may pay 4 000: 3 000 come from elsewhere, and 7 000 are left for both."""
    region, caf = action(session, ("REGION-DSDT", "5 000"), (CAF, "4 000"))
    assert settle(session, region, "10 000", "7 000").outside_funding == parse_money("3 000")
    settle(session, caf, "10 000")
    assert [final(session, each) for each in (region, caf)] == [parse_money("3 888,89"), parse_money("3 111,11")]


def test_what_a_financeur_decides_takes_the_place_of_what_was_expected_of_it(session: Session) -> None:
    """F07: 4 000 expected of the Caf, which pays nothing yet and decides 3 500."""
    first, caf = action(session, (OWN, "5 000"), (CAF, "4 000"))
    settle(session, first, "10 000", "4 000")
    decide(session, caf, "3 500")
    otherwise = counted_otherwise(session, "A")
    assert otherwise is not None
    assert (otherwise.counted, otherwise.known) == (parse_money("4 000"), parse_money("3 500"))


def test_an_order_that_waits_on_another_convention_of_the_action_is_named(session: Session) -> None:
    from ledger.execution.payments.order_payment import order_payment

    first, second = action(session, (OWN, "4 000"), (OWN, "2 000"))
    order_payment(session, second, None, on=date(2016, 6, 1))
    with pytest.raises(LedgerError, match=f"pas encore payés sur la convention {second.number}"):
        settle(session, first, "7 000")
    assert not balances(session, action="A", positions=(Position.A_RECOUVRER,))
