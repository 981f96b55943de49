"""What is to be done: each thing due or late, whom it waits for, the command that does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.allocation.model import Scenario, ScenarioGrant
from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.field import Value
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money, total
from ledger.core.words import typed_word
from ledger.execution.figures import reversement_state
from ledger.execution.model import Titre
from ledger.execution.recoveries.accounts import titre_holder
from ledger.journal.announcements import announcement_states, settle_announcement
from ledger.journal.balances import balance_by, balances
from ledger.journal.exercices import exercices
from ledger.journal.positions import Position
from ledger.journal.vocabulary import AnnouncementKind
from ledger.programming.actions.model import Action
from ledger.programming.committees.model import CommitteeDecision
from ledger.programming.vocabulary import ActionState, CommitteeKind
from ledger.reports.deadlines import bilans_awaited, coming_payments
from ledger.reports.fields import AGENDA
from ledger.reports.listing import Listing
from ledger.reports.vocabulary import TaskNature
from ledger.rules.vocabulary import Circuit

YOU, ACCOUNTANT, COPIL = "vous", "comptable", "COPIL"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: of which nature, about what, by whom, for how much, due when, done by which command.

    amount: what the act would move; to_justify: what a bilan awaited would justify, already paid: the two never add up.
    due_on: None when nothing says a day. command: what it wants is in capitals (REFERENCE, MONTANT…).
    """

    nature: str
    subject: str
    waits_for: str
    amount: Money | None
    due_on: date | None
    command: str
    late: bool = False
    to_justify: Money | None = None


def agenda(session: Session, today: date, days: int = 7) -> list[Task]:
    """Everything due from now until so many days, the late first, then by day, then in the order of TaskNature."""
    order = list(TaskNature)
    found = [
        *_closings(session, today),
        *_programming(session),
        *_conventions(session),
        *_payments(session, today, days),
        *_bilans(session, today, days),
        *_money_back(session),
        *_announced(session),
    ]
    return sorted(
        found,
        key=lambda task: (not task.late, task.due_on or date.max, order.index(TaskNature(task.nature)), task.subject),
    )


def _closings(session: Session, today: date) -> Iterator[Task]:
    for each in exercices(session):
        if each.closed_on is None and each.year < today.year:
            due = date(each.year + 1, 1, 31)
            command = f"cofiville cloture verifier {each.year}"
            yield Task(TaskNature.CLOSE, str(each.year), YOU, None, due, command, due < today)


def _programming(session: Session) -> Iterator[Task]:
    open_years = [each.year for each in exercices(session) if each.closed_on is None]
    waiting = (
        select(Action.year, func.count())
        .where(Action.status == ActionState.DEPOSITED, Action.year.in_(open_years))
        .group_by(Action.year)
        .order_by(Action.year)
    )
    for year, count in session.execute(waiting):
        yield Task(TaskNature.EXAMINE, f"{count} action(s) {year}", YOU, None, None, f"cofiville action lister {year}")
    validated = select(Scenario.year).where(Scenario.validated_on.is_not(None))
    decided = select(CommitteeDecision.action).where(
        CommitteeDecision.committee == CommitteeKind.STEERING, CommitteeDecision.on >= Scenario.rules_on
    )
    retained = ScenarioGrant.scenario == Scenario.name, ScenarioGrant.granted > ZERO
    undecided = select(ScenarioGrant.action).where(*retained, ScenarioGrant.action.not_in(decided))
    proposed = (
        select(Scenario.name, Scenario.year)
        .where(Scenario.year.in_(open_years), Scenario.year.not_in(validated), undecided.exists())
        .order_by(Scenario.year, Scenario.created_at)
    )
    for year, name in {year: name for name, year in session.execute(proposed)}.items():
        command = f"cofiville allocation valider {name} --piece PIECE --le JOUR"
        yield Task(TaskNature.APPROVE, f"{name} ({year})", COPIL, None, None, command)


