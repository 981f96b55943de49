"""Which nomenclature account an operation uses, by beneficiary or financeur, nomenclature and exercice."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.referential.model import ChartAccount


class Imputation(NamedTuple):
    """An account, its label in the official chart, and the year of the chart read (an earlier one when it has none)."""

    account: str
    label: str
    chart_year: int | None


@cache
def _table() -> tuple[dict[str, str], ...]:
    with files("ledger.referential").joinpath("seed/imputations.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def account_number(operation: str, party: str, nomenclature: str, variant: str, year: int) -> str | None:
    """The account of an operation; None where the table says nothing: it is then asked, never guessed.

    operation: "verser", "recevoir", "constater", "recouvrer", "rendre". party: the kind of the beneficiary when
    paying, the financeur (or the line, for Europe) when receiving, "" otherwise.
    Source: official charts of accounts M14 and M57.
    """
    for row in _table():
        of_nomenclature = row["nomenclature"] in (nomenclature, f"{nomenclature}-{variant}")
        in_force = int(row["du"]) <= year <= int(row["au"] or year)
        if row["operation"] == operation and row["beneficiaire"] == party and of_nomenclature and in_force:
            return row["compte"]
    return None


def imputation(
    session: Session, operation: str, party: str, nomenclature: str, variant: str, year: int
) -> Imputation | None:
    """The account with its label, read in the chart of the year or the nearest earlier one."""
    account = account_number(operation, party, nomenclature, variant, year)
    if account is None:
        return None
    chart = select(func.max(ChartAccount.year)).where(
        ChartAccount.nomenclature == nomenclature,
        ChartAccount.variant == variant,
        ChartAccount.account == account,
        ChartAccount.year <= year,
    )
    found_year = session.scalar(chart)
    label = ""
    if found_year is not None:
        label = session.get_one(ChartAccount, (nomenclature, variant, found_year, account)).label
    return Imputation(account, label, found_year)
