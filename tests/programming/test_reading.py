"""The programme read as rows says what its entities say."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.programming.actions.forms import ActionForm, IndicatorForm, ReferenceForm
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import WHOLE, form_of, read_action, read_actions
from ledger.programming.actions.record_action import change_action, record_action
from ledger.programming.controls.queries import controlled_actions
from ledger.programming.plans.adjust_plan import arbitrate_plan
from ledger.programming.plans.balance import PlanLineForm
from ledger.programming.publics.shares import EpciCount, PublicForm
from ledger.programming.queries import actions_of_year, find_action
from tests.programming.support import changed, euros, plan, with_porteur

RICH = changed(
    number="2016-002",
    innovation_criteria=2,
    criteria=("ACTEURS", "BESOIN"),
    slices=(),
    counts=(EpciCount("CAPH", 12), EpciCount("CAVM", 0)),
    publics=(PublicForm("hors", 3, epci="CAPH"), PublicForm("", 9, "DENAIN-CENTRE", "CAPH")),
    references=(ReferenceForm("ej", "2101987654", 2017), ReferenceForm("dauphin", "16023456")),
    indicators=(
        IndicatorForm("quantitatif", "Ateliers tenus", "24"),
        IndicatorForm("qualitatif", "Entraide", "Accrue"),
    ),
    plan=(PlanLineForm("charges", "60", euros("4000")), PlanLineForm("produits", "70", euros("200"), "Vente")),
    fundings=plan(ETAT_PDV_ACTIONS="3000", PORTEUR_FONDS_PROPRES="800"),
)


def test_every_row_of_every_list_is_read_and_in_the_same_order(session: Session) -> None:
    with_porteur(session)
    record_action(session, changed(number="2015-001", year=2015))
    record_action(session, changed(number="2016-001", renewed_from="2015-001"))
    rich = record_action(session, RICH)
    change_action(session, replace(RICH, plan=(*RICH.plan[:1], PlanLineForm("produits", "75", euros("200")))))
    arbitrate_plan(
        session, rich, cost_total=euros("3800"), fundings=plan(CAPH_PDV="3800"), on=date(2016, 3, 1), plan=()
    )
    session.flush()
    session.expire_all()
    read, entities = read_actions(session, Action.year == 2016, parts=WHOLE), actions_of_year(session, 2016)
    assert [action.number for action in read] == ["2016-001", "2016-002"]
    for seen, action in zip(read, entities, strict=True):
        costs = {each.kind: each.cost for each in action.slices}
        assert seen.costs == costs
        typed = form_of(action)
        said = {each.name: getattr(seen, each.name) for each in fields(ActionForm)}
        assert replace(typed, slices=seen.slices) == ActionForm(**said)
        assert [(each.kind, each.headcount) for each in typed.slices] == [(e.kind, e.headcount) for e in seen.slices]
        assert seen.valued == action.valued
        assert read_action(session, action) == seen
    assert [version.stage for version in entities[1].plans] == ["depose", "ajuste", "arbitre"]
    assert [each.account for each in read[1].plan] == ["60", "75"]
    assert read[0].renewed_from == "2015-001"
    assert all(getattr(read[1], name) for name in WHOLE)


def test_a_part_that_is_not_looked_at_is_not_read(session: Session) -> None:
    with_porteur(session)
    record_action(session, RICH)
    seen = read_actions(session, Action.number == "2016-002", parts=("fundings",))[0]
    assert seen.fundings
    assert not any(getattr(seen, name) for name in WHOLE if name != "fundings")


def test_an_action_of_the_other_contract_is_compared_with_and_not_read(session: Session) -> None:
    with_porteur(session)
    record_action(session, RICH)
    names = [each.name for each in Action.__table__.c if each.name != "mistake"]
    own = {name: getattr(find_action(session, "2016-002"), name) for name in names}
    theirs = {**own, "contract": "CV193", "number": "2016-044", "appel": None, "objective": None}
    session.add(Action(**theirs))
    session.flush()
    actions, around = controlled_actions(session, 2016, on=date(2016, 3, 4))
    assert [each.number for each in actions] == ["2016-002"]
    assert around.elsewhere == {"CCAS": (("CV193", "2016-044", "Atelier santé"),)}
