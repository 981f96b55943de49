"""`cofiville axe`: axes, priorities and operational objectives."""

from __future__ import annotations

from ledger.commands.outcome import Outcome, several
from ledger.commands.shell.access import reading
from ledger.commands.shell.program import group
from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL
from ledger.reports.listing import Listing

_OBJECTIVES = (
    Field("axe", "axe", Kind.CODE),
    Field("priorite", "priorité", Kind.CODE),
    Field("objectif", "objectif", Kind.CODE),
    LABEL,
    Field("axe_libelle", "libellé de l'axe", shown=False),
    Field("priorite_libelle", "libellé de la priorité", shown=False),
)

app = group("Axes : les 7 axes, 20 priorités et 50 objectifs du contrat (§5.2).")


@app.command("lister", answer=several(*_OBJECTIVES))
def axe_lister() -> Outcome:
    """Liste les objectifs opérationnels, par axe et priorité.

    Exemple : cofiville axe lister
    """
    from sqlalchemy import select

    from ledger.referential.model import Objective

    with reading() as session:
        rows = tuple(
            {
                "axe": o.axis,
                "priorite": o.priority,
                "objectif": o.code,
                "libelle": o.label,
                "axe_libelle": o.axis_label,
                "priorite_libelle": o.priority_label,
            }
            for o in session.scalars(select(Objective).order_by(Objective.code))
        )
    return Outcome(Listing("Objectifs", _OBJECTIVES, rows))
