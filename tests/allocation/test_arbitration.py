"""Amounts fixed, enveloppes supposed, proposals of the optimum, certificates: what a base keeps of them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.allocation.audit import check_certificates
from ledger.allocation.engine.problem import ImpossiblePin
from ledger.allocation.model import LineCertificate
from ledger.allocation.pin_amount import fix_amount, fixed_amounts
from ledger.allocation.propose_scenario import ScenarioTerms, compute_scenario, propose_scenario
from ledger.allocation.scenarios import grant_outcomes, grants_of, totals_of
from ledger.allocation.validate_scenario import InputsChanged, validate
from ledger.core.errors import InvalidValue, LedgerError, NotFound
from ledger.core.money import Money
from ledger.journal.enveloppes import notify_credits
from ledger.rules.enter_rule import replace_rule
from tests.allocation.support import euros

COPIL = date(2016, 3, 4)
PIECE = "COPIL du 04/03/2016"
WHY = "Comité technique du 12/02/2016"


def fix(session: Session, action: str, line: str, amount: str | None) -> None:
    fix_amount(session, action, line, None if amount is None else euros(amount), on=COPIL, reason=WHY)


def test_an_amount_fixed_changed_then_freed_is_kept_in_order(programme_2016: Session) -> None:
    for amount in ("40000", "45000"):
        fix(programme_2016, "2016-002", "etat-pdv-actions", amount)
    [pin] = fixed_amounts(programme_2016, ["2016-002"])
    assert (pin.rank, pin.amount, pin.reason, pin.agent) == (2, euros("45000"), WHY, "test")
    grants = grants_of(programme_2016, propose_scenario(programme_2016, 2016, "A", on=COPIL))
    found = {(each.action, each.line): each for each in grants}["2016-002", "ETAT-PDV-ACTIONS"]
    assert (found.granted, found.limited_by) == (euros("45000"), "arbitrage")
    fix(programme_2016, "2016-002", "ETAT-PDV-ACTIONS", None)
    assert fixed_amounts(programme_2016, ["2016-002"]) == []
    assert check_certificates(programme_2016) == []


@pytest.mark.parametrize(
    ("action", "line", "amount", "refusal"),
    [
        ("2016-002", "ETAT-PDV-ACTIONS", "-1", InvalidValue),
        ("2016-002", "CAPH-PDV", "1", InvalidValue),
        ("2016-002", "ETAT-PDV-ACTIONS", None, InvalidValue),
        ("2016-099", "ETAT-PDV-ACTIONS", "1", NotFound),
        ("2016-002", "LIGNE", "1", NotFound),
    ],
)
def test_an_amount_is_not_fixed_on_nothing(
    programme_2016: Session, action: str, line: str, amount: str | None, refusal: type[LedgerError]
) -> None:
    with pytest.raises(refusal) as refused:
        fix(programme_2016, action, line, amount)
    assert refused.value.remedy


def test_an_impossible_amount_stops_the_proposal_and_names_what_it_breaks(programme_2016: Session) -> None:
    fix(programme_2016, "2016-002", "ETAT-PDV-ACTIONS", "50000.01")
    with pytest.raises(ImpossiblePin, match="l'enveloppe"):
        propose_scenario(programme_2016, 2016, "A", on=COPIL)


def test_an_amount_fixed_since_makes_a_scenario_out_of_date(programme_2016: Session) -> None:
    scenario = propose_scenario(programme_2016, 2016, "A", on=COPIL)
    fix(programme_2016, "2016-002", "ETAT-PDV-ACTIONS", "100")
    with pytest.raises(InputsChanged, match="montant fixé 2016-002 sur ETAT-PDV-ACTIONS"):
        validate(programme_2016, scenario, on=COPIL, piece=PIECE)


def test_all_enveloppes_a_tenth_lower_but_one(programme_2016: Session) -> None:
    wish = ScenarioTerms(supposed={"CAF-DROIT-COMMUN": euros("5000")}, share=Fraction(9, 10))
    scenario = propose_scenario(programme_2016, 2016, "BAISSE", on=COPIL, wish=wish)
    grants = {(each.action, each.line): each.granted.plain() for each in grants_of(programme_2016, scenario)}
    assert grants["2016-001", "CAF-DROIT-COMMUN"] == "5000.00"
    assert grants["2016-002", "ETAT-PDV-ACTIONS"] == "45000.00"
    sums = totals_of(scenario, grants_of(programme_2016, scenario))
    assert sums.left == euros("157500") + euros("45000") + euros("5000") - sums.granted
    validate(programme_2016, scenario, on=COPIL, piece=PIECE)


def test_a_scenario_may_suppose_the_rules_of_another_day(programme_2016: Session) -> None:
    scenario = propose_scenario(programme_2016, 2016, "2018", on=COPIL, wish=ScenarioTerms(rules_on=date(2018, 1, 1)))
    grants = {(each.action, each.line): each.granted.plain() for each in grants_of(programme_2016, scenario)}
    assert grants["2016-001", "ETAT-PDV-DRE"] == "74461.93", "65 % of the QPV part alone"


@pytest.mark.parametrize(
    "wish",
    [ScenarioTerms("hasard"), ScenarioTerms(supposed={"LIGNE": Money(1)}), ScenarioTerms(supposed={"FSE": Money(-1)})],
)
def test_a_wish_that_means_nothing_is_refused(programme_2016: Session, wish: ScenarioTerms) -> None:
    with pytest.raises(InvalidValue) as refused:
        compute_scenario(programme_2016, 2016, wish, on=COPIL)
    assert refused.value.remedy


@pytest.mark.parametrize("method", ["sequentiel", "reparation", "equite"])
def test_a_proposal_of_any_method_is_kept_certified_and_validated(programme_2016: Session, method: str) -> None:
    notify_credits(programme_2016, "CAPH-DRE", 2016, euros("7000.01"), piece="Budget", on=COPIL)
    scenario = propose_scenario(programme_2016, 2016, "S", on=COPIL, wish=ScenarioTerms(method))
    assert scenario.inputs["calcul"] == {"methode": method}
    assert check_certificates(programme_2016) == []
    assert validate(programme_2016, scenario, on=COPIL, piece=PIECE)


def test_each_line_has_the_certificate_from_which_its_grants_are_found_again(programme_2016: Session) -> None:
    propose_scenario(programme_2016, 2016, "A", on=COPIL)
    kept = {each.line: each for each in programme_2016.query(LineCertificate)}
    state = kept["ETAT-PDV-ACTIONS"]
    assert (state.budget, state.claims, state.granted) == (euros("50000"), euros("60000"), euros("50000"))
    assert (state.threshold, state.last_action) == (None, None)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE scenario_grant SET granted = granted - 1 WHERE line = 'CAF-DROIT-COMMUN'", "attribution_inexacte"),
        ("UPDATE scenario_grant SET claimed = claimed - 1 WHERE line = 'ETAT-PDV-DRE'", "certificat_inexact"),
        ("UPDATE line_certificate SET budget = 1 WHERE line = 'ETAT-PDV-ACTIONS'", "enveloppe_depassee"),
        ("DELETE FROM line_certificate WHERE line = 'ETAT-PDV-DRE'", "certificat_absent"),
    ],
)
def test_the_audit_finds_a_grant_or_a_certificate_that_was_altered(
    programme_2016: Session, statement: str, code: str
) -> None:
    propose_scenario(programme_2016, 2016, "A", on=COPIL)
    with pytest.raises(DBAPIError, match="cofiville"), programme_2016.begin_nested():
        programme_2016.execute(text(statement))
    _without_guards(programme_2016)
    programme_2016.execute(text(statement))
    programme_2016.expire_all()
    assert code in {found.code for found in check_certificates(programme_2016)}


def _without_guards(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        for table in ("scenario_grant", "line_certificate"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    named = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('scenario_grant', 'line_certificate')"
    )
    for name in session.scalars(text(named)).all():
        session.execute(text(f"DROP TRIGGER {name}"))


def test_a_scenario_is_followed_from_proposed_to_paid(programme_2016: Session) -> None:
    scenario = propose_scenario(programme_2016, 2016, "A", on=COPIL)
    validate(programme_2016, scenario, on=COPIL, piece=PIECE)
    found = {(each.action, each.line): each for each in grant_outcomes(programme_2016, "A")}
    state = found["2016-001", "ETAT-PDV-DRE"]
    assert (state.proposed, state.programmed) == (euros("91308.52"), euros("91308.52"))
    assert (state.conventioned, state.paid) == (Money(0), Money(0))


def test_changing_a_rule_alone_changes_the_grant_the_control_and_the_explanation(programme_2016: Session) -> None:
    before = compute_scenario(programme_2016, 2016, ScenarioTerms(), on=COPIL).outcome
    replace_rule(programme_2016, "TAUX-DRE-QPV", {"taux": "60 %"}, on=COPIL)
    after = compute_scenario(programme_2016, 2016, ScenarioTerms(), on=COPIL).outcome
    old, new = (next(each for each in found.grants() if each.line == "ETAT-PDV-DRE") for found in (before, after))
    assert (old.granted.plain(), new.granted.plain()) == ("91308.52", "85580.68")
    assert new.limited_by == "regle:TAUX-DRE-QPV"
    assert any("60\u00a0%" in step.text for step in new.steps)
