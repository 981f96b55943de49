"""A reserve that ends: what its authority programmed stays, the rest opens to others; a ceiling over several years."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.allocation.record_authority_decision import programmed_by_authority, record_authority_programming
from ledger.closing.close_exercice import close_year
from ledger.closing.decide_remainder import (
    RemainderDecisionRefused,
    WantedRemainder,
    decide_remainders,
    outcomes_foreseen,
)
from ledger.closing.vocabulary import RemainderEnd
from ledger.core.money import Money, parse_money
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm
from ledger.referential.porteurs import PorteurForm, record_porteur
from ledger.rules.enveloppe_ceilings import AboveTheCeiling, ceiling_state, check_ceiling

ITI, JUNE, DECEMBER, AFTER = "FEDER-ITI", date(2018, 6, 12), date(2018, 12, 12), date(2019, 2, 1)


@pytest.fixture
def reserved(session: Session) -> str:
    """5 000 € of the ITI notified in 2018, 3 000 of them granted to an action."""
    open_exercice(session, 2018)
    notify_credits(session, ITI, 2018, parse_money("5 000"), piece="Convention ITI", on=date(2018, 3, 1))
    record_porteur(session, PorteurForm(code="COM-X", name="Commune X", kind="commune"))
    asked = (FundingForm(ITI, parse_money("3 000")), FundingForm("PORTEUR-FONDS-PROPRES", parse_money("7 000")))
    form = ActionForm(
        year=2018,
        number="2018-A",
        porteur="COM-X",
        title="Pôle",
        cost_total=parse_money("10 000"),
        fundings=asked,
    )
    record_action(session, form)
    programmed = AccountKey(Position.PROGRAMME, ITI, 2018, action="2018-A")
    move = Move(programmed, AccountKey(Position.DISPONIBLE, ITI, 2018), parse_money("3 000"))
    post_acts(session, [Draft("P", "essai", "COPIL", "COPIL", date(2018, 3, 15), (move,))])
    return "2018-A"


def fates(session: Session) -> dict[Position, tuple[str, Money]]:
    return {each.key.position: (each.fate, each.part(RemainderEnd.KEEP)) for each in outcomes_foreseen(session, 2018)}


def test_nothing_of_a_reserve_is_cancelled_when_it_ends(session: Session, reserved: str) -> None:
    """F10: without a decision of the Région, all of it opens to others."""
    assert fates(session) == {
        Position.DISPONIBLE: (RemainderEnd.LIFT, Money(0)),
        Position.PROGRAMME: (RemainderEnd.LIFT, Money(0)),
    }
    wanted = WantedRemainder(ITI, "PROGRAMME")
    with pytest.raises(RemainderDecisionRefused, match="n'a rien programmé"):
        decide_remainders(session, 2018, wanted, RemainderEnd.KEEP, reason="Programmé", piece="Région", on=DECEMBER)
    decide_remainders(
        session, 2018, wanted, RemainderEnd.CARRY_AVAILABLE, reason="Région", piece="Courrier", on=DECEMBER
    )


def test_what_the_region_programmed_by_the_last_day_stays_and_the_rest_opens(session: Session, reserved: str) -> None:
    """F10: 2 000 € of 3 000 programmed in June; a decision of 2019 does not count for 2018."""
    record_authority_programming(session, reserved, ITI, parse_money("2 000"), piece="Comité", on=JUNE)
    open_exercice(session, 2019)
    late, posted = record_authority_programming(
        session, reserved, ITI, parse_money("1 000"), piece="Comité 2", on=date(2019, 1, 12)
    )
    assert fates(session)[Position.PROGRAMME] == (RemainderEnd.KEEP, parse_money("2 000"))
    undo_act(session, posted.sequence, motive="Mal lu", on=date(2019, 1, 13))
    assert late.reversal_number is not None
    assert programmed_by_authority(session, reserved, ITI) == parse_money("2 000")
    close_year(session, 2018, on=AFTER)
    assert balances(session, line=ITI, year=2018) == {
        AccountKey(Position.NOTIFIE, ITI, 2018): parse_money("5 000"),
        AccountKey(Position.PROGRAMME, ITI, 2018, action=reserved): parse_money("2 000"),
        AccountKey(Position.RESERVE_LEVEE, ITI, 2018): parse_money("3 000"),
    }
    assert audit_book(session) == []


def test_a_reserve_still_held_is_carried_over(session: Session) -> None:
    """F10: before 2018 ends, nothing of it lapses with its exercice."""
    open_exercice(session, 2017)
    notify_credits(session, ITI, 2017, Money(1_000), piece="Convention ITI", on=date(2017, 3, 1))
    [outcome] = outcomes_foreseen(session, 2017)
    assert outcome.fate == RemainderEnd.CARRY_AVAILABLE


def test_a_line_opens_no_more_than_its_ceiling_over_the_years(session: Session) -> None:
    """F10: 5 M€ over the period; 9 010 000 in one year, or in several, is too much."""
    for year in (2016, 2018):
        open_exercice(session, year)
    notify_credits(session, ITI, 2016, parse_money("4 000 000"), piece="A", on=date(2016, 3, 1))
    check_ceiling(session, ITI, 2016)
    notify_credits(session, ITI, 2018, parse_money("1 000 000,01"), piece="B", on=date(2018, 3, 1))
    with pytest.raises(AboveTheCeiling, match=r"5\s000\s000,00"):
        check_ceiling(session, ITI, 2018)
    state = ceiling_state(session, ITI, 2018)
    assert state is not None
    assert dict(state.opened) == {2016: parse_money("4 000 000"), 2018: parse_money("1 000 000,01")}
    assert ceiling_state(session, "CAPH-PDV", 2018) is None
