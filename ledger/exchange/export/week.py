"""The week as a workbook to decide in."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.exchange.declaration import Table, Values
from ledger.exchange.sheets.week import WEEK
from ledger.reports.agenda import Task
from ledger.reports.vocabulary import TaskNature


def week_table(tasks: Iterable[Task], title: str) -> Table:
    """One row a task; what is decided is blank."""
    return Table(WEEK, tuple(_row(task) for task in tasks), note=f" — {title}")


def _row(task: Task) -> Values:
    return {
        "subject": task.subject,
        "nature": TaskNature(task.nature).label,
        "late": task.late,
        "waits_for": task.waits_for,
        "due_on": task.due_on,
        "amount_due": task.amount,
        "to_justify": task.to_justify,
        "command": task.command,
    }
