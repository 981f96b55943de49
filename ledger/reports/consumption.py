"""The state of consumption: for each credit line of a year, where the money stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.field import Value
from ledger.core.money import ZERO, Money
from ledger.journal.announcements import announced_amounts
from ledger.journal.balances import line_balances
from ledger.journal.exercices import closed_years
from ledger.journal.positions import AccountKey, Figure, LineState, Position, line_state
from ledger.referential.model import CreditLine
from ledger.reports.fields import CONSUMPTION
from ledger.reports.figures.credits import SHOWN_POSITIONS
from ledger.reports.listing import Bars, Listing


@dataclass(frozen=True, slots=True)
class LineConsumption:
    """One credit line of one year (millésime) and where its money stands."""

    line: str
    financeur: str
    label: str
    nature: str
    year: int
    state: LineState

    def row(self) -> dict[str, Value]:
        """The figures as reports and scripts read them."""
        return {
            "ligne": self.line,
            "financeur": self.financeur,
            "libelle": self.label,
            "nature": self.nature,
            "exercice": self.year,
            **{str(figure): self.state[figure] for figure in Figure},
            "reporte_entrant": self.state.carried_in,
            "bloque": self.state.blocked,
            "dont_bloque": self.state.held_back,
            "programmable": self.state.grantable,
            "reserve_levee": self.state.lifted,
        }


_STACKED = tuple(each.script_key for each in SHOWN_POSITIONS)


def consumption_report(lines: Iterable[LineConsumption], of: str) -> Listing:
    """The state of consumption, a row a line.

    of: the year and what is to be known of it, as the title says it.
    """
    return Listing(
        title=f"Consommation des crédits {of}",
        fields=CONSUMPTION,
        rows=tuple(line.row() for line in lines),
        notes=("Sur chaque ligne, les colonnes qui suivent le notifié, additionnées, le font au centime.",),
        bars=Bars("ligne", _STACKED, stacked=True),
    )


def consumption(session: Session, year: int, *, on: date | None = None) -> list[LineConsumption]:
    """The state of every line that has moved in this year, in the order of the référentiel.

    on: only what counts for this day or before; None for every day.
    """
    return consumption_of_years(session, [year], on=on)[year]


def consumption_of_years(
    session: Session, years: Collection[int], *, on: date | None = None
) -> Mapping[int, list[LineConsumption]]:
    """As consumption, of each of these years."""
    by_line: dict[tuple[int, str], dict[AccountKey, Money]] = {}
    for key, held in line_balances(session, years, on=on).items():
        by_line.setdefault((key.year, key.line), {})[key] = held
    closed, announced = closed_years(session, on), announced_amounts(session, years, on=on)
    lines = list(session.scalars(select(CreditLine).order_by(CreditLine.rank, CreditLine.code)))
    return {
        year: [
            LineConsumption(
                line.code,
                line.financeur,
                line.label,
                line.nature,
                year,
                line_state(
                    by_line[year, line.code],
                    closed=year in closed,
                    announced=announced.get(AccountKey(Position.DISPONIBLE, line.code, year), ZERO),
                ),
            )
            for line in lines
            if (year, line.code) in by_line
        ]
        for year in years
    }


def added_up(lines: Iterable[LineConsumption]) -> LineState:
    """The states of lines of one year added up, figure by figure."""
    states = [line.state for line in lines]
    return LineState(
        figures={figure: Money(sum(state[figure].cents for state in states)) for figure in Figure},
        carried_in=Money(sum(state.carried_in.cents for state in states)),
        blocked=Money(sum(state.blocked.cents for state in states)),
        lifted=Money(sum(state.lifted.cents for state in states)),
        closed=any(state.closed for state in states),
        announced=Money(sum(state.held_back.cents - state.blocked.cents for state in states if not state.closed)),
    )