def _announced(session: Session) -> Iterator[Task]:
    """Lowerings to cover or to make effective; freezes to cover."""
    open_years = [each.year for each in exercices(session) if each.closed_on is None]
    for state in announcement_states(session, open_years):
        if state.missing or state.row.kind == AnnouncementKind.LOWERING:
            amount = state.missing or state.amount
            subject = f"{state.row.line} {state.row.year} · {state.row.piece}"
            yield Task(TaskNature.LOWER, subject, YOU, amount, None, settle_announcement(state))


def _conventions(session: Session) -> Iterator[Task]:
    granted = balance_by(session, Position.PROGRAMME, "year", "action")
    drafts: dict[str, Money] = {}
    for convention in conventions(session, states=(ConventionStatus.DRAFT,)):
        yield _to_sign(convention)
        for line in convention.lines:
            drafts[line.action] = drafts.get(line.action, ZERO) + line.amount
    for (year, action), held in granted.items():
        if left := held - min(held, drafts.get(action, ZERO)):
            command = f"cofiville convention saisir {action}" if action else f"cofiville convention preparer {year}"
            yield Task(TaskNature.CONVENTION, action or str(year), YOU, left, None, command)


def _to_sign(convention: Convention) -> Task:
    command = f"cofiville convention signer {convention.number} --piece PIECE --le JOUR"
    who = convention.beneficiary or YOU
    return Task(TaskNature.SIGN, convention.number, who, convention.amount, None, command)


def _payments(session: Session, today: date, days: int) -> Iterator[Task]:
    for row in coming_payments(session, today, today + timedelta(days=days)):
        if row.on is None:
            continue
        if row.direct:
            who, command = (
                row.payer,
                f"cofiville versement payer {row.convention} MONTANT --reference REFERENCE --le JOUR",
            )
        else:
            who, command = YOU, f"cofiville versement ordonner {row.convention} --le JOUR"
        yield Task(TaskNature.ORDER, row.convention, who, row.amount, row.on, command, row.late(today))
    for (number,), waiting in balance_by(session, Position.ORDONNE, "convention").items():
        command = f"cofiville versement payer {number} {waiting.plain()} --reference REFERENCE --le JOUR"
        yield Task(TaskNature.PAY, number, ACCOUNTANT, waiting, None, command)


def _bilans(session: Session, today: date, days: int) -> Iterator[Task]:
    """One for each action and who owes its bilan, whatever the conventions that wait for it; the first day counts."""
    awaited = grouped(((each.action, each.beneficiary), each) for each in bilans_awaited(session, today))
    for (action, beneficiary), found in awaited.items():
        due_on = min(each.due_on for each in found)
        if due_on <= today + timedelta(days=days):
            command = f"cofiville bilan arreter {action} --cout MONTANT --autres MONTANT --piece PIECE"
            paid = total(each.paid for each in found)
            yield Task(TaskNature.JUSTIFY, action, beneficiary, None, due_on, command, due_on < today, paid)


_BACK: Mapping[Position, tuple[str, str]] = {
    Position.A_RECOUVRER: (TaskNature.RECOVER, "cofiville recouvrement emettre {} --reference REFERENCE --le JOUR"),
    Position.A_ENCAISSER: (
        TaskNature.COLLECT,
        "cofiville recouvrement encaisser {} MONTANT --reference REFERENCE --le JOUR",
    ),
    Position.A_TITRER: (TaskNature.CLAIM, "cofiville recette titrer {} MONTANT --reference REFERENCE --le JOUR"),
    Position.A_RENDRE: (TaskNature.GIVE_BACK, "cofiville reversement rendre {} MONTANT --piece PIECE --le JOUR"),
}


