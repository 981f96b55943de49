"""The blank templates and the help of a sheet: made of the declarations and of the facts shipped with the product."""

from __future__ import annotations

from pathlib import Path

from ledger.core.errors import NotFound
from ledger.core.field import Kind
from ledger.core.identifiers import plain_words
from ledger.exchange.declaration import FREE_ROWS, Column, Sheet, Table
from ledger.exchange.opening.limits import FileRefused
from ledger.exchange.sheets import SHEETS, TEMPLATES
from ledger.exchange.sheets.of_contract import SheetTerms, for_contract
from ledger.exchange.sheets.returns import RETURN
from ledger.exchange.sheets.tableau import explained_tableau
from ledger.exchange.writing.lists import Lists, seed_lists
from ledger.exchange.writing.writer import write_workbook


def write_templates(
    folder: Path, free_rows: int = FREE_ROWS, lists: Lists | None = None, terms: SheetTerms | None = None
) -> list[Path]:
    """Write every template in the folder, made if need be; the same bytes each time.

    lists: what drop-downs offer; the facts shipped with the product where there is no base. terms: what the contract
    says in its own words.
    free_rows: how many rows to fill have live formulas; a program prints as many, filled or not.
    raises: FileRefused when the folder cannot be written in.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        raise FileRefused(
            f"Le dossier « {folder} » ne peut pas être créé ({trouble.strerror}).", "Choisissez un autre dossier."
        ) from None
    offered = seed_lists() if lists is None else lists
    written = []
    for name, sheets in TEMPLATES.items():
        path = folder / f"{name}.xlsx"
        named = [for_contract(sheet, terms) if terms else sheet for sheet in sheets]
        write_workbook(path, [Table(sheet, free_rows=free_rows) for sheet in named], offered, about={"modèle": name})
        written.append(path)
    return written


_FORMS = {
    Kind.AMOUNT: "au centime : 1234,56 ou 1 234,56",
    Kind.DAY: "JJ/MM/AAAA ou AAAA-MM-JJ",
    Kind.RATE: "65 % ou 2/3",
    Kind.INTEGER: "entier, positif ou nul",
    Kind.SIRET: "14 chiffres, en texte",
    Kind.CODES: "codes séparés par un point-virgule",
    Kind.YES_NO: "oui ou non",
}


def explained_sheets() -> tuple[Sheet, ...]:
    """Every sheet that can be imported, the wide one first, what a partner sent back last."""
    return (explained_tableau(), *SHEETS, RETURN)


def find_sheet(name: str) -> Sheet:
    """The sheet of this name, or one of its other names. raises: NotFound."""
    words = plain_words(name)
    for sheet in explained_sheets():
        if words in {plain_words(each) for each in (sheet.name, *sheet.aliases)}:
            return sheet
    known = ", ".join(sheet.name for sheet in explained_sheets())
    raise NotFound(f"La feuille « {name} » n'existe pas.", f"Feuilles connues : {known}.")


def templates_of(sheet: Sheet) -> list[str]:
    """The names of the templates that hold the sheet."""
    return [name for name, sheets in TEMPLATES.items() if sheet in sheets]


def values_accepted(column: Column) -> str:
    """What may be typed in the column, in French."""
    if column.choices:
        return ", ".join(choice.label for choice in column.choices)
    if column.list_name:
        return f"la liste « {column.list_name} » de la feuille Listes"
    return _FORMS.get(column.kind, column.kind.value)


def need_of_column(column: Column) -> str:
    """Whether the column is to be filled in: "obligatoire", "facultatif", or "jamais importé"."""
    return "jamais importé" if column.read_only else "obligatoire" if column.required else "facultatif"
