"""`cofiville axe`: axes, priorities and operational objectives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.commands.outcome import Outcome, Row, several
from ledger.commands.shell.access import reading
from ledger.commands.shell.program import group
from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from ledger.referential.axes import AxisTree

_OBJECTIVES = (
    Field("axe", "axe", Kind.CODE),
    Field("priorite", "priorité", Kind.CODE),
    Field("objectif", "objectif", Kind.CODE),
    LABEL,
    Field("axe_libelle", "libellé de l'axe", shown=False),
    Field("priorite_libelle", "libellé de la priorité", shown=False),
    Field("chemin", "chemin", Kind.CODE, help="Du premier niveau à l'objectif.", many=True, shown=False, since="0.2"),
)

app = group("Axes : les axes, priorités et objectifs du contrat, sur autant de niveaux qu'il en a.")


@app.command("lister", answer=several(*_OBJECTIVES))
def axe_lister() -> Outcome:
    """Liste les objectifs opérationnels, par axe et priorité.

    Exemple : cofiville axe lister
    """
    from ledger.referential.axes import axis_tree

    with reading() as session:
        tree = axis_tree(session)
    rows = tuple(_row(tree, code) for code in tree.objectives)
    return Outcome(Listing("Objectifs", _OBJECTIVES, rows))


def _row(tree: AxisTree, code: str) -> Row:
    path = tree.path(code)
    priority = path[1] if len(path) > 2 else ""
    return {
        "axe": path[0],
        "priorite": priority,
        "objectif": code,
        "libelle": tree.labels[code],
        "axe_libelle": tree.labels[path[0]],
        "priorite_libelle": tree.labels[priority] if priority else "",
        "chemin": list(path),
    }
