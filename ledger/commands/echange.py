"""`cofiville echange`: files of the partners, read by profile."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.commands.access import writing
from ledger.commands.imports import show_import
from ledger.commands.options import Fichier, Le, day
from ledger.commands.shell import group

app = group("Échanges : les fichiers des partenaires, lus chacun selon son profil.")


@app.command("importer")
def importer(
    fichier: Fichier,
    profil: Annotated[str, typer.Option(metavar="PROFIL", help="La forme du fichier : postes-etat.")],
    simuler: Annotated[
        bool, typer.Option("--simuler", help="Montre ce que le fichier changerait, sans rien écrire.")
    ] = False,
    le: Le = None,
) -> None:
    """Importe un fichier d'un partenaire : tout ou rien, chaque problème montré avec sa cellule.

    postes-etat : les postes adultes-relais et FONJEP publiés par l'ANCT ; seules les lignes du contrat tenu sont lues.

    Exemple : cofiville echange importer --profil postes-etat postes_etat_caph_cavm.csv
    """
    from ledger.exchange.handling import Origin
    from ledger.exchange.importer import import_file
    from ledger.exchange.profiles import find_profile
    from ledger.exchange.workbook import read_workbook

    profile = find_profile(profil)
    content = read_workbook(fichier, profile.sheets)
    with writing() as session:
        found = import_file(session, content, profile.handlers, Origin(fichier.name, day(le)), simulate=simuler)
    show_import(found)
