"""`cofiville excel`: workbooks in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.commands.access import reading, writing
from ledger.commands.imports import show_import
from ledger.commands.options import Annee, Fichier, Le, day
from ledger.commands.progress import shown_progress
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group

app = group("Classeurs : modèles à remplir, import vérifié, exports, comparaison.")

Dossier = Annotated[Path, typer.Argument(metavar="DOSSIER", parser=Path, help="Le dossier où les écrire.")]
Simuler = Annotated[bool, typer.Option("--simuler", help="Montre ce que le fichier changerait, sans rien écrire.")]
Annoter = Annotated[
    Path | None,
    typer.Option("--annoter", metavar="SORTIE", parser=Path, help="Écrit là une copie du fichier, problèmes marqués."),
]
Limite = Annotated[
    list[str] | None,
    typer.Option("--limite", metavar="NOM=NOMBRE", help="Relève une limite de lecture, par exemple lignes=300000."),
]


@app.command("modeles")
def modeles(dossier: Dossier) -> None:
    """Écrit les modèles de classeurs à remplir.

    Exemple : cofiville excel modeles modeles
    """
    from ledger.exchange.templates import write_templates

    files = [str(path) for path in write_templates(dossier)]
    show({"fichiers": files}, lambda: say(f"{len(files)} modèles écrits dans {dossier}."))


@app.command("importer")
def importer(
    fichier: Fichier, simuler: Simuler = False, annoter: Annoter = None, limite: Limite = None, le: Le = None
) -> None:
    """Importe un classeur : tout ou rien, chaque problème montré avec sa cellule.

    Un même fichier importé deux fois ne change rien la seconde. Les lignes absentes du fichier ne sont jamais
    supprimées. --annoter rend votre fichier, cellules en cause marquées, avec une feuille « Problèmes ».

    Exemple : cofiville excel importer programmation_2016.xlsx --simuler
    """
    from ledger.exchange.handlers.registry import WORKBOOK
    from ledger.exchange.handling import Origin
    from ledger.exchange.importer import import_file
    from ledger.exchange.limits import parse_limits
    from ledger.exchange.sheets import SHEETS
    from ledger.exchange.workbook import read_workbook

    origin = Origin(fichier.name, day(le))
    with shown_progress() as progress:
        content = read_workbook(fichier, SHEETS, parse_limits(limite or ()), progress=progress)
        with writing() as session:
            found = import_file(session, content, WORKBOOK, origin, simulate=simuler, progress=progress)
    show_import(found, content=content, annotated=annoter)


@app.command("exporter")
def exporter(
    quoi: Annotated[
        str,
        typer.Argument(
            metavar="QUOI",
            help="programmation, avis, conventions, consommation, cloture ou referentiel.",
            show_default=False,
        ),
    ],
    annee: Annee,
    fichier: Fichier,
    le: Le = None,
) -> None:
    """Écrit un classeur : totaux en formules, mise en page prête à imprimer, feuilles réimportables.

    Exemple : cofiville excel exporter programmation 2016 sous_prefecture_2016.xlsx
    """
    from ledger.exchange.export.subjects import export_tables
    from ledger.exchange.lists import seed_lists
    from ledger.exchange.workbook import write_workbook
    from ledger.journal.audit import head

    with reading() as session:
        tables = export_tables(session, quoi.strip().lower(), annee, on=day(le))
        seal = head(session)
    write_workbook(fichier, tables, seed_lists(), about={"export": quoi, "exercice": str(annee)})
    names = [each.sheet.name for each in tables]
    show(
        {"fichier": str(fichier), "feuilles": names, "ecritures": seal.entries, "sceau": seal.seal},
        lambda: say(f"{fichier} écrit : {', '.join(names)}. Sceau du livre : {seal.text}"),
    )


@app.command("comparer")
def comparer(
    avant: Annotated[Path, typer.Argument(metavar="AVANT", parser=Path, help="Le premier classeur.")],
    apres: Annotated[Path, typer.Argument(metavar="APRES", parser=Path, help="Le second classeur.")],
) -> None:
    """Compare deux classeurs, feuille par feuille, ligne par ligne.

    Exemple : cofiville excel comparer programmation_envoyee.xlsx programmation_recue.xlsx
    """
    from ledger.exchange.comparing import compare_workbooks

    rows = compare_workbooks(avant, apres)
    columns = ("Feuille", "Ligne", "Colonne", "Avant", "Après")
    show(
        rows,
        lambda: (
            table("Différences", columns, [tuple(row.values()) for row in rows])
            if rows
            else say("Aucune différence sur les feuilles connues.")
        ),
    )
