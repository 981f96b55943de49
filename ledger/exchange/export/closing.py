"""The closing of a year as a workbook: what stands before it, or what it decided."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.closing.fates import FATE_LABELS, Fate
from ledger.closing.operations import plan_closing
from ledger.closing.points import WEIGHT_LABELS
from ledger.exchange.declaration import Column, Kind, Sheet, Table, Values
from ledger.exchange.export.consumption import consumption_tables
from ledger.exchange.export.example import example_note
from ledger.exchange.sheets.closing import CLOSING
from ledger.journal.positions import POSITION_LABELS


def closing_tables(session: Session, year: int, *, on: date) -> list[Table]:
    """The état des restes, the points before closing (none once closed), and the state of consumption.

    on: the day the closing is looked at from.
    """
    closing = plan_closing(session, year, on=on)
    points: tuple[Values, ...] = tuple(
        {
            "year": year,
            "level": WEIGHT_LABELS[point.weight],
            "code": point.code,
            "subject": point.subject,
            "amount": point.amount,
            "command": point.command,
        }
        for point in closing.points
    )
    decided = "décidés à la clôture" if closing.done_before else "tels que la clôture les ferait"
    over = " (exercice clos : plus rien à régler)" if closing.done_before else example_note(session, year)
    return [
        Table(_fates_sheet(year, decided), _planned(closing.fates), note=example_note(session, year)),
        Table(CLOSING, points, note=over),
        *consumption_tables(session, year),
    ]


def _fates_sheet(year: int, decided: str) -> Sheet:
    return Sheet(
        name=f"Restes {year}",
        title=f"Exercice {year} : ce que deviennent les restes, {decided}",
        key=("line",),
        instructions=("Tableau calculé. Les restes à réaliser sont engagés et non mandatés au 31 décembre.",),
        columns=(
            Column("line", "Ligne de crédit", Kind.CODE, width=29),
            Column("position", "Position", Kind.TEXT, width=14),
            Column("convention", "Convention", Kind.CODE, width=16),
            Column("action", "Action", Kind.CODE, width=12),
            Column("amount", "Montant", Kind.AMOUNT, summed=True, width=16),
            Column("fate", "Devient", Kind.TEXT, width=38),
            Column("reason", "Pourquoi", Kind.TEXT, width=70),
        ),
        computed=True,
    )


def _planned(fates: list[Fate]) -> tuple[Values, ...]:
    return tuple(
        {
            "line": each.key.line,
            "position": POSITION_LABELS[each.key.position],
            "convention": each.key.convention,
            "action": each.key.action,
            "amount": each.amount,
            "fate": FATE_LABELS[each.fate],
            "reason": each.reason,
        }
        for each in fates
    )
