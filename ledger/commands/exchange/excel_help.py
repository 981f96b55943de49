"""`cofiville excel aide`: what each importable sheet holds, from its declaration."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import argument
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind, count, words
from ledger.exchange.fields import COLUMN, SHEET
from ledger.reports.listing import Listing

app = group("Classeurs : modèles à remplir, import vérifié, exports, comparaison.")

_VERSION = count("version", "version")
_SHEETS = (SHEET, words("titre", "contenu"), words("modeles", "modèles").but(many=True), _VERSION)
_COLUMNS = (
    COLUMN,
    words("besoin", ""),
    words("contenu", "contenu"),
    words("aide", "aide"),
    words("autres_titres", "aussi lu sous").but(many=True),
)
_ONE_SHEET = one(SHEET, _VERSION, Field("colonnes", "colonnes", Kind.RECORD, fields=_COLUMNS, many=True))


@app.command("aide", answer=several(*_SHEETS) | _ONE_SHEET)
def excel_aide(
    feuille: Annotated[
        str | None, argument(SHEET.but(help="Le nom de la feuille ; toutes si rien n'est donné."))
    ] = None,
) -> Outcome:
    """Dit ce que contient chaque feuille importable : ses colonnes, ce qui s'y saisit, les autres titres reconnus.

    Exemple : cofiville excel aide Programmation
    """
    from ledger.exchange.writing.templates import (
        explained_sheets,
        find_sheet,
        need_of_column,
        templates_of,
        values_accepted,
    )

    if feuille is None:
        sheets = tuple(
            {"feuille": each.name, "titre": each.title, "modeles": templates_of(each), "version": each.version}
            for each in explained_sheets()
        )
        return Outcome(Listing("Feuilles", _SHEETS, sheets))
    sheet = find_sheet(feuille)
    columns = [
        {
            "colonne": column.title,
            "besoin": need_of_column(column),
            "contenu": values_accepted(column),
            "aide": column.help,
            "autres_titres": list(column.aliases),
        }
        for column in sheet.columns
    ]
    return Outcome(
        {"feuille": sheet.name, "version": sheet.version, "colonnes": columns},
        (
            f"{sheet.title} (feuille « {sheet.name} », version {sheet.version})",
            *(f"  {line}" for line in sheet.instructions),
            Listing("Colonnes", _COLUMNS, tuple(columns)),
        ),
    )
