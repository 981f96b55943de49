"""`cofiville axe`: axes, priorities and operational objectives."""

from __future__ import annotations

from ledger.commands.shell.access import reading
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import show, table

app = group("Axes : les 7 axes, 20 priorités et 50 objectifs du contrat (§5.2).")


@app.command("lister")
def lister() -> None:
    """Liste les objectifs opérationnels, par axe et priorité.

    Exemple : cofiville axe lister
    """
    from sqlalchemy import select

    from ledger.referential.model import Objective

    with reading() as session:
        rows = [
            {
                "axe": o.axis,
                "priorite": o.priority,
                "objectif": o.code,
                "libelle": o.label,
                "axe_libelle": o.axis_label,
                "priorite_libelle": o.priority_label,
            }
            for o in session.scalars(select(Objective).order_by(Objective.code))
        ]
    show(
        rows,
        lambda: table("Objectifs", ("Axe", "Priorité", "Objectif", "Libellé"), [tuple(r.values())[:4] for r in rows]),
    )
