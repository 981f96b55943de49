"""What nobody has confirmed of a référentiel is said on the screens that list it."""

from __future__ import annotations

import pytest

from tests.conftest import Typist

NEW = ("contrat", "creer", "SUITE", "--epci", "200042190", "--du", "2024-01-01", "--au", "2030-12-31")


@pytest.mark.parametrize(
    ("group", "named"), [("financeur", "CAF"), ("ligne", "ETAT-PDV-ACTIONS")], ids=lambda each: str(each)
)
def test_a_list_names_what_is_to_be_confirmed(cofiville: Typist, group: str, named: str) -> None:
    assert cofiville(*NEW).code == 0
    said = cofiville("--contrat", "SUITE", group, "lister").out
    count = len(cofiville("--contrat", "SUITE", "--json", group, "lister").data)
    last = " ".join(said[said.index("À confirmer :") :].split())
    assert last.startswith(f"À confirmer : {count} sur {count} (")
    assert named in last
    assert "À confirmer" not in cofiville(group, "lister").out


def test_a_territory_to_be_confirmed_is_named_in_the_contract_of_which_little_is_known(cofiville: Typist) -> None:
    said = cofiville("--contrat", "CV193", "contrat", "montrer", "CV193")
    assert said.code == 0
    assert (
        cofiville(
            *("contrat", "creer", "CAVM15", "--epci", "245901160", "--du", "2010-01-01", "--au", "2014-12-31"),
            *("--modele", "cavm-2015-2020"),
        ).code
        == 0
    )
    assert "À confirmer :" in cofiville("--contrat", "CAVM15", "territoire", "lister").out


def test_an_account_and_a_line_to_be_confirmed_say_so(cofiville: Typist) -> None:
    assert cofiville("ligne", "compte", "verser", 2016, "--tiers", "epci").out.rstrip().endswith(", à confirmer.")
    assert cofiville(*NEW).code == 0
    shown = " ".join(cofiville("--contrat", "SUITE", "ligne", "montrer", "ETAT-FIPD").out.split())
    assert "ETAT, à confirmer." in shown
    assert "à confirmer" not in cofiville("ligne", "compte", "verser", 2016, "--tiers", "ccas").out
