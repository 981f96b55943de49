"""Recording what is asked: actions with their plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.identifiers import check_code, next_number
from ledger.core.period import check_year
from ledger.journal.balances import balances
from ledger.programming.adjusting import keep_adjusted
from ledger.programming.facts import ActionFacts, facts_of, tables
from ledger.programming.filling import check_appel, fill, take
from ledger.programming.filling import form_of as form_of
from ledger.programming.forms import ActionForm, check_form
from ledger.programming.lookups import find_action
from ledger.programming.model import Action, ActionStatus
from ledger.programming.moving import first_status, reach
from ledger.programming.plan_model import PlanLine, PlanVersion
from ledger.programming.plans import VersionFacts, add_version, budget, version_facts
from ledger.programming.refusals import ProgrammeRefused as ProgrammeRefused
from ledger.programming.vocabulary import ActionState, PlanStage
from ledger.referential.lookups import facts_at_hand
from ledger.storage.base import Base
from ledger.storage.bulk import many_objects
from ledger.storage.records import Record, insert_records
from ledger.storage.session import context


def record_action(session: Session, form: ActionForm, *, on: date | None = None) -> Action:
    """The new action, who benefits, and the first version of its plan.

    on: the day it is deposited, kept in the history of its status, where the form does not say it; 1 January of its
    year when neither does.
    raises: InvalidValue, NotFound, UnbalancedPlan, ProgrammeRefused when its number is taken, AppelClosed.
    """
    contract = context(session).contract
    number = check_code(form.number, "l'action") if form.number else _next_number(session, form.year)
    taken = session.get(Action, (contract, number)) is not None
    deposit = _deposited(session, replace(form, number=number), taken=taken, on=on)
    action = Action(**deposit.own)
    take(action, deposit.facts)
    add_version(action, deposit.version)
    session.add(action)
    session.flush()
    insert_records(session, {ActionStatus: [deposit.first_status]})
    reach(session, [action], form.status, on=deposit.version.own["on"], reason="")
    return action


def record_actions(session: Session, forms: Sequence[ActionForm], *, on: date | None = None) -> list[bool]:
    """For each form, whether its action is recorded: those that can be are, together, as `record_action` would.

    Each form has its number. One left aside is refused by `record_action`, has moved beyond its deposit, or names
    another of the same forms: it is to be recorded by itself.
    """
    taken = set(session.scalars(select(Action.number).where(Action.number.in_([form.number for form in forms]))))
    records: dict[type[Base], list[Record]] = {}
    done: list[bool] = []
    with session.no_autoflush, many_objects(), facts_at_hand(session):
        for form in forms:
            try:
                if form.status != ActionState.DEPOSITED:
                    raise ProgrammeRefused("Cette action a déjà avancé.", "Enregistrez-la seule.")
                deposit = _deposited(session, form, taken=form.number in taken, on=on)
            except LedgerError:
                done.append(False)
            else:
                taken.add(form.number)
                done.append(True)
                for entity, rows in deposit.tables():
                    records.setdefault(entity, []).extend(rows)
        insert_records(session, records)
    return done


class _Deposit(NamedTuple):
    """What a new action is: its record, what its form says, the first version of its plan, its first status."""

    own: Record
    facts: ActionFacts
    version: VersionFacts
    first_status: Record

    def tables(self) -> Iterator[tuple[type[Base], list[Record]]]:
        """Every record, by entity."""
        yield Action, [self.own]
        yield from tables(self.facts)
        yield PlanVersion, [self.version.own]
        yield PlanLine, self.version.lines
        yield ActionStatus, [self.first_status]


def _deposited(session: Session, form: ActionForm, *, taken: bool, on: date | None) -> _Deposit:
    """The new action of a form that has its number, checked, not yet in the base. raises: what record_action raises."""
    check_form(form)
    number = check_code(form.number, "l'action")
    form = form if number == form.number else replace(form, number=number)
    if taken:
        raise ProgrammeRefused(f"L'action {number} existe déjà.", f"Modifiez-la : cofiville action modifier {number}.")
    deposited_on = form.deposited_on or on
    check_appel(session, form, deposited_on)
    year = check_year(form.year)
    facts = facts_of(session, form)
    key = {"contract": context(session).contract, "number": number, "year": year}
    own = {**key, **facts.own, "status": "depose", "deposited_on": deposited_on, "own_share": None}
    day = deposited_on or date(year, 1, 1)
    lines = budget(session, form.cost_total, form.fundings, form.plan)
    version = version_facts(session, number, 1, lines, stage=PlanStage.DEPOSITED, on=day)
    return _Deposit(own, facts, version, first_status(session, number, on=day))


def change_action(
    session: Session, form: ActionForm, *, on: date | None = None, reason: str = "", stage: str = PlanStage.ADJUSTED
) -> Action:
    """The action of this number with these facts instead; its status moves apart (`moving`).

    A plan that changes is kept as a new version, of the day given or else of the version before.
    stage: "ajuste", or "depose" when the form says better what was deposited.
    raises: what record_action raises, and ProgrammeRefused once something is granted to it: it then changes by avenant.
    """
    check_form(form)
    action = find_action(session, form.number)
    held = balances(session, action=action.number)
    if held:
        raise ProgrammeRefused(
            f"L'action {action.number} a déjà des montants programmés ou conventionnés.",
            "Ce qui est accordé change par un acte : nouvelle attribution, avenant ou annulation d'écriture.",
        )
    if form.appel != (action.appel or "") or form.deposited_on != action.deposited_on:
        check_appel(session, form, form.deposited_on)
    keep_adjusted(session, action, form, on=on, reason=reason, stage=stage)
    fill(session, action, form)
    session.flush()
    return action


def _next_number(session: Session, year: int) -> str:
    taken = select(Action.number).where(Action.year == year)
    return next_number(f"{year}-", session.scalars(taken))
