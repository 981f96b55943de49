"""Scenarios proposed, compared, validated once; direct grants; what each leaves in the book."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import AboveTheRules, grant_directly
from ledger.allocation.propose_scenario import propose_scenario
from ledger.allocation.scenarios import (
    LineExplanation,
    ScenarioRefused,
    compare_scenarios,
    find_scenario,
    grants_of,
    scenarios,
    totals_of,
)
from ledger.allocation.validate_scenario import InputsChanged, validate
from ledger.core.errors import InvalidValue, LedgerError, NotFound
from ledger.core.money import Money, total
from ledger.execution.audit import check_tied
from ledger.execution.undo_act import undo_act
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import DayClosed, find_exercice
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey, Position
from ledger.programming.actions.read_actions import form_of
from ledger.programming.actions.record_action import change_action
from ledger.programming.queries import find_action
from ledger.reports.explanations import explain
from ledger.rules.enter_rule import replace_rule
from tests.allocation.support import euros

COPIL = date(2016, 3, 4)
PIECE = "COPIL du 04/03/2016"


def programmed(session: Session) -> dict[tuple[str, str], str]:
    held = balances(session, positions=(Position.PROGRAMME,))
    return {(key.action, key.line): amount.plain() for key, amount in held.items()}


def test_a_proposal_posts_nothing_and_adds_up(programme_2016: Session) -> None:
    scenario = propose_scenario(programme_2016, 2016, "COPIL", on=COPIL)
    grants = grants_of(programme_2016, scenario)
    assert [(each.action, each.line, each.granted.plain(), each.limited_by) for each in grants] == [
        ("2016-001", "CAF-DROIT-COMMUN", "9000.00", "demande"),
        ("2016-001", "ETAT-PDV-DRE", "91308.52", "demande"),
        ("2016-001", "CAPH-DRE", "0.00", "enveloppe"),
        ("2016-002", "ETAT-PDV-ACTIONS", "50000.00", "enveloppe"),
        ("2016-003", "ETAT-PDV-ACTIONS", "0.00", "regle:TERR-ETAT-PDV-ACTIONS"),
    ]
    sums = totals_of(scenario, grants)
    assert (sums.asked, sums.granted) == (euros("181308.52"), euros("150308.52"))
    assert sums.unmet == euros("31000")
    assert sums.left == euros("234000") - sums.granted
    assert programmed(programme_2016) == {}


def test_validation_programmes_each_line_in_one_entry_once(programme_2016: Session) -> None:
    scenario = propose_scenario(programme_2016, 2016, "COPIL", on=COPIL)
    posted = validate(programme_2016, scenario, on=COPIL, piece=PIECE)
    assert [each.reference for each in posted] == [
        "PROGRAMMATION COPIL CAF-DROIT-COMMUN",
        "PROGRAMMATION COPIL ETAT-PDV-DRE",
        "PROGRAMMATION COPIL ETAT-PDV-ACTIONS",
    ]
    assert programmed(programme_2016) == {
        ("2016-001", "CAF-DROIT-COMMUN"): "9000.00",
        ("2016-001", "ETAT-PDV-DRE"): "91308.52",
        ("2016-002", "ETAT-PDV-ACTIONS"): "50000.00",
    }
    assert [find_action(programme_2016, number).status for number in ("2016-001", "2016-003")] == ["accorde", "depose"]
    again = validate(programme_2016, scenario, on=COPIL, piece=PIECE)
    assert [(each.sequence, each.new) for each in again] == [(each.sequence, False) for each in posted]


@pytest.mark.parametrize(("day", "piece"), [(date(2016, 3, 5), PIECE), (COPIL, "autre")])
def test_a_scenario_is_not_validated_again_otherwise(programme_2016: Session, day: date, piece: str) -> None:
    scenario = propose_scenario(programme_2016, 2016, "COPIL", on=COPIL)
    validate(programme_2016, scenario, on=COPIL, piece=PIECE)
    with pytest.raises(ScenarioRefused, match="déjà validé"):
        validate(programme_2016, scenario, on=day, piece=piece)


def test_two_scenarios_are_not_validated_for_the_same_lines_of_a_year(programme_2016: Session) -> None:
    first, second = (propose_scenario(programme_2016, 2016, name, on=COPIL) for name in ("A", "B"))
    validate(programme_2016, first, on=COPIL, piece=PIECE)
    with pytest.raises(ScenarioRefused, match=r"déjà validée par le scénario « A » \(par test, le"):
        validate(programme_2016, second, on=COPIL, piece=PIECE)


def test_a_complementary_scenario_grants_what_was_not_yet(programme_2016: Session) -> None:
    validate(programme_2016, propose_scenario(programme_2016, 2016, "COPIL", on=COPIL), on=COPIL, piece=PIECE)
    notify_credits(programme_2016, "CAPH-DRE", 2016, euros("45000"), piece="Budget", on=date(2016, 4, 4))
    later = propose_scenario(programme_2016, 2016, "COMPLEMENT", on=date(2016, 4, 11))
    assert {(each.action, each.line) for each in grants_of(programme_2016, later)} == {
        ("2016-001", "CAPH-DRE"),
        ("2016-003", "ETAT-PDV-ACTIONS"),
    }
    validate(programme_2016, later, on=date(2016, 4, 11), piece="Délibération")
    assert programmed(programme_2016)["2016-001", "CAPH-DRE"] == "12000.00"


def test_validation_says_which_inputs_have_changed(programme_2016: Session) -> None:
    scenario = propose_scenario(programme_2016, 2016, "COPIL", on=COPIL)
    notify_credits(programme_2016, "ETAT-PDV-ACTIONS", 2016, euros("1000"), piece="Complément", on=COPIL)
    notify_credits(programme_2016, "FSE", 2016, euros("1000"), piece="Accord", on=COPIL)
    replace_rule(programme_2016, "TAUX-DRE-QPV", {"taux": "60 %"}, on=COPIL)
    form = form_of(find_action(programme_2016, "2016-003"))
    change_action(programme_2016, type(form)(**{name: getattr(form, name) for name in form.__slots__} | {"title": "B"}))
    with pytest.raises(InputsChanged) as refused:
        validate(programme_2016, scenario, on=COPIL, piece=PIECE)
    noted = refused.value.problem.replace("\u00a0", " ")
    assert "enveloppe ETAT-PDV-ACTIONS (disponible : 50 000,00 €, maintenant 51 000,00 €)" in noted
    assert "règle TAUX-DRE-QPV" in noted
    assert "FSE" not in noted
    assert "2016-003" not in noted, "a title does not change a grant"
    assert programmed(programme_2016) == {}


@pytest.mark.parametrize("piece", ["", "  "])
def test_validation_names_its_piece(programme_2016: Session, piece: str) -> None:
    scenario = propose_scenario(programme_2016, 2016, "COPIL", on=COPIL)
    with pytest.raises(InvalidValue):
        validate(programme_2016, scenario, on=COPIL, piece=piece)


def test_a_scenario_is_refused_without_name_twice_or_on_a_year_that_takes_none(programme_2016: Session) -> None:
    propose_scenario(programme_2016, 2016, "COPIL", on=COPIL)
    for year, name, refusal in (
        (2016, "  ", InvalidValue),
        (2016, "COPIL", ScenarioRefused),
        (2017, "X", NotFound),
    ):
        with pytest.raises(refusal):
            propose_scenario(programme_2016, year, name, on=COPIL)
    find_exercice(programme_2016, 2016).closed_on = COPIL
    with pytest.raises(DayClosed):
        propose_scenario(programme_2016, 2016, "X", on=COPIL)


def test_scenarios_are_compared_action_by_action_and_line_by_line(programme_2016: Session) -> None:
    propose_scenario(programme_2016, 2016, "A", on=COPIL)
    replace_rule(programme_2016, "TAUX-DRE-QPV", {"taux": "60 %"}, on=COPIL)
    propose_scenario(programme_2016, 2016, "B", on=COPIL)
    moved = [each for each in compare_scenarios(programme_2016, "A", "B") if each.before != each.after]
    assert [(each.action, each.line, each.before.plain(), each.after.plain()) for each in moved] == [
        ("2016-001", "ETAT-PDV-DRE", "91308.52", "85580.68")
    ]
    assert [each.name for each in scenarios(programme_2016)] == ["A", "B"]


def test_what_was_proposed_stays_explained_by_the_rules_known_then(programme_2016: Session) -> None:
    propose_scenario(programme_2016, 2016, "A", on=COPIL)
    replace_rule(programme_2016, "TAUX-DRE-QPV", {"taux": "60 %"}, on=COPIL)
    (found,) = explain(programme_2016, "2016-001", "ETAT-PDV-DRE", "A")
    assert "65\u00a0%" in found.steps[1].steps[0].text


def test_a_direct_grant_programmes_one_line_and_is_explained(programme_2016: Session) -> None:
    notify_credits(programme_2016, "CAPH-DRE", 2016, euros("45000"), piece="Budget", on=date(2016, 4, 4))
    validate(programme_2016, propose_scenario(programme_2016, 2016, "COPIL", on=COPIL), on=COPIL, piece=PIECE)
    with pytest.raises(AboveTheRules):
        grant_directly(programme_2016, "2016-001", "CAPH-DRE", euros("1"), on=date(2016, 4, 11), piece="D")


def test_the_same_direct_grant_is_written_once(programme_2016: Session) -> None:
    notify_credits(programme_2016, "CAPH-DRE", 2016, euros("45000"), piece="Budget", on=date(2016, 4, 4))
    day = date(2016, 4, 11)
    first = grant_directly(programme_2016, "2016-001", "CAPH-DRE", euros("7000"), on=day, piece="D1")
    again = grant_directly(programme_2016, "2016-001", "CAPH-DRE", euros("7000"), on=day, piece="D1")
    assert (first.new, again) == (True, first._replace(new=False))
    grant_directly(programme_2016, "2016-001", "CAPH-DRE", euros("5000"), on=day, piece="D2")
    (found,) = explain(programme_2016, "2016-001", "CAPH-DRE")
    assert found.granted == total(step.amount for step in found.steps) == euros("12000")
    key = AccountKey(Position.PROGRAMME, "CAPH-DRE", 2016, action="2016-001")
    assert balances(programme_2016)[key] == euros("12000")


@pytest.mark.parametrize(
    ("number", "line", "amount", "piece", "refusal"),
    [
        ("2016-001", "ETAT-PDV-DRE", "91308.53", "D", AboveTheRules),
        ("2016-003", "ETAT-PDV-ACTIONS", "1", "D", AboveTheRules),
        ("2016-001", "CAPH-DRE", "1", "D", Overdraft),
        ("2016-001", "REGION-DSDT", "1", "D", InvalidValue),
        ("2016-001", "CAF-DROIT-COMMUN", "1", " ", InvalidValue),
        ("2016-001", "CAF-DROIT-COMMUN", "0", "D", InvalidValue),
        ("2016-099", "CAF-DROIT-COMMUN", "1", "D", NotFound),
        ("2016-001", "LIGNE", "1", "D", NotFound),
    ],
)
def test_a_direct_grant_keeps_to_the_request_the_rules_and_the_enveloppe(
    programme_2016: Session, number: str, line: str, amount: str, piece: str, refusal: type[LedgerError]
) -> None:
    with pytest.raises(refusal) as refused:
        grant_directly(programme_2016, number, line, euros(amount), on=COPIL, piece=piece)
    assert refused.value.remedy
    assert programmed(programme_2016) == {}


def test_an_action_without_proposal_has_no_explanation(programme_2016: Session) -> None:
    with pytest.raises(NotFound, match="Aucune proposition"):
        explain(programme_2016, "2016-001")
    with pytest.raises(NotFound):
        find_scenario(programme_2016, "X")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scenario_grant SET granted = 0",
        "DELETE FROM scenario_grant",
        "UPDATE scenario SET note = 'x'",
        "DELETE FROM scenario",
        "UPDATE direct_grant SET granted = 1",
        "DELETE FROM direct_grant",
    ],
)
def test_the_database_keeps_scenarios_and_grants_as_they_were_made(programme_2016: Session, statement: str) -> None:
    propose_scenario(programme_2016, 2016, "COPIL", on=COPIL)
    grant_directly(programme_2016, "2016-001", "CAF-DROIT-COMMUN", Money(100), on=COPIL, piece="D")
    with pytest.raises(DBAPIError, match="cofiville"):
        programme_2016.execute(text(statement))


def test_a_grant_undone_is_explained_no_more_and_may_be_made_again(programme_2016: Session) -> None:
    """F11"""
    notify_credits(programme_2016, "CAPH-DRE", 2016, euros("45000"), piece="Budget", on=date(2016, 4, 4))
    day = date(2016, 4, 11)
    grant = ("2016-001", "CAPH-DRE", euros("7000"))
    first = grant_directly(programme_2016, *grant, on=day, piece="D1 (2)")
    undo_act(programme_2016, first.sequence, motive="Erreur", on=day)
    assert "CAPH-DRE" not in {each.line for each in _explained_of(programme_2016)}
    again = grant_directly(programme_2016, *grant, on=day, piece="D1 (2)")
    assert (again.new, again.reference) == (True, "2e ATTRIBUTION 2016-001 CAPH-DRE D1 (2)")
    (found,) = explain(programme_2016, "2016-001", "CAPH-DRE")
    assert found.granted == euros("7000")
    assert check_tied(programme_2016) == []


def _explained_of(session: Session) -> list[LineExplanation]:
    try:
        return explain(session, "2016-001")
    except NotFound:
        return []


def test_what_a_scenario_programmed_and_was_undone_is_programmed_by_another(programme_2016: Session) -> None:
    """F11"""
    scenario = propose_scenario(programme_2016, 2016, "A", on=COPIL)
    posted = validate(programme_2016, scenario, on=COPIL, piece=PIECE)
    for each in posted:
        undo_act(programme_2016, each.sequence, motive="Erreur", on=COPIL)
    with pytest.raises(ScenarioRefused, match=r"est annulé, par l'écriture \d+ du 04/03/2016, par test"):
        validate(programme_2016, scenario, on=COPIL, piece=PIECE)
    validate(programme_2016, propose_scenario(programme_2016, 2016, "B", on=COPIL), on=COPIL, piece=PIECE)
    assert programmed(programme_2016)["2016-001", "ETAT-PDV-DRE"] == "91308.52"
    assert check_tied(programme_2016) == []
