"""Reading actions: the one place that says how an action is found in the base, whoever looks at it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, inspect, select
from sqlalchemy.orm import Session

from ledger.core.grouping import grouped
from ledger.programming.actions.forms import ActionForm, IndicatorForm, ReadAction, ReferenceForm
from ledger.programming.actions.model import Action, ActionCriterion, ActionSlice, ActionTerritory, Funding
from ledger.programming.plans.balance import FundingForm
from ledger.programming.plans.model import PlanLine, PlanVersion
from ledger.programming.plans.versions import as_typed, detail_of
from ledger.programming.publics.model import (
    ActionEpci,
    ActionIndicator,
    ActionPublic,
    ActionReference,
    ActionRenewal,
    ActionRenewalAcross,
    renewed_action_words,
)
from ledger.programming.publics.shares import EpciCount, PublicForm, SliceForm
from ledger.programming.queries import own_fund_lines
from ledger.programming.vocabulary import PlanStage
from ledger.storage.base import Base

LISTS: Mapping[str, type[Base]] = {
    "slices": ActionSlice,
    "publics": ActionPublic,
    "counts": ActionEpci,
    "fundings": Funding,
    "territories": ActionTerritory,
    "criteria": ActionCriterion,
    "references": ActionReference,
    "indicators": ActionIndicator,
}
"""The lists of an action that a form says whole, by name, and what they hold."""

_TYPED: Mapping[str, Callable[[Any], Any]] = {
    "slices": lambda row: SliceForm(row.kind, row.headcount, row.cost),
    "publics": lambda row: PublicForm(
        row.kind,
        row.headcount,
        row.territory or "",
        row.epci or "",
        row.counted,
        row.qpv_headcount,
        row.evidence,
    ),
    "counts": lambda row: EpciCount(row.epci, row.headcount),
    "fundings": lambda row: FundingForm(row.line, row.amount_requested, row.shared, row.status, row.observation),
    "territories": lambda row: row.territory,
    "criteria": lambda row: row.criterion,
    "references": lambda row: ReferenceForm(row.kind, row.reference, row.year),
    "indicators": lambda row: IndicatorForm(row.kind, row.label, row.expected),
}
"""Of each list, a row as it would be typed."""

USUAL = ("slices", "territories", "fundings")
WHOLE = (*LISTS, "plan")
"""The parts of an action that are read: its lists, and the accounts of its plan that ask nothing of a credit line."""

_COLUMNS = tuple(each.name for each in fields(ReadAction) if each.name in Action.__table__.c)


def form_of(action: Action) -> ActionForm:
    """What would be typed to record the action as it stands."""
    found = _filled({name: getattr(action, name) for name in _COLUMNS if name in ActionForm.__slots__})
    found |= {name: typed_rows(action, name) for name in LISTS}
    if any(each.headcount is not None for each in action.slices):
        found["slices"] = tuple(replace(each, cost=None) for each in found["slices"])
    return ActionForm(**found, renewed_from=_renewed_from(action), plan=detail_of(action))


def _renewed_from(action: Action) -> str:
    if (across := action.renewed_across) is not None:
        return renewed_action_words(across.previous, across.previous_contract)
    return action.renewed.previous if action.renewed else ""


def typed_rows(action: Action, name: str) -> tuple[Any, ...]:
    """One of the lists of an action (see LISTS), as it would be typed."""
    return tuple(map(_TYPED[name], getattr(action, name)))


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    """The columns of an action, those that may be unknown as they are typed."""
    return found | {name: found[name] or "" for name in ("appel", "objective")}


def read_action(session: Session, action: Action, parts: Collection[str] = WHOLE) -> ReadAction:
    """The action as what was written so far makes it. parts: as in read_actions."""
    return read_actions(session, Action.number == action.number, parts=parts)[0]


def read_actions(session: Session, *wanted: ColumnElement[bool], parts: Collection[str] = USUAL) -> list[ReadAction]:
    """The actions wanted, by number: one query, and one for each of their parts.

    wanted: conditions on Action. parts: of WHOLE, those that are looked at; the others stay empty.
    """
    heads = session.execute(_heads().where(*wanted)).all()
    lists = {name: _rows_by_action(session, _query(name).where(*wanted)) for name in parts}
    own_funds = own_fund_lines(session) if "fundings" in lists else frozenset()
    return [_read(head, {name: rows.get(head.number, ()) for name, rows in lists.items()}, own_funds) for head in heads]


@cache
def _heads() -> Select[Any]:
    """The columns of actions, by number."""
    columns = [*(getattr(Action, name) for name in _COLUMNS), Action.own_share]
    renewed = func.coalesce(ActionRenewalAcross.previous, ActionRenewal.previous).label("previous")
    query = select(*columns, ActionRenewalAcross.previous_contract, renewed)
    for each in (ActionRenewal, ActionRenewalAcross):
        query = query.outerjoin(each, (each.contract == Action.contract) & (each.action == Action.number))
    return query.order_by(Action.number)


def _read(head: Any, lists: Mapping[str, Sequence[Any]], own_funds: Collection[str]) -> ReadAction:
    found = _filled({name: getattr(head, name) for name in _COLUMNS})
    found["derogation"] = head.own_share
    found["renewed_from"] = renewed_action_words(head.previous, head.previous_contract)
    for name, rows in lists.items():
        found[name] = tuple(map(as_typed if name == "plan" else _TYPED[name], rows))
    standing = (each for each in found.get("fundings", ()) if each.stands(head.status) and each.line not in own_funds)
    found["requested"] = {each.line: each.amount_requested for each in standing}
    found["realised"] = tuple((each.realised, each.realised_on) for each in lists.get("indicators", ()))
    return ReadAction(**found)


@cache
def _query(name: str) -> Select[Any]:
    """The rows of a part of actions, in the order of the part."""
    if name == "plan":
        return _details()
    entity: Any = LISTS[name]
    columns = [getattr(entity, each.key) for each in inspect(entity).column_attrs]
    order = inspect(Action).relationships[name].order_by or ()
    return select(*columns).join(Action, Action.number == entity.action).order_by(*order)


def _details() -> Select[Any]:
    """The lines of the last version asked by the porteur that stand on an account of their own (see `asked_plan`)."""
    last = (
        select(PlanVersion.action, func.max(PlanVersion.rank).label("rank"))
        .where(PlanVersion.stage != PlanStage.ARBITRATED)
        .group_by(PlanVersion.action)
        .subquery()
    )
    own = PlanLine.line.is_(None), PlanLine.account != ""
    columns = [getattr(PlanLine, name) for name in ("action", "side", "account", "label", "amount")]
    return (
        select(*columns)
        .join(Action, Action.number == PlanLine.action)
        .join(last, (last.c.action == PlanLine.action) & (last.c.rank == PlanLine.version))
        .where(*own)
        .order_by(PlanLine.action, PlanLine.rank)
    )


def _rows_by_action(session: Session, query: Select[Any]) -> dict[str, list[Row[Any]]]:
    return grouped((row.action, row) for row in session.execute(query))
