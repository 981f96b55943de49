"""What the law publishes: the 16 columns of SCDL, valid, and everything left out with its reason."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Typist
from tests.exchange.partners.conftest import ASSOCIATION, done, grant

EPCI = "20004219000013"


@pytest.fixture
def published_year(year: Typist) -> Typist:
    """The small year, with a grant above the threshold whose words begin like a formula."""
    action = grant(year, "=Grand chantier", "ATELIERS", "CAPH-PDV", 24_000)
    done(year("--json", "convention", "saisir", action, "--payeur", "CAPH", "--numero", "CGRAND", "--le", "2016-05-02"))
    done(year("--json", "convention", "signer", "CGRAND", "--piece", "Délibération 12", "--le", "2016-05-03"))
    return year


def publication(typist: Typist, path: Path, *more: str) -> tuple[dict[str, Any], list[dict[str, str]]]:
    found = done(typist("--json", "echange", "publier", "scdl", 2016, path, "--attribuant", EPCI, "--remplacer", *more))
    with path.open(encoding="utf-8", newline="") as stream:
        return found, list(csv.DictReader(stream))


def test_a_grant_above_the_threshold_is_one_row(published_year: Typist, tmp_path: Path) -> None:
    found, [row] = publication(published_year, tmp_path / "scdl.csv")
    assert (found["lignes"], [each["convention"] for each in found["ecartees"]]) == (1, ["CCAPH"])
    assert row == {
        "nomAttribuant": "Communauté d'agglomération de La Porte du Hainaut",
        "idAttribuant": EPCI,
        "dateConvention": "2016-05-03",
        "referenceDecision": "Délibération 12",
        "nomBeneficiaire": "Les Ateliers du Faubourg",
        "idBeneficiaire": ASSOCIATION,
        "rnaBeneficiaire": "",
        "objet": "'=Grand chantier",
        "montant": "24000.00",
        "nature": "aide en numéraire",
        "conditionsVersement": "échelonné",
        "datesPeriodeVersement": "2016-05-03/2016-12-31",
        "idRAE": "",
        "notificationUE": "non",
        "pourcentageSubvention": "1.00",
        "dispositifAide": "",
    }


def test_what_is_not_compulsory_is_published_when_asked(published_year: Typist, tmp_path: Path) -> None:
    found, rows = publication(published_year, tmp_path / "scdl.csv", "--tout")
    assert (found["ecartees"], [row["montant"] for row in rows]) == ([], ["8000.00", "24000.00"])


def test_a_beneficiary_without_a_number_is_set_aside_with_its_reason(published_year: Typist, tmp_path: Path) -> None:
    done(published_year("--json", "porteur", "ajouter", "Sans numéro", "--type", "association", "--code", "SANS"))
    action = grant(published_year, "Sans numéro", "SANS", "CAPH-PDV", 2000)
    words = ("convention", "saisir", action, "--payeur", "CAPH", "--numero", "CSANS", "--le", "2016-05-02")
    done(published_year("--json", *words))
    reasons = {
        each["convention"]: each["motif"] for each in publication(published_year, tmp_path / "a.csv")[0]["ecartees"]
    }
    assert reasons["CSANS"] == "pas encore signée"
    done(published_year("--json", "convention", "signer", "CSANS", "--piece", "D", "--le", "2016-05-03"))
    found, _ = publication(published_year, tmp_path / "b.csv", "--tout")
    assert [each["motif"] for each in found["ecartees"]] == [
        "ni SIRET ni numéro RNA : cofiville porteur modifier SANS --siret NUMERO"
    ]


def test_the_day_by_which_the_law_wants_a_convention_public_is_told(year: Typist, tmp_path: Path) -> None:
    """Décret 2017-779: three months from the signature, for conventions signed since 1 August 2017."""
    done(year("--json", "exercice", "ouvrir", 2017))
    done(year("--json", "enveloppe", "modifier", "CAPH-PDV", 2016, 20_000, "--piece", "DM 1", "--le", "2016-03-01"))
    for title, amount in (("Avant", 23_500), ("Depuis", 23_501), ("Petite", 900)):
        action = grant(year, title, "ATELIERS", "CAPH-PDV", amount)
        words = ("convention", "saisir", action, "--payeur", "CAPH", "--numero", f"C{title}", "--le", "2016-05-02")
        done(year("--json", *words, "--fin", "2018-06-30"))
        signed = "2017-07-31" if title == "Avant" else "2017-11-30"
        done(year("--json", "convention", "signer", f"C{title}", "--piece", f"D {title}", "--le", signed))
    found, rows = publication(year, tmp_path / "scdl.csv", "--tout", "--le", "2018-03-01")
    assert len(rows) == 4
    [delay] = found["delais"]
    assert (delay["convention"], delay["signee_le"], delay["publier_au_plus_tard"]) == (
        "CDEPUIS",
        "2017-11-30",
        "2018-02-28",
    )
    assert (delay["depasse"], "Décret 2017-779" in delay["source"]) == (True, True)
    found, _ = publication(year, tmp_path / "scdl.csv", "--le", "2018-02-28")
    assert [each["depasse"] for each in found["delais"]] == [False]


def test_the_publisher_must_be_the_agglomeration_itself(published_year: Typist, tmp_path: Path) -> None:
    path = tmp_path / "scdl.csv"
    unknown = published_year("--json", "echange", "publier", "scdl", 2016, path)
    assert (unknown.code, unknown.refusal["erreur"], path.exists()) == (1, "attribuant_inconnu", False)
    other = published_year("--json", "echange", "publier", "scdl", 2016, path, "--attribuant", ASSOCIATION)
    assert (other.code, path.exists()) == (1, False)


def test_what_is_published_is_valid_for_the_official_schema(
    published_year: Typist, tmp_path: Path, shared_samples: Path
) -> None:
    frictionless = pytest.importorskip("frictionless")
    publication(published_year, tmp_path / "scdl.csv", "--tout")
    schema = frictionless.Schema.from_descriptor(str(shared_samples / "scdl" / "schema-2.1.1.json"))
    with frictionless.system.use_context(trusted=True):
        report = frictionless.Resource(path=str(tmp_path / "scdl.csv"), schema=schema).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_what_we_publish_is_read_back_without_an_error(published_year: Typist, tmp_path: Path) -> None:
    path = tmp_path / "scdl.csv"
    publication(published_year, path, "--tout")
    rows = done(published_year("--json", "echange", "rapprocher", "--profil", "scdl", path))
    assert {(row["livre"], row["fichier"], row["etat"]) for row in rows} == {
        ("8000.00", "8000.00", "rapproche"),
        ("24000.00", "24000.00", "rapproche"),
    }
