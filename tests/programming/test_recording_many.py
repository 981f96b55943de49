"""Many new actions recorded together are, row for row, the actions recorded one by one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.programming.actions.forms import ActionForm, IndicatorForm, ReferenceForm
from ledger.programming.actions.record_action import record_action, record_actions
from ledger.programming.plans.balance import FundingForm, PlanLineForm
from ledger.programming.publics.shares import PublicForm, SliceForm
from ledger.referential.porteurs import PorteurForm, record_porteur
from ledger.storage.base import Base

FORMS = (
    ActionForm(
        year=2016,
        number="2016-001",
        porteur="P-1",
        title="Ateliers (exemple)",
        objective="5.1.2",
        cost_total=Money(300_000),
        cost_eligible=Money(250_001),
        slices=(SliceForm("qpv", headcount=7), SliceForm("veille", headcount=4)),
        territories=("DENAIN-CENTRE", "SABATIER"),
        fundings=(
            FundingForm("ETAT-PDV-ACTIONS", Money(200_000), observation="Vu"),
            FundingForm("CAPH-PDV", Money(100_000), shared=True),
        ),
    ),
    ActionForm(
        year=2017,
        number="2017-001",
        porteur="P-1",
        title="Sans détail (exemple)",
        cost_total=Money(1),
        fundings=(FundingForm("CAPH-PDV", Money(1)),),
    ),
    ActionForm(
        year=2017,
        number="2017-002",
        porteur="P-1",
        title=" Tout le détail (exemple) ",
        cost_total=Money(10_000),
        cost_eligible=Money(9_999),
        deposited_on=date(2017, 1, 9),
        starts_on=date(2017, 2, 1),
        ends_on=date(2018, 1, 31),
        years=2,
        renewed_from="2015-001",
        share_source="Registre des inscrits",
        publics=(PublicForm("hors", 3, epci="CAPH"), PublicForm("", 9, "DENAIN-CENTRE", "CAPH", counted=True)),
        references=(ReferenceForm("ej", "2101987654", 2018), ReferenceForm("dauphin", " 17023456 ")),
        indicators=(IndicatorForm("quantitatif", "Ateliers tenus", "24"),),
        plan=(
            PlanLineForm("charges", "60", Money(10_000)),
            PlanLineForm("charges", "864", Money(700)),
            PlanLineForm("produits", "870", Money(700), "Des parents"),
            PlanLineForm("produits", "70", Money(500)),
        ),
        fundings=(FundingForm("CAPH-PDV", Money(9_500), status="pressenti", observation="Oral"),),
    ),
)
BEFORE = ActionForm(year=2015, number="2015-001", porteur="P-1", title="L'an d'avant (exemple)", cost_total=Money(0))
REFUSED = (
    ActionForm(year=2016, number="2016-002", porteur="INCONNU", title="x", cost_total=Money(0)),
    ActionForm(year=2016, number="2016-003", porteur="P-1", title="x", cost_total=Money(5)),
    ActionForm(year=2016, number="2016-001", porteur="P-1", title="Le même numéro", cost_total=Money(0)),
)


def rows(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table; instants of record apart, and the place of a change among those of its act."""
    session.flush()
    place = {Base.metadata.tables["row_change"].c.act, Base.metadata.tables["row_change"].c.rank}
    return {
        table.name: sorted(
            (
                tuple(None if isinstance(value, datetime) else value for value in row)
                for row in session.execute(select(*(column for column in table.columns if column not in place)))
            ),
            key=repr,
        )
        for table in Base.metadata.sorted_tables
    }


def test_together_or_one_by_one_the_base_holds_the_same_rows(session: Session) -> None:
    record_porteur(session, PorteurForm(code="P-1", name="P (exemple)", kind="association"))
    record_action(session, BEFORE)
    single = session.begin_nested()
    for form in FORMS:
        record_action(session, form)
    expected = rows(session)
    single.rollback()
    session.expunge_all()
    assert record_actions(session, FORMS) == [True, True, True]
    assert rows(session) == expected


def test_those_that_would_be_refused_are_left_aside_and_the_others_recorded(session: Session) -> None:
    record_porteur(session, PorteurForm(code="P-1", name="P (exemple)", kind="association"))
    record_action(session, BEFORE)
    assert record_actions(session, (*FORMS, *REFUSED)) == [True, True, True, False, False, False]
    assert [number for (number,) in session.execute(select(Base.metadata.tables["action"].c.number))] == [
        "2015-001",
        "2016-001",
        "2017-001",
        "2017-002",
    ]
