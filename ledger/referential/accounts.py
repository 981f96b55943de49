"""Which nomenclature account an operation uses, by beneficiary or financeur, nomenclature and exercice."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.core.period import french_day
from ledger.referential.model import ChartAccount, ContractAccount, CreditLine, Financeur
from ledger.referential.vocabulary import AccountOperation
from ledger.storage.session import context


class Imputation(NamedTuple):
    """An account, and its label in the chart read.

    chart: the nomenclature, variant and year of that chart, an earlier one when the year has none; "" without any.
    label: "" when that chart does not list the account.
    to_confirm: whether who says it leaves a doubt, or no chart at hand names an account of the shipped table.
    party: whom it is said for. since: the first day of the contract's own account; None for one of the shipped table.
    """

    account: str
    label: str
    chart: str
    source: str
    to_confirm: bool
    party: str = ""
    since: date | None = None

    @property
    def said_by(self) -> str:
        """Who says it: "compte du contrat depuis le 01/01/2018", "table livrée"."""
        return f"compte du contrat depuis le {french_day(self.since)}" if self.since else "table livrée"


@cache
def _table() -> tuple[dict[str, str], ...]:
    with files("ledger.referential").joinpath("seed/imputations.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def possible_imputations(
    session: Session, operation: str, parties: Sequence[str], nomenclature: str, variant: str, year: int
) -> Iterator[Imputation]:
    """The accounts that may be an operation's in an exercice, the one that holds first.

    The contract's own come before those of the shipped table, which knows one name of who is paid: it never takes the
    account of a type for a body whose statut is said. In each, the most precise party comes before the others.
    parties: as for `imputation`.
    """
    named = (f"{nomenclature}-{variant}", nomenclature)
    query = select(ContractAccount).where(
        ContractAccount.operation == operation,
        ContractAccount.nomenclature.in_(named),
        ContractAccount.party.in_(parties),
    )
    own = [row for row in session.scalars(query) if row.holds(date(year, 1, 1), date(year, 12, 31))]
    for row in sorted(own, key=lambda each: (parties.index(each.party), named.index(each.nomenclature))):
        label, read = chart_label(session, row.account, nomenclature, variant, year)
        yield Imputation(row.account, label, read, row.source, row.to_confirm, row.party, row.starts_on)
    shipped = parties if operation == AccountOperation.RECEIVE else parties[:1]
    for party, each in ((party, each) for party in shipped for each in _table()):
        in_force = int(each["du"]) <= year <= int(each["au"] or year)
        if (
            (each["operation"], each["beneficiaire"]) == (operation, party)
            and each["nomenclature"] in named
            and in_force
        ):
            label, read = chart_label(session, each["compte"], nomenclature, each["plan"] or variant, year)
            doubted = not label or each["a_confirmer"] == "oui"
            yield Imputation(each["compte"], label, read, each["source"], doubted, party)


def imputation(
    session: Session, operation: str, party: str | Sequence[str], nomenclature: str, variant: str, year: int
) -> Imputation:
    """The account of an operation with its label, read in the chart of the year or the nearest earlier one.

    operation: an AccountOperation. party: the statut of the beneficiary when paying, the financeur (or the line,
    for Europe) when receiving, "" otherwise; several names of one party, the most precise first.
    raises: NotFound where neither the contract nor the table says it: an account is then asked, never guessed.
    Source: official charts of accounts M14 and M57.
    """
    parties = (party,) if isinstance(party, str) else party
    found = next(possible_imputations(session, operation, parties, nomenclature, variant, year), None)
    if found is None:
        raise NotFound(
            f"Aucun compte {nomenclature} n'est connu en {year} pour {operation}"
            f" ({', '.join(parties) if parties[0] else 'tous tiers'}).",
            "Demandez le compte au comptable : il n'est jamais deviné. Puis saisissez-le : cofiville compte ajouter"
            f" {operation} COMPTE{f' --tiers {parties[0]}' * bool(parties[0])} --du {year}-01-01 --source TEXTE.",
        )
    return found


def chart_label(session: Session, account: str, nomenclature: str, variant: str, year: int) -> tuple[str, str]:
    """The label of an account, and the chart it is read in: of the year or the nearest earlier one; "" for none."""
    chart = ChartAccount.nomenclature == nomenclature, ChartAccount.variant == variant
    chart_year = session.scalar(select(func.max(ChartAccount.year)).where(*chart, ChartAccount.year <= year))
    if chart_year is None:
        return "", ""
    named = ChartAccount.year == chart_year, ChartAccount.account == account
    label = session.scalar(select(ChartAccount.label).where(*chart, *named))
    return label or "", f"{nomenclature} {variant} {chart_year}"


def check_operation(operation: str) -> None:
    """Nothing when it is one that an account is asked for. raises: InvalidValue."""
    if operation not in AccountOperation.labels():
        raise InvalidValue(
            f"« {operation} » n'est pas une opération comptable.", f"Opérations : {', '.join(AccountOperation)}."
        )


def parties_paying(session: Session, named: str) -> tuple[str, ...]:
    """The names of who pays the EPCI: the line that is named, its financeur, the type of that one in capitals."""
    contract = context(session).contract
    line = session.get(CreditLine, (contract, named))
    payer = session.get(Financeur, (contract, named if line is None else line.financeur))
    names = (named, *(() if payer is None else (payer.code, payer.kind.upper())))
    return tuple(dict.fromkeys(names))
