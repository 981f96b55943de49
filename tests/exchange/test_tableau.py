"""The wide sheet: entered, decided, printed and brought back, with nothing lost, shifted or granted unsaid."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ledger.exchange.sheets.tableau import WideLine, tableau_sheet
from ledger.exchange.writing.styles import column_blocks, page_breaks
from tests.conftest import Typist
from tests.exchange.office import needs_office, saved_as
from tests.exchange.test_committees import LINES, programme_book


class Wide:
    """The wide sheet opened to be filled in; a column is named by its title, under the heading of its group."""

    def __init__(self, path: Path) -> None:
        self.path, self.workbook = path, load_workbook(path)
        self.sheet: Worksheet = self.workbook["Tableau"]
        self.head = next(row[0].row for row in self.sheet.iter_rows() if row[0].value == "N°")
        self.columns: dict[tuple[str, str], int] = {}
        group = ""
        for cell in self.sheet[self.head]:
            group = str(self.sheet.cell(self.head - 1, cell.column).value or group)
            self.columns[group, str(cell.value)] = cell.column

    def column(self, title: str, line: str = "") -> int:
        return next(at for (group, name), at in self.columns.items() if name == title and line in group)

    def cell(self, action: str, title: str, line: str = "") -> Any:
        row = next(row[0].row for row in self.sheet.iter_rows() if row[0].value == action)
        return self.sheet.cell(row, self.column(title, line))

    def add(self, number: str, title: str, porteur: str, cost: int) -> None:
        row = max(row[0].row for row in self.sheet.iter_rows() if row[0].value is not None) + 1
        said = {"N°": number, "Intitulé": title, "Porteur": porteur, "Coût total": cost}
        for name, value in said.items():
            self.sheet.cell(row, self.column(name)).value = value

    def save(self) -> Path:
        self.workbook.save(self.path)
        return self.path


@pytest.fixture
def programmed(cofiville: Typist, tmp_path: Path) -> Typist:
    """Type commands on a base of three actions, each asking 4 000, 3 000 and 1 000 of three lines."""
    cofiville("exercice", "ouvrir", 2016)
    assert cofiville("excel", "importer", programme_book(tmp_path / "programme.xlsx", 3)).code == 0
    for line, amount in zip(LINES, (3500, 2500, 1000), strict=True):
        words = ("--piece", "Notification", "--le", "2016-02-01")
        assert cofiville("enveloppe", "notifier", line, 2016, amount * 3, *words).code == 0
    return cofiville


def wide(typist: Typist, path: Path) -> Wide:
    answer = typist("excel", "exporter", "tableau", 2016, path, "--remplacer")
    assert answer.code == 0, answer.err
    return Wide(path)


def imported(typist: Typist, path: Path, on: str = "2016-03-04") -> Any:
    return typist("--json", "excel", "importer", path, "--le", on)


def told(answer: Any, *levels: str) -> list[tuple[str, str]]:
    return [(each["code"], each["cellule"]) for each in answer.data["problemes"] if each["niveau"] in levels]


def decided(typist: Typist) -> dict[tuple[str, str], str]:
    rows = typist("--json", "comite", "lister", 2016).data
    return {(row["action"], row["ligne"]): row["decide"] for row in rows if row["decide"] is not None}


def test_what_is_brought_back_as_it_was_changes_nothing(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    found = imported(programmed, paper.save())
    assert (found.code, found.data["ecrit"], told(found, "erreur", "alerte")) == (0, False, [])
    assert {each["feuille"]: each["identiques"] for each in found.data["feuilles"]}["Financements"] == 12


def test_an_action_is_added_with_its_plan_and_what_she_leaves_out_is_as_when_typed(
    programmed: Typist, tmp_path: Path
) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    paper.add("2016-050", "Jardin partagé", "Association 1 (exemple)", 5000)
    paper.cell("2016-050", "Demandé", "Droit commun de la Caf").value = 3800.5
    paper.cell("2016-050", "Fonds propres", "Fonds propres du porteur").value = 1199.5
    assert imported(programmed, paper.save()).data["ecrit"] is True
    action = programmed("--json", "action", "montrer", "2016-050").data
    assert (action["porteur"], action["cout_eligible"], action["nature"]) == ("EX-1", "5000.00", "fonctionnement")
    assert action["echelle"]
    assert action["dispositif"]
    assert imported(programmed, wide(programmed, tmp_path / "u.xlsx").save()).data["ecrit"] is False


def test_a_request_is_lowered_and_another_taken_away_by_a_zero(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    paper.cell("2016-001", "Demandé", "Politique de la ville - actions").value = 5000
    paper.cell("2016-001", "Demandé", "Droit commun de la Caf").value = 0
    found = imported(programmed, paper.save())
    assert [each["cle"] for sheet in found.data["feuilles"] for each in sheet["changements"]] == [
        "2016-001 · ETAT-PDV-ACTIONS",
        "2016-001 · CAF-DROIT-COMMUN",
    ]
    assert found.data["ecrit"] is True
    rows = programmed("--json", "comite", "lister", 2016).data
    shown = {row["ligne"]: row["demande"] for row in rows if row["action"] == "2016-001"}
    assert shown == {"ETAT-PDV-ACTIONS": "5000.00", "CAPH-PDV": "3000.00", "CAF-DROIT-COMMUN": "0.00"}


def test_an_emptied_cell_takes_nothing_away_and_is_told(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    emptied = [paper.cell("2016-002", "Demandé", "Droit commun de la Caf"), paper.cell("2016-002", "Territoires")]
    for cell in emptied:
        cell.value = None
    found = imported(programmed, paper.save())
    assert (found.code, found.data["ecrit"]) == (0, False)
    assert sorted(told(found, "alerte")) == sorted(("case_vide", cell.coordinate) for cell in emptied)


def test_the_committee_decides_on_it_and_says_nothing_twice(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    paper.cell("2016-001", "Décidé", "Politique de la ville - actions").value = 3500
    paper.cell("2016-001", "Décidé", "Droit commun de la Caf").value = 0
    paper.cell("2016-002", "Suite").value = "refusée"
    paper.cell("2016-002", "Motif").value = "Hors objectifs"
    assert imported(programmed, paper.save()).data["ecrit"] is True
    assert {key: amount for key, amount in decided(programmed).items() if key[0] == "2016-001"} == {
        ("2016-001", "ETAT-PDV-ACTIONS"): "3500.00",
        ("2016-001", "CAF-DROIT-COMMUN"): "0.00",
    }
    assert imported(programmed, paper.path).data["ecrit"] is False
    again = wide(programmed, tmp_path / "u.xlsx")
    assert again.cell("2016-002", "Suite").value == "refusée"
    assert imported(programmed, again.save()).data["ecrit"] is False


def test_nothing_proposed_is_granted_where_no_cell_decides_it(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    paper.cell("2016-001", "Proposé", "Politique de la ville - actions").value = 3000
    paper.cell("2016-001", "Proposé", "Droit commun de la Caf").value = 900
    assert imported(programmed, paper.save()).data["ecrit"] is True
    paper = wide(programmed, tmp_path / "u.xlsx")
    paper.cell("2016-001", "Décidé", "Politique de la ville - actions").value = 3000
    empty = paper.cell("2016-001", "Décidé", "Droit commun de la Caf")
    refused = imported(programmed, paper.save())
    assert (refused.code, told(refused, "erreur")) == (1, [("decision_partielle", empty.coordinate)])
    assert decided(programmed) == {}
    empty.value = 900
    assert imported(programmed, paper.save()).data["ecrit"] is True
    kept = {"ETAT-PDV-ACTIONS": "3000.00", "CAF-DROIT-COMMUN": "900.00"}
    assert decided(programmed) == {("2016-001", line): amount for line, amount in kept.items()}


def test_what_is_only_shown_is_never_imported(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    paid, granted = paper.cell("2016-003", "Versé", "Droit commun de la Caf"), paper.cell("2016-003", "Accordé")
    paid.value, granted.value = 700, 800
    found = imported(programmed, paper.save())
    assert (found.data["ecrit"], sorted(told(found, "alerte"))) == (
        False,
        sorted(("colonne_informative", cell.coordinate) for cell in (paid, granted)),
    )


def test_a_line_without_columns_is_named_in_the_row_and_has_its_own_the_next_time(
    programmed: Typist, tmp_path: Path
) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    paper.cell("2016-001", "Ligne de crédit", "autre ligne").value = "CAF-DROIT-COMMUN"
    paper.cell("2016-001", "Demandé", "autre ligne").value = 500
    own = paper.cell("2016-001", "Fonds propres", "Fonds propres du porteur")
    own.value = 1500
    refused = imported(programmed, paper.save())
    place = paper.cell("2016-001", "Ligne de crédit", "autre ligne").coordinate
    assert ("ligne_en_colonnes", place) in told(refused, "erreur")
    paper.cell("2016-001", "Ligne de crédit", "autre ligne").value = "REGION-DROIT-COMMUN"
    assert imported(programmed, paper.save()).data["ecrit"] is True
    assert wide(programmed, tmp_path / "u.xlsx").cell("2016-001", "Demandé", "Droit commun de la Région").value == 500


def test_a_year_without_credits_yet_is_entered_on_every_line_of_the_contract(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    paper = wide(cofiville, tmp_path / "t.xlsx")
    lines = cofiville("--json", "ligne", "lister").data
    assert len({group for group, title in paper.columns if title in ("Demandé", "Fonds propres")}) == len(lines) + 1


def test_what_is_printed_ends_with_the_rows_and_bears_its_whole_title(programmed: Typist, tmp_path: Path) -> None:
    sheet = wide(programmed, tmp_path / "t.xlsx").sheet
    assert str(sheet.print_area).endswith("$12")
    assert "Tableau de programmation — 2016 (exemple)" in sheet.oddHeader.left.text
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert {"Liste_noms_porteurs", "Liste_territoires", "Liste_lignes", "Liste_objectifs"} <= set(offered.values())


def test_two_people_who_fill_the_same_sheet_undo_nothing_of_one_another(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "hers.xlsx")
    shutil.copy(paper.path, tmp_path / "his.xlsx")
    paper.cell("2016-001", "Intitulé").value = "Son titre"
    paper.cell("2016-002", "Intitulé").value = "Le titre de l'une"
    assert imported(programmed, paper.save()).data["ecrit"] is True
    his = Wide(tmp_path / "his.xlsx")
    his.cell("2016-002", "Intitulé").value = "Le titre de l'autre"
    his.cell("2016-003", "Intitulé").value = "Troisième"
    refused = imported(programmed, his.save())
    assert told(refused, "erreur") == [("conflit", his.cell("2016-002", "Intitulé").coordinate)]
    assert ("modifie_chez_nous", his.cell("2016-001", "Intitulé").coordinate) in told(refused, "information")
    assert programmed("--json", "excel", "importer", his.path, "--conflits", "nous").data["ecrit"] is True
    titles = [row["intitule"] for row in programmed("--json", "action", "lister", 2016).data]
    assert titles == ["Son titre", "Le titre de l'une", "Troisième"]


def test_the_same_file_filled_in_further_is_followed(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    for title in ("Premier titre", "Second titre"):
        paper.cell("2016-001", "Intitulé").value = title
        assert imported(programmed, paper.save()).data["ecrit"] is True
    assert programmed("--json", "action", "montrer", "2016-001").data["intitule"] == "Second titre"
    again = imported(programmed, paper.path)
    assert (again.data["ecrit"], told(again, "alerte", "erreur")) == (False, [])


def test_what_a_partner_changed_is_looked_at_three_ways_and_adopted_in_one_go(
    programmed: Typist, tmp_path: Path
) -> None:
    """F31: nothing is retyped; what changed on both sides waits for an answer, and what is decided is whole."""
    paper, line = wide(programmed, tmp_path / "t.xlsx"), "Politique de la ville - actions"
    for action in ("2016-001", "2016-002"):
        paper.cell(action, "Intitulé").value = f"Leur titre de {action}"
    for each in (line, "Crédits spécifiques", "Droit commun de la Caf"):
        paper.cell("2016-003", "Décidé", each).value = 900
    theirs, answer = paper.save(), tmp_path / "adopter.xlsx"
    assert programmed("action", "modifier", "2016-001", "--intitule", "Le nôtre").code == 0
    assert programmed("--json", "excel", "importer", theirs, "--retour", answer).data["a_adopter"] == 5
    book = load_workbook(answer)
    rows = [[cell.value for cell in row[2:7]] for row in book["Retour"].iter_rows(min_row=8) if row[0].value]
    sent = "Atelier du quartier numéro"
    assert rows[:2] == [
        ["Intitulé", f"{sent} 0", "Le nôtre", "Leur titre de 2016-001", None],
        ["Intitulé", f"{sent} 1", f"{sent} 1", "Leur titre de 2016-002", "oui"],
    ]
    assert imported(programmed, answer).data["ecrit"] is True
    titles = [row["intitule"] for row in programmed("--json", "action", "lister", 2016).data]
    assert titles == ["Le nôtre", "Leur titre de 2016-002", f"{sent} 2"]
    assert sorted(decided(programmed).values()) == ["900.00"] * 3
    again = imported(programmed, answer)
    assert (again.code, again.data["ecrit"]) == (0, False)
    assert programmed("excel", "importer", answer, "--retour", tmp_path / "x.xlsx").code == 1


def test_the_wide_sheet_is_sent_under_a_number_unless_it_is_a_draft(programmed: Typist, tmp_path: Path) -> None:
    words = ("--json", "excel", "exporter", "tableau", 2016)
    first, again = (programmed(*words, tmp_path / name).data["envoi"] for name in ("a.xlsx", "b.xlsx"))
    assert (first, again, programmed(*words, tmp_path / "c.xlsx", "--sans-numero").data["envoi"]) == (1, 1, None)
    sheet = load_workbook(tmp_path / "a.xlsx")["Tableau"]
    assert "Envoi n° 1 du " in sheet["A1"].value
    assert "sceau" not in sheet["A1"].value


def test_a_refusal_names_the_cell_that_is_wrong(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    paper.cell("2016-002", "Porteur").value = "Association jamais vue"
    paper.add("sans-annee", "Autre", "EX-2", 100)
    found = imported(programmed, paper.save())
    cells = [paper.cell("2016-002", "Porteur").coordinate, paper.cell("sans-annee", "N°").coordinate]
    assert found.code == 1
    assert {cell for _, cell in told(found, "erreur")} >= set(cells)
    assert found.data["ecrit"] is False


def test_columns_moved_with_their_group_are_read_where_they_stand(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    for row in paper.sheet.merged_cells.ranges.copy():
        paper.sheet.unmerge_cells(str(row))
    paper.sheet.delete_cols(paper.column("Échelle"), 3)
    found = imported(programmed, paper.save())
    assert (found.code, found.data["ecrit"], told(found, "erreur", "alerte")) == (0, False, [])


def test_titles_that_lost_their_groups_are_refused(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    for row in paper.sheet.merged_cells.ranges.copy():
        paper.sheet.unmerge_cells(str(row))
    for at in range(1, paper.sheet.max_column + 1):
        paper.sheet.cell(paper.head - 1, at).value = None
    found = imported(programmed, paper.save())
    assert (found.code, {code for code, _ in told(found, "erreur")}) == (1, {"titre_ambigu"})


def test_an_imported_value_names_the_cell_of_the_wide_sheet(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    cell = paper.cell("2016-001", "Demandé", "Politique de la ville - actions")
    cell.value = 4500
    paper.cell("2016-001", "Fonds propres", "Fonds propres du porteur").value = 1500
    assert imported(programmed, paper.save()).data["ecrit"] is True
    origins = programmed("--json", "action", "montrer", "2016-001", "--origine")
    assert f"Tableau!{cell.coordinate}" in origins.out, origins.out


def test_its_help_shows_the_columns_that_each_line_has(programmed: Typist) -> None:
    columns = programmed("--json", "excel", "aide", "tableau").data["colonnes"]
    of_line = {each["colonne"]: each["besoin"] for each in columns if "LIGNE" in "".join(each["autres_titres"])}
    assert of_line == {
        "Demandé": "facultatif",
        "Proposé": "facultatif",
        "Décidé": "facultatif",
        "Versé": "jamais importé",
    }


def test_one_financeur_more_adds_a_page_and_never_a_smaller_type() -> None:
    for count in range(1, 40):
        lines = [WideLine(f"L-{rank}", f"Financeur {rank}", "Actions", own=False) for rank in range(count)]
        columns = tableau_sheet(lines).columns
        starts = [0, *page_breaks(columns, 2, large=True), len(columns)]
        widths = [end - start + (2 if start else 0) for start, end in itertools.pairwise(starts)]
        assert max(widths) <= 16
        assert all(not any(start < cut < end for start, end in column_blocks(columns)) for cut in starts)


@needs_office
@pytest.mark.long
def test_what_an_office_program_saves_again_comes_back_whole(programmed: Typist, tmp_path: Path) -> None:
    paper = wide(programmed, tmp_path / "t.xlsx")
    saved = saved_as(paper.path, "xlsx", tmp_path / "bureau")
    found = imported(programmed, saved)
    assert (found.code, found.data["ecrit"], told(found, "erreur", "alerte")) == (0, False, [])
    filled = Wide(saved)
    filled.cell("2016-003", "Décidé", "Droit commun de la Caf").value = 1000
    again = saved_as(filled.save(), "ods", tmp_path / "encore")
    assert imported(programmed, again).data["ecrit"] is True
    assert decided(programmed) == {("2016-003", "CAF-DROIT-COMMUN"): "1000.00"}
