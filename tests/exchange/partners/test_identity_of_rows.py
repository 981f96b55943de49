"""A partner's row is itself by all it says: nothing merged, nothing dropped, every euro read is kept or left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from ledger.exchange.importing.handling import RowsOrigin
from ledger.exchange.importing.importer import ImportResult, import_file
from ledger.exchange.partners.keeping import last_rows
from ledger.exchange.partners.saved import recognised
from ledger.exchange.partners.sums import FileSums, file_sums
from ledger.exchange.profiles import PROFILES
from ledger.exchange.vocabulary import State
from ledger.exchange.workbook import Reading, read_workbook
from tests.exchange.books import book, open_document

NAMES = "nomAttribuant;idAttribuant;dateConvention;referenceDecision;nomBeneficiaire;idBeneficiaire;objet;montant"
DEP = "DEP A;21310458100011"
ONE = f"{DEP};2016-04-13;D1;ASSO UNE;44137080600016;Action 1;24000,00"
TWO = f"{DEP};2016-04-13;D1;ASSO DEUX;34816258700037;Action 2;30000"
REGION = "REGION B;23350001600040;2016-04-14;R1;ASSO TROIS;33431555300050;Action 3;25000"


class Desk:
    """Imports files of one profile into one base."""

    def __init__(self, session: Session, folder: Path, profile: str = "scdl") -> None:
        self.session, self.folder, self.profile = session, folder, PROFILES[profile]

    def text(self, *lines: str, name: str = "fichier.csv", encoding: str = "utf-8", rounded: bool = False) -> Imported:
        path = self.folder / name
        path.write_bytes("\n".join(lines).encode(encoding))
        return self.file(path, rounded=rounded)

    def file(self, path: Path, *, rounded: bool = False) -> Imported:
        sheet = replace(self.profile.sheet, rounded=rounded)
        reading = read_workbook(path, (sheet,), by_header=True)
        reading = replace(reading, problems=recognised(path, self.profile, reading.opened.grids, reading.problems))
        found = import_file(self.session, reading, self.profile.handlers, RowsOrigin(path.name, date(2016, 12, 1)))
        return Imported(reading, found)

    def amounts(self) -> list[str]:
        """What counts now of this layout."""
        rows = last_rows(self.session, self.profile.name)
        return sorted(row.facts.get("amount", "") for row in rows if not row.gone)


class Imported:
    """What an import found, as the screen shows it."""

    def __init__(self, reading: Reading, found: ImportResult) -> None:
        self.found, self.codes = found, [each.code for each in found.problems]
        self.sums: list[FileSums] = [
            file_sums(reading.rows[each.sheet.name], reading.left_out[each.sheet.name], each) for each in found.sheets
        ]

    def counts(self) -> tuple[int, int, int, int]:
        """New, changed, identical, gone."""
        [sheet] = self.found.sheets
        new, changed, same = (sheet.count(state) for state in (State.NEW, State.CHANGED, State.SAME))
        return new, changed, same, sum(not each.known for each in sheet.gone)

    def euros(self) -> tuple[object, object, object]:
        """Read, kept, left out."""
        [sums] = self.sums
        assert sums.read.euros == sums.kept.euros + sums.left_out.euros + sums.rounding
        assert sums.read.lines == sums.kept.lines + sums.left_out.lines
        return sums.read.euros, sums.kept.euros, sums.left_out.euros

    def said(self, code: str) -> list[str]:
        return [each.message for each in self.found.problems if each.code == code]


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Desk:
    return Desk(session, tmp_path)


def apart(lines: Sequence[str]) -> Fraction:
    """The sum of the column montant, by the csv module alone."""
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";")
    return sum((Fraction(Decimal(row["montant"].replace(",", "."))) for row in rows), Fraction(0))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("datesPeriodeVersement", ("2016-05-01", "2016-06-01", "2016-07-01")),
        ("dateConvention", ("2014", "2015", "2016")),
        ("nomAttribuant", ("DEP A", "DEP B", "DEP C")),
        ("secteur", ("sport", "culture", "")),
        ("idRAE", ("", "12345", "54321")),
    ],
)
def test_rows_that_differ_in_one_column_are_all_kept(desk: Desk, column: str, values: tuple[str, ...]) -> None:
    """F60: whatever the column, known or not, readable or not."""
    row = {"nomAttribuant": "DEP A", "dateConvention": "2016-03-01", "nomBeneficiaire": "COMPET", "montant": "1500,10"}
    titles = list(dict.fromkeys([*row, column]))
    lines = [";".join(titles), *(";".join((row | {column: value})[title] for title in titles) for value in values)]
    found = desk.text(*lines)
    assert found.counts() == (3, 0, 0, 0)
    assert found.euros() == (apart(lines), apart(lines), 0)
    assert "doublon" not in found.codes
    assert desk.text(*lines).counts() == (0, 0, 3, 0)


def test_rows_alike_in_every_column_are_kept_and_counted(desk: Desk) -> None:
    """F60: two alike are two, said to be alike; the file read again changes nothing."""
    found = desk.text(NAMES, ONE, TWO, ONE)
    assert (found.counts(), found.codes.count("doublon")) == ((3, 0, 0, 0), 2)
    assert found.euros() == (78_000, 78_000, 0)
    assert (found.sums[0].repeated.lines, found.sums[0].repeated.euros) == (1, Fraction(24_000))
    assert desk.text(NAMES, ONE, TWO, ONE).counts() == (0, 0, 3, 0)
    assert desk.text(NAMES, ONE, TWO).counts() == (0, 0, 2, 1)


def test_a_later_file_of_the_same_attribuant_and_year_replaces_the_earlier_one(desk: Desk) -> None:
    """F60: three files in turn; what is corrected, gone or back is counted once."""
    desk.text(NAMES, ONE, TWO)
    corrected = desk.text(NAMES, ONE.replace("24000,00", "42000,00"), TWO)
    assert corrected.counts() == (0, 1, 1, 0)
    assert desk.amounts() == ["30000.00", "42000.00"]
    shorter = desk.text(NAMES, TWO.replace("D1", "D 1 bis"))
    assert (shorter.counts(), desk.amounts()) == ((0, 1, 0, 1), ["30000.00"])
    [note] = shorter.said("moins_de_lignes")
    assert "DEP A pour 2016 (42\u00a0000,00\u00a0€)" in note
    assert desk.text(NAMES, ONE, TWO).counts() == (1, 1, 0, 0)
    assert desk.amounts() == ["24000.00", "30000.00"]


def test_a_file_of_another_attribuant_or_year_accuses_no_row_of_being_gone(desk: Desk) -> None:
    """F60: REGION B's file says nothing of DEP A's rows, nor 2017's of 2016's."""
    desk.text(NAMES, ONE, TWO)
    for lines in ([REGION], [ONE.replace("2016-04-13", "2017-04-13")], [REGION.replace("REGION B", "CONSEIL B")]):
        found = desk.text(NAMES, *lines)
        assert (found.counts()[3], found.said("moins_de_lignes")) == (0, [])
    assert desk.amounts() == ["24000.00", "24000.00", "25000.00", "30000.00"]
    spoilt = desk.text(NAMES, ONE.replace("21310458100011", "2,13E+13"))
    assert spoilt.counts() == (0, 1, 0, 1)


SOCIAL = "DEP A - SERVICE SOCIAL;21310458100029;2016-04-14;R1;ASSO TROIS;33431555300050;Action 3;25000"


def test_two_services_of_one_siren_do_not_replace_one_another(desk: Desk) -> None:
    """F60: they differ by name and by SIRET; each one's later file replaces its own lines, and what is held is said."""
    first = desk.text(NAMES, ONE, TWO)
    assert (first.counts(), first.euros(), "a_confirmer" in first.codes) == ((2, 0, 0, 0), (54000, 54000, 0), False)
    other = desk.text(NAMES, SOCIAL)
    assert (other.counts(), other.euros()) == ((1, 0, 0, 0), (25000, 25000, 0))
    assert desk.amounts() == ["24000.00", "25000.00", "30000.00"]
    [said] = [each.message for each in other.found.problems if each.code == "a_confirmer"]
    assert "« DEP A » (21310458100011)" in said
    assert "« DEP A - SERVICE SOCIAL » (21310458100029)" in said
    corrected = desk.text(NAMES, SOCIAL.replace("25000", "26000"))
    assert (corrected.counts(), corrected.euros()) == ((0, 1, 0, 0), (26000, 26000, 0))
    both = desk.text(NAMES, ONE, SOCIAL.replace("25000", "26000"))
    assert (both.counts(), both.euros()) == ((0, 0, 2, 1), (50000, 50000, 0))
    assert [each.attribuant for each in both.found.sheets[0].gone] == ["DEP A"]
    assert desk.amounts() == ["24000.00", "26000.00"]


