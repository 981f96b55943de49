"""A small programme of 2016 on a base: one school action, one action in two lines, one refused by its territory."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.core.money import parse_money
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import SliceForm
from ledger.referential.model import Porteur


def _plan(**asked: str) -> tuple[FundingForm, ...]:
    return tuple(FundingForm(code.replace("_", "-"), parse_money(amount)) for code, amount in asked.items())


@pytest.fixture
def programme_2016(session: Session) -> Session:
    """The session on a base with three actions of 2016 and enveloppes for the State and the Caf, none for the CAPH."""
    open_exercice(session, 2016)
    session.add(Porteur(code="CDE", name="Caisse des écoles", kind="caisse_des_ecoles"))
    session.add(Porteur(code="ASSO", name="Association", kind="association"))
    session.flush()
    record_action(
        session,
        ActionForm(
            year=2016,
            number="2016-001",
            porteur="CDE",
            title="Réussite éducative",
            cost_total=parse_money("148250"),
            dispositif="dre",
            slices=(SliceForm("qpv", 85), SliceForm("veille", 25)),
            fundings=_plan(
                ETAT_PDV_DRE="91308,52", CAPH_DRE="12000", CAF_DROIT_COMMUN="9000", PORTEUR_FONDS_PROPRES="35941,48"
            ),
        ),
    )
    for number, kind, asked in (("2016-002", "qpv", "60000"), ("2016-003", "veille", "9000")):
        record_action(
            session,
            ActionForm(
                year=2016,
                number=number,
                porteur="ASSO",
                title="Action",
                cost_total=parse_money("100000"),
                slices=(SliceForm(kind, 10),),
                fundings=_plan(
                    ETAT_PDV_ACTIONS=asked, PORTEUR_FONDS_PROPRES=(parse_money("100000") - parse_money(asked)).plain()
                ),
            ),
        )
    for line, amount in (("ETAT-PDV-DRE", "175000"), ("ETAT-PDV-ACTIONS", "50000"), ("CAF-DROIT-COMMUN", "9000")):
        notify_credits(session, line, 2016, parse_money(amount), piece="Notification", on=date(2016, 2, 15))
    return session
