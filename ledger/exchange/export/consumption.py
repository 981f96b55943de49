"""The state of consumption as a workbook."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.exchange.declaration import Added, Chart, Column, Gap, Kind, Sheet, Table, Values
from ledger.exchange.export.example import example_note
from ledger.journal.positions import FIGURE_LABELS, Figure
from ledger.reports.consumption import LineConsumption, consumption

_POSITIONS = tuple(figure for figure in Figure if figure is not Figure.NOTIFIE)


def consumption_tables(session: Session, year: int) -> list[Table]:
    """Each line of the year: what was notified, the positions that add up to it, the gap (zero)."""
    amounts = tuple(
        Column(str(figure), FIGURE_LABELS[figure].capitalize(), Kind.AMOUNT, summed=True, width=16) for figure in Figure
    )
    checks = (
        Column(
            "sum", "Somme des positions", Kind.AMOUNT, summed=True, width=16, formula=Added(tuple(map(str, _POSITIONS)))
        ),
        Column("gap", "Écart", Kind.AMOUNT, width=12, formula=Gap(str(Figure.NOTIFIE), "sum")),
    )
    sheet = Sheet(
        name=f"Consommation {year}",
        title=f"État de consommation des crédits {year}{example_note(session, year)}",
        key=("line",),
        instructions=("Tableau calculé. Sur chaque ligne, les positions additionnées font le notifié, au centime.",),
        columns=(
            Column("line", "Ligne de crédit", Kind.CODE, width=29),
            Column("label", "Libellé", Kind.TEXT, width=44),
            Column("financeur", "Financeur", Kind.CODE, width=14),
            Column("carried_in", "Dont reporté de l'année précédente", Kind.AMOUNT, summed=True, width=16),
            *amounts,
            *checks,
        ),
        computed=True,
    )
    chart = Chart(f"Où en sont les crédits {year}", "line", tuple(map(str, _POSITIONS)))
    return [Table(sheet, tuple(_row(line) for line in consumption(session, year)), chart)]


def _row(line: LineConsumption) -> Values:
    figures = {str(figure): line.state[figure] for figure in Figure}
    return {
        "line": line.line,
        "label": line.label,
        "financeur": line.financeur,
        "carried_in": line.state.carried_in,
        **figures,
    }
