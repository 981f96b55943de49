"""Who pays a line, who takes back, its budget, accounts and ceiling, by the sheet of lines of a référentiel."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.core.field import Value
from ledger.core.money import Money
from ledger.exchange.declaration import Table, Values
from ledger.exchange.sheets import SHEETS
from ledger.exchange.sheets.framework import CREDIT_LINES, FINANCEURS
from ledger.exchange.sheets.referential import RULES
from ledger.exchange.workbook import read_workbook, write_workbook
from ledger.referential.geography import find_epci
from ledger.referential.model import CreditLine, Financeur
from ledger.referential.prefill import default_epci_code, framework_of_epci
from tests.conftest import Typist

MULHOUSE = "200066009"
EPCI = "CA-MULHOUSE-ALSACE"
SAID: Values = {
    "payer": EPCI,
    "budget": "Réussite éducative",
    "account_paid": "65748",
    "account_recovered": "7588",
    "ceiling": Money(150_000_000),
    "managed_since": date(2025, 1, 1),
    "managed_source": "Délibération du 12/12/2024",
}


class Contract:
    """A contract of another agglomération, and its référentiel by workbook."""

    def __init__(self, typist: Typist, folder: Path, code: str = "M2A") -> None:
        self.typist, self.folder, self.code = typist, folder, code
        words = ("contrat", "creer", code, "--epci", MULHOUSE, "--du", "2024-04-10", "--au", "2030-12-31")
        assert typist(*words).code == 0

    def written(self, name: str) -> Path:
        path = self.folder / name
        assert self.typist("contrat", "referentiel", self.code, path).code == 0
        return path

    def saying(self, path: Path, line: str, values: Values, without: tuple[str, ...] = ()) -> Path:
        """The sheets of lines and rules of this workbook, this line saying this; without: rules left out, by kind."""
        read = read_workbook(path, SHEETS).rows
        lines = tuple({**r.values, **(values if r.values["code"] == line else {})} for r in read[CREDIT_LINES.name])
        rules = tuple(r.values for r in read[RULES.name] if r.values["kind"] not in without)
        path.unlink()
        write_workbook(path, [Table(CREDIT_LINES, lines), Table(RULES, rules)])
        return path

    def imported(self, path: Path) -> Any:
        return self.typist("--json", "--contrat", self.code, "excel", "importer", path)

    def shown(self, line: str) -> dict[str, Any]:
        data: dict[str, Any] = self.typist("--json", "--contrat", self.code, "ligne", "montrer", line).data
        return data


@pytest.fixture
def mulhouse(cofiville: Typist, tmp_path: Path) -> Contract:
    return Contract(cofiville, tmp_path)


@pytest.fixture
def elsewhere(typed: Typist, tmp_path: Path) -> Contract:
    """The same contract in another base, as its geography makes it."""
    where = ("--base", tmp_path / "elsewhere.db")
    assert typed(*where, "base", "creer").code == 0
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return Contract(lambda *words: typed(*where, *words), folder)


def changes(result: Any) -> int:
    return sum(each["nouvelles"] + each["modifiees"] for each in result.data["feuilles"])


@pytest.mark.parametrize("siren", ["245900428", "200040715", MULHOUSE])
def test_codes_made_from_the_national_geography_are_read_whole_in_their_columns(siren: str) -> None:
    """The longest of France is a commune's of Dunkerque: a code cut on paper cannot be typed again."""
    framework = framework_of_epci(siren, default_epci_code(find_epci(siren)))
    for sheet, entity in ((FINANCEURS, Financeur), (CREDIT_LINES, CreditLine)):
        for column in (each for each in sheet.columns if each.field in ("code", "financeur", "payer", "recoverer")):
            said = "code" if column.field == "code" else "financeur"
            assert max(len(str(row[said])) for row in framework[entity]) < column.width, column.title


def test_the_sheet_says_of_each_line_who_pays_it_and_on_which_budget(mulhouse: Contract) -> None:
    rows = {row.key: row.values for row in read_workbook(mulhouse.written("r.xlsx"), SHEETS).rows[CREDIT_LINES.name]}
    shown = {code: (row["payer"], row["recoverer"], row["budget"]) for code, row in rows.items()}
    assert shown["ETAT-PDV-PRE"] == ("ETAT", "ETAT", "principal")
    assert shown[f"{EPCI}-PDV"] == (EPCI, EPCI, "principal")


