"""A contract of another region, written by hand in its workbook: four levels of axes, no pillars, one year lived."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from tests.conftest import Typist
from tests.one_year import Lines, YearLived

BEZIERS = "243400769"
EPCI = "CA-BEZIERS-MEDITERRANEE"
SOURCE = "Contrat de ville Béziers Méditerranée 2024-2030 (essai)"
AXES = (
    ("1", "Émanciper", ""),
    ("1.1", "L'école et la famille", "1"),
    ("1.1.1", "Réussir à l'école", "1.1"),
    ("1.1.1.1", "Accompagner chaque enfant", "1.1.1"),
    ("1.1.1.2", "Soutenir les parents", "1.1.1"),
    ("2", "Habiter", ""),
    ("2.1", "Le cadre de vie", "2"),
    ("2.1.1", "La nature en ville", "2.1"),
    ("2.1.1.1", "Jardiner ensemble", "2.1.1"),
)


def write_row(book: Workbook, sheet: str, **cells: object) -> None:
    """Type these cells on the first empty line of the sheet, each under its title (« _ » for a space)."""
    page = book[sheet]
    titles = {title.replace("_", " "): value for title, value in cells.items()}
    head = next(
        row for row in page.iter_rows(max_row=12) if set(titles) <= {str(cell.value) for cell in row if cell.value}
    )
    place = head[0].row + 1
    while page.cell(place, 1).value is not None:
        place += 1
    for cell in head:
        if cell.value in titles:
            page.cell(place, cell.column).value = titles[cell.value]


def written_by_hand(path: Path) -> None:
    """Complete the workbook of the contract as its finance assistant would, cell by cell."""
    book = load_workbook(path)
    write_row(
        book,
        "Financeurs",
        Code="REGION",
        Nom="Région Occitanie",
        Type="region",
        Rôle="credits_specifiques",
        Source=SOURCE,
    )
    write_row(
        *(book, "Lignes de crédit"),
        Code="REGION-VILLE",
        Libellé="Région Occitanie, politique de la ville",
        Financeur="REGION",
        Nature="crédits spécifiques",
        Territoires="qpv|veille",
        Source=SOURCE,
    )
    write_row(
        *(book, "Territoires"),
        Code="POCHE-SERIGNAN",
        Nom="Sérignan, centre ancien",
        Type="poche",
        EPCI_pilote=EPCI,
        Source=SOURCE,
        Communes="Sérignan",
    )
    write_row(book, "Populations", Territoire="POCHE-SERIGNAN", EPCI=EPCI, Population=412, Source=SOURCE, Année=2026)
    for code, label, parent in AXES:
        write_row(book, "Axes", Axe=code, Libellé=label, Sous=parent or None)
    book.save(path)


@pytest.fixture
def contract(cofiville: Typist, tmp_path: Path) -> YearLived:
    """The contract, its workbook completed and imported."""

    def ask(words: list[str]) -> Any:
        answer = cofiville("--json", *words)
        assert answer.code == 0, f"{words}\n{answer.err}{answer.out}"
        return answer.data

    path = tmp_path / "referentiel.xlsx"
    ask(["contrat", "creer", "BEZIERS", "--epci", BEZIERS, "--du", "2024-01-01", "--au", "2030-12-31"])
    ask(["contrat", "referentiel", "BEZIERS", str(path)])
    written_by_hand(path)
    ask(["--contrat", "BEZIERS", "excel", "importer", str(path)])
    lines = Lines("REGION-VILLE", f"{EPCI}-PDV", "CAF-DROIT-COMMUN")
    return YearLived(ask, "BEZIERS", 2025, lines, ("QN03401M", "QN03403M"), "1.1.1.2")


def test_what_is_typed_in_the_workbook_is_what_the_contract_has(contract: YearLived) -> None:
    axes = contract.type("axe", "lister")
    assert [row["objectif"] for row in axes] == ["1.1.1.1", "1.1.1.2", "2.1.1.1"]
    assert [(row["axe"], row["priorite"]) for row in axes][:1] == [("1", "1.1")]
    assert "REGION-VILLE" in {row["code"] for row in contract.type("ligne", "lister")}
    [poche] = [row for row in contract.type("territoire", "lister") if row["type"] == "poche"]
    assert (poche["code"], poche["nom"]) == ("POCHE-SERIGNAN", "Sérignan, centre ancien")
    assert contract.type("contrat", "montrer", "BEZIERS")["cadre"] != "piliers"


def test_its_export_imported_again_changes_nothing(contract: YearLived, tmp_path: Path) -> None:
    path = tmp_path / "encore.xlsx"
    contract.type("contrat", "referentiel", "BEZIERS", path)
    again = contract.type("excel", "importer", path)
    assert again["ecrit"] is False


@pytest.mark.long
def test_its_year_is_lived_from_the_call_to_the_closing(contract: YearLived) -> None:
    contract.live()
    assert contract.type("base", "controler")["anomalies"] == []
    by_axis = contract.type("rapport", "demandes", 2025, "--par", "axe")
    assert [(row["code"], row["libelle"], row["accorde"]) for row in by_axis] == [("1", "Émanciper", "31400.50")]
    [by_pillar] = contract.type("rapport", "demandes", 2025, "--par", "pilier")
    assert by_pillar["libelle"] == "pilier non précisé"
    assert [row["accorde"] for row in contract.type("rapport", "ecarts", 2025, "--par", "priorite")] != []
    under = {row["ligne"]: row["accorde"] for row in contract.type("rapport", "plan", 2025, "--axe", "1.1.1")}
    assert under["REGION-VILLE"] == "17999.99"
    assert contract.type("rapport", "plan", 2025, "--axe", "2") == []
    kept = {row["ligne"]: row["verse"] for row in contract.type("enveloppe", "lister", 2025)}
    assert kept["REGION-VILLE"] == "17809.28"
