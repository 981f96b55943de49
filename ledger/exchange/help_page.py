"""The help of a sheet, made of its declaration: what each column holds, whether it is needed, what else names it."""

from __future__ import annotations

from ledger.core.errors import NotFound
from ledger.core.field import Kind
from ledger.core.identifiers import plain_words
from ledger.exchange.declaration import Column, Sheet
from ledger.exchange.sheets import SHEETS, TEMPLATES

_FORMS = {
    Kind.AMOUNT: "au centime : 1234,56 ou 1 234,56",
    Kind.DAY: "JJ/MM/AAAA ou AAAA-MM-JJ",
    Kind.RATE: "65 % ou 2/3",
    Kind.INTEGER: "entier, positif ou nul",
    Kind.SIRET: "14 chiffres, en texte",
    Kind.CODES: "codes séparés par un point-virgule",
    Kind.YES_NO: "oui ou non",
}


def find_sheet(name: str) -> Sheet:
    """The sheet of this name, or one of its other names. raises: NotFound."""
    words = plain_words(name)
    for sheet in SHEETS:
        if words in {plain_words(each) for each in (sheet.name, *sheet.aliases)}:
            return sheet
    known = ", ".join(sheet.name for sheet in SHEETS)
    raise NotFound(f"La feuille « {name} » n'existe pas.", f"Feuilles connues : {known}.")


def templates_of(sheet: Sheet) -> list[str]:
    """The names of the templates that hold the sheet."""
    return [name for name, sheets in TEMPLATES.items() if sheet in sheets]


def accepted(column: Column) -> str:
    """What may be typed in the column, in French."""
    if column.choices:
        return ", ".join(choice.label for choice in column.choices)
    if column.list_name:
        return f"la liste « {column.list_name} » de la feuille Listes"
    return _FORMS.get(column.kind, column.kind.value)


def need(column: Column) -> str:
    """Whether the column is to be filled in: "obligatoire", "facultatif", or "jamais importé"."""
    return "jamais importé" if column.read_only else "obligatoire" if column.required else "facultatif"
