"""The state of consumption: for each credit line of a year, where the money stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.balances import balances
from ledger.journal.keys import AccountKey
from ledger.journal.positions import Figure, LineState, line_state
from ledger.referential.model import CreditLine


@dataclass(frozen=True, slots=True)
class LineConsumption:
    """One credit line of one year (millésime) and where its money stands."""

    line: str
    financeur: str
    label: str
    nature: str
    year: int
    state: LineState

    def row(self) -> dict[str, str | int]:
        """The figures as scripts read them: amounts as text with a point and two decimals."""
        figures = {str(figure): self.state[figure].plain() for figure in Figure}
        return {
            "ligne": self.line,
            "financeur": self.financeur,
            "libelle": self.label,
            "nature": self.nature,
            "exercice": self.year,
            **figures,
            "reporte_entrant": self.state.carried_in.plain(),
            "bloque": self.state.blocked.plain(),
        }


def consumption(
    session: Session, year: int, *, on: date | None = None, known_at: datetime | None = None
) -> list[LineConsumption]:
    """The state of every line that has moved in this year, in the order of the référentiel.

    on: only what counts for this day or before; None for every day. known_at: only what was recorded by this instant.
    """
    by_line: dict[str, dict[AccountKey, Money]] = {}
    for key, amount in balances(session, year=year, on=on, known_at=known_at).items():
        by_line.setdefault(key.line, {})[key] = amount
    lines = session.scalars(select(CreditLine).order_by(CreditLine.rank, CreditLine.code))
    return [
        LineConsumption(line.code, line.financeur, line.label, line.nature, year, line_state(by_line[line.code]))
        for line in lines
        if line.code in by_line
    ]


def added_up(lines: Iterable[LineConsumption]) -> LineState:
    """The lines' states added up, figure by figure."""
    states = [line.state for line in lines]
    return LineState(
        figures={figure: Money(sum(state[figure].cents for state in states)) for figure in Figure},
        carried_in=Money(sum(state.carried_in.cents for state in states)),
        blocked=Money(sum(state.blocked.cents for state in states)),
    )
