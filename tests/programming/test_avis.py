"""What services think of actions: which avis stands, what each may say, what is advised, who still owes one."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.core.money import Money
from ledger.programming.actions.model import Action
from ledger.programming.actions.move_status import move_status
from ledger.programming.actions.record_action import record_action
from ledger.programming.opinions.letters import answer_letter, follow_up, send_letters, to_send
from ledger.programming.opinions.model import Avis
from ledger.programming.opinions.record_avis import (
    AvisForm,
    AvisRefused,
    advised,
    avis_of,
    avis_of_year,
    financeurs_without_avis,
    read_verdict,
    record_avis,
    record_service,
    services_of_contract,
)
from ledger.programming.plans.balance import FundingForm
from tests.programming.support import changed, euros, plan, with_porteur

DAY, LATER = date(2016, 2, 5), date(2016, 2, 12)
LINE = "ETAT-PDV-ACTIONS"


@pytest.fixture
def action(session: Session) -> Action:
    with_porteur(session)
    asked = plan(ETAT_PDV_ACTIONS="3000", CAF_DROIT_COMMUN="600", PORTEUR_FONDS_PROPRES="400")
    return record_action(session, changed(fundings=asked), on=date(2016, 1, 8))


def given(**said: object) -> AvisForm:
    noted: dict[str, object] = {"action": "2016-001", "service": "ETAT", "verdict": "favorable"}
    return AvisForm(**(noted | said))  # type: ignore[arg-type]


def avis(service: str, amount: str | None, *, on: date = DAY, rank: int = 1, line: str = LINE) -> Avis:
    return Avis(
        contract="CV195",
        action="2016-001",
        rank=rank,
        service=service,
        verdict="favorable",
        line=line,
        amount_advised=euros(amount) if amount else None,
        words="",
        on=on,
        agent="test",
    )


def test_a_financeur_gives_its_avis_under_its_own_code_on_its_only_line(session: Session, action: Action) -> None:
    kept = record_avis(session, given(amount=euros("2500")), on=DAY)
    assert (kept.service, kept.line, kept.amount_advised, kept.on) == ("ETAT", LINE, euros("2500"), DAY)
    assert [(each.code, each.financeur) for each in services_of_contract(session)] == [("ETAT", "ETAT")]


def test_a_later_avis_stands_for_the_earlier_which_is_kept(session: Session, action: Action) -> None:
    record_avis(session, given(verdict="complement", words="Budget détaillé"), on=DAY)
    record_avis(session, given(amount=euros("2500")), on=LATER)
    assert [each.verdict for each in avis_of(session, action)] == ["complement", "favorable"]
    assert [each.verdict for each in avis_of_year(session, 2016)] == ["favorable"]


def test_the_same_avis_is_kept_once(session: Session, action: Action) -> None:
    for _ in range(2):
        record_avis(session, given(amount=euros("2500")), on=DAY)
    assert len(avis_of(session, action)) == 1


def test_an_avis_is_never_overwritten_even_by_another_client(session: Session, action: Action) -> None:
    record_avis(session, given(), on=DAY)
    for statement in ("UPDATE avis SET verdict = 'defavorable'", "DELETE FROM avis"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"verdict": "réserves"}, "Les réserves sur l'action 2016-001 : il manque les mots."),
        ({"verdict": "complement"}, "Le complément demandé sur l'action 2016-001 : il manque les mots."),
        ({"verdict": "defavorable", "amount": Money(100)}, "Un avis défavorable"),
        ({"amount": euros("3000,01")}, "3\u00a0000,01\u00a0€ conseillés sur ETAT-PDV-ACTIONS"),
        ({"amount": Money(1), "line": "CAPH-PDV"}, "ne demande rien sur CAPH-PDV"),
        ({"service": "CPAM", "amount": Money(1)}, "On ne sait pas sur quelle ligne CPAM propose"),
    ],
)
def test_what_an_avis_may_not_say_is_refused(
    session: Session, action: Action, said: dict[str, object], problem: str
) -> None:
    with pytest.raises(AvisRefused) as refused:
        record_avis(session, given(**said), on=DAY)
    assert problem in refused.value.problem
    assert refused.value.remedy
    assert avis_of(session, action) == []


def test_no_amount_is_advised_where_the_request_is_not_admissible(session: Session) -> None:
    with_porteur(session)
    aside = FundingForm(LINE, euros("0"), status="non_recevable", observation="hors délai")
    record_action(session, changed(fundings=(*plan(PORTEUR_FONDS_PROPRES="4000"), aside)))
    with pytest.raises(AvisRefused, match="n'est pas recevable"):
        record_avis(session, given(amount=euros("100")), on=DAY)
    assert record_avis(session, given(amount=euros("0")), on=DAY).amount_advised == euros("0")


def test_an_unknown_service_or_verdict_is_refused_with_the_way(session: Session, action: Action) -> None:
    with pytest.raises(NotFound) as unknown:
        record_avis(session, given(service="DDCS"), on=DAY)
    assert "cofiville avis service" in unknown.value.remedy
    with pytest.raises(InvalidValue, match="n'est pas un avis"):
        read_verdict("mitigé")


def test_an_action_set_aside_awaits_no_avis(session: Session, action: Action) -> None:
    move_status(session, action, "abandonne", on=date(2016, 1, 20), reason="Le porteur renonce")
    with pytest.raises(AvisRefused, match="est abandonnée"):
        record_avis(session, given(), on=DAY)
    assert financeurs_without_avis(session, 2016) == []


@pytest.mark.parametrize(
    ("several", "amount"),
    [
        ([avis("ETAT", "2000"), avis("DDCS", "1000", on=LATER, rank=2)], "2000"),
        ([avis("VILLE", "1000"), avis("DDCS", "1500", on=LATER, rank=2)], "1500"),
        ([avis("ETAT", None), avis("DDCS", "1500")], "1500"),
        ([avis("ETAT", "0"), avis("DDCS", "1500", rank=2)], "0"),
    ],
)
def test_the_financeur_of_a_line_is_heard_first_then_the_last_who_spoke(several: list[Avis], amount: str) -> None:
    speaks_for: dict[str, str | None] = {"ETAT": "ETAT", "DDCS": None, "VILLE": None}
    assert advised(several, speaks_for, {LINE: "ETAT"}) == {("2016-001", LINE): euros(amount)}


def test_financeurs_asked_who_said_nothing_are_awaited_and_a_service_speaks_for_one(
    session: Session, action: Action
) -> None:
    assert [(each[1], each[2]) for each in financeurs_without_avis(session, 2016)] == [
        ("CAF", euros("600")),
        ("ETAT", euros("3000")),
    ]
    record_service(session, "DDCS", "Cohésion sociale", "ETAT")
    record_avis(session, given(service="ddcs"), on=DAY)
    assert [each[1] for each in financeurs_without_avis(session, 2016)] == ["CAF"]


def test_a_letter_is_due_for_what_the_porteur_was_not_told(session: Session, action: Action) -> None:
    assert to_send(session, 2016) == []
    record_avis(session, given(), on=DAY)
    assert to_send(session, 2016) == [action]
    send_letters(session, [action], on=DAY, due_on=date(2016, 2, 20))
    assert to_send(session, 2016) == []
    record_avis(session, given(service="CAF", verdict="defavorable"), on=LATER)
    assert to_send(session, 2016) == [action]


def test_answers_are_followed_from_the_letter_to_the_day_they_come(session: Session, action: Action) -> None:
    with pytest.raises(AvisRefused, match="Aucun avis n'a été envoyé"):
        answer_letter(session, action, "", on=LATER)
    send_letters(session, [action], on=DAY, due_on=LATER)
    late = [follow_up(session, 2016, today=date(2016, 2, day))[0].days_late for day in (12, 13, 20)]
    assert late == [0, 1, 8]
    with pytest.raises(AvisRefused, match="n'a pas de réponse le 04/02/2016"):
        answer_letter(session, action, "", on=date(2016, 2, 4))
    assert answer_letter(session, action, "Budget ajusté", on=date(2016, 2, 18)).answer == "Budget ajusté"
    assert follow_up(session, 2016, today=date(2016, 2, 20))[0].days_late == 0
    with pytest.raises(AvisRefused, match="a déjà répondu, le 18/02/2016"):
        answer_letter(session, action, "", on=date(2016, 2, 19))
    with pytest.raises(InvalidValue, match="avant l'envoi"):
        send_letters(session, [action], on=LATER, due_on=DAY)