@pytest.mark.parametrize(
    "named",
    [
        "Département A;21310458100011",
        "DEP A;21310458100029",
        "Département A;213104581",
        "Département A;21310458100000",
        "DEP A;",
    ],
)
def test_an_attribuant_written_otherwise_is_still_the_same(desk: Desk, named: str) -> None:
    """F60: another name under one SIRET, another SIRET under one name, a number cut short: its own file again."""
    desk.text(NAMES, ONE, TWO)
    later = desk.text(NAMES, ONE.replace(DEP, named))
    assert "a_confirmer" not in later.codes
    assert desk.amounts() == ["24000.00"]


def test_files_that_do_not_name_who_grants_do_not_replace_one_another(desk: Desk) -> None:
    """F60: without an attribuant, only the file of the same name is the same sender's."""
    titles, row = "dateConvention;nomBeneficiaire;montant", "2016-03-01;ASSO UNE;100"
    desk.text(titles, row, name="departement.csv")
    assert desk.text(titles, row.replace("100", "200"), name="region.csv").counts() == (1, 0, 0, 0)
    assert desk.text(titles, row.replace("100", "300"), name="region.csv").counts() == (0, 1, 0, 0)
    assert desk.amounts() == ["100.00", "300.00"]


def test_months_of_mandats_received_in_turn_replace_only_themselves(session: Session, tmp_path: Path) -> None:
    """F60: the file of June does not say that the mandats of May are gone; another file of May does."""
    desk = Desk(session, tmp_path, "helios")
    titles = "ID;COLLEC;NUM_MANDAT;MONTANT_PAIEMENT;DATE_PAIEMENT;NOM"
    may, june = "1;CAPH;10;100,50;20/05/2016;ASSO", "2;CAPH;11;-20;03/06/2016;ASSO"
    assert desk.text(titles, may).euros() == (Fraction("100.5"), Fraction("100.5"), 0)
    assert desk.text(titles, june).euros() == (-20, -20, 0)
    assert desk.text(titles, "3;CAPH;12;7;31/05/2016;ASSO").counts() == (1, 0, 0, 1)
    assert desk.amounts() == ["-20.00", "7.00"]


