"""Every defect met in published workbooks, re-created small: what it gives here, and its level."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ledger.core.field import Value
from ledger.core.money import Money
from ledger.exchange.opening.limits import FileRefused
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import Reading, read_workbook
from tests.exchange.books import HEADER, ROW, book

PORTEUR = ("Code", "Nom", "Type", "SIRET")
ERROR, ALERT, INFORMATION = "erreur", "alerte", "information"


class Cell(NamedTuple):
    """A defect of one cell: the column it stands in, what the cell holds, the code and level it gives."""

    defect: str
    column: str
    held: Any
    code: str
    level: str


class Read(NamedTuple):
    """A form that can be read in one way only: the value it gives."""

    form: str
    column: str
    held: Any
    value: Value


CELLS = (
    Cell("SIRET as a float, last digits lost", "SIRET", 21860194600000.0, "siret_detruit", ERROR),
    Cell("SIRET shown as 8,03E+13", "SIRET", "8,03E+13", "siret_detruit", ERROR),
    Cell("SIRET whose leading zero is gone", "SIRET", 5480155000010, "siret_zero_perdu", ERROR),
    Cell("SIREN in the place of a SIRET", "SIRET", "215901729", "siret_siren", ERROR),
    Cell("SIRET with a wrong digit", "SIRET", "21590172900017", "siret_invalide", ERROR),
    Cell("amount not communicated", "Montant", "NC", "montant_illisible", ERROR),
    Cell("amount in another notation", "Montant", "1.234,56", "montant_ambigu", ERROR),
    Cell("thousands or thousandths", "Montant", "1.234", "montant_ambigu", ERROR),
    Cell("four decimals of an unrounded formula", "Montant", 333.3333, "montant_decimales", ERROR),
    Cell("four decimals as text", "Montant", "12,3456", "montant_decimales", ERROR),
    Cell("badly spaced amount", "Montant", "1 23,4", "montant_illisible", ERROR),
    Cell("not a number", "Montant", "NaN", "montant_illisible", ERROR),
    Cell("error of a formula", "Montant", "#REF!", "cellule_en_erreur", ERROR),
    Cell("formula never calculated", "Montant", "=1000/3", "formule_sans_valeur", ERROR),
    Cell("number typed as text", "Montant", "1000,00", "valeur_en_texte", INFORMATION),
    Cell("two days in one cell", "Date", "28/11/2017\n08/12/2017", "date_illisible", ERROR),
    Cell("words in the place of a day", "Date", "Solde en 2018", "date_illisible", ERROR),
    Cell("day that does not exist", "Date", "31/02/2016", "date_illisible", ERROR),
    Cell("year on two digits", "Date", "03/04/16", "date_ambigue", ERROR),
    Cell("reference 2.7 turned into a date", "Pièce", datetime(2016, 7, 2), "date_au_lieu_de_texte", ERROR),  # noqa: DTZ001
    Cell(
        "several financeurs in one cell, one amount",
        "Ligne de crédit",
        "ETAT-PDV-DRE ; CAPH-PDV",
        "plusieurs_codes",
        ERROR,
    ),
    Cell("word that is not of the list", "Mouvement", "virement", "choix_inconnu", ERROR),
    Cell("value missing", "Pièce", "  \u00a0", "valeur_manquante", ERROR),
    Cell("letters decoded twice", "Nom", "Caisse des Ã©coles", "texte_abime", ALERT),
    Cell("letters lost", "Nom", "Caisse des \ufffdcoles", "texte_abime", ALERT),
)
READ = (
    Read("plain spaces and two decimals", "Montant", "40 000,00", Money(4_000_000)),
    Read("no-break space and the word euros", "Montant", "50\u00a0000 euros", Money(5_000_000)),
    Read("narrow no-break space and the sign", "Montant", "1\u202f234,56 €", Money(123_456)),
    Read("a comma", "Montant", "500,50", Money(50_050)),
    Read("millions", "Montant", "1 234 567,89", Money(123_456_789)),
    Read("a sum of floats", "Montant", 0.1 + 0.2, Money(30)),
    Read("year first with slashes", "Date", "2017/09/08", date(2017, 9, 8)),
    Read("a serial number", "Date", 43655, date(2019, 7, 9)),
    Read("SIRET with spaces and a trailing apostrophe", "SIRET", "215 901 729 00016'", "21590172900016"),
    Read("SIRET of La Poste, which breaks the control", "SIRET", "35600000000048", "35600000000048"),
    Read("SIRET as a whole number", "SIRET", 21590172900016, "21590172900016"),
)


def read(path: Path) -> Reading:
    return read_workbook(path, SHEETS)


def holding(path: Path, column: str, held: Any) -> Path:
    """A workbook sound but for one cell."""
    enveloppe: dict[str, Any] = dict(zip(HEADER, ROW, strict=True))
    porteur: dict[str, Any] = {"Code": "P-1", "Nom": "Nom", "Type": "CCAS", "SIRET": ""}
    (enveloppe if column in enveloppe else porteur)[column] = held
    rows = {"Enveloppes": [HEADER, tuple(enveloppe.values())], "Porteurs": [PORTEUR, tuple(porteur.values())]}
    return book(path, rows)


@pytest.mark.parametrize("case", CELLS, ids=[case.defect for case in CELLS])
def test_a_defect_of_a_cell_has_its_code_its_level_and_its_sentence(tmp_path: Path, case: Cell) -> None:
    [problem] = read(holding(tmp_path / "a.xlsx", case.column, case.held)).problems
    assert (problem.code, str(problem.level)) == (case.code, case.level)
    assert problem.cell.rstrip("0123456789") in "ABCDEF"
    assert len(problem.message) > 20


@pytest.mark.parametrize("case", READ, ids=[case.form for case in READ])
def test_an_unambiguous_form_is_read(tmp_path: Path, case: Read) -> None:
    reading = read(holding(tmp_path / "a.xlsx", case.column, case.held))
    values = [value for rows in reading.rows.values() for row in rows for value in row.values.values()]
    assert case.value in values
    assert reading.sound


def _csv(text: str, encoding: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / "a.csv").write_bytes(text.encode(encoding))
        return folder / "a.csv"

    return write


def _book(rows: list[tuple[Any, ...]], touch: Callable[[Any], object] | None = None) -> Callable[[Path], Path]:
    return lambda folder: book(folder / "a.xlsx", {"Enveloppes": rows}, touch)


LINES = ";".join(HEADER) + "\n" + ";".join(map(str, ROW)) + "\n"
FILES: tuple[tuple[str, Callable[[Path], Path], str, str, int], ...] = (
    ("title rows above the header", _book([("Direction",), (), HEADER, ROW]), "", "", 1),
    ("columns moved", _book([HEADER[::-1], ROW[::-1]]), "", "", 1),
    ("an extra column", _book([(*HEADER, "Vu"), (*ROW, "x")]), "colonne_ignoree", INFORMATION, 1),
    ("another spelling of the titles", _book([("LIGNE", "annee", *HEADER[2:]), ROW]), "", "", 1),
    ("a column missing", _book([HEADER[:5], ROW[:5]]), "colonne_manquante", ERROR, 0),
    ("a column twice", _book([(*HEADER, "Montant"), (*ROW, 1)]), "colonne_double", ERROR, 0),
    ("an empty sheet", _book([]), "feuille_sans_lignes", INFORMATION, 0),
    ("no header", _book([ROW]), "entete_introuvable", ERROR, 0),
    ("a row of totals", _book([HEADER, ROW, ("Consolidation", "", "", 1000)]), "ligne_de_total", INFORMATION, 1),
    ("a row twice", _book([HEADER, ROW, ROW]), "cle_double", ERROR, 2),
    ("merged cells", _book([HEADER, ROW, ROW], lambda b: _merge(b)), "cellules_fusionnees", ERROR, 0),
    ("a hidden row", _book([HEADER, ROW], lambda b: _hide_row(b)), "ligne_masquee", ALERT, 1),
    ("a hidden column", _book([HEADER, ROW], lambda b: _hide_column(b)), "colonne_masquee", ALERT, 1),
    ("a hidden sheet", _book([HEADER, ROW], lambda b: _hide_sheet(b)), "feuille_masquee", ALERT, 1),
    ("Windows-1252", _csv(LINES, "cp1252"), "fichier_lu", INFORMATION, 1),
    ("a BOM", _csv(LINES, "utf-8-sig"), "fichier_lu", INFORMATION, 1),
    ("a BOM decoded twice", _csv("\u00ef\u00bb\u00bf" + LINES, "utf-8"), "fichier_lu", INFORMATION, 1),
    (
        "decimal commas unquoted in a comma csv",
        _csv(LINES.replace(";", ",").replace(",1000,", ",1000,50,"), "utf-8"),
        "ligne_trop_longue",
        ERROR,
        0,
    ),
)  # fmt: skip


def _merge(workbook: Any) -> None:
    workbook["Enveloppes"].merge_cells("A2:A3")


def _hide_row(workbook: Any) -> None:
    workbook["Enveloppes"].row_dimensions[2].hidden = True


def _hide_column(workbook: Any) -> None:
    workbook["Enveloppes"].column_dimensions["D"].hidden = True


def _hide_sheet(workbook: Any) -> None:
    workbook.create_sheet("Autre")
    workbook["Enveloppes"].sheet_state = "hidden"


@pytest.mark.parametrize(("defect", "make", "code", "level", "rows"), FILES, ids=[each[0] for each in FILES])
def test_a_defect_of_a_file_has_its_code_and_its_level(
    tmp_path: Path, defect: str, make: Callable[[Path], Path], code: str, level: str, rows: int
) -> None:
    reading = read(make(tmp_path))
    found = [(each.code, str(each.level)) for each in reading.problems if each.code != "feuille_ignoree"]
    assert (code, level) in found if code else found == [], defect
    assert len(reading.rows.get("Enveloppes", [])) == rows


def test_an_old_encoding_is_refused_and_never_guessed(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="ni en UTF-8 ni en Windows-1252"):
        read(_csv("Code;Nom;Type\nP-1;Société des écoles;autre\n", "cp850")(tmp_path))
