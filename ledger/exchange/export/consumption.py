"""The state of consumption as a workbook."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.core.field import Kind
from ledger.exchange.declaration import Added, Chart, Column, Gap, Sheet, Table, Values, column
from ledger.exchange.export.example import example_note
from ledger.reports.consumption import LineConsumption, consumption
from ledger.reports.figures.credits import CARRIED_IN, NOTIFIED, SHOWN_POSITIONS

_POSITIONS = tuple(each.script_key for each in SHOWN_POSITIONS)


def consumption_tables(session: Session, year: int) -> list[Table]:
    """Each line of the year: what was notified, the positions that add up to it, the gap (zero)."""
    amounts = tuple(
        column(each.script_key, each.field(), summed=True, width=16) for each in (NOTIFIED, *SHOWN_POSITIONS)
    )
    checks = (
        Column("sum", "Somme des positions", Kind.AMOUNT, summed=True, width=16, formula=Added(_POSITIONS)),
        Column("gap", "Écart", Kind.AMOUNT, width=12, formula=Gap(NOTIFIED.script_key, "sum")),
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
            column("carried_in", CARRIED_IN.field(), summed=True, width=16),
            *amounts,
            *checks,
        ),
        computed=True,
    )
    chart = Chart(f"Où en sont les crédits {year}", "line", _POSITIONS)
    return [Table(sheet, tuple(_row(line) for line in consumption(session, year)), chart)]


def _row(line: LineConsumption) -> Values:
    row = line.row()
    return {
        "line": line.line,
        "label": line.label,
        "financeur": line.financeur,
        "carried_in": line.state.carried_in,
        **{each.script_key: row[each.script_key] for each in (NOTIFIED, *SHOWN_POSITIONS)},
    }