def test_a_file_without_an_amount_column_is_refused_with_the_command_that_reads_it(desk: Desk) -> None:
    """F61, F64: nothing is kept without its amount; the titles, what is missing and the way out are said."""
    found = desk.text(NAMES.replace("montant", "somme accordée"), ONE, name="sans montant.csv")
    assert (found.found.written, found.sums, desk.amounts()) == (False, [], [])
    [message] = found.said("fichier_inconnu")
    assert "« somme accordée »" in message
    assert "Profil le plus proche : scdl (7 titre(s) reconnu(s) sur 8) ; il y manque « montant »" in message
    assert '--modele scdl --colonne "montant=somme accordée"' in message


def test_amounts_finer_than_the_cent_are_refused_with_their_sum_or_rounded_when_asked(desk: Desk) -> None:
    """F61: each is listed; half a cent goes away from zero; what rounding took is said."""
    lines = [NAMES, ONE.replace("24000,00", "42166,9105"), TWO.replace("30000", "-0,005"), REGION]
    found = desk.text(*lines)
    assert (found.found.written, found.codes.count("montant_decimales")) == (False, 2)
    assert (
        "2 montant(s) ont plus de deux décimales ; leur somme exacte est 42\u00a0166,9055"
        in (found.said("montants_decimales")[0])
    )
    assert found.euros() == (apart(lines), 25_000, Fraction("42166.9055"))
    asked = desk.text(*lines, rounded=True)
    assert asked.euros() == (apart(lines), Fraction("67166.90"), 0)
    assert asked.sums[0].rounding == Fraction("0.0055")
    assert desk.amounts() == ["-0.01", "25000.00", "42166.91"]
    assert asked.codes.count("montant_arrondi") == 2


