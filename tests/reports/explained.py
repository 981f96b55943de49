"""What explanations sum to, and what the book grants by plain SQL: two ways to the same amounts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.allocation.engine.steps import Step
from ledger.core.money import Money, total
from ledger.reports.explanations import explain_year
from ledger.storage.session import context

_GRANTED = """
    SELECT COALESCE(NULLIF(d.action, ''), c.action), d.line, SUM(CASE
        WHEN d.position = 'PROGRAMME' AND c.position = 'DISPONIBLE' THEN t.amount
        WHEN d.position = 'DISPONIBLE' AND c.position = 'PROGRAMME' THEN -t.amount
        WHEN c.position = 'ENGAGE' AND d.position IN ('BLOQUE', 'ANNULE') AND e.kind IN ('avenant', 'resiliation')
            THEN -t.amount
        ELSE 0 END)
    FROM transfer t
    JOIN account d ON d.contract = t.contract AND d.id = t.debit_account
    JOIN account c ON c.contract = t.contract AND c.id = t.credit_account
    JOIN entry e ON e.contract = t.contract AND e.sequence = t.sequence
    JOIN action x ON x.contract = t.contract AND x.number = COALESCE(NULLIF(d.action, ''), c.action)
    WHERE t.contract = :contract AND x.year = :year
    GROUP BY COALESCE(NULLIF(d.action, ''), c.action), d.line
"""


def granted_in_plain_sql(session: Session, year: int) -> dict[tuple[str, str], Money]:
    """By action of the year and line, what the transfers grant, where there is any."""
    rows = session.execute(text(_GRANTED), {"contract": context(session).contract, "year": year})
    return {(action, line): Money(int(cents)) for action, line, cents in rows if cents}


def explained(session: Session, year: int) -> dict[tuple[str, str], Money]:
    """By action of the year and line, what the explanation says is granted, where there is any; each adds up."""
    found = {}
    for action, lines in explain_year(session, year).items():
        for each in lines:
            assert total(step.amount for step in each.steps) == each.granted, (action, each)
            assert sums_of_parts_differ(each.steps) == [], (action, each)
            found[action, each.line] = each.granted
    return {key: amount for key, amount in found.items() if amount}


def sums_of_parts_differ(steps: Iterable[Step]) -> list[Step]:
    """The steps that are not the sum of their own."""
    wrong = []
    for step in steps:
        if step.steps and total(each.amount for each in step.steps) != step.amount:
            wrong.append(step)
        wrong += sums_of_parts_differ(step.steps)
    return wrong
