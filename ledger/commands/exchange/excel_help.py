"""`cofiville excel aide`: what each importable sheet holds, from its declaration."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.commands.shell.screen import say, show, table


def aide(
    feuille: Annotated[
        str | None, typer.Argument(metavar="FEUILLE", help="Le nom de la feuille ; toutes si rien n'est donné.")
    ] = None,
) -> None:
    """Dit ce que contient chaque feuille importable : ses colonnes, ce qui s'y saisit, les autres titres reconnus.

    Exemple : cofiville excel aide Programmation
    """
    from ledger.exchange.help_page import accepted, find_sheet, need, templates_of
    from ledger.exchange.sheets import SHEETS

    if feuille is None:
        rows = [
            {"feuille": each.name, "titre": each.title, "modeles": templates_of(each), "version": each.version}
            for each in SHEETS
        ]
        columns = ("Feuille", "Contenu", "Modèles", "Version")
        lines = [(each.name, each.title, ", ".join(templates_of(each)), each.version) for each in SHEETS]
        show(rows, lambda: table("Feuilles", columns, lines))
        return
    sheet = find_sheet(feuille)
    found = [
        {
            "colonne": column.title,
            "besoin": need(column),
            "contenu": accepted(column),
            "aide": column.help,
            "autres_titres": list(column.aliases),
        }
        for column in sheet.columns
    ]

    def render() -> None:
        say(f"{sheet.title} (feuille « {sheet.name} », version {sheet.version})")
        for line in sheet.instructions:
            say(f"  {line}")
        titles = ("Colonne", "", "Contenu", "Aide", "Aussi lu sous")
        table("Colonnes", titles, [(*list(row.values())[:4], ", ".join(row["autres_titres"])) for row in found])

    show({"feuille": sheet.name, "version": sheet.version, "colonnes": found}, render)
