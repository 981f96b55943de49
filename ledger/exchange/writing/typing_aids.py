"""What helps to type on a sheet: lists, what each column accepts, and marks on what does not hold together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Gap, Sheet
from ledger.exchange.opening.places import column_letters
from ledger.exchange.writing.lists import Lists
from ledger.exchange.writing.styles import Styles

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_MOST_COMPARED = 2000
_ACCEPTED = {
    Kind.AMOUNT: ("=AND(ISNUMBER({cell}),ROUND({cell},2)={cell})", "Un nombre, en euros, au centime : 1234,56."),
    Kind.DAY: ("=AND(ISNUMBER({cell}),{cell}>=36526,{cell}<73416)", "Une date, par exemple 15/02/2016."),
    Kind.INTEGER: ("=AND(ISNUMBER({cell}),{cell}>=0,INT({cell})={cell})", "Un nombre entier."),
    Kind.RATE: ("=AND(ISNUMBER({cell}),{cell}>=0,{cell}<=1)", "Un taux entre 0 % et 100 %."),
    Kind.SIRET: ("=AND(ISTEXT({cell}),LEN({cell})=14)", "14 chiffres, en texte, sans espaces."),
}


def mark_what_is_wrong(
    worksheet: Worksheet, sheet: Sheet, columns: Sequence[Column], styles: Styles, first: int, last: int
) -> None:
    """Red for a gap or a key met twice, yellow for what is still to fill in. first, last: rows from 0."""
    letters = {column.field: column_letters(place) for place, column in enumerate(columns, start=1)}
    key = letters[sheet.key[0]]
    for position, column in enumerate(columns):
        here = f"{letters[column.field]}{first + 1}"
        rule: dict[str, Any] = {"type": "formula", "format": styles.wrong}
        if isinstance(column.formula, Gap) and column.formula.zero:
            rule["criteria"] = f'=AND(${key}{first + 1}<>"",{here}<>0)'
        elif sheet.computed or column.read_only:
            continue
        elif column.field == sheet.key[0]:
            end = min(last, first + _MOST_COMPARED)
            pairs = ",".join(
                f"${letters[field]}${first + 1}:${letters[field]}${end + 1},${letters[field]}{first + 1}"
                for field in sheet.key
            )
            rule["criteria"] = f'=AND({here}<>"",COUNTIFS({pairs})>1)'
            worksheet.conditional_format(first, position, end, position, rule)
            continue
        elif column.required:
            rule |= {"criteria": f'=AND(${key}{first + 1}<>"",ISBLANK({here}))', "format": styles.missing}
        else:
            continue
        worksheet.conditional_format(first, position, last, position, rule)


def offer_values(worksheet: Worksheet, columns: Sequence[Column], lists: Lists, first: int, last: int) -> None:
    """The list or the condition of each column, and its help beside the cell."""
    for position, column in enumerate(columns):
        if column.read_only:
            continue
        rule = _validation(column, lists, f"{column_letters(position + 1)}{first + 1}")
        if rule["validate"] != "any" or "input_message" in rule:
            worksheet.data_validation(first, position, last, position, rule)


def _validation(column: Column, lists: Lists, cell: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"validate": "any"}
    if column.choices:
        rule = {"validate": "list", "source": [choice.label for choice in column.choices]}
        rule |= _refusal("Choisissez une valeur de la liste.")
    elif column.kind is Kind.YES_NO:
        rule = {"validate": "list", "source": ["oui", "non"], **_refusal("Répondez par oui ou par non.")}
    elif column.list_name in lists and column.kind is Kind.CODE:
        rule = {"validate": "list", "source": f"=Liste_{column.list_name}", "error_type": "warning"}
        rule |= _refusal("Cette valeur n'est pas dans la liste.")
    elif column.kind in _ACCEPTED:
        condition, words = _ACCEPTED[column.kind]
        rule = {"validate": "custom", "value": condition.format(cell=cell), **_refusal(words)}
    if column.help:
        rule |= {"input_title": column.title[:32], "input_message": column.help[:255]}
    return rule


def _refusal(words: str) -> dict[str, str]:
    return {"error_title": "Cofiville", "error_message": words}
