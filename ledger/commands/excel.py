"""`cofiville excel`: workbooks in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.commands.access import writing
from ledger.commands.imports import show_import
from ledger.commands.options import Fichier, Le, day
from ledger.commands.screen import say, show
from ledger.commands.shell import group

app = group("Classeurs : modèles à remplir, import vérifié, exports, comparaison.")

Dossier = Annotated[Path, typer.Argument(metavar="DOSSIER", parser=Path, help="Le dossier où les écrire.")]
Simuler = Annotated[bool, typer.Option("--simuler", help="Montre ce que le fichier changerait, sans rien écrire.")]


@app.command("modeles")
def modeles(dossier: Dossier) -> None:
    """Écrit les modèles de classeurs à remplir.

    Exemple : cofiville excel modeles modeles
    """
    from ledger.exchange.templates import write_templates

    files = [str(path) for path in write_templates(dossier)]
    show({"fichiers": files}, lambda: say(f"{len(files)} modèles écrits dans {dossier}."))


@app.command("importer")
def importer(fichier: Fichier, simuler: Simuler = False, le: Le = None) -> None:
    """Importe un classeur : tout ou rien, chaque problème montré avec sa cellule.

    Un même fichier importé deux fois ne change rien la seconde. Les lignes absentes du fichier ne sont jamais
    supprimées.

    Exemple : cofiville excel importer programmation_2016.xlsx --simuler
    """
    from ledger.exchange.handlers.registry import WORKBOOK
    from ledger.exchange.handling import Origin
    from ledger.exchange.importer import import_file
    from ledger.exchange.sheets import SHEETS
    from ledger.exchange.workbook import read_workbook

    reading = read_workbook(fichier, SHEETS)
    with writing() as session:
        found = import_file(session, reading, WORKBOOK, Origin(fichier.name, day(le)), simulate=simuler)
    show_import(found)
