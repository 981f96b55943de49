"""`cofiville financeur`: who brings money."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table
from ledger.referential.statuts import statut_words
from ledger.referential.vocabulary import LineNature

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
            {"code": f.code, "nom": f.name, "type": f.kind, "role": f.role, "source": f.source, "statut": f.statut}
            for f in session.scalars(select(Financeur).order_by(Financeur.code))
        ]
    show(
        rows,
        lambda: table(
            "Financeurs",
            ("Code", "Nom", "Type", "Rôle", "Source", "Statut"),
            [tuple((r | {"role": _role(str(r["role"])), "statut": statut_words(r["statut"])}).values()) for r in rows],
        ),
    )


def _role(stored: str) -> str:
    """What a financeur brings, in the words of the natures of credits."""
    return LineNature.SPECIFIC.label if stored == "credits_specifiques" else LineNature(stored).label


@app.command("modifier")
def modifier(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Le code du financeur.")],
    statut: Annotated[
        str, typer.Option("--statut", metavar="STATUT", help="Son statut juridique : oph ou esh pour les bailleurs.")
    ],
) -> None:
    """Dit le statut juridique d'un financeur : il décide si son argent compte comme public (CGCT L1111-10 III).

    Exemple : cofiville financeur modifier BAILLEURS --statut esh
    """
    from ledger.referential.lookups import find_financeur
    from ledger.referential.statuts import law_of, read_statut

    with writing() as session:
        found = find_financeur(session, code)
        found.statut = (statut_read := read_statut(statut)).value
        session.flush()
        row = {"code": found.code, "nom": found.name, "statut": found.statut, "droit": law_of(found.statut).value}
    show(row, lambda: say(f"{row['code']} : {statut_read.label}, organisme de droit {law_of(statut_read).label}."))