def test_what_is_filled_in_by_hand_is_a_rule_of_the_line_from_its_day(mulhouse: Contract) -> None:
    path = mulhouse.saying(mulhouse.written("r.xlsx"), "ETAT-PDV-PRE", SAID)
    assert changes(mulhouse.imported(path)) == 1
    held = mulhouse.shown("ETAT-PDV-PRE")
    assert (held["payeur"], held["recouvreur"], held["circuit"]) == (EPCI, EPCI, "budget")
    assert (held["budget"], held["comptes"]) == ("Réussite éducative", {"recouvrer": "7588", "verser": "65748"})
    assert held["plafond"] == "1500000.00"
    assert {each["source"] for each in held["regles"]} == {"Délibération du 12/12/2024"}
    before = mulhouse.typist(
        "--json", "--contrat", "M2A", "ligne", "montrer", "ETAT-PDV-PRE", "--le", "2024-12-31"
    ).data
    assert (before["payeur"], before["budget"], before["plafond"]) == ("ETAT", "principal", None)
    assert changes(mulhouse.imported(path)) == 0


def test_a_value_corrected_in_the_same_workbook_is_corrected(mulhouse: Contract) -> None:
    path = mulhouse.saying(mulhouse.written("r.xlsx"), "ETAT-PDV-PRE", SAID)
    mulhouse.imported(path)
    again = mulhouse.imported(
        mulhouse.saying(path, "ETAT-PDV-PRE", {"ceiling": Money(120_000_000), "account_paid": "65738"})
    )
    assert (again.code, changes(again)) == (0, 1)
    held = mulhouse.shown("ETAT-PDV-PRE")
    assert (held["plafond"], held["comptes"]["verser"]) == ("1200000.00", "65738")


@pytest.mark.parametrize("without", [(), ("passage", "compte_ligne", "plafond_enveloppe")])
def test_what_the_workbook_says_goes_out_and_comes_back_in_another_base(
    mulhouse: Contract, elsewhere: Contract, without: tuple[str, ...]
) -> None:
    """By the sheet of rules, or by the columns of the sheet of lines alone."""
    mulhouse.imported(mulhouse.saying(mulhouse.written("r.xlsx"), "ETAT-PDV-PRE", SAID))
    path = mulhouse.written("sent.xlsx")
    assert changes(mulhouse.imported(path)) == 0
    if without:
        path = mulhouse.saying(path, "", {}, without)
    assert elsewhere.imported(path).code == 0
    assert elsewhere.shown("ETAT-PDV-PRE") == mulhouse.shown("ETAT-PDV-PRE")
    assert changes(elsewhere.imported(path)) == 0


def test_what_the_sheet_of_rules_says_of_a_line_is_changed_there(mulhouse: Contract) -> None:
    mulhouse.imported(mulhouse.saying(mulhouse.written("r.xlsx"), "ETAT-PDV-PRE", SAID))
    path = mulhouse.written("again.xlsx")
    left = mulhouse.imported(mulhouse.saying(path, "ETAT-PDV-PRE", {"payer": "ETAT", "ceiling": Money(200_000_000)}))
    assert (left.code, changes(left), left.data["ecrit"]) == (0, 0, False)
    assert {each["code"] for each in left.data["problemes"]} >= {"colonne_informative"}
    assert mulhouse.shown("ETAT-PDV-PRE")["payeur"] == EPCI
    alone = mulhouse.saying(path, "ETAT-PDV-PRE", {"managed_since": date(2027, 1, 1)}, ("passage",))
    assert changes(mulhouse.imported(alone)) == 1
    assert mulhouse.shown("ETAT-PDV-PRE")["payeur"] == EPCI
    later = mulhouse.typist("--json", "--contrat", "M2A", "ligne", "montrer", "ETAT-PDV-PRE", "--le", "2027-06-30").data
    assert (later["payeur"], later["plafond"]) == ("ETAT", "1500000.00")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"payer": "CAF"}, "« CAF » ne peut pas payer la ligne ETAT-FIPD."),
        ({"account_paid": "abc"}, "« abc » n'est pas un numéro de compte."),
    ],
)
def test_what_cannot_be_is_refused_at_its_cell_and_nothing_is_kept(
    mulhouse: Contract, said: dict[str, Value], problem: str
) -> None:
    refused = mulhouse.imported(mulhouse.saying(mulhouse.written("r.xlsx"), "ETAT-FIPD", said))
    [error] = [each for each in refused.data["problemes"] if each["niveau"] == "erreur"]
    assert (refused.code, error["feuille"], error["message"].startswith(problem)) == (1, CREDIT_LINES.name, True)
    assert mulhouse.shown("ETAT-FIPD")["regles"] == []


def test_a_day_alone_and_who_takes_back_change_nothing_and_it_is_said(mulhouse: Contract) -> None:
    path = mulhouse.saying(
        mulhouse.written("r.xlsx"), "ETAT-FIPD", {"recoverer": EPCI, "managed_since": date(2026, 1, 1)}
    )
    found = mulhouse.imported(path)
    said = [each["message"] for each in found.data["problemes"] if each["code"] == "colonne_informative"]
    assert (found.code, changes(found), len(said)) == (0, 0, 2)
    assert said[0].endswith("Pour le changer : la colonne Payeur.")
