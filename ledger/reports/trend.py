"""A financeur's credits over the years of the contract: opened, granted, paid, unspent (§5.5.1: État, 2015 to 2020)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from ledger.core.money import Money, total
from ledger.journal.balances import moved
from ledger.journal.keys import Position
from ledger.journal.positions import Figure
from ledger.reports.consumption import LineConsumption, added_up, consumption
from ledger.reports.definition import Bars, Cell, Report, amount, count
from ledger.reports.programme import SPECIFIC

_FIELDS = (
    count("exercice", "exercice"),
    amount("notifie", "notifié"),
    amount("reporte_entrant", "dont reporté"),
    amount("accorde", "accordé"),
    amount("verse", "versé"),
    amount("disponible", "disponible"),
    amount("annule", "annulé"),
    amount("reporte", "reporté"),
    amount("rendu", "rendu"),
)


def trend_report(session: Session, years: Iterable[int], financeur: str, of: str) -> Report:
    """Year by year, the specific credits of a financeur; years without credits too.

    of: what is to be known of the years, as the title says it.
    """
    return Report(
        title=f"Crédits spécifiques {financeur}{of}",
        fields=_FIELDS,
        rows=tuple(_row(session, year, financeur) for year in years),
        notes=("Un report compte deux fois : reporté dans l'année qui le quitte, notifié dans celle qui le reçoit.",),
        bars=Bars("exercice", ("notifie", "accorde", "verse")),
    )


def _row(session: Session, year: int, financeur: str) -> dict[str, Cell]:
    lines = [line for line in consumption(session, year) if line.financeur == financeur and line.nature == SPECIFIC]
    state = added_up(lines)
    return {
        "exercice": year,
        "notifie": state[Figure.NOTIFIE],
        "reporte_entrant": state.carried_in,
        "accorde": _granted(session, year, lines),
        "verse": state[Figure.VERSE],
        "disponible": state[Figure.DISPONIBLE],
        "annule": state[Figure.ANNULE],
        "reporte": state[Figure.REPORTE],
        "rendu": state[Figure.RENDU],
    }


def _granted(session: Session, year: int, lines: Iterable[LineConsumption]) -> Money:
    mine = {line.line for line in lines}
    granted = moved(session, into=Position.PROGRAMME, out_of=Position.DISPONIBLE, year=year)
    return total(found for key, found in granted.items() if key.line in mine)
