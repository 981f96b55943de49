"""What others published that they granted to our porteurs is seen where the porteur is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conftest import Typist
from tests.exchange.partners.conftest import ASSOCIATION, csv_file, done

TITLES = ("nomAttribuant", "idAttribuant", "dateConvention", "nomBeneficiaire", "idBeneficiaire", "objet", "montant")
REGION = ("Région Hauts-de-France", "20005374200017", "2016-06-01")


def elsewhere(typist: Typist, path: Path, *rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    csv_file(path, [TITLES, *rows])
    done(typist("--json", "echange", "importer", "--profil", "scdl", path))
    found = done(typist("--json", "porteur", "montrer", "ATELIERS"))["publiees_ailleurs"]
    return [(each["exercice"], each["attribuant"], each["objet"], each["montant"]) for each in found]


def test_a_porteur_shows_what_others_published_for_it_alone(year: Typist, tmp_path: Path) -> None:
    rows = (
        (*REGION, "ATELIERS DU FAUBOURG", ASSOCIATION, "Chantier d'insertion", "12000,50"),
        (*REGION, "Les Ateliers du Faubourg", "", "Jardin", "900"),
        (*REGION, "Les Ateliers du Faubourg", "21860194600000.0", "Fête", "NC"),
        (*REGION, "Une autre association", "", "Théâtre", "700"),
        ("CAPH", "20004219000013", "2016-05-03", "ATELIERS", ASSOCIATION, "Le nôtre", "24000"),
    )
    region = REGION[0]
    assert elsewhere(year, tmp_path / "scdl.csv", *rows) == [
        (2016, region, "Chantier d'insertion", "12000.50"),
        (2016, region, "Fête", None),
        (2016, region, "Jardin", "900.00"),
    ]
    shown = year("porteur", "montrer", "ATELIERS").out
    assert "Subventions publiées par d'autres" in shown
    assert "illisible" in shown


def test_what_is_published_again_otherwise_is_shown_as_last_said(year: Typist, tmp_path: Path) -> None:
    row = (*REGION, "ATELIERS", ASSOCIATION, "Chantier", "500")
    once = [(2016, REGION[0], "Chantier", "500.00")]
    assert elsewhere(year, tmp_path / "a.csv", row) == once
    assert elsewhere(year, tmp_path / "a.csv", row) == once
