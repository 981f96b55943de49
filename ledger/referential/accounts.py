"""Which nomenclature account an operation uses, by beneficiary or financeur, nomenclature and exercice."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.referential.model import ChartAccount
from ledger.referential.vocabulary import AccountOperation


class Imputation(NamedTuple):
    """An account, and its label in the chart read.

    chart: the nomenclature, variant and year of that chart, an earlier one when the year has none; "" without any.
    label: "" when that chart does not list the account.
    to_confirm: whether the table leaves a doubt, or no chart at hand names the account.
    """

    account: str
    label: str
    chart: str
    source: str
    to_confirm: bool


@cache
def _table() -> tuple[dict[str, str], ...]:
    with files("ledger.referential").joinpath("seed/imputations.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def _row(operation: str, party: str, nomenclature: str, variant: str, year: int) -> dict[str, str] | None:
    for row in _table():
        of_nomenclature = row["nomenclature"] in (nomenclature, f"{nomenclature}-{variant}")
        in_force = int(row["du"]) <= year <= int(row["au"] or year)
        if (row["operation"], row["beneficiaire"]) == (operation, party) and of_nomenclature and in_force:
            return row
    return None


def imputation(session: Session, operation: str, party: str, nomenclature: str, variant: str, year: int) -> Imputation:
    """The account of an operation with its label, read in the chart of the year or the nearest earlier one.

    operation: an AccountOperation. party: the statut of the beneficiary when paying, the financeur (or the line,
    for Europe) when receiving, "" otherwise.
    raises: NotFound where the table says nothing: an account is then asked, never guessed.
    Source: official charts of accounts M14 and M57.
    """
    row = _row(operation, party, nomenclature, variant, year)
    if row is None:
        raise NotFound(
            f"Aucun compte {nomenclature} n'est connu en {year} pour {operation} ({party or 'tous tiers'}).",
            "Demandez le compte au comptable : il n'est jamais deviné.",
        )
    label, read = chart_label(session, row["compte"], nomenclature, row["plan"] or variant, year)
    doubted = not label or row["a_confirmer"] == "oui"
    return Imputation(row["compte"], label, read, row["source"], to_confirm=doubted)


def chart_label(session: Session, account: str, nomenclature: str, variant: str, year: int) -> tuple[str, str]:
    """The label of an account, and the chart it is read in: of the year or the nearest earlier one; "" for none."""
    chart = ChartAccount.nomenclature == nomenclature, ChartAccount.variant == variant
    chart_year = session.scalar(select(func.max(ChartAccount.year)).where(*chart, ChartAccount.year <= year))
    if chart_year is None:
        return "", ""
    named = ChartAccount.year == chart_year, ChartAccount.account == account
    label = session.scalar(select(ChartAccount.label).where(*chart, *named))
    return label or "", f"{nomenclature} {variant} {chart_year}"


def payer_in_table(code: str, kind: str) -> str:
    """Under which name the table knows who pays the EPCI: the financeur's own code, else its kind in capitals."""
    known = {row["beneficiaire"] for row in _table() if row["operation"] == AccountOperation.RECEIVE}
    return code if code in known else kind.upper()
