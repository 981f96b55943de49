"""`cofiville exercice`: the budget years of the contract."""

from __future__ import annotations

from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.options import Annee
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table

app = group("Exercices : les années budgétaires, ouvertes puis closes.")


@app.command("ouvrir")
def ouvrir(annee: Annee) -> None:
    """Ouvre un exercice : ses jours reçoivent des écritures.

    Exemple : cofiville exercice ouvrir 2016
    """
    from ledger.journal.exercices import open_exercice

    with writing() as session:
        exercice = open_exercice(session, annee)
        opened = {"exercice": exercice.year, "etat": exercice.state}
    show(opened, lambda: say(f"L'exercice {annee} est ouvert."))


@app.command("lister")
def lister() -> None:
    """Liste les exercices, ouverts et clos.

    Exemple : cofiville exercice lister
    """
    from ledger.journal.exercices import exercices

    with reading() as session:
        found = [
            {
                "exercice": exercice.year,
                "etat": exercice.state,
                "clos_le": exercice.closed_on,
                "ecritures": exercice.closing_entries,
                "sceau": exercice.closing_seal,
            }
            for exercice in exercices(session)
        ]
    rows = [(str(row["exercice"]), row["etat"], row["clos_le"], row["sceau"]) for row in found]
    show(found, lambda: table("Exercices", ("Exercice", "État", "Clos le", "Sceau de clôture"), rows))
