"""Reading a sheet: tolerant of its layout, strict on its values, every problem at its cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.core.money import Money
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import Reading, read_workbook
from tests.exchange.books import HEADER, ROW, book, with_part


def read(path: Path) -> Reading:
    return read_workbook(path, SHEETS)


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(problem.code, problem.cell) for problem in reading.problems]


def test_a_plain_sheet_gives_its_rows_with_their_cells(tmp_path: Path) -> None:
    reading = read(book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]}))
    [row] = reading.rows["Enveloppes"]
    assert reading.problems == []
    assert dict(row.values) == {
        "line": "ETAT-PDV-DRE",
        "year": 2016,
        "movement": "notification",
        "amount": Money(100_000),
        "piece": "Arrêté 12",
        "on": date(2016, 2, 15),
    }
    assert row.cells["amount"] == "D2"


def test_the_header_is_found_below_titles_in_another_order_under_other_names(tmp_path: Path) -> None:
    rows = [
        ["Direction de la cohésion sociale"],
        [],
        ["MONTANT ", "année", "ligne", "Remarques", "Acte", "date d'effet", "Mouvement"],
        ["1 000,00 €", "2016", "etat-pdv-dre", "vu", "Arrêté 12", "2016-02-15", "Notification"],
    ]
    reading = read(book(tmp_path / "a.xlsx", {"ENVELOPPES": rows}))
    assert [row.values["amount"] for row in reading.rows["Enveloppes"]] == [Money(100_000)]
    assert codes(reading) == [("colonne_ignoree", "D3"), ("valeur_en_texte", "A4"), ("valeur_en_texte", "B4")]


def test_a_header_on_two_rows_is_read(tmp_path: Path) -> None:
    upper = ["Ligne de crédit", "Exercice", "Crédits", "", "", ""]
    lower = ["", "", "Mouvement", "Montant", "Pièce", "Date"]
    reading = read(book(tmp_path / "a.xlsx", {"Enveloppes": [upper, lower, ROW]}))
    assert len(reading.rows["Enveloppes"]) == 1


def test_totals_and_empty_tails_are_left_aside(tmp_path: Path) -> None:
    rows = [HEADER, ROW, ["Total", "", "", 1000, "", ""], [], ["", " ", "", "", "", ""]]
    reading = read(book(tmp_path / "a.xlsx", {"Enveloppes": rows}))
    assert len(reading.rows["Enveloppes"]) == 1
    assert codes(reading) == [("ligne_de_total", "ligne 3")]


def _hide(workbook: Any) -> None:
    workbook["Enveloppes"].row_dimensions[2].hidden = True
    workbook.create_sheet("Brouillon").sheet_state = "hidden"


def _merge(workbook: Any) -> None:
    workbook["Enveloppes"].merge_cells("A2:A3")


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("D2", "#REF!", ("cellule_en_erreur", "D2")),
        ("D2", "=1000/3", ("formule_sans_valeur", "D2")),
        ("D2", 333.3333, ("montant_decimales", "D2")),
        ("D2", "1.234,56", ("montant_ambigu", "D2")),
        ("A2", "", ("valeur_manquante", "A2")),
        ("F2", "03/04/16", ("date_ambigue", "F2")),
        ("C2", "virement", ("choix_inconnu", "C2")),
    ],
)
def test_a_defect_is_named_at_its_cell(tmp_path: Path, cell: str, value: Any, expected: tuple[str, str]) -> None:
    def touch(workbook: Any) -> None:
        workbook["Enveloppes"][cell] = value

    reading = read(book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]}, touch))
    assert codes(reading) == [expected]
    assert not reading.sound


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    reading = read(book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]}, _hide))
    assert len(reading.rows["Enveloppes"]) == 1
    assert codes(reading) == [("ligne_masquee", "ligne 2"), ("feuille_ignoree", "")]


def test_merged_cells_are_refused_because_whose_value_it_is_would_be_a_guess(tmp_path: Path) -> None:
    other = (*ROW[:4], "Arrêté 13", ROW[5])
    reading = read(book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW, other]}, _merge))
    assert codes(reading)[0] == ("cellules_fusionnees", "A2:A3")


def test_the_same_key_twice_is_an_error(tmp_path: Path) -> None:
    reading = read(book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW, ROW]}))
    assert codes(reading) == [("cle_double", "A3")]


def test_a_missing_column_and_a_doubled_one_are_named(tmp_path: Path) -> None:
    header = (*HEADER[:5], "Montant")
    reading = read(book(tmp_path / "a.xlsx", {"Enveloppes": [header, ROW]}))
    assert codes(reading) == [("colonne_double", "F1"), ("colonne_manquante", "ligne 1")]


def test_every_problem_of_every_sheet_is_found_in_one_pass(tmp_path: Path) -> None:
    bad_porteur = ("P-1", "Nom", "inconnu", "8,03E+13")
    sheets: dict[str, list[tuple[Any, ...]]] = {
        "Enveloppes": [HEADER, (*ROW[:3], "NC", ROW[4], "03/04/16")],
        "Porteurs": [("Code", "Nom", "Type", "SIRET"), bad_porteur],
    }
    found = {problem.code for problem in read(book(tmp_path / "a.xlsx", sheets)).problems}
    assert found == {"montant_illisible", "date_ambigue", "choix_inconnu", "siret_detruit"}


def test_a_workbook_without_any_known_sheet_says_which_are_known(tmp_path: Path) -> None:
    reading = read(book(tmp_path / "a.xlsx", {"Feuil1": [HEADER, ROW]}))
    assert "feuille_absente" in dict(codes(reading))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_whatever_its_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "credits.csv"
    lines = [separator.join(HEADER), separator.join(f'"{cell}"' for cell in ROW)]
    path.write_text("\r\n".join(lines), encoding=encoding)
    reading = read(path)
    assert [row.values["piece"] for row in reading.rows["Enveloppes"]] == ["Arrêté 12"]


def test_the_apostrophe_that_guards_a_formula_is_taken_off_in_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "porteurs.csv"
    path.write_text("Code;Nom;Type\nP-1;'=1+1;association\n", encoding="utf-8")
    assert read(path).rows["Porteurs"][0].values["name"] == "=1+1"


def test_a_total_is_told_from_a_row_whose_code_begins_like_one(tmp_path: Path) -> None:
    rows = [("Code", "Nom", "Type"), ("TOTAL-ENERGIES", "Total énergies (exemple)", "autre"), ("Total", 1, "")]
    reading = read(book(tmp_path / "a.xlsx", {"Porteurs": rows}))
    assert [row.key for row in reading.rows["Porteurs"]] == ["TOTAL-ENERGIES"]
    assert codes(reading) == [("ligne_de_total", "ligne 3")]


@pytest.mark.parametrize(
    ("described", "code"),
    [
        ([("format", "cofiville-1"), ("feuille Enveloppes", "version 99")], "version_recente"),
        ([("format", "cofiville-2"), ("feuille Enveloppes", "version 1")], "format_inconnu"),
    ],
)
def test_a_workbook_of_a_version_to_come_is_refused(
    tmp_path: Path, described: list[tuple[str, str]], code: str
) -> None:
    reading = read(book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW], "_meta": described}))
    assert codes(reading) == [(code, "")]
    assert not reading.sound


def test_macros_are_said_and_never_run(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Enveloppes": [HEADER, ROW]})
    with_part(path, "xl/vbaProject.bin", b"macro")
    assert [problem.message for problem in read(path).problems] == [
        "Le classeur contient des macros : elles ne sont jamais exécutées."
    ]
