"""What groupings and filters read in the référentiel."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.referential.lookups import find_financeur, find_territory
from ledger.referential.model import CreditLine, Financeur, Objective, Territory, TerritoryCommune
from ledger.reports.selection import Selection
from ledger.reports.synthesis import Facts


def load_facts(session: Session) -> Facts:
    """The names and groups of every code."""
    territories = {row.code: (row.name, row.kind) for row in session.scalars(select(Territory))}
    communes: dict[str, list[str]] = {}
    for row in session.scalars(select(TerritoryCommune).order_by(TerritoryCommune.commune_name)):
        communes.setdefault(row.territory, []).append(row.commune_name)
    objectives = {
        row.code: {
            "axe": (row.axis, row.axis_label),
            "priorite": (row.priority, row.priority_label),
            "objectif": (row.code, row.label),
        }
        for row in session.scalars(select(Objective))
    }
    return Facts(
        territories=territories,
        communes={code: tuple(names) for code, names in communes.items()},
        objectives=objectives,
        financeurs={row.code: row.name for row in session.scalars(select(Financeur))},
        lines={row.code: row.label for row in session.scalars(select(CreditLine))},
    )


def known(session: Session, selection: Selection) -> Selection:
    """The selection, its words as the référentiel spells them. raises: NotFound."""
    axis = selection.axis.strip()
    if axis and session.scalar(select(Objective.code).where(_under(axis)).limit(1)) is None:
        raise NotFound(
            f"L'axe, la priorité ou l'objectif « {axis} » n'existe pas.", "Consultez la liste : cofiville axe lister."
        )
    territory = find_territory(session, selection.territory).code if selection.territory else ""
    financeur = find_financeur(session, selection.financeur).code if selection.financeur else ""
    return Selection(selection.year, axis, territory, financeur, selection.on)


def _under(axis: str) -> ColumnElement[bool]:
    return (Objective.axis == axis) | (Objective.priority == axis) | (Objective.code == axis)
