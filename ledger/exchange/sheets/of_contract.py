"""Sheets as a contract has them: the choices that are rows of its référentiel, the columns that name its EPCI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ledger.core.field import Choice
from ledger.exchange.declaration import Column, Sheet
from ledger.exchange.sheets.programming import for_epcis

_MOST_IN_A_CELL = 255
"""What Excel takes of choices written in the rule of a cell, their commas counted."""


class SheetTerms(NamedTuple):
    """The short names of the EPCI of a contract by code; the words that its columns offer, by list."""

    epcis: Mapping[str, str]
    words: Mapping[str, Sequence[Choice]]


def for_contract(sheet: Sheet, terms: SheetTerms) -> Sheet:
    """The sheet with the choices and the columns of the contract."""
    columns = tuple(_offering(each, terms.words[each.words]) if each.words else each for each in sheet.columns)
    return for_epcis(replace(sheet, columns=columns), terms.epcis)


def _offering(of_sheet: Column, choices: Sequence[Choice]) -> Column:
    """The column with these choices; where a cell has no room for them, those of the page of lists."""
    shown = [each.label for each in choices]
    cramped = len(",".join(shown)) > _MOST_IN_A_CELL or any("," in each for each in shown)
    return replace(of_sheet, choices=tuple(choices), list_name=of_sheet.words if cramped else "")
