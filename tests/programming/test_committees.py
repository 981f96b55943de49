"""What committees say of actions: amounts and outcomes that hold together, the decision that stands, what follows."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import programme_decided, to_programme
from ledger.core.errors import LedgerError
from ledger.core.money import Money
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import Position
from ledger.programming.actions.model import Action
from ledger.programming.actions.move_status import move_status
from ledger.programming.actions.read_actions import read_action
from ledger.programming.actions.record_action import record_action
from ledger.programming.actions.statuses import MoveRefused
from ledger.programming.committees.model import CommitteeDecision
from ledger.programming.committees.queries import CommitteeLine, committee_actions
from ledger.programming.committees.record_decision import (
    CommitteeDecisionRefused,
    DecisionForm,
    decide_on_action,
    last_decisions,
)
from ledger.programming.opinions.record_avis import AvisForm, record_avis
from ledger.programming.plans.adjust_plan import judge_line, line_statuses
from ledger.programming.plans.balance import FundingForm
from tests.programming.support import changed, euros, plan, with_porteur

TECHNIQUE, COPIL = date(2016, 2, 26), date(2016, 3, 4)
LINE, OTHER = "ETAT-PDV-ACTIONS", "CAF-DROIT-COMMUN"


@pytest.fixture
def action(session: Session) -> Action:
    with_porteur(session)
    asked = plan(ETAT_PDV_ACTIONS="2400", CAF_DROIT_COMMUN="600", PORTEUR_FONDS_PROPRES="1000")
    return record_action(session, changed(fundings=asked), on=date(2016, 1, 8))


def said(session: Session, committee: str = "copil", *, on: date = COPIL, **told: object) -> CommitteeDecision:
    return decide_on_action(session, DecisionForm("2016-001", committee, **told), on=on)  # type: ignore[arg-type]


def amounts(decision: CommitteeDecision) -> dict[str, Money]:
    return {each.line: each.amount for each in decision.amounts}


def test_the_technical_committee_proposes_and_the_action_is_examined(session: Session, action: Action) -> None:
    kept = said(session, "technique", on=TECHNIQUE, amounts={LINE: euros("2000"), OTHER: euros("600")})
    assert (kept.outcome, amounts(kept), action.status) == (
        "accorde",
        {LINE: euros("2000"), OTHER: euros("600")},
        "instruit",
    )


def test_a_grant_takes_what_is_proposed_where_no_amount_is_decided(session: Session, action: Action) -> None:
    said(session, "technique", on=TECHNIQUE, amounts={LINE: euros("2000"), OTHER: euros("600")})
    kept = said(session, amounts={OTHER: euros("0")}, outcome="accordée")
    assert amounts(kept) == {LINE: euros("2000"), OTHER: euros("0")}
    assert action.status == "arbitre"


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"amounts": {LINE: euros("2400,01")}}, "2\u00a0400,00\u00a0€ sont demandés"),
        ({"amounts": {LINE: Money(-1)}}, "sont demandés"),
        ({"amounts": {"CAPH-PDV": euros("1")}}, "ne demande rien sur « CAPH-PDV »"),
        ({"outcome": "accordée"}, "accordée sans aucun montant"),
        ({"outcome": "refusée"}, "refusée sans motif"),
        ({"outcome": "ajournée", "amounts": {LINE: euros("1")}, "reason": "x"}, "reçoit pourtant un montant"),
        ({"amounts": {LINE: euros("0")}}, "n'est pas dite"),
    ],
)
def test_what_does_not_hold_together_is_refused_and_nothing_is_kept(
    session: Session, action: Action, told: dict[str, object], problem: str
) -> None:
    with pytest.raises(CommitteeDecisionRefused) as refused:
        said(session, **told)  # type: ignore[arg-type]
    assert problem in refused.value.problem
    assert refused.value.remedy
    assert last_decisions(session, year=2016) == {}
    assert action.status == "depose"


def test_a_request_that_is_not_admissible_gets_nothing(session: Session) -> None:
    with_porteur(session)
    aside = FundingForm(LINE, euros("0"), status="non_recevable", observation="hors délai")
    record_action(session, changed(fundings=(*plan(CAPH_PDV="1500", PORTEUR_FONDS_PROPRES="2500"), aside)))
    with pytest.raises(CommitteeDecisionRefused, match="sont recevables"):
        said(session, amounts={LINE: euros("1"), "CAPH-PDV": euros("100")})


@pytest.mark.parametrize(
    ("outcome", "status"), [("refusée", "refuse"), ("ajournee", "ajourne"), ("redirige", "redirige")]
)
def test_the_status_follows_what_the_comite_de_pilotage_decides(
    session: Session, action: Action, outcome: str, status: str
) -> None:
    said(session, outcome=outcome, reason="Hors objectifs")
    assert action.status == status


def test_each_line_stands_where_committees_and_the_book_put_it(session: Session, action: Action) -> None:
    own = {"PORTEUR-FONDS-PROPRES": "demande"}
    assert line_statuses(session, read_action(session, action), {}) == {LINE: "demande", OTHER: "demande"} | own
    said(session, "technique", on=TECHNIQUE, amounts={LINE: euros("2000"), OTHER: euros("0")})
    assert line_statuses(session, read_action(session, action), {}) == {LINE: "propose", OTHER: "demande"} | own
    said(session, amounts={LINE: euros("1500"), OTHER: euros("0")})
    assert line_statuses(session, read_action(session, action), {}) == {LINE: "accorde", OTHER: "refuse"} | own
    assert (
        line_statuses(session, read_action(session, action), {OTHER: euros("600")})
        == {LINE: "accorde", OTHER: "accorde"} | own
    )
    judge_line(session, action.number, OTHER, "pressenti", on=COPIL)
    assert line_statuses(session, read_action(session, action), {})[OTHER] == "pressenti"


def test_an_action_put_off_comes_back_only_by_its_examination(session: Session, action: Action) -> None:
    said(session, outcome="ajournée", reason="À revoir")
    with pytest.raises(CommitteeDecisionRefused, match="est ajournée"), session.begin_nested():
        said(session, amounts={LINE: euros("100")})
    move_status(session, action, "instruit", on=COPIL, reason="Dossier complété")
    assert said(session, amounts={LINE: euros("100")}).outcome == "accorde"
    assert action.status == "arbitre"


def test_a_decision_dated_before_the_last_move_is_refused(session: Session, action: Action) -> None:
    move_status(session, action, "recevable", on=date(2016, 4, 1))
    with pytest.raises(MoveRefused):
        said(session, outcome="refusée", reason="Hors objectifs")


def test_the_same_decision_is_kept_once_and_a_later_one_stands_for_it(session: Session, action: Action) -> None:
    first = said(session, amounts={LINE: euros("2000")})
    assert said(session, amounts={LINE: euros("2000")}) is first
    later = said(session, amounts={LINE: euros("1000")})
    assert last_decisions(session, year=2016)["2016-001", "copil"] is later
    for statement in ("UPDATE decision_amount SET amount = 1", "DELETE FROM decision"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


def test_the_paper_shows_each_line_asked_advised_proposed_and_decided(session: Session, action: Action) -> None:
    record_avis(session, AvisForm("2016-001", "ETAT", "favorable", euros("2200")), on=date(2016, 2, 5))
    said(session, "technique", on=TECHNIQUE, amounts={LINE: euros("2000")})
    said(session, amounts={LINE: euros("1500"), OTHER: euros("600")})
    [shown] = committee_actions(session, 2016)
    assert shown.opinions == "ETAT favorable"
    assert set(shown.lines) == {
        CommitteeLine(LINE, euros("2400"), euros("2200"), euros("2000"), euros("1500")),
        CommitteeLine(OTHER, euros("600"), None, None, euros("600")),
    }


def held(session: Session) -> dict[str, Money]:
    return {key.line: amount for key, amount in balances(session, positions=(Position.PROGRAMME,)).items()}


def test_what_is_decided_is_programmed_under_the_rules_and_only_once(session: Session, action: Action) -> None:
    open_exercice(session, 2016)
    for line in (LINE, OTHER):
        notify_credits(session, line, 2016, euros("5000"), piece="Préfet", on=date(2016, 2, 1))
    said(session, amounts={LINE: euros("1500"), OTHER: euros("600")})
    posted, refused = programme_decided(session, 2016, on=COPIL, piece="COPIL")
    assert (len(posted), refused) == (2, [])
    assert held(session) == {LINE: euros("1500"), OTHER: euros("600")}
    assert action.status == "accorde"
    assert to_programme(session, 2016) == {}
    said(session, amounts={LINE: euros("2000"), OTHER: euros("600")}, on=date(2016, 4, 1))
    programme_decided(session, 2016, on=date(2016, 4, 1), piece="COPIL du 1er avril")
    assert held(session)[LINE] == euros("2000")


def test_with_one_amount_refused_nothing_is_programmed_and_every_refusal_is_told(
    session: Session, action: Action
) -> None:
    open_exercice(session, 2016)
    notify_credits(session, LINE, 2016, euros("1000"), piece="Préfet", on=date(2016, 2, 1))
    notify_credits(session, OTHER, 2016, euros("100"), piece="Caf", on=date(2016, 2, 1))
    said(session, amounts={LINE: euros("1500"), OTHER: euros("600")})
    posted, refused = programme_decided(session, 2016, on=COPIL, piece="COPIL")
    assert (posted, [each.line for each in refused]) == ([], [OTHER, LINE])
    assert all(isinstance(each.refusal, LedgerError) and each.refusal.remedy for each in refused)
    assert held(session) == {}
    assert action.status == "arbitre"
