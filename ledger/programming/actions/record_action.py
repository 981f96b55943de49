"""Recording what is asked: actions with their plan, references, indicators, dérogation to the own share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, NotFound, require_words
from ledger.core.identifiers import check_code, next_number
from ledger.core.period import check_year
from ledger.journal.balances import balances
from ledger.programming.actions.form_rows import (
    ActionRecords,
    action_tables,
    check_appel,
    fill_action,
    fill_new_action,
    indicator_record,
    records_of_form,
    reference_record,
)
from ledger.programming.actions.forms import (
    ActionForm,
    IndicatorForm,
    ReferenceForm,
    check_form,
    check_indicators,
    check_references,
)
from ledger.programming.actions.model import Action, ActionStatus
from ledger.programming.actions.move_status import first_status, raise_status
from ledger.programming.plans.add_droit_commun import keep_droit_commun, only_adds_droit_commun
from ledger.programming.plans.adjust_plan import keep_adjusted
from ledger.programming.plans.model import PlanLine, PlanVersion
from ledger.programming.plans.versions import VersionFacts, add_version, budget_lines, version_facts
from ledger.programming.publics.model import ActionIndicator, ActionReference
from ledger.programming.queries import ProgrammeRefused, find_action, mistaken
from ledger.programming.vocabulary import ActionNature, ActionState, PlanStage
from ledger.storage.base import Base
from ledger.storage.driver import many_objects
from ledger.storage.facts import facts_at_hand
from ledger.storage.history import Record, insert_records
from ledger.storage.session import context, over_all_contracts
from ledger.storage.standing import standing_act


def record_action(session: Session, form: ActionForm, *, on: date | None = None) -> Action:
    """The new action, who benefits, and the first version of its plan.

    on: the day it is deposited, kept in the history of its status, where the form does not say it; 1 January of its
    year when neither does.
    raises: InvalidValue, NotFound, UnbalancedPlan, ProgrammeRefused when its number is taken, AppelClosed.
    """
    contract = context(session).contract
    number = check_code(form.number, "l'action") if form.number else _next_number(session, form.year)
    if (there := session.get(Action, (contract, number))) is not None:
        raise _already(number, standing_act(there)) if there.mistake is None else mistaken(there)
    deposit = _deposited(session, replace(form, number=number), taken=False, on=on)
    action = Action(**deposit.own)
    fill_new_action(action, deposit.facts)
    add_version(action, deposit.version)
    session.add(action)
    session.flush()
    insert_records(session, {ActionStatus: [deposit.first_status]})
    raise_status(session, [action], form.status, on=deposit.version.own["on"], reason="")
    return action


def _already(number: str, by: str = "") -> ProgrammeRefused:
    return ProgrammeRefused(f"L'action {number} existe déjà{by}.", f"Modifiez-la : cofiville action modifier {number}.")


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
    facts: ActionRecords
    version: VersionFacts
    first_status: Record

    def tables(self) -> Iterator[tuple[type[Base], list[Record]]]:
        """Every record, by entity."""
        yield Action, [{**self.own, "mistake": None}]
        yield from action_tables(self.facts)
        yield PlanVersion, [self.version.own]
        yield PlanLine, self.version.lines
        yield ActionStatus, [self.first_status]


def _deposited(session: Session, form: ActionForm, *, taken: bool, on: date | None) -> _Deposit:
    """The new action of a form that has its number, checked, not yet in the base. raises: what record_action raises."""
    check_form(form)
    number = check_code(form.number, "l'action")
    form = form if number == form.number else replace(form, number=number)
    if taken:
        raise _already(number)
    deposited_on = form.deposited_on or on
    check_appel(session, form, deposited_on)
    year = check_year(form.year)
    facts = records_of_form(session, form)
    key = {"contract": context(session).contract, "number": number, "year": year}
    own = {**key, **facts.own, "status": ActionState.DEPOSITED, "deposited_on": deposited_on, "own_share": None}
    day = deposited_on or date(year, 1, 1)
    lines = budget_lines(session, form.cost_total, form.fundings, form.plan)
    version = version_facts(session, number, 1, lines, stage=PlanStage.DEPOSITED, on=day)
    return _Deposit(own, facts, version, first_status(session, number, on=day))


def change_action(
    session: Session, form: ActionForm, *, on: date | None = None, reason: str = "", stage: str = PlanStage.ADJUSTED
) -> Action:
    """The action of this number with these facts instead; its status moves apart (`moving`).

    A plan that changes is kept as a new version, of the day given or else of the version before.
    stage: "ajuste", or "depose" when the form says better what was deposited.
    raises: what record_action raises, and ProgrammeRefused once something is granted to it: it then changes by avenant,
    and only gains droit commun (see add_droit_commun).
    """
    check_form(form)
    action = find_action(session, form.number)
    if balances(session, action=action.number):
        if only_adds_droit_commun(session, action, form):
            keep_droit_commun(session, action, form, on=on, reason=reason)
            return action
        raise ProgrammeRefused(
            f"L'action {action.number} a déjà des montants programmés ou conventionnés.",
            "Ce qui est accordé change par un acte : nouvelle attribution, avenant ou annulation d'écriture ; du droit"
            f" commun s'ajoute par : cofiville action droit-commun {action.number} LIGNE MONTANT --piece PIECE.",
        )
    if form.appel != (action.appel or "") or form.deposited_on != action.deposited_on:
        check_appel(session, form, form.deposited_on)
    keep_adjusted(session, action, form, on=on, reason=reason, stage=stage)
    fill_action(session, action, form)
    session.flush()
    return action


def _next_number(session: Session, year: int) -> str:
    taken = select(Action.number).where(Action.contract == context(session).contract, Action.year == year)
    with over_all_contracts():
        return next_number(f"{year}-", session.scalars(taken).all())


def add_references(session: Session, action: Action, references: Sequence[ReferenceForm]) -> None:
    """The action has these references too; one already there stays as it is. raises: InvalidValue."""
    check_references(references)
    held = {(each.kind, each.year, each.reference) for each in action.references}
    key = {"contract": action.contract, "action": action.number}
    for each in references:
        row = ActionReference(**reference_record(key, each, action.year))
        if (row.kind, row.year, row.reference) not in held:
            action.references.append(row)
    session.flush()
    session.expire(action, ["references"])


def drop_reference(session: Session, action: Action, reference: str) -> None:
    """The action has this reference no more. raises: NotFound."""
    found = [each for each in action.references if each.reference == reference.strip()]
    if not found:
        raise NotFound(
            f"L'action {action.number} n'a pas la référence « {reference.strip()} ».",
            f"Voyez ses références : cofiville action montrer {action.number}.",
        )
    for each in found:
        action.references.remove(each)
    session.flush()


def actions_of_reference(session: Session, reference: str) -> list[str]:
    """The numbers of the actions that another system knows under this reference."""
    query = select(ActionReference.action).where(ActionReference.reference == reference.strip())
    return sorted(set(session.scalars(query)))


def expect_indicator(session: Session, action: Action, indicators: Sequence[IndicatorForm]) -> None:
    """The action is judged on these indicators too. raises: InvalidValue."""
    check_indicators(indicators)
    key = {"contract": action.contract, "action": action.number}
    for rank, each in enumerate(indicators, max((held.rank for held in action.indicators), default=0) + 1):
        action.indicators.append(ActionIndicator(**indicator_record(key, rank, each)))
    session.flush()


def realise_indicator(session: Session, action: Action, rank: int, realised: str, *, on: date) -> None:
    """What was realised of the indicator of this rank, known that day.

    raises: NotFound, InvalidValue when a quantitative indicator is not given a number.
    """
    found = next((each for each in action.indicators if each.rank == rank), None)
    if found is None:
        raise NotFound(
            f"L'action {action.number} n'a pas d'indicateur {rank}.",
            f"Voyez ses indicateurs : cofiville action montrer {action.number}.",
        )
    check_indicators([IndicatorForm(found.kind, found.label, realised)])
    found.realised, found.realised_on = realised.strip(), on
    session.flush()


def record_derogation(session: Session, number: str, part: Fraction, *, piece: str, on: date) -> Action:
    """The action, whose porteur may bear this part alone of its public financing from now on.

    What is granted already does not change. raises: NotFound, InvalidValue without a piece, or where it is no
    investment: the law asks no part of an operating budget.
    """
    action = find_action(session, number)
    require_words(piece, "La dérogation du préfet manque.", 'Nommez-la : --piece "Arrêté préfectoral du 03/02/2016".')
    if action.nature != ActionNature.INVESTMENT:
        raise InvalidValue(
            f"L'action {action.number} est de fonctionnement : aucune part du maître d'ouvrage n'y est exigée.",
            f"Si c'est un investissement : cofiville action modifier {action.number} --nature investissement.",
        )
    action.own_share = {
        "part": f"{part.numerator}/{part.denominator}",
        "piece": piece.strip(),
        "le": on.isoformat(),
    }
    session.flush()
    return action
