"""The account of an operation comes from a dated table; its label from the chart of the year or the nearest earlier."""

from __future__ import annotations

import csv
from importlib.resources import files

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
        ("verser", "caisse_des_ecoles", LONG, 2024, "657361"),
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
        ("recevoir", "COMMUNE", M14, 2016, "74741"),
        ("recevoir", "COMMUNE", SHORT, 2026, "74741"),
        ("recevoir", "FSE", LONG, 2024, "74771"),
        ("recevoir", "FEDER-ITI", LONG, 2024, "74772"),
        ("verser", "epci", M14, 2016, "657358"),
        ("verser", "epci", SHORT, 2024, "657358"),
        ("verser", "etablissement_public", M14, 2016, "65738"),
        ("verser", "etablissement_public", LONG, 2023, "657382"),
        ("verser", "etablissement_public", SHORT, 2022, "65738"),
        ("recevoir", "ARS", M14, 2016, "7478"),
        ("recevoir", "CDC", LONG, 2022, "74788"),
        ("recevoir", "ANRU", LONG, 2024, "747888"),
        ("recevoir", "ARS", SHORT, 2024, "7478"),
        ("recevoir", "EPCI", M14, 2016, "74758"),
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
    assert "cofiville compte ajouter verser COMPTE --tiers bailleur --du 2016-01-01" in refused.value.remedy


@pytest.mark.parametrize("party", ["epci", "etablissement_public"])
def test_an_account_read_in_a_chart_for_a_public_body_is_to_be_confirmed(session: Session, party: str) -> None:
    for chart, year in ((M14, 2016), (LONG, 2023), (LONG, 2024), (SHORT, 2022), (SHORT, 2024)):
        assert imputation(session, "verser", party, *chart, year).to_confirm


@pytest.mark.parametrize("party", ["ARS", "CDC", "ANRU", "EPCI"])
def test_what_is_received_of_them_is_to_be_confirmed(session: Session, party: str) -> None:
    for chart, year in ((M14, 2016), (LONG, 2022), (LONG, 2024), (SHORT, 2022), (SHORT, 2024)):
        assert imputation(session, "recevoir", party, *chart, year).to_confirm


def test_the_account_of_a_type_is_never_taken_for_a_statut_that_is_said(session: Session) -> None:
    """An office public has no account in the short M57 of 2022: that of landlords of private law is not its own."""
    with pytest.raises(NotFound, match="pour verser"):
        imputation(session, "verser", ("oph", "bailleur"), *SHORT, 2022)


# What the chart's own words for each account must say, so that a number of another meaning is never taken.
WORDS = {
    "ccas": ("CCAS",),
    "caisse_des_ecoles": ("Caisse des écoles",),
    "commune": ("Communes membres",),
    "association": ("associations", "Autres personnes de droit privé"),
    **dict.fromkeys(
        ("fondation", "personne_physique"), ("autres personnes de droit privé", "Autres personnes de droit")
    ),
    **dict.fromkeys(
        ("esh", "cooperative_hlm", "sem", "spl", "entreprise"), ("autres personnes de droit privé", "Entreprises")
    ),
    "oph": ("Autres établissements publics",),
    "gip": ("Autres organismes publics", "Organismes publics divers", "Autres établissements publics"),
    "etablissement_public": ("Autres organismes publics", "Organismes publics divers", "Autres établissements publics"),
    "epci": ("Autres groupements",),
    **dict.fromkeys(("ARS", "CDC", "ANRU"), ("Autres",)),
    "EPCI": ("Autres groupements",),
    "etat": ("Etat",),
    "region": ("Régions",),
    "departement": ("Départements",),
    "ETAT": ("Autres",),
    "REGION": ("Régions",),
    "DEPARTEMENT": ("Départements",),
    "CAF": ("Autres organismes", "Sécurité sociale"),
    "CPAM": ("Autres organismes", "Sécurité sociale"),
    "COMMUNE": ("Communes membres",),
    "FSE": ("Budget communautaire", "Fonds social européen"),
    "FEDER-ITI": ("Budget communautaire", "FEDER"),
}
BOTH_NUMBERS = "Subventions", "annulés"


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a table shipped with the référentiel."""
    with files("ledger.referential").joinpath(f"seed/{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("nomenclature", "variant", "year"),
    sorted({(row["nomenclature"], row["variante"], int(row["exercice"])) for row in rows_of("comptes")}),
)
def test_every_imputation_is_in_the_chart_of_its_exercice_under_the_right_words(
    session: Session, nomenclature: str, variant: str, year: int
) -> None:
    """An account that the chart does not name would be refused by the comptable."""
    known = 0
    for operation, party in sorted({(row["operation"], row["beneficiaire"]) for row in rows_of("imputations")}):
        try:
            found = imputation(session, operation, party, nomenclature, variant, year)
        except NotFound:
            continue
        known += 1
        assert found.chart.endswith(str(year))
        assert any(words in found.label for words in WORDS.get(party, BOTH_NUMBERS)), found
    assert known >= 11


def test_an_account_that_no_chart_names_is_to_be_confirmed_or_asked(session: Session) -> None:
    assert imputation(session, "verser", "caisse_des_ecoles", *LONG, 2024).to_confirm
    assert imputation(session, "verser", "ccas", *LONG, 2021).to_confirm
    assert not imputation(session, "verser", "ccas", *LONG, 2024).to_confirm
    with pytest.raises(NotFound, match="Aucun compte M57 n'est connu en 2024"):
        imputation(session, "verser", "caisse_des_ecoles", *SHORT, 2024)
