"""The référentiel of a contract by workbook: written, completed, imported, and the same on the way back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.exchange.declaration import Sheet, Table, Values
from ledger.exchange.export.framework import framework_rows, framework_tables
from ledger.exchange.handlers.registry import WORKBOOK
from ledger.exchange.importing.handling import RowsOrigin
from ledger.exchange.importing.importer import ImportResult, import_file
from ledger.exchange.sheets import SHEETS
from ledger.exchange.sheets.framework import AXES, CREDIT_LINES, EPCIS, FRAMEWORK, POPULATIONS
from ledger.exchange.workbook import read_workbook, write_workbook
from ledger.journal.model import Contract
from ledger.referential.framework import framework_of, record_framework
from ledger.referential.model import Axis, CreditLine, Epci
from ledger.referential.prefill import framework_of_epci
from ledger.storage.session import acting_for
from tests.conftest import Answer, Typist

CAPH, LYON = "200042190", "200046977"
TODAY = date(2026, 11, 30)


def imported(session: Session, path: Path, contract: str) -> ImportResult:
    with acting_for(session, contract):
        return import_file(session, read_workbook(path, SHEETS), WORKBOOK, RowsOrigin(path.name, TODAY))


@pytest.fixture
def new(session: Session) -> str:
    """A contract that has nothing yet."""
    session.add(Contract(code="CV2030", name="Quartiers 2030", epci="X", epci_financeur="X"))
    session.flush()
    return "CV2030"


@pytest.mark.parametrize("siren", [CAPH, LYON])
def test_the_workbook_prefilled_from_the_national_geography_is_imported_whole(
    session: Session, new: str, tmp_path: Path, siren: str
) -> None:
    framework = framework_of_epci(siren, "X", "L'agglo")
    path = tmp_path / "referentiel.xlsx"
    write_workbook(path, framework_tables(framework))
    found = imported(session, path, new)
    assert [problem.message for problem in found.problems if problem.level != "information"] == []
    assert found.written
    assert framework_rows(framework_of(session, new)) == framework_rows(framework)
    again = imported(session, path, new)
    assert again.changes == []
    assert {problem.level for problem in again.problems} <= {"information"}


def test_another_contract_takes_the_referential_of_the_first_unchanged(
    session: Session, new: str, tmp_path: Path
) -> None:
    before = framework_of(session, "CV195")
    path = tmp_path / "referentiel.xlsx"
    write_workbook(path, framework_tables(before))
    assert imported(session, path, new).written
    assert framework_rows(framework_of(session, new)) == framework_rows(before)


def test_four_levels_of_axes_in_any_order_are_taken(session: Session, new: str, tmp_path: Path) -> None:
    rows: list[Values] = [
        {"code": "A.1.1.1", "label": "Objectif", "parent": "A.1.1"},
        {"code": "A.1.1", "label": "Action", "parent": "A.1"},
        {"code": "A.1", "label": "Priorité", "parent": "A"},
        {"code": "A", "label": "Axe", "parent": None},
    ]
    path = tmp_path / "axes.xlsx"
    write_workbook(path, [Table(AXES, tuple(rows))])
    assert imported(session, path, new).written
    with acting_for(session, new):
        assert {axis.code: axis.parent for axis in session.scalars(select(Axis))} == {
            "A": None,
            "A.1": "A",
            "A.1.1": "A.1",
            "A.1.1.1": "A.1.1",
        }


def test_an_axis_stands_under_the_one_its_code_names_when_nothing_is_said(
    session: Session, new: str, tmp_path: Path
) -> None:
    path = tmp_path / "axes.xlsx"
    rows: list[Values] = [{"code": "1.1", "label": "Priorité"}, {"code": "1", "label": "Axe"}]
    write_workbook(path, [Table(AXES, tuple(rows))])
    assert imported(session, path, new).written
    with acting_for(session, new):
        assert {axis.code: axis.parent for axis in session.scalars(select(Axis))} == {"1": None, "1.1": "1"}


def test_the_referential_of_another_contract_of_the_base_is_refused_whole(cofiville: Typist, tmp_path: Path) -> None:
    made = ("contrat", "creer", "SUITE", "--epci", CAPH, "--du", "2024-01-01", "--au", "2030-12-31")
    path = tmp_path / "referentiel.xlsx"
    assert cofiville(*made).code == 0
    assert cofiville("contrat", "referentiel", "SUITE", path).code == 0
    refused = cofiville("--json", "excel", "importer", path).refusal
    assert refused["probleme"] == "Ce référentiel est celui du contrat SUITE, pas du contrat CV195."
    assert refused["remede"] == f"Importez-le dans le sien : cofiville --contrat SUITE excel importer {path}"
    assert cofiville("--contrat", "SUITE", "excel", "importer", path).code == 0


@pytest.mark.parametrize(
    ("sheet", "row", "said"),
    [
        (AXES, {"code": "3.1.2", "label": "Un trou au-dessus"}, "L'axe « 3.1 » n'est pas dans le contrat"),
        (AXES, {"code": "1.1", "label": "Sans axe", "parent": "1"}, "L'axe « 1 » n'est pas dans le contrat"),
        (
            CREDIT_LINES,
            {
                "code": "ETAT-X",
                "label": "Une ligne",
                "financeur": "PERSONNE",
                "nature": "specifique",
                "territories": "qpv",
                "source": "Usage",
            },
            "Le financeur « PERSONNE » n'est pas dans le contrat",
        ),
        (EPCIS, {"code": "X", "siren": "12", "name": "X", "short_name": "X"}, "« 12 » n'est pas un SIREN"),
    ],
)
def test_what_does_not_hold_together_is_refused_and_nothing_is_kept(
    session: Session, new: str, tmp_path: Path, sheet: Sheet, row: Values, said: str
) -> None:
    path = tmp_path / "referentiel.xlsx"
    write_workbook(path, [Table(sheet, (row,))])
    found = imported(session, path, new)
    assert not found.written
    assert any(said in problem.message for problem in found.problems), found.problems


def test_the_inhabitants_of_a_shared_qpv_never_pass_those_of_the_whole(
    session: Session, new: str, tmp_path: Path
) -> None:
    record_framework(session, new, framework_of_epci(CAPH, "X"))
    with acting_for(session, new):
        [other] = [code for code in session.scalars(select(Epci.code)) if code != "X"]
    rows: tuple[Values, ...] = tuple(
        {"territory": "QN05920M", "epci": epci, "population": population}
        for epci, population in (("X", 1_500), (other, 900))
    )
    path = tmp_path / "referentiel.xlsx"
    write_workbook(path, [Table(POPULATIONS, rows)])
    found = imported(session, path, new)
    assert any("l'INSEE en publie 2327" in problem.message for problem in found.problems)


def test_a_line_changed_in_the_workbook_is_changed_in_the_contract_alone(session: Session, tmp_path: Path) -> None:
    [row] = [
        each
        for each in framework_rows(framework_of(session, "CV195"))[CREDIT_LINES.name]
        if each["code"] == "ANRU-NPNRU"
    ]
    path = tmp_path / "lignes.xlsx"
    write_workbook(path, [Table(CREDIT_LINES, ({**row, "label": "ANRU+"},))])
    assert imported(session, path, "CV195").written
    labels = {}
    for contract in ("CV195", "CV193"):
        with acting_for(session, contract):
            labels[contract] = session.scalar(select(CreditLine.label).where(CreditLine.code == "ANRU-NPNRU"))
    assert labels == {"CV195": "ANRU+", "CV193": row["label"]}


def test_every_sheet_of_the_referential_goes_out_and_comes_back(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("exercice", "ouvrir", 2016)
    path = tmp_path / "referentiel.xlsx"
    sheets = cofiville("--json", "excel", "exporter", "referentiel", 2016, path).data["feuilles"]
    assert {sheet.name for sheet in FRAMEWORK} <= set(sheets)
    found = cofiville("--json", "excel", "importer", path)
    assert found.code == 0
    assert all(each["nouvelles"] == each["modifiees"] == 0 for each in found.data["feuilles"])


def test_a_new_contract_writes_its_referential_completes_it_and_takes_it_back(
    cofiville: Typist, tmp_path: Path
) -> None:
    words = ("contrat", "creer", "CV-2024", "--epci", CAPH, "--du", "2024-01-01", "--au", "2030-12-31")
    assert cofiville(*words).code == 0
    path = tmp_path / "referentiel.xlsx"
    written = cofiville("--json", "contrat", "referentiel", "cv-2024", path).data
    assert (written["contrat"], written["feuilles"][-1]) == ("CV-2024", "Règles")
    back = cofiville("--json", "--contrat", "CV-2024", "excel", "importer", path)
    assert back.code == 0, back.out
    assert all(each["nouvelles"] == each["modifiees"] == 0 for each in back.data["feuilles"])
    again = tmp_path / "again.xlsx"
    assert cofiville("contrat", "referentiel", "CV-2024", again).code == 0
    assert cofiville("--json", "excel", "comparer", path, again).data == []


def test_the_referential_of_a_contract_that_is_not_there_is_refused(cofiville: Typist, tmp_path: Path) -> None:
    refused = cofiville("contrat", "referentiel", "CV-9", tmp_path / "r.xlsx")
    assert (refused.code, (tmp_path / "r.xlsx").exists()) == (1, False)


def test_the_workbooks_of_a_contract_name_its_own_epci_alone(cofiville: Typist, tmp_path: Path) -> None:
    words = ("contrat", "creer", "CV-REIMS", "--epci", "200067213", "--du", "2024-01-01", "--au", "2030-12-31")
    assert cofiville(*words).code == 0

    def there(*typed: object) -> Answer:
        return cofiville("--contrat", "CV-REIMS", *typed)

    assert there("exercice", "ouvrir", 2026).code == 0
    assert there("porteur", "ajouter", "Un club (exemple)", "--type", "association", "--code", "CLUB").code == 0
    epci = there("--json", "territoire", "lister").data[0]["epci"]
    carried = ("--porteur", "CLUB", "--cout", 1000)
    plan = ("--financement", "ETAT-PDV-ACTIONS=600", "--financement", "PORTEUR-FONDS-PROPRES=400")
    served = ("--public", f"QN05103M=30:compte:{epci}", "--public", f"hors=10:compte:{epci}")
    recorded = there("action", "saisir", 2026, "--intitule", "Lecture", *carried, *plan, *served)
    assert recorded.code == 0, recorded.err
    path = tmp_path / "a.xlsx"
    assert there("excel", "exporter", "programmation", 2026, path, "--sans-numero").code == 0
    assert there("excel", "modeles", tmp_path / "vides").code == 0
    for written in (path, tmp_path / "vides" / "programmation.xlsx"):
        book = CalamineWorkbook.from_path(written)
        cells = {
            str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
        }
        assert not any("CAPH" in cell or "CAVM" in cell for cell in cells)
        assert {"Part commune CU du Grand Reims", "Public CU du Grand Reims"} <= cells
    back = there("--json", "excel", "importer", path)
    assert back.code == 0, back.out
    assert all(each["nouvelles"] == each["modifiees"] == 0 for each in back.data["feuilles"])
