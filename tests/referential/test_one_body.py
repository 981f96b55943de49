"""One body written twice is told, found, and made one: its thresholds then count all it was granted."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ledger.referential.likeness import why_likely_same
from tests.conftest import Answer, Lived, Typist

COMMUNES = {"59172": "Denain", "59205": "Escaudain"}
DOUBLE = "ASSOCIATION-DU-CLUB-SOLEIL"


def body(name: str, siret: str = "", rna: str = "", commune: str = "") -> Any:
    return SimpleNamespace(name=name, siret=siret, rna=rna, commune=commune)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CCAS DENAIN", "CCAS de Denain"),
        ("C.C.A.S. de Denain", "Centre communal d'action sociale de Denain"),
        ("Club Soleil", "Association du Club Soleil (loi 1901)"),
        ("Club Soleil", "Le Club Soleils"),
        ("Soleil Club", "CLUB SOLEIL"),
        ("Club J. Moulin", "Club Jean Moulin"),
        ("ADSB", "Association Denain Sport Boxe"),
        ("L'Étincelle", "Etincelle SARL"),
        ("Ville de Denain", "Commune de Denain"),
        ("Caisse des écoles de Denain", "CDE Denain"),
    ],
)
def test_two_spellings_of_a_name_are_likely_one_body(one: str, other: str) -> None:
    """F22."""
    assert why_likely_same(body(one), body(other), COMMUNES) == "même nom"
    assert why_likely_same(body(other), body(one), COMMUNES) == "même nom"


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (body("Club Soleil"), body("Club Lune"), ""),
        (body("CCAS de Denain", commune="59172"), body("CCAS d'Escaudain", commune="59205"), ""),
        (body("École A"), body("École B"), ""),
        (body("Un", "26590205600018"), body("Deux", "26590205600026"), "même SIREN"),
        (body("Un", rna="W596000001"), body("Deux", rna="w596000001"), "même RNA"),
        (body("Club Soleil", "26590205600018"), body("Club Soleil", "35600000000048"), ""),
        (body("Club Soleil", commune="59172"), body("Club Soleil", commune="59205"), ""),
        (
            body("Club Soleil", commune="59172"),
            body("Club Soleil de Denain", commune="59172"),
            "même nom et même commune",
        ),
    ],
)
def test_numbers_and_communes_tell_bodies_apart_or_together(one: Any, other: Any, why: str) -> None:
    """F22."""
    assert why_likely_same(one, other, COMMUNES) == why


@pytest.fixture
def twice(in_2016: Typist, brought: Lived) -> Typist:
    """Type a command line where one body, written twice, has twice a notification of 15 000 €, the first part paid."""

    @brought
    def live() -> None:
        done(in_2016("enveloppe", "notifier", "CAPH-PDV", 2016, 60000, "--piece", "BP", "--le", "2016-01-15"))
        done(in_2016("porteur", "ajouter", "Club Soleil", "--type", "association"))
        told = done(in_2016("porteur", "ajouter", "Association du Club Soleil", "--type", "association", "--siret",
                            "35600000000048"))  # fmt: skip
        assert "ressemble à CLUB-SOLEIL (Club Soleil) : même nom" in told.out
        done(in_2016("porteur", "contact", DOUBLE, "--nom", "Mme Petit"))
        done(in_2016("convention", "document", DOUBLE, "statuts", "--reference", "GED 1", "--le", "2016-02-01"))
        for rank, porteur in enumerate(("CLUB-SOLEIL", DOUBLE), start=1):
            plan = ("--financement", "CAPH-PDV=15000", "--financement", "PORTEUR-FONDS-PROPRES=15000")
            asked = ("action", "saisir", 2016, "--intitule", f"A{rank}", "--porteur", porteur, "--cout", 30000, *plan)
            done(in_2016(*asked, "--objectif", "5.1.2", "--qpv", 40))
            number, convention = f"2016-00{rank}", f"C2016-00{rank}"
            dated = ("--piece", f"D{rank}", "--le", "2016-03-30")
            done(in_2016("allocation", "accorder", number, "CAPH-PDV", 15000, *dated))
            done(in_2016("convention", "saisir", number, "--payeur", "CAPH", "--le", "2016-04-25"))
            done(in_2016("convention", "signer", convention, "--piece", f"D{rank}", "--le", "2016-04-29"))
        done(in_2016("versement", "ordonner", "C2016-001", "--le", "2016-05-13"))

    return in_2016


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def read(answer: Answer) -> Any:
    return json.loads(done(answer).out)


def merged(type_line: Typist) -> Any:
    return read(type_line("--json", "porteur", "fusionner", "CLUB-SOLEIL", DOUBLE, "--motif", "Saisi deux fois"))


def test_two_porteurs_that_are_one_are_listed_with_what_merges_them(twice: Typist) -> None:
    """F22: the command shown is typed as it is, and nothing is listed any more."""
    [found] = read(twice("--json", "porteur", "doublons"))
    assert (found["porteur"], found["double"], found["indice"]) == ("CLUB-SOLEIL", DOUBLE, "même nom")
    assert found["remede"] == f'cofiville porteur fusionner CLUB-SOLEIL {DOUBLE} --motif "Saisi deux fois"'
    done(twice("porteur", "fusionner", "CLUB-SOLEIL", DOUBLE, "--motif", "Saisi deux fois"))
    assert read(twice("--json", "porteur", "doublons")) == []
    assert [each["code"] for each in read(twice("--json", "porteur", "lister"))] == ["CLUB-SOLEIL"]


def test_a_merged_porteur_is_one_body_on_every_screen_and_for_the_threshold(twice: Typist, tmp_path: Path) -> None:
    """F22: 15 000 € and 15 000 € were each under 23 000 €; 30 000 € need a convention, before and after the merge."""
    assert merged(twice) == {
        "porteur": "CLUB-SOLEIL",
        "ancien": DOUBLE,
        "actions": 1,
        "conventions": 1,
        "postes": 0,
        "compensations": 0,
        "a_formaliser": ["C2016-001", "C2016-002"],
    }
    shown = read(twice("--json", "porteur", "montrer", DOUBLE))
    assert (shown["code"], shown["siret"], shown["contact"]) == ("CLUB-SOLEIL", "35600000000048", "Mme Petit")
    assert (shown["annees"][0]["conventionne"], shown["annees"][0]["ordonne"]) == ("30000.00", "10500.00")
    assert set(shown["documents"]) == {"siret", "statuts"}
    refused = twice("versement", "ordonner", "C2016-002", "--le", "2016-05-13")
    assert "CLUB-SOLEIL reçoit 30 000,00 € de CAPH en 2016" in refused.err.replace("\u202f", " ").replace("\xa0", " ")
    done(twice("convention", "formaliser", "C2016-002", "--piece", "Convention du 2", "--le", "2016-05-12"))
    done(twice("versement", "ordonner", "C2016-002", "--le", "2016-05-13"))
    file = tmp_path / "scdl.csv"
    done(twice("echange", "publier", "scdl", 2016, file, "--attribuant", "20004219000013", "--tout"))
    with file.open(encoding="utf-8") as written:
        assert {row["nomBeneficiaire"] for row in csv.DictReader(written)} == {"Club Soleil"}
    done(twice("base", "controler"))


def test_what_was_shown_of_a_day_before_a_merge_stays(twice: Typist) -> None:
    """F22, F50: past screens stay as they were, also once an act dated before the merge follows it."""
    screens: list[tuple[str | int, ...]] = [
        ("porteur", "montrer", DOUBLE),
        ("porteur", "montrer", "CLUB-SOLEIL"),
        ("convention", "lister", 2016),
        ("action", "completer", "--toutes", 2016),
    ]
    before = [done(twice(*screen, "--le", "2016-05-31")).out for screen in screens]
    merged(twice)
    done(twice("enveloppe", "modifier", "CAPH-PDV", 2016, 1000, "--piece", "DM", "--le", "2016-05-31"))
    assert [done(twice(*screen, "--le", "2016-05-31")).out for screen in screens] == before


def test_the_history_of_both_is_kept_and_the_old_code_is_understood(twice: Typist, tmp_path: Path) -> None:
    """F22: in acts typed, in a workbook made before, in the history."""
    file = tmp_path / "avant.xlsx"
    done(twice("excel", "exporter", "programmation", 2016, file))
    merged(twice)
    told = read(twice("--json", "historique", "CLUB-SOLEIL"))
    assert {each["objet"] for each in told} == {"CLUB-SOLEIL", DOUBLE}
    assert ("connu comme", "CLUB-SOLEIL") in {(each["champ"], each["apres"]) for each in told}
    assert "Saisi deux fois" in {each["apres"] for each in told}
    read_again = read(twice("--json", "excel", "importer", file))
    assert not read_again["niveaux"]["erreur"] if "niveaux" in read_again else True
    plan = ("--financement", "PORTEUR-FONDS-PROPRES=1000", "--objectif", "5.1.2", "--qpv", 1)
    done(twice("action", "saisir", 2016, "--intitule", "A3", "--porteur", DOUBLE, "--cout", 1000, *plan))
    assert read(twice("--json", "action", "montrer", "2016-003"))["porteur"] == "CLUB-SOLEIL"
    done(twice("porteur", "effacer-contact", "CLUB-SOLEIL", "--oui"))
    assert read(twice("--json", "porteur", "montrer", "CLUB-SOLEIL"))["contact"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("CLUB-SOLEIL", "CLUB-SOLEIL"), "est ce porteur même"),
        (("CLUB-SOLEIL", "VILLE"), "ne sont pas du même type (association et commune)"),
        (("CLUB-SOLEIL", "PERSONNE"), "n'existe pas"),
        ((DOUBLE, "AUTRE"), "ont deux SIREN (356000000 et 265902056)"),
    ],
)
def test_porteurs_that_are_two_are_not_merged(twice: Typist, words: tuple[str, str], said: str) -> None:
    """F22: one sentence, one way out."""
    done(twice("porteur", "ajouter", "Ville", "--type", "commune"))
    done(twice("porteur", "ajouter", "Autre", "--type", "association", "--siret", "26590205600018"))
    refused = twice("porteur", "fusionner", *words, "--motif", "Saisi deux fois")
    assert refused.code == 1
    assert said in " ".join(refused.err.split())
    assert "→ " in refused.err


def test_a_porteur_merged_already_is_not_merged_again(twice: Typist) -> None:
    """F22."""
    merged(twice)
    refused = twice("porteur", "fusionner", "CLUB-SOLEIL", DOUBLE, "--motif", "Encore")
    assert f"{DOUBLE} est connu comme CLUB-SOLEIL" in refused.err
    taken = twice("porteur", "ajouter", "Autre", "--type", "association", "--code", DOUBLE)
    assert "est connu comme CLUB-SOLEIL" in taken.err


def test_a_workbook_tells_the_porteurs_it_writes_again(twice: Typist, tmp_path: Path) -> None:
    """F22."""
    from openpyxl import load_workbook

    file = tmp_path / "porteurs.xlsx"
    done(twice("excel", "modeles", tmp_path / "modeles"))
    book = load_workbook(tmp_path / "modeles" / "porteurs.xlsx")
    sheet = book["Porteurs"]
    titles = {str(cell.value).rstrip(" *").lower(): cell.column for row in sheet.iter_rows() for cell in row}
    for name, value in {"code": "SOLEIL", "nom": "club soleil", "type": "association"}.items():
        sheet.cell(sheet.max_row if name != "code" else sheet.max_row + 1, titles[name], value)
    book.save(file)
    said = twice("excel", "importer", file, "--simuler")
    assert "ressemble à CLUB-SOLEIL" in " ".join((said.out + said.err).split())