def test_zeros_beyond_the_cent_are_no_decimals(desk: Desk) -> None:
    """F61: 42166,9100 is 42 166,91 €; 1,234 may be a thousand and is not guessed."""
    found = desk.text(NAMES, ONE.replace("24000,00", "42166,9100"), TWO.replace("30000", "1,234"))
    assert (found.found.written, desk.amounts()) == (True, ["", "42166.91"])
    assert [each.cell for each in found.found.problems if each.code == "montant_ambigu"] == ["H3"]
    assert found.sums[0].silent == ("H3",)


OFFICIAL = (
    "Nom de l'attribuant",
    "Identification de l'attribuant",
    "Date de la convention de subvention",
    "Référence de la décision",
    "Nom du bénéficiaire",
    "Identification SIRET du bénéficiaire",
    "Objet de la subvention",
    "Montant total de la subvention",
    "Nature de la subvention",
    "Conditions de versement de la subvention",
    "Date ou période de versement",
    "Identifiant RAE de l’aide au titre de laquelle la subvention est attribuée",
    "Aide d'Etat notifiée à la Commission Européenne",
    "Pourcentage du montant total de la subvention attribuée au bénéficiaire",
    "Identifiant référençant le dispositif d'aide à l'origine de la subvention",
)
OLDER = (
    " Nom attributaire* ",
    "Identification de l'attributaire* ",
    "Date de convention*",
    "reference Decision",
    "Nom du b\ufffdn\ufffdficiaire*",
    "id  Beneficiaire",
    "OBJET DE LA CONVENTION",
    "montantAttribue",
    "nature",
    "Conditions de versement*",
    "Date(s) ou période(s) de versement (AAAA-MM-JJ)",
    "ID RAE",
    "Aide notifiée Ã  l'Europe",
    "% du mt de la subvention attribuée au bénéficiaire",
    "dispositif_aide",
)


@pytest.mark.parametrize("titles", [OFFICIAL, OLDER, tuple(title.upper() for title in OFFICIAL)])
def test_the_official_titles_and_those_met_are_recognised(desk: Desk, titles: tuple[str, ...]) -> None:
    """F62: no column of the schema is left unread, whatever its accents, case and stars."""
    line = f"{ONE};aide en numéraire;unique;2016-05-01;;non;1;"
    found = desk.text(";".join(titles), line, line.replace("DEP A", "DEP B"))
    assert (found.counts(), "colonne_ignoree" in found.codes) == ((2, 0, 0, 0), False)


def test_titles_repeated_and_totals_inside_a_sheet_are_no_grants(desk: Desk) -> None:
    """F62: each is skipped, counted and shown with what it says."""
    lines = [
        NAMES,
        ONE,
        NAMES,
        TWO,
        "TOTAL;;;;;;;54000",
        ";;;;Total général;;;54000",
        ";;;;;;;;",
        "Source : le service",
    ]
    found = desk.text(*lines)
    assert found.counts() == (2, 0, 0, 0)
    assert found.euros() == (162_000, 54_000, 108_000)
    assert {each.words: (each.lines, each.cells) for each in found.sums[0].reasons} == {
        "titres répétés": (1, ("ligne 3",)),
        "ligne de total": (2, ("ligne 5", "ligne 6")),
        "cellule isolée": (1, ("ligne 8",)),
    }


