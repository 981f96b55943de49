"""A financeur's credits over the years of the contract: opened, granted, paid, unspent (§5.5.1: État, 2015 to 2020)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import moved_by_line
from ledger.journal.keys import Position
from ledger.journal.positions import Figure
from ledger.reports.consumption import LineConsumption, added_up, consumption_of_years
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
    every = list(years)
    states = consumption_of_years(session, every)
    granted = moved_by_line(session, every, into=Position.PROGRAMME, out_of=Position.DISPONIBLE)
    return Report(
        title=f"Crédits spécifiques {financeur}{of}",
        fields=_FIELDS,
        rows=tuple(
            _row(
                year,
                [line for line in states[year] if line.financeur == financeur and line.nature == SPECIFIC],
                granted,
            )
            for year in every
        ),
        notes=("Un report compte deux fois : reporté dans l'année qui le quitte, notifié dans celle qui le reçoit.",),
        bars=Bars("exercice", ("notifie", "accorde", "verse")),
    )


def _row(year: int, lines: Sequence[LineConsumption], granted: Mapping[tuple[int, str], Money]) -> dict[str, Cell]:
    state = added_up(lines)
    return {
        "exercice": year,
        "notifie": state[Figure.NOTIFIE],
        "reporte_entrant": state.carried_in,
        "accorde": total(granted.get((year, line.line), ZERO) for line in lines),
        "verse": state[Figure.VERSE],
        "disponible": state[Figure.DISPONIBLE],
        "annule": state[Figure.ANNULE],
        "reporte": state[Figure.REPORTE],
        "rendu": state[Figure.RENDU],
    }
