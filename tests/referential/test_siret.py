"""A SIRET is read, or its damage is named; it is never repaired by guessing."""

from __future__ import annotations

import pytest

from ledger.core.errors import InvalidValue
from ledger.referential.siret import check_siret, read_siret


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("26590205600018", "26590205600018"),
        ("265 902 056 00018", "26590205600018"),
        ("265\u00a0902\u202f056 00018'", "26590205600018"),
        ("26590205600018.0", "26590205600018"),
        ("35600000049837", "35600000049837"),
    ],
)
def test_an_intact_number_gives_its_14_digits(typed: str, digits: str) -> None:
    assert check_siret(typed) == digits


@pytest.mark.parametrize(
    ("typed", "finding"),
    [
        ("8,03E+13", "siret_detruit"),
        ("2.659e13", "siret_detruit"),
        ("21860194600000.0", "siret_detruit"),
        ("50079414400100.0", "siret_detruit"),
        ("265902056", "siret_siren"),
        ("6590205600018", "siret_invalide"),
        ("26590205600019", "siret_invalide"),
        ("35600000012345", "siret_invalide"),
        ("NC", "siret_invalide"),
        ("", "siret_invalide"),
        ("２６５９０２０５６０００１８", "siret_invalide"),
    ],
)
def test_a_number_that_is_not_one_says_what_it_is(typed: str, finding: str) -> None:
    assert read_siret(typed) == ("", finding)
    with pytest.raises(InvalidValue) as refused:
        check_siret(typed)
    assert f"« {typed} »" in refused.value.problem


def test_a_destroyed_number_is_asked_again() -> None:
    with pytest.raises(InvalidValue) as refused:
        check_siret("8,03E+13")
    assert refused.value.problem == (
        "Le SIRET « 8,03E+13 » a été abîmé par un tableur : ses derniers chiffres sont perdus."
    )
    assert refused.value.remedy == "Mettez la colonne au format Texte et ressaisissez le numéro."