def test_a_destroyed_siret_is_told_for_each_row_the_attribuants_too(desk: Desk) -> None:
    """F63: as many findings as cells."""
    lines = [f"DEP A;2,13E+13;2016-03-0{n};D{n};ASSO {n};84200000000000.0;Action;100" for n in (1, 2, 3)]
    found = desk.text(NAMES, *lines)
    cells = [each.cell for each in found.found.problems if each.code == "siret_detruit"]
    assert sorted(cells) == ["B2", "B3", "B4", "F2", "F3", "F4"]
    assert found.euros() == (300, 300, 0)


def test_a_day_of_1998_is_a_day_and_a_year_alone_gives_the_year(desk: Desk) -> None:
    """F64: what is known is kept; a year without a day makes no day."""
    found = desk.text(NAMES, ONE.replace("2016-04-13", "1998-03-01"), TWO.replace("2016-04-13", "2015"))
    assert (found.codes.count("date_annee"), "date_illisible" in found.codes) == (1, False)
    rows = last_rows(desk.session, "scdl")
    assert sorted((row.year, row.facts["on"]) for row in rows) == [(1998, "1998-03-01"), (2015, "")]


def test_an_unknown_file_is_told_its_titles_and_the_nearest_profile(desk: Desk) -> None:
    """F64: and a file of another profile, the profile that reads it."""
    found = desk.text("Autorité;Bénéficiaire;Code SIRET;Montant voté", "DEP A;ASSO UNE;44137080600016;100")
    [message] = found.said("fichier_inconnu")
    assert "« Autorité », « Bénéficiaire », « Code SIRET », « Montant voté »" in message
    assert '--modele scdl --colonne "nomBeneficiaire=Bénéficiaire"' in message
    mandats = desk.text("ID;NUM_MANDAT;MONTANT_PAIEMENT;DATE_PAIEMENT;NOM", "1;2;3;20/05/2016;ASSO", name="m.csv")
    assert "cofiville echange importer --profil helios" in mandats.said("fichier_inconnu")[0]


def test_every_format_gives_the_same_sums_as_its_own_reader(desk: Desk) -> None:
    """F60, F61: csv in Windows-1252, xlsx and ods, columns moved, several sheets; sums by other libraries alone."""
    titles = ["objet", "montant", "nomBeneficiaire", "nomAttribuant", "dateConvention", "catégorie"]
    rows: list[list[Any]] = [
        ["Été", 1234.56, "CCAS", "Ville", date(2016, 5, day), f"n° {day}"] for day in range(1, 6)
    ] + [["Été", -34.56, "CCAS", "Ville", date(2016, 5, 1), ""]]
    path = book(desk.folder / "livre.xlsx", {"2015": [titles, *rows], "2016": [titles, *rows[:2]]})
    sheets = load_workbook(path)
    apart_sum = sum(round(row[1] * 100) for sheet in sheets for row in list(sheet.values)[1:])
    found = desk.file(path)
    assert found.counts()[0] == 8
    assert found.euros() == (Fraction(apart_sum, 100), Fraction(apart_sum, 100), 0)
    again = desk.file(open_document(desk.folder / "livre.ods", "Feuille", [titles, *map(_text, rows)]))
    assert (again.counts(), again.euros()[0]) == ((0, 0, 6, 2), Fraction("6138.24"))
    lines = [";".join(titles), *(";".join(_text(row)) for row in reversed(rows))]
    last = desk.text(*lines, encoding="cp1252", name="livre.csv")
    assert (last.counts(), last.euros()[1]) == ((0, 0, 6, 0), Fraction("6138.24"))


def _text(row: Sequence[Any]) -> list[str]:
    return [f"{each:.2f}" if isinstance(each, float) else str(each) for each in row]