def _money_back(session: Session) -> Iterator[Task]:
    parties = select(Convention.number, Convention.beneficiary, Convention.payer, Convention.circuit)
    who: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    for number, beneficiary, payer, circuit in session.execute(parties):
        who[number] = beneficiary or payer
        if circuit == Circuit.DIRECT:
            elsewhere[number] = payer
    for (position, subject), held in _held_back(session, who).items():
        nature, command = _BACK[position]
        if nature == TaskNature.RECOVER and subject in elsewhere:
            command = "cofiville recouvrement constater {} MONTANT --piece PIECE --le JOUR"
            yield Task(nature, subject, elsewhere[subject], held, None, command.format(subject))
        elif held:
            waits_for = who.get(subject, ACCOUNTANT) if nature == TaskNature.COLLECT else YOU
            typed = typed_word(subject) if nature == TaskNature.COLLECT else subject
            yield Task(nature, subject, waits_for, held, None, command.format(typed))


def _held_back(session: Session, who: dict[str, str]) -> dict[tuple[Position, str], Money]:
    """What is to come back or to be given back; what a titre claims stands under its reference, claimed no more.

    who: who gives back, by convention; the titres are added to it.
    """
    found: dict[tuple[Position, str], Money] = {}
    for key, held in balances(session, positions=list(_BACK)).items():
        subject = key.convention or f"{key.line} {key.year}"
        if key.position is Position.A_RENDRE:
            held = reversement_state(session, key.year, line=key.line).to_pay_back
        if held:
            found[key.position, subject] = found.get((key.position, subject), ZERO) + held
    for subject, (reference, convention) in _titres(session).items():
        if claimed := found.pop((Position.A_ENCAISSER, subject), None):
            found[Position.A_ENCAISSER, reference] = claimed
            who[reference] = who[convention]
            found[Position.A_RECOUVRER, convention] = found.get((Position.A_RECOUVRER, convention), ZERO) - claimed
    return found


def _titres(session: Session) -> Mapping[str, tuple[str, str]]:
    """The reference and the convention of each standing titre, by what its accounts are kept under."""
    query = select(Titre.convention, Titre.reference).where(Titre.cancelled_on.is_(None))
    rows = session.execute(query.order_by(Titre.reference)).all()
    several = Counter(convention for convention, _ in rows)
    single = {convention: (reference, convention) for convention, reference in rows if several[convention] == 1}
    return single | {titre_holder(reference): (reference, convention) for convention, reference in rows}


@dataclass(frozen=True, slots=True)
class AgendaHeading:
    """The tasks of one nature: how many, how many late, their amounts added up: to be moved, or paid and to justify."""

    nature: str
    label: str
    count: int
    late: int
    amount: Money


def agenda_headings(tasks: Sequence[Task]) -> list[AgendaHeading]:
    """One line a nature met, the natures with something late first."""
    found = []
    for nature in TaskNature:
        mine = [task for task in tasks if task.nature == nature]
        if mine:
            amounts = [task.amount or task.to_justify for task in mine]
            sums = total(amount for amount in amounts if amount is not None)
            found.append(AgendaHeading(nature, nature.label, len(mine), sum(task.late for task in mine), sums))
    return sorted(found, key=lambda each: not each.late)


def likely_commands(tasks: Iterable[Task]) -> list[str]:
    """The commands most likely to come next: of the first task of each nature, the late first."""
    first: dict[str, str] = {}
    for task in tasks:
        first.setdefault(task.nature, task.command)
    return list(first.values())[:3]


def agenda_report(tasks: Iterable[Task], title: str) -> Listing:
    """What is to be done as a listing: a row for each task."""
    return Listing(
        title=title,
        fields=AGENDA,
        rows=tuple(task_row(task) for task in tasks),
        notes=(
            "Des montants à ordonner, à payer, à recouvrer et déjà versés ne s'additionnent pas : pas de total.",
            "« attend » : vous, le comptable, le comité de pilotage, le financeur ou le porteur de qui l'acte dépend.",
        ),
    )


def task_row(task: Task) -> dict[str, Value]:
    """The task as reports and scripts read it."""
    return {
        "retard": task.late,
        "nature": TaskNature(task.nature).label,
        "objet": task.subject,
        "attend": task.waits_for,
        "montant": task.amount,
        "a_justifier": task.to_justify,
        "echeance": task.due_on,
        "commande": task.command,
    }
