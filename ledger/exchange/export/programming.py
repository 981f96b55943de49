"""The workbook for the Sous-Préfecture: the tableau de programmation, and the sheets that are imported again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from ledger.exchange.declaration import Added, Column, Kind, Sheet, Table, Value, Values
from ledger.exchange.export.example import example_note
from ledger.exchange.handlers.porteurs import porteur_values
from ledger.exchange.handlers.programming import held_programme
from ledger.exchange.sheets.fundings import FUNDINGS
from ledger.exchange.sheets.porteurs import PORTEURS
from ledger.exchange.sheets.programming import PROGRAMMING
from ledger.referential.lookups import find_line, find_objective, find_porteur, find_territory
from ledger.reports.programme import OWN_FUNDS, ActionFigures, programme

_STEPS = (("requested", "Demandé"), ("granted", "Accordé"), ("paid", "Versé"))


def programming_tables(session: Session, year: int) -> list[Table]:
    """The tableau (calculated), then porteurs, actions and plans as they can be imported again."""
    figures, note = programme(session, year), example_note(session, year)
    actions, fundings = held_programme(session, {year})
    carriers = [find_porteur(session, code) for code in sorted({action.porteur for action in figures})]
    return [
        _tableau(session, year, note, figures),
        Table(PORTEURS, tuple(porteur_values(porteur) for porteur in carriers)),
        Table(PROGRAMMING, tuple(actions.values()), note=note),
        Table(FUNDINGS, tuple(fundings.values()), note=note),
    ]


def _tableau(session: Session, year: int, note: str, figures: Sequence[ActionFigures]) -> Table:
    lines = _lines(session, figures)
    sheet = Sheet(
        name=f"Tableau {year}",
        title=f"Contrat de ville — programmation {year}",
        key=("number",),
        instructions=("Tableau calculé : il se lit. Les corrections se font sur les feuilles suivantes.",),
        columns=(*_fixed_columns(), *_total_columns(lines), *_line_columns(lines)),
        computed=True,
    )
    return Table(sheet, tuple(_row(session, action, lines) for action in figures), note=note)


def _lines(session: Session, figures: Iterable[ActionFigures]) -> list[str]:
    """The lines that some action asks or is granted, in the order of the référentiel; own funds last."""
    natures = {line.line: line.nature for action in figures for line in action.lines}
    ranks = {code: find_line(session, code).rank for code in natures}
    return sorted(natures, key=lambda code: (natures[code] == OWN_FUNDS, ranks[code]))


def _fixed_columns() -> tuple[Column, ...]:
    return (
        Column("number", "N°", Kind.CODE, width=10),
        Column("title", "Intitulé", Kind.TEXT, width=36),
        Column("example", "Exemple", Kind.YES_NO, width=9),
        Column("axis", "Axe", Kind.TEXT, width=26),
        Column("objective", "Objectif", Kind.CODE, width=9),
        Column("territories", "QPV / veille", Kind.TEXT, width=28),
        Column("porteur", "Porteur", Kind.TEXT, width=28),
        Column("siret", "SIRET", Kind.SIRET, width=17),
        Column("cost", "Coût total", Kind.AMOUNT, summed=True, width=15),
    )


def _line_columns(lines: Sequence[str]) -> Iterable[Column]:
    for code in lines:
        for step, title in _STEPS:
            yield Column(f"{code} {step}", title, Kind.AMOUNT, summed=True, width=14, group=code)


def _total_columns(lines: Sequence[str]) -> Iterable[Column]:
    for step, title in _STEPS:
        formula = Added(tuple(f"{code} {step}" for code in lines))
        yield Column(f"total {step}", title, Kind.AMOUNT, summed=True, width=15, group="Ensemble", formula=formula)


def _row(session: Session, action: ActionFigures, lines: Sequence[str]) -> Values:
    porteur = find_porteur(session, action.porteur)
    axis = find_objective(session, action.objective).axis_label if action.objective else ""
    values: dict[str, Value] = {
        "number": action.number,
        "title": action.title,
        "example": action.example,
        "axis": axis,
        "objective": action.objective,
        "territories": ", ".join(find_territory(session, code).name for code in action.territories),
        "porteur": porteur.name,
        "siret": porteur.siret,
        "cost": action.cost,
    }
    for line in action.lines:
        values |= {
            f"{line.line} requested": line.requested,
            f"{line.line} granted": line.granted,
            f"{line.line} paid": line.paid,
        }
    return values
