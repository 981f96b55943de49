"""Which status follows which: a step at a time by hand, as far as it proves by an act; a history that only grows."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.programming.actions.model import Action
from ledger.programming.actions.move_status import advance_statuses, move_status, raise_status
from ledger.programming.actions.record_action import record_action
from ledger.programming.actions.statuses import (
    PATH,
    MoveRefused,
    check_move,
    following_statuses,
    owes_reason,
    read_status,
    statuses_crossed,
)
from ledger.programming.calls.appels import AppelForm, open_appel
from ledger.programming.queries import status_history
from ledger.programming.vocabulary import ActionState
from tests.conftest import Typist
from tests.journal.trials import trials
from tests.programming.support import HEALTH, changed, euros, with_porteur

DEPOSITED, LINE = date(2016, 1, 8), "ETAT-PDV-ACTIONS"


@pytest.fixture
def action(session: Session) -> Action:
    with_porteur(session)
    return record_action(session, HEALTH, on=DEPOSITED)


def statuses(session: Session, action: Action) -> list[str]:
    return [each.status for each in status_history(session, action)]


def test_every_status_can_be_reached_from_the_deposit() -> None:
    seen, queue = {"depose"}, ["depose"]
    while queue:
        for each in set(following_statuses(queue.pop())) - seen:
            seen.add(each)
            queue.append(each)
    assert seen == set(ActionState)


def test_the_usual_path_is_allowed_step_by_step() -> None:
    for before, after in itertools.pairwise(PATH):
        check_move("2016-001", before, after, "pièce")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("depose", "arbitre", "Passez d'abord par « recevable »"),
        ("depose", "accorde", "Passez d'abord par « recevable »"),
        ("recevable", "arbitre", "Passez d'abord par « instruite »"),
        ("instruit", "refuse", "Passez d'abord par « arbitrée »"),
        ("accorde", "realise", "Passez d'abord par « conventionnée »"),
        ("abandonne", "recevable", "Ce statut est définitif"),
    ],
)
def test_a_step_skipped_is_refused_with_the_way(before: str, after: str, said: str) -> None:
    with pytest.raises(MoveRefused) as refused:
        check_move("2016-001", before, after, "motif")
    assert said in refused.value.remedy


@pytest.mark.parametrize(
    ("before", "after", "owed"),
    [
        ("depose", "recevable", False),
        ("depose", "refuse", True),
        ("instruit", "ajourne", True),
        ("ajourne", "instruit", True),
        ("arbitre", "accorde", True),
        ("accorde", "conventionne", False),
        ("realise", "conventionne", True),
    ],
)
def test_what_sets_aside_goes_back_or_grants_owes_a_reason(before: str, after: str, owed: bool) -> None:
    assert owes_reason(before, after) is owed
    if owed:
        with pytest.raises(MoveRefused, match="sans motif"):
            check_move("2016-001", before, after, " ")


@pytest.mark.parametrize(("typed", "status"), [("recevable", "recevable"), ("ARBITREE", "arbitre"), ("solde", "solde")])
def test_a_status_is_read_by_its_code_or_its_word(typed: str, status: str) -> None:
    assert read_status(typed) == status


def test_an_unknown_status_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InvalidValue) as refused:
        read_status("perdue")
    assert "déposée, recevable, instruite" in refused.value.remedy


def test_an_act_crosses_the_steps_before_what_it_proves_and_never_goes_back() -> None:
    assert statuses_crossed("depose", "accorde") == ("recevable", "instruit", "arbitre", "accorde")
    assert statuses_crossed("realise", "conventionne") == ()
    assert statuses_crossed("abandonne", "realise") == ()


def test_the_moves_of_an_action_are_kept_in_order_with_day_reason_and_agent(session: Session, action: Action) -> None:
    move_status(session, action, "recevable", on=date(2016, 1, 20))
    move_status(session, action, "recevable", on=date(2016, 1, 21))
    move_status(session, action, "redirige", on=date(2016, 2, 1), reason="Relève de la Caf")
    kept = [(each.rank, each.status, each.on, each.reason, each.agent) for each in status_history(session, action)]
    assert kept == [
        (1, "depose", DEPOSITED, "", "test"),
        (2, "recevable", date(2016, 1, 20), "", "test"),
        (3, "redirige", date(2016, 2, 1), "Relève de la Caf", "test"),
    ]


def test_a_move_is_not_dated_before_the_last_one(session: Session, action: Action) -> None:
    move_status(session, action, "recevable", on=date(2016, 1, 20))
    with pytest.raises(MoveRefused) as refused:
        move_status(session, action, "instruit", on=date(2016, 1, 19))
    assert refused.value.remedy == "Donnez un jour à partir du 20/01/2016 : --le."
    assert statuses(session, action) == ["depose", "recevable"]


def test_the_history_only_grows_even_for_another_client(session: Session, action: Action) -> None:
    session.flush()
    for statement in (
        "UPDATE action_status SET reason = 'autre'",
        "DELETE FROM action_status",
        "INSERT INTO action_status SELECT * FROM action_status",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))
    assert statuses(session, action) == ["depose"]


def test_an_action_is_not_given_up_while_credits_are_programmed_for_it(session: Session, action: Action) -> None:
    open_exercice(session, 2016)
    notify_credits(session, LINE, 2016, euros("5000"), piece="Préfet", on=date(2016, 2, 1))
    programmed = Move(
        AccountKey(Position.PROGRAMME, LINE, 2016, action=action.number),
        AccountKey(Position.DISPONIBLE, LINE, 2016),
        euros("3000"),
    )
    post_acts(session, [Draft("P", "programmation", "P", "pièce", date(2016, 3, 4), (programmed,))])
    raise_status(session, [action], "accorde", on=date(2016, 3, 4), reason="COPIL")
    with pytest.raises(MoveRefused, match=r"encore 3\s000,00\s€"):
        move_status(session, action, "abandonne", on=date(2016, 4, 1), reason="Le porteur renonce")
    assert action.status == "accorde"


@settings(max_examples=trials(20, 200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 20), st.booleans()), max_size=12))
def test_any_sequence_of_moves_keeps_the_whole_history(
    session: Session, action: Action, choices: list[tuple[int, int, bool]]
) -> None:
    """Each move tried is either kept, at the end and as it was made, or refused and leaves nothing."""
    step = session.begin_nested()
    expected, day = ["depose"], DEPOSITED
    for index, days, by_hand in choices:
        status = list(ActionState)[index]
        day += timedelta(days=days)
        crossed = statuses_crossed(expected[-1], status)
        if not by_hand:
            raise_status(session, [action], status, on=day, reason="acte")
            expected += crossed
            continue
        allowed = status in following_statuses(expected[-1])
        try:
            move_status(session, action, status, on=day, reason="motif")
        except MoveRefused:
            assert not allowed
        else:
            assert allowed or status == expected[-1]
            expected += [status] if status != expected[-1] else []
    kept = status_history(session, action)
    assert [each.status for each in kept] == expected
    assert [each.rank for each in kept] == list(range(1, len(kept) + 1))
    assert [each.on for each in kept] == sorted(each.on for each in kept)
    assert action.status == expected[-1]
    step.rollback()
    session.expire_all()


def test_a_whole_appel_moves_at_once_and_what_cannot_says_why(session: Session, action: Action) -> None:
    open_appel(session, AppelForm(2016, "annuel", date(2015, 11, 16)))
    inside = [record_action(session, changed(appel="2016"), on=DEPOSITED) for _ in range(2)]
    late = record_action(session, changed(appel="2016"), on=date(2016, 2, 1))
    moved, kept = advance_statuses(session, 2016, "recevable", appel="2016", on=date(2016, 1, 20), reason="")
    assert [each.number for each in moved] == [each.number for each in inside]
    assert list(kept) == [late.number]
    assert (action.status, late.status) == ("depose", "depose")


def test_a_move_is_typed_listed_and_refused_with_its_remedy(cofiville: Typist) -> None:
    cofiville("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS")
    plan = ("--financement", "ETAT-PDV-ACTIONS=3000", "--financement", "PORTEUR-FONDS-PROPRES=1000")
    named = ("--intitule", "Atelier", "--porteur", "CCAS", "--cout", 4000, "--le", "2016-01-08")
    assert cofiville("action", "saisir", 2016, *named, *plan).code == 0
    skipped = cofiville("--json", "action", "statut", "2016-001", "accordée", "--motif", "COPIL", "--le", "2016-03-04")
    assert (skipped.code, skipped.refusal["erreur"]) == (1, "statut_refuse")
    done = cofiville("--json", "action", "statut", "2016-001", "recevable", "--le", "2016-01-20")
    assert done.data["statut"] == "recevable"
    bulk = cofiville("--json", "action", "avancer", 2016, "instruite", "--le", "2016-02-01").data
    assert bulk == {"avancees": ["2016-001"], "restees": []}
    rows = cofiville("--json", "action", "historique", "2016-001").data
    assert [(row["le"], row["statut"]) for row in rows] == [
        ("2016-01-08", "déposée"),
        ("2016-01-20", "recevable"),
        ("2016-02-01", "instruite"),
    ]
    assert "Suites possibles : arbitrée" in cofiville("action", "statut", "2016-001", "instruite").out
