"""A rule ends with its contract: what decides amounts stops at its last day, what follows up grants does not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from ledger.core.period import Period
from ledger.core.source import Source
from ledger.journal.model import ContractAct
from ledger.rules.book import NoRuleInForce, Rule, holding_day, rulebook, supposed_rulebook
from ledger.rules.enter_rule import RuleForm, add_rule
from ledger.rules.execution_kinds import BilanDelay, TitreLimit
from ledger.rules.kinds import Ceiling
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock
from tests.conftest import Typist

LINE = RuleSubject(line="CAF-DROIT-COMMUN")
CAPH = "200042190"


@pytest.fixture
def endless(session: Session) -> Session:
    """A rule without a last day, in a contract that goes to 31 December 2023."""
    form = RuleForm(
        "TAUX-CAF",
        "taux",
        {"ligne": "CAF-DROIT-COMMUN"},
        {"taux": "50 %"},
        "Part de la Caf",
        Period(date(2015, 1, 1)),
        Source("Règlement", "article 4"),
    )
    add_rule(session, form)
    return session


def rate(session: Session, year: int) -> Rule[Ceiling] | NoRuleInForce | None:
    return rulebook(session, Clock.MILLESIME, exercice=year, day=date(year, 6, 1)).find(Ceiling, LINE)


def test_a_rule_without_a_last_day_ends_with_its_contract(endless: Session) -> None:
    assert isinstance(rate(endless, 2023), Rule)
    over = rate(endless, 2024)
    assert over == NoRuleInForce("TAUX-CAF", "Part de la Caf", date(2023, 12, 31), with_contract=True)
    assert over.text() == (
        "règle TAUX-CAF (Part de la Caf) : plus de version en vigueur depuis le 31/12/2023, dernier jour du contrat"
    )
    assert rulebook(endless, Clock.MILLESIME, exercice=2024).coded("TAUX-CAF") is None
    assert isinstance(supposed_rulebook(endless, date(2024, 1, 1)).find(Ceiling, LINE), NoRuleInForce)


def test_what_follows_up_a_grant_goes_on_after_the_contract(endless: Session) -> None:
    """A bilan is due, a titre collected, years after the contract that granted the money."""
    after = rulebook(endless, Clock.ACT, day=date(2026, 6, 1))
    assert isinstance(after.find(BilanDelay, LINE), Rule)
    assert isinstance(after.find(TitreLimit, RuleSubject()), Rule)


@pytest.mark.parametrize(
    ("day", "last", "holds"),
    [
        (None, date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 9, 1), date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 3, 1), date(2026, 6, 30), date(2026, 3, 1)),
        (None, date(2025, 12, 31), date(2026, 12, 31)),
        (None, date(2027, 6, 30), date(2026, 12, 31)),
    ],
)
def test_an_exercice_ends_with_a_contract_that_ends_within_it(day: date | None, last: date, holds: date) -> None:
    assert holding_day(Clock.MILLESIME, 2026, day, last) == holds
    assert holding_day(Clock.BUDGET_YEAR, 2026, day, last) == date(2026, 12, 31)


def test_prolonging_a_contract_prolongs_its_rules(cofiville: Typist) -> None:
    made = ("contrat", "creer", "COURT", "--epci", CAPH, "--du", "2024-01-01", "--au", "2026-06-30")
    assert cofiville(*made).code == 0
    listed = ("--contrat", "COURT", "regle", "lister", "--le", "2027-03-01")
    said = "Le contrat va jusqu'au 30/06/2026 : rien ne s'accorde plus d'après elles."
    assert said in cofiville(*listed).out
    prolonged = ("contrat", "prolonger", "COURT", "--au", "2030-12-31", "--piece", "Avenant 1", "--le", "2026-05-04")
    assert cofiville(*prolonged).code == 0
    assert "va jusqu'au" not in cofiville(*listed).out


def test_rules_read_already_are_prolonged_within_the_same_session(endless: Session) -> None:
    assert isinstance(rate(endless, 2024), NoRuleInForce)
    act = ContractAct(
        contract="CV195",
        rank=3,
        kind="prolongation",
        decided_on=date(2023, 6, 1),
        ends_on=date(2024, 12, 31),
        piece="Avenant",
        recorded_at=datetime.now(UTC),
        agent="test",
        command="test",
    )
    endless.add(act)
    endless.flush()
    assert isinstance(rate(endless, 2024), Rule)
    assert isinstance(rate(endless, 2025), NoRuleInForce)
