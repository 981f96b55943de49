"""The comptable's mandats: what is certain is paid, the rest is proposed, nothing is paid twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conftest import Typist
from tests.exchange.partners.conftest import done, mandats


def imported(typist: Typist, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = done(typist("--json", "echange", "importer", "--profil", "helios", path))
    return found


def paid(typist: Typist) -> str:
    amount: str = done(typist("--json", "convention", "montrer", "CCAPH"))["verse"]
    return amount


def test_the_mandat_that_pays_the_whole_order_of_one_convention_is_its_payment(year: Typist, tmp_path: Path) -> None:
    ordered = done(year("--json", "convention", "montrer", "CCAPH"))["ordonne"]
    path = mandats(tmp_path / "mandats.csv", {"amount": ordered})
    before = done(year("--json", "echange", "rapprocher", "--profil", "helios", path))
    assert [(row["etat"], row["conventions"]) for row in before] == [("a_confirmer", ["CCAPH"])]
    assert imported(year, path)["ecrit"]
    assert paid(year) == ordered
    assert not imported(year, path)["ecrit"]
    after = done(year("--json", "echange", "rapprocher", "--profil", "helios", path))
    assert [(row["etat"], row["livre"], row["fichier"]) for row in after] == [("rapproche", ordered, ordered)]


def test_two_mandats_of_that_amount_are_left_to_a_person(year: Typist, tmp_path: Path) -> None:
    ordered = done(year("--json", "convention", "montrer", "CCAPH"))["ordonne"]
    path = mandats(tmp_path / "mandats.csv", {"amount": ordered}, {"amount": ordered})
    codes = [problem["code"] for problem in imported(year, path)["problemes"]]
    assert codes.count("paiement_a_confirmer") == 2
    assert paid(year) == "0.00"


def test_mandats_that_add_up_to_a_payment_are_proposed_and_not_applied(year: Typist, tmp_path: Path) -> None:
    ordered = float(done(year("--json", "convention", "montrer", "CCAPH"))["ordonne"])
    done(year("--json", "versement", "payer", "CCAPH", f"{ordered:.2f}", "--reference", "B1 M2", "--le", "2016-05-20"))
    halves = ({"amount": "1000,00"}, {"amount": f"{ordered - 1000:.2f}"})
    found = done(year("--json", "echange", "rapprocher", "--profil", "helios", mandats(tmp_path / "m.csv", *halves)))
    assert [(row["etat"], row["ecart"]) for row in found] == [("a_confirmer", "0.00")]


def test_a_payment_typed_with_another_reference_is_recognised(year: Typist, tmp_path: Path) -> None:
    ordered = done(year("--json", "convention", "montrer", "CCAPH"))["ordonne"]
    done(year("--json", "versement", "payer", "CCAPH", ordered, "--reference", "B1 M2", "--le", "2016-05-20"))
    found = imported(year, mandats(tmp_path / "m.csv", {"amount": ordered}))
    assert "deja_au_livre" in {each["code"] for each in found["problemes"]}
    assert paid(year) == ordered


def test_a_mandat_of_another_body_is_absent_from_the_book(year: Typist, tmp_path: Path) -> None:
    path = mandats(tmp_path / "m.csv", {"amount": 250, "siret": "35600000049837", "name": "LA POSTE"})
    [row] = done(year("--json", "echange", "rapprocher", "--profil", "helios", path))
    assert (row["etat"], row["porteur_connu"]) == ("absent_du_livre", False)
