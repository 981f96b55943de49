"""The EPCI's own money waits for its délibération to be enforceable, where a rule asks for it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.deliberations.deliberate import (
    DeliberationRefused,
    adopt_deliberation,
    awaited_grants,
    deliberation_state,
    prepare_deliberation,
    publish_deliberation,
    send_deliberation,
    withdraw_deliberation,
)
from ledger.conventions.deliberations.enforceable import NotDeliberated
from ledger.conventions.deliberations.model import Deliberation
from ledger.conventions.forms import AvenantForm
from ledger.conventions.queries import conventions
from ledger.conventions.sign_convention import sign_convention
from ledger.core.money import parse_money
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.journal.audit import audit_book
from ledger.journal.enveloppes import notify_credits
from ledger.rules.enter_rule import RuleForm, add_rule
from tests.execution.lives import EPCI, STATE, carry, open_years, passed_on

APRIL = {day: date(2016, 4, day) for day in range(1, 31)}


def ask_for_it(session: Session) -> None:
    """The rule, from 2016."""
    add_rule(
        session,
        RuleForm(
            code="DELIBERATION-EXECUTOIRE",
            kind="deliberation_executoire",
            scope={},
            figures={"exigee": True},
            label="Délibération exécutoire",
            period=Period(date(2016, 1, 1), None),
            source=Source("CGCT", "L2131-1"),
        ),
    )


def deliberated(session: Session, number: str, adopted: int) -> Deliberation:
    """What is granted and not deliberated yet, adopted that day of April and sent three days later."""
    row = prepare_deliberation(session, 2016, on=APRIL[adopted - 1])
    adopt_deliberation(session, row, number=number, on=APRIL[adopted])
    send_deliberation(session, row, on=APRIL[adopted + 3])
    return row


def test_own_money_is_signed_from_the_day_its_deliberation_is_enforceable(session: Session) -> None:
    ask_for_it(session)
    open_years(session, 2016)
    with pytest.raises(NotDeliberated) as refused:
        carry(session, "A", {EPCI: "12 000"})
    assert "deliberation preparer 2016" in refused.value.remedy
    [draft] = conventions(session, 2016)
    row = deliberated(session, "2016-041", 11)
    assert [(each.action, each.amount, each.state) for each in awaited_grants(session, 2016)] == [
        ("2016-A", parse_money("12 000"), "transmise")
    ]
    with pytest.raises(NotDeliberated) as refused:
        sign_convention(session, draft, piece="Convention", on=APRIL[29])
    assert "deliberation publier D2016-1" in refused.value.remedy
    publish_deliberation(session, row, on=APRIL[16])
    assert (row.enforceable_on, deliberation_state(row)) == (APRIL[16], "exécutoire")
    with pytest.raises(NotDeliberated, match="15/04/2016"):
        sign_convention(session, draft, piece="Convention", on=APRIL[15])
    sign_convention(session, draft, piece="Convention", on=APRIL[16])
    assert list(awaited_grants(session, 2016)) == []
    with pytest.raises(DeliberationRefused, match="a signé"):
        withdraw_deliberation(session, row, motive="Erreur", on=APRIL[20])
    with pytest.raises(DeliberationRefused, match="Rien n'est accordé"):
        prepare_deliberation(session, 2016, on=APRIL[20])

    more = AvenantForm(amounts={("2016-A", EPCI): parse_money("500")})
    notify_credits(session, EPCI, 2016, parse_money("500"), piece="Décision modificative", on=APRIL[20])
    with pytest.raises(NotDeliberated, match=r"accorde 12\s500,00") as refused:
        record_avenant(session, draft, more, piece="Avenant 1", on=APRIL[29])
    assert "allocation accorder 2016-A CAPH-DRE 500.00" in refused.value.remedy
    assert audit_book(session) == []


def test_days_follow_one_another_and_what_is_not_own_or_not_asked_waits_for_nothing(session: Session) -> None:
    open_years(session, 2016)
    carry(session, "A", {EPCI: "12 000"})
    row = prepare_deliberation(session, 2016, on=APRIL[2])
    with pytest.raises(DeliberationRefused, match="n'est pas adoptée"):
        publish_deliberation(session, row, on=APRIL[3])
    with pytest.raises(DeliberationRefused, match="vient avant"):
        adopt_deliberation(session, row, number="2016-041", on=APRIL[1])
    adopt_deliberation(session, row, number="2016-041", on=APRIL[5])
    adopt_deliberation(session, row, number="2016-042", on=APRIL[6])
    with pytest.raises(DeliberationRefused, match="vient avant"):
        send_deliberation(session, row, on=APRIL[5])
    send_deliberation(session, row, on=APRIL[6])
    with pytest.raises(DeliberationRefused, match="ne changent plus"):
        adopt_deliberation(session, row, number="2016-043", on=APRIL[7])
    withdraw_deliberation(session, row, motive="Montant erroné", on=APRIL[8])
    assert deliberation_state(row) == "retirée"
    assert prepare_deliberation(session, 2016, on=APRIL[9]).code == "D2016-2"
    ask_for_it(session)
    passed_on(session, "40 000")
    assert carry(session, "B", {STATE: "40 000"})[0].state == "signee"
