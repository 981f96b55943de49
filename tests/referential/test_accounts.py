"""The account of an operation comes from a dated table; its label from the chart of the year or the nearest earlier."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.referential.accounts import imputation

M14, LONG, SHORT = ("M14", "SUP3500"), ("M57", "developpee"), ("M57", "abregee")


@pytest.mark.parametrize(
    ("operation", "party", "chart", "year", "account"),
    [
        ("verser", "ccas", M14, 2016, "657362"),
        ("verser", "ccas", LONG, 2023, "657362"),
        ("verser", "ccas", LONG, 2024, "657363"),
        ("verser", "caisse_des_ecoles", M14, 2016, "657361"),
        ("verser", "caisse_des_ecoles", LONG, 2023, "657361"),
        ("verser", "caisse_des_ecoles", SHORT, 2024, "657364"),
        ("verser", "commune", LONG, 2024, "657341"),
        ("verser", "association", M14, 2016, "6574"),
        ("verser", "association", LONG, 2015, "6574"),
        ("verser", "association", LONG, 2016, "65748"),
        ("recevoir", "ETAT", M14, 2016, "74718"),
        ("recevoir", "REGION", LONG, 2022, "7472"),
        ("recevoir", "DEPARTEMENT", M14, 2016, "7473"),
        ("recevoir", "CAF", M14, 2016, "7478"),
        ("recevoir", "CAF", LONG, 2022, "7476"),
        ("recevoir", "CPAM", SHORT, 2024, "7478"),
        ("recevoir", "FSE", LONG, 2024, "74771"),
        ("recevoir", "FEDER-ITI", LONG, 2024, "74772"),
        ("constater", "", M14, 2016, "47134"),
        ("recouvrer", "", LONG, 2024, "773"),
        ("rendre", "", M14, 2016, "673"),
    ],
)
def test_the_account_is_that_of_the_trade(
    session: Session, operation: str, party: str, chart: tuple[str, str], year: int, account: str
) -> None:
    assert imputation(session, operation, party, *chart, year).account == account


@pytest.mark.parametrize(
    ("chart", "year", "read"),
    [
        (M14, 2016, "M14 SUP3500 2016"),
        (M14, 2019, "M14 SUP3500 2016"),
        (LONG, 2023, "M57 developpee 2023"),
        (SHORT, 2023, "M57 abregee 2022"),
        (LONG, 2021, ""),
    ],
)
def test_a_year_without_a_chart_reads_the_nearest_earlier_one_and_says_so(
    session: Session, chart: tuple[str, str], year: int, read: str
) -> None:
    found = imputation(session, "verser", "ccas", *chart, year)
    assert (found.chart, found.label) == (read, "CCAS" if read else "")


def test_the_short_chart_is_trusted_where_the_long_one_has_a_wrong_label(session: Session) -> None:
    found = imputation(session, "verser", "ccas", *LONG, 2024)
    assert (found.account, found.label, found.chart) == ("657363", "CCAS/CIAS", "M57 abregee 2024")


def test_an_account_that_no_text_gives_is_asked_never_guessed(session: Session) -> None:
    with pytest.raises(NotFound) as refused:
        imputation(session, "verser", "bailleur", *M14, 2016)
    assert refused.value.problem == "Aucun compte M14 n'est connu en 2016 pour verser (bailleur)."
