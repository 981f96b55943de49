"""Actions and appels are recorded whole, changed until something is granted, and keep the moves of their status."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.core.money import ZERO, total
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import form_of, read_action, read_actions
from ledger.programming.actions.record_action import change_action, record_action
from ledger.programming.plans.balance import FundingForm
from ledger.programming.queries import ProgrammeRefused, actions_of_year, find_action
from ledger.storage.session import context
from tests.programming.support import HEALTH, changed, counts, euros, plan, with_porteur

LINE, DAY = "ETAT-PDV-ACTIONS", date(2016, 3, 4)


@pytest.fixture
def book(session: Session) -> Session:
    with_porteur(session)
    return session


def moved_to(session: Session, amount: str, *, back: bool = False) -> None:
    programmed, available = (
        AccountKey(Position.PROGRAMME, LINE, 2016, action="2016-001"),
        AccountKey(Position.DISPONIBLE, LINE, 2016),
    )
    pair = (available, programmed) if back else (programmed, available)
    move = Move(*pair, euros(amount))
    post_acts(session, [Draft(f"{amount} {back}", "programmation", "x", "COPIL", DAY, (move,))])


def granted(session: Session, amount: str) -> None:
    open_exercice(session, 2016)
    notify_credits(session, LINE, 2016, euros("10000"), piece="N1", on=date(2016, 2, 1))
    moved_to(session, amount)


def test_what_is_typed_is_what_is_held(book: Session) -> None:
    action = record_action(book, HEALTH, on=DAY)
    book.expire_all()
    typed = replace(HEALTH, number="2016-001", cost_eligible=HEALTH.cost_total, deposited_on=DAY)
    assert form_of(find_action(book, "2016-001")) == typed
    assert {each.kind: each.cost for each in action.slices} == {"qpv": euros("3200"), "veille": euros("800")}


def test_a_number_follows_the_highest_of_the_year_even_above_999(book: Session) -> None:
    assert record_action(book, HEALTH).number == "2016-001"
    record_action(book, changed(number="2016-999"))
    assert record_action(book, HEALTH).number == "2016-1000"
    assert record_action(book, HEALTH).number == "2016-1001"
    assert record_action(book, changed(year=2017)).number == "2017-001"


def test_a_number_is_given_once(book: Session) -> None:
    record_action(book, HEALTH)
    with pytest.raises(ProgrammeRefused) as refused:
        record_action(book, changed(number="2016-001"))
    assert refused.value.problem.startswith("L'action 2016-001 existe déjà (par test, le ")


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"porteur": "PERSONNE"}, "Le porteur « PERSONNE »"),
        ({"objective": "9.9.9"}, "L'objectif « 9.9.9 »"),
        ({"territories": ("ATLANTIDE",)}, "Le territoire « ATLANTIDE »"),
        ({"appel": "2016"}, "L'appel à projets « 2016 »"),
        ({"fundings": plan(LIGNE_X="4000")}, "La ligne de crédits « LIGNE-X »"),
    ],
)
def test_an_unknown_code_is_refused(book: Session, others: dict[str, Any], said: str) -> None:
    with pytest.raises(NotFound) as refused:
        record_action(book, changed(**others))
    assert said in refused.value.problem


def test_an_action_changes_whole_until_something_is_granted(book: Session) -> None:
    record_action(book, HEALTH)
    other = changed(
        number="2016-001",
        title="Atelier itinérant",
        cost_total=euros("5000"),
        slices=counts(hors=3),
        territories=("SABATIER",),
        fundings=plan(CAPH_PDV="5000"),
    )
    change_action(book, other)
    book.expire_all()
    assert form_of(find_action(book, "2016-001")) == replace(other, cost_eligible=euros("5000"))
    granted(book, "1")
    with pytest.raises(ProgrammeRefused) as refused:
        change_action(book, replace(other, title="Trop tard"))
    assert "déjà des montants programmés" in refused.value.problem


def test_what_was_granted_counts_what_came_back(book: Session) -> None:
    record_action(book, HEALTH)
    granted(book, "3000")
    moved_to(book, "500,50", back=True)
    assert granted_by_action(book, 2016) == {"2016-001": {LINE: euros("2499,50")}}
    assert granted_by_action(book, 2017) == {}


def test_own_funds_and_requests_set_aside_are_not_asked_of_anybody(book: Session) -> None:
    aside = FundingForm("CAPH-PDV", euros("500"), status="refuse", observation="hors délai")
    action = record_action(book, changed(fundings=(*plan(ETAT_PDV_ACTIONS="3000", PORTEUR_FONDS_PROPRES="500"), aside)))
    assert read_action(book, action).requested == {LINE: euros("3000")}
    assert total(each.amount_requested for each in action.fundings) == action.cost_total


def test_a_year_is_read_in_a_few_queries_whatever_its_size(book: Session) -> None:
    for _ in range(12):
        record_action(book, HEALTH)
    book.expire_all()
    statements: list[str] = []
    connection = book.connection()
    event.listen(connection, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    actions = read_actions(book, Action.year == 2016)
    shared = total(cost for action in actions for cost in action.costs.values())
    asked = total(each.amount_requested for action in actions for each in action.fundings)
    assert (len(actions), shared, asked) == (12, euros("48000"), euros("48000"))
    assert len(statements) <= 5


def test_a_contract_never_reads_the_actions_of_another(book: Session) -> None:
    record_action(book, HEALTH)
    context(book).contract = "CV193"
    assert list(actions_of_year(book, 2016)) == []
    assert read_actions(book, Action.year == 2016) == []
    with pytest.raises(NotFound):
        find_action(book, "2016-001")
    assert record_action(book, changed(objective="", territories=())).number == "2016-001"


def test_nothing_granted_is_nothing(book: Session) -> None:
    record_action(book, HEALTH)
    assert total(granted_by_action(book, 2016).get("2016-001", {}).values()) == ZERO
