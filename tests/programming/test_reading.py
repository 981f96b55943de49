"""The programme read as rows says what its entities say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from ledger.programming.actions.form_rows import LISTS, read_programme
from ledger.programming.actions.forms import IndicatorForm, ReferenceForm
from ledger.programming.actions.model import Action
from ledger.programming.actions.record_action import change_action, record_action
from ledger.programming.plans.adjust_plan import arbitrate_plan
from ledger.programming.plans.balance import PlanLineForm
from ledger.programming.plans.versions import as_typed, detail_of
from ledger.programming.publics.shares import PublicForm
from ledger.programming.queries import actions_of_year
from ledger.storage.base import Base
from tests.programming.support import changed, euros, plan, with_porteur

RICH = changed(
    number="2016-002",
    slices=(),
    publics=(PublicForm("hors", 3, epci="CAPH"), PublicForm("", 9, "DENAIN-CENTRE", "CAPH")),
    references=(ReferenceForm("ej", "2101987654", 2017), ReferenceForm("dauphin", "16023456")),
    indicators=(
        IndicatorForm("quantitatif", "Ateliers tenus", "24"),
        IndicatorForm("qualitatif", "Entraide", "Accrue"),
    ),
    plan=(PlanLineForm("charges", "60", euros("4000")), PlanLineForm("produits", "70", euros("200"), "Vente")),
    fundings=plan(ETAT_PDV_ACTIONS="3000", PORTEUR_FONDS_PROPRES="800"),
)


def told(row: Any, entity: type[Base]) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in inspect(entity).column_attrs}


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
    read, entities = read_programme(session, 2016), actions_of_year(session, 2016)
    assert [action.number for action in read] == ["2016-001", "2016-002"]
    for row, action in zip(read, entities, strict=True):
        assert told(row, Action) == told(action, Action)
        for name, entity in LISTS.items():
            expected = [told(each, entity) for each in getattr(action, name)]
            assert [told(each, entity) for each in getattr(row, name)] == expected
        assert tuple(map(as_typed, row.detail)) == detail_of(action)
        assert (row.renewed and row.renewed.previous) == (action.renewed and action.renewed.previous)
    assert [version.stage for version in entities[1].plans] == ["depose", "ajuste", "arbitre"]
    assert [each.account for each in read[1].detail] == ["60", "75"]
    assert all(getattr(read[1], name) for name in LISTS)
