"""A contract of three EPCI: who is counted in each, the common part split among them, a column for each."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from ledger.core.field import Value
from ledger.core.money import Money
from ledger.exchange.declaration import Table
from ledger.exchange.sheets.programming import PROGRAMMING, for_epcis
from ledger.exchange.workbook import write_workbook
from tests.conftest import Answer, Typist

LENS = "246200364"
OWN, ARTOIS, HENIN = "CA-LENS-LIEVIN", "CA-BETHUNE-BRUAY-ARTOIS", "CA-HENIN-CARVIN"
NAMES = {
    OWN: "CA de Lens - Liévin",
    ARTOIS: "CA de Béthune-Bruay, Artois-Lys Romane",
    HENIN: "CA d'Hénin-Carvin",
}
PLAN = ("--cout", 1000, "--financement", f"{OWN}-PDV=600.01:partage", "--financement", "PORTEUR-FONDS-PROPRES=399.99")


@pytest.fixture
def lens(cofiville: Typist) -> Typist:
    """The contract of the CA de Lens-Liévin, which shares a QPV with two others, its exercice 2026 open."""
    words = ("contrat", "creer", "CV-LENS", "--epci", LENS, "--du", "2024-01-01", "--au", "2030-12-31")
    assert cofiville(*words).code == 0

    def there(*typed: object) -> Answer:
        return cofiville("--contrat", "CV-LENS", *typed)

    assert there("exercice", "ouvrir", 2026).code == 0
    assert there("porteur", "ajouter", "Un club (exemple)", "--type", "association", "--code", "CLUB").code == 0
    notified = there("enveloppe", "notifier", f"{OWN}-PDV", 2026, 10_000, "--piece", "D1", "--le", "2026-01-10")
    assert notified.code == 0
    return there


def with_key(lens: Typist) -> None:
    populations = f"populations={OWN}=20000|{HENIN}=30000|{ARTOIS}=10001"
    said = ("--libelle", "Clé", "--source", "Convention du 12/01/2026", "--du", "2024-01-01")
    assert lens("regle", "ajouter", "CLE-COMMUNE", "--genre", "cle_epci", "--chiffre", populations, *said).code == 0


def asked(lens: Typist, *public: object) -> str:
    words = ("action", "saisir", 2026, "--intitule", "Lecture (exemple)", "--porteur", "CLUB")
    answer = lens("--json", *words, *PLAN, *public)
    assert answer.code == 0, answer.err
    return str(answer.data["action"])


def counted(*codes: str) -> tuple[str, ...]:
    return tuple(word for code in codes for word in ("--public-epci", f"{code}=1"))


def shares(lens: Typist) -> dict[str, tuple[str, str]]:
    assert lens("allocation", "proposer", 2026, "--scenario", "S").code == 0
    return {
        each["action"]: (each["accorde"], each["limite_par"])
        for each in lens("--json", "allocation", "montrer", "S").data
    }


def test_the_common_part_follows_the_count_of_all_three_or_else_the_key(lens: Typist) -> None:
    """600,01 € among three: 200,00 of one a piece (the spare cent to the first by code), 20 000/60 001 by the key."""
    with_key(lens)
    all_three = asked(lens, "--qpv", 10, *counted(OWN, ARTOIS, HENIN))
    two = asked(lens, "--qpv", 10, *counted(OWN, HENIN))
    served = ("--public", f"QN06202M=30:compte:{OWN}", "--public", f"hors=10:compte:{HENIN}")
    in_detail = asked(lens, *served)
    assert shares(lens) == {
        all_three: ("200.00", "public_compte"),
        two: ("200.00", "regle:CLE-COMMUNE"),
        in_detail: ("450.01", "public_compte"),
    }
    shown = lens("--json", "action", "montrer", in_detail).data
    assert shown["public_par_epci"] == {ARTOIS: 0, HENIN: 10, OWN: 30}
    assert (shown["public_caph"], shown["public_cavm"]) == (None, None)


def test_without_a_key_two_counts_of_three_share_nothing(lens: Typist) -> None:
    two = asked(lens, "--qpv", 10, *counted(OWN, HENIN))
    assert shares(lens) == {two: ("0.00", "inconnu:cle_epci")}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--public-epci", "CUD=3"), "« CUD » n'est pas une agglomération du contrat"),
        (("--public-caph", "3"), "n'est pas une agglomération du contrat"),
        (("--public-epci", f"{OWN}=3", "--public-epci", f"{OWN}=4"), "est donné deux fois"),
        (
            ("--public-epci", f"{OWN}=3", "--public", f"QN06202M=30:compte:{OWN}"),
            "Le public détaillé compte 30 personnes",
        ),
    ],
)
def test_a_count_that_is_of_no_epci_or_said_twice_is_refused(lens: Typist, words: tuple[str, ...], said: str) -> None:
    named = ("--intitule", "Lecture", "--porteur", "CLUB")
    refused = lens("--json", "action", "saisir", 2026, *named, *PLAN, *words)
    assert refused.code == 1
    assert said in refused.refusal["probleme"]
    assert refused.refusal["remede"]


def test_the_workbook_has_a_column_for_each_epci_and_comes_back_the_same(lens: Typist, tmp_path: Path) -> None:
    number = asked(lens, "--qpv", 10, *counted(OWN, ARTOIS, HENIN))
    path = tmp_path / "p.xlsx"
    assert lens("excel", "exporter", "programmation", 2026, path, "--sans-numero").code == 0
    titles = CalamineWorkbook.from_path(path).get_sheet_by_name("Programmation").to_python()[5]
    assert [title for title in titles if str(title).startswith("Public ")] == [
        f"Public {name}" for name in NAMES.values()
    ]
    back = lens("--json", "excel", "importer", path)
    assert back.code == 0, back.out
    assert all(each["nouvelles"] == each["modifiees"] == 0 for each in back.data["feuilles"])
    row: dict[str, Value] = {
        "number": number,
        "year": 2026,
        "porteur": "CLUB",
        "title": "Lecture (exemple)",
        "scale": "communale",
    }
    row |= {"dispositif": "action", "nature": "fonctionnement", "headcount_qpv": 10}
    row |= {"cost_total": Money(100_000), "cost_eligible": Money(100_000)}
    row |= {"public_ca-lens-lievin": 5, "public_ca-henin-carvin": 0, "public_ca-bethune-bruay-artois": 1}
    path = tmp_path / "corrige.xlsx"
    write_workbook(path, [Table(for_epcis(PROGRAMMING, NAMES), (row,))])
    changed = lens("--json", "excel", "importer", path)
    assert changed.code == 0, changed.out
    assert changed.data["feuilles"][0]["modifiees"] == 1
    assert lens("--json", "action", "montrer", number).data["public_par_epci"] == {ARTOIS: 1, HENIN: 0, OWN: 5}


def test_a_common_part_of_a_contract_of_one_epci_is_all_its_own(cofiville: Typist) -> None:
    words = ("contrat", "creer", "CV-REIMS", "--epci", "200067213", "--du", "2024-01-01", "--au", "2030-12-31")
    assert cofiville(*words).code == 0

    def there(*typed: object) -> Answer:
        return cofiville("--contrat", "CV-REIMS", *typed)

    assert there("exercice", "ouvrir", 2026).code == 0
    assert there("porteur", "ajouter", "Un club (exemple)", "--type", "association", "--code", "CLUB").code == 0
    line = "CU-GRAND-REIMS-PDV"
    assert there("enveloppe", "notifier", line, 2026, 10_000, "--piece", "D1", "--le", "2026-01-10").code == 0
    plan = ("--financement", f"{line}=600.01:partage", "--financement", "PORTEUR-FONDS-PROPRES=399.99")
    named = ("--intitule", "Lecture (exemple)", "--porteur", "CLUB", "--cout", 1000, "--qpv", 10)
    assert there("action", "saisir", 2026, *named, *plan).code == 0
    assert [granted for granted, _ in shares(there).values()] == ["600.01"]
