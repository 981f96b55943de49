"""What is to be done, as people look at it: by nature, line by line, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.core.field import Value
from ledger.core.money import Money, total
from ledger.reports.agenda import Task
from ledger.reports.fields import AGENDA
from ledger.reports.listing import Listing
from ledger.reports.vocabulary import TaskNature


@dataclass(frozen=True, slots=True)
class Heading:
    """The tasks of one nature: how many, how many late, their amounts added up: to be moved, or paid and to justify."""

    nature: str
    label: str
    count: int
    late: int
    amount: Money


def headings(tasks: Sequence[Task]) -> list[Heading]:
    """One line a nature met, the natures with something late first."""
    found = []
    for nature in TaskNature:
        mine = [task for task in tasks if task.nature == nature]
        if mine:
            amounts = [task.amount or task.to_justify for task in mine]
            sums = total(amount for amount in amounts if amount is not None)
            found.append(Heading(nature, nature.label, len(mine), sum(task.late for task in mine), sums))
    return sorted(found, key=lambda each: not each.late)


def likely_commands(tasks: Iterable[Task], most: int = 3) -> list[str]:
    """The commands most likely to come next: of the first task of each nature, the late first."""
    first: dict[str, str] = {}
    for task in tasks:
        first.setdefault(task.nature, task.command)
    return list(first.values())[:most]


def agenda_report(tasks: Iterable[Task], title: str) -> Listing:
    """The tasks, a row each."""
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
