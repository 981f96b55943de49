"""Drafts: on what is granted and not yet conventioned, of the kind the rules ask, paid by who may pay."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.draft_convention import (
    CascadeRefused,
    NothingGranted,
    draft_conventions,
)
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import ConventionRequired, check_duty, left_of_action, yearly_grant
from ledger.conventions.model import Convention
from ledger.conventions.schedule import parse_part, whole_schedule
from ledger.conventions.sign_convention import SignatureRefused, formalise, sign_convention
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, parse_money
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.journal.exercices import open_exercice
from ledger.programming.queries import find_action
from ledger.referential.model import CreditLine
from ledger.rules.book import rulebook
from ledger.rules.enter_rule import RuleForm, add_rule
from ledger.rules.vocabulary import Clock
from tests.conventions.support import (
    DRAFTED_ON,
    LINE,
    SIGNED_ON,
    add_action,
    add_porteur,
    draft,
    grant,
    open_year,
    signed,
)


@pytest.fixture
def granted(session: Session) -> Session:
    """An association with 10 000 € granted on one action."""
    open_year(session)
    add_porteur(session)
    add_action(session)
    grant(session, "2016-001", "10 000")
    return session


def test_a_draft_takes_what_is_granted_and_no_more(granted: Session) -> None:
    action = find_action(granted, "2016-001")
    too_much, part = ({"2016-001": {LINE: parse_money(text)}} for text in ("10 000,01", "4 000"))
    with pytest.raises(NothingGranted, match=r"n'a plus que 10.000,00.€ à conventionner") as refused:
        draft_conventions(granted, ConventionForm(grants=too_much), on=DRAFTED_ON)
    assert "Réduisez le montant de 0,01" in refused.value.remedy
    draft_conventions(granted, ConventionForm(grants=part), on=DRAFTED_ON)
    assert left_of_action(granted, action) == {LINE: parse_money("6 000")}


def test_one_convention_may_carry_several_actions_of_one_porteur(granted: Session) -> None:
    add_action(granted, "2016-002")
    grant(granted, "2016-002", "5 000")
    grants = {each: left_of_action(granted, find_action(granted, each)) for each in ("2016-001", "2016-002")}
    [convention] = draft_conventions(granted, ConventionForm(grants=grants), on=DRAFTED_ON)
    assert [(line.action, line.amount.cents) for line in convention.lines] == [
        ("2016-001", 10**6),
        ("2016-002", 5 * 10**5),
    ]
    assert whole_schedule(convention) == [
        (1, Money(1_050_000), "signature"),
        (2, Money(450_000), "bilan"),
    ]


def test_actions_of_two_porteurs_make_two_conventions(granted: Session) -> None:
    add_porteur(granted, "VOISINS")
    add_action(granted, "2016-002", "VOISINS")
    form = ConventionForm(grants={each: {LINE: Money(100)} for each in ("2016-001", "2016-002")})
    with pytest.raises(InvalidValue, match="n'ont pas le même porteur"):
        draft_conventions(granted, form, on=DRAFTED_ON)


def test_a_convention_may_have_a_schedule_of_its_own(granted: Session) -> None:
    plan = tuple(parse_part(text) for text in ("2 500@signature", "30 %@2016-09-01", "solde@bilan"))
    convention = draft(granted, form=ConventionForm(plan=plan))
    assert whole_schedule(convention) == [
        (1, Money(250_000), "signature"),
        (2, Money(300_000), "le 01/09/2016"),
        (3, Money(450_000), "bilan"),
    ]


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (ConventionForm(plan=(parse_part("5 000@2017-02-01"), parse_part("solde@bilan"))), "hors de la convention"),
        (ConventionForm(starts_on=date(2016, 9, 1), ends_on=date(2016, 8, 31)), "avant son début"),
    ],
)
def test_days_outside_the_convention_are_refused(granted: Session, form: ConventionForm, problem: str) -> None:
    with pytest.raises(InvalidValue, match=problem):
        draft(granted, form=form)


def test_a_convention_is_not_signed_after_its_end(granted: Session) -> None:
    convention = draft(granted)
    with pytest.raises(SignatureRefused, match="finit le 31/12/2016"):
        sign_convention(granted, convention, piece="Délibération", on=date(2017, 1, 2))


@pytest.mark.parametrize(
    ("drafted", "end"), [("2016-12-31", 2016), ("2017-01-01", 2017), ("2017-12-31", 2017), ("2018-01-01", 2016)]
)
def test_a_convention_drafted_the_year_after_runs_until_its_end(granted: Session, drafted: str, end: int) -> None:
    """F01: without a last day typed, a grant of an exercice can still be signed in the next."""
    action = find_action(granted, "2016-001")
    on = date.fromisoformat(drafted)
    form = ConventionForm(grants={action.number: left_of_action(granted, action)})
    [convention] = draft_conventions(granted, form, on=on)
    assert (convention.starts_on, convention.ends_on) == (date(2016, 1, 1), date(end, 12, 31))
    if on.year == end:
        if on.year != action.year:
            open_exercice(granted, on.year)
        assert sign_convention(granted, convention, piece="Délibération", on=on).new


def test_a_second_grant_above_the_threshold_makes_a_convention_of_the_first_draft(granted: Session) -> None:
    first = draft(granted)
    assert first.kind == "notification"
    add_action(granted, "2016-002", cost="40 000")
    grant(granted, "2016-002", "13 000,01")
    second = draft(granted, "2016-002")
    assert (first.kind, second.kind) == ("convention", "convention")


def _pay_it(session: Session, convention: Convention) -> None:
    assert convention.beneficiary is not None
    granted = yearly_grant(session, convention.payer, convention.beneficiary, convention.year)
    check_duty(session, rulebook(session, Clock.ACT, day=SIGNED_ON), convention, granted)


def test_a_notification_above_the_threshold_is_not_paid_until_it_is_a_convention(session: Session) -> None:
    first = signed(session)
    _pay_it(session, first)
    add_action(session, "2016-002", cost="40 000")
    grant(session, "2016-002", "13 000")
    draft(session, "2016-002")
    _pay_it(session, first)
    grant(session, "2016-002", "0,01")
    draft(session, "2016-002")
    with pytest.raises(ConventionRequired, match=r"reçoit 23.000,01.€ de CAPH en 2016"):
        _pay_it(session, first)
    formalise(session, first, piece="Convention du 02/05/2016", on=date(2016, 5, 2))
    _pay_it(session, first)


def test_an_association_pays_nobody_unless_its_own_convention_says_so(session: Session) -> None:
    line = "FONDS-DES-HABITANTS"
    fund = CreditLine(
        contract="CV195",
        code=line,
        financeur="ASSOCIATIONS",
        label="Fonds",
        nature="specifique",
        territories="qpv",
        source="s",
        rank=99,
    )
    session.add(fund)
    served = RuleForm(
        code="TERR-FONDS",
        kind="territoires",
        scope={"ligne": line},
        figures={"types": "qpv"},
        label="Fonds",
        period=Period(date(2016, 1, 1)),
        source=Source("Règlement du fonds"),
    )
    session.flush()
    add_rule(session, served)
    open_year(session, line=line)
    add_porteur(session)
    add_action(session, line=line)
    grant(session, "2016-001", "500", line=line)
    with pytest.raises(CascadeRefused, match="L1611-4") as refused:
        draft(session)
    assert "--autorisation" in refused.value.remedy
    allowed = draft(session, form=ConventionForm(cascade_reference="Convention C2016-012, article 5"))
    assert (allowed.payer, allowed.cascade_reference) == ("ASSOCIATIONS", "Convention C2016-012, article 5")


def test_the_circuit_may_be_chosen_but_the_epci_pays_its_own_credits_itself(granted: Session) -> None:
    with pytest.raises(InvalidValue, match="passe par son budget"):
        draft(granted, form=ConventionForm(circuit="direct"))
    state = "ETAT-PDV-ACTIONS"
    open_year(granted, 2017, line=state)
    add_action(granted, "2017-001", line=state)
    grant(granted, "2017-001", "3 000", line=state, on=date(2017, 3, 1))
    through = draft(granted, "2017-001", ConventionForm(circuit="budget"), on=date(2017, 4, 1))
    assert (through.payer, through.circuit) == ("CAPH", "budget")
