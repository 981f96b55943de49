"""`cofiville ligne`: the credit lines."""

from __future__ import annotations

from ledger.commands.access import reading
from ledger.commands.screen import show, table
from ledger.commands.shell import group

app = group("Lignes de crédits : sur quoi chaque financeur ouvre des crédits, et pour quels territoires.")


@app.command("lister")
def lister() -> None:
    """Liste les lignes de crédits, leur nature et les territoires qu'elles servent.

    Exemple : cofiville ligne lister
    """
    from sqlalchemy import select

    from ledger.referential.model import CreditLine

    with reading() as session:
        rows = [
            {
                "code": line.code,
                "financeur": line.financeur,
                "libelle": line.label,
                "nature": line.nature,
                "territoires": line.territories.split("|"),
                "source": line.source,
            }
            for line in session.scalars(select(CreditLine).order_by(CreditLine.rank))
        ]
    show(
        rows,
        lambda: table(
            "Lignes de crédits",
            ("Code", "Financeur", "Libellé", "Nature", "Territoires", "Source"),
            [(*list(r.values())[:4], ", ".join(r["territoires"]), r["source"]) for r in rows],
        ),
    )
