"""`cofiville financeur`: who brings money."""

from __future__ import annotations

from ledger.commands.shell.access import reading
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import show, table

app = group("Financeurs : ceux qui apportent des crédits au contrat.")


@app.command("lister")
def lister() -> None:
    """Liste les financeurs, leur rôle et la source.

    Exemple : cofiville financeur lister
    """
    from sqlalchemy import select

    from ledger.referential.model import Financeur

    with reading() as session:
        rows = [
            {"code": f.code, "nom": f.name, "type": f.kind, "role": f.role, "source": f.source}
            for f in session.scalars(select(Financeur).order_by(Financeur.code))
        ]
    show(
        rows, lambda: table("Financeurs", ("Code", "Nom", "Type", "Rôle", "Source"), [tuple(r.values()) for r in rows])
    )
