"""Conventions by workbook: several actions, days, a schedule of their own, avenants; exported and imported the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from tests.conftest import Lived, Typist

CONVENTIONS = ("N° convention", "Payeur", "N° action", "Ligne de crédit", "Montant", "Signée le", "Pièce", "Fin")
NAMES = {"Echeances": "Échéances", "Comptes": "Comptes des bilans"}
SCHEDULE = ("N° convention", "Rang", "Taux", "Montant", "Moment", "À partir du")
AVENANTS = ("N° convention", "Pièce", "N° action", "Ligne de crédit", "Signé le", "Variation", "Nouvelle fin")
SIGNED = ("CAPH-PDV", 4000, date(2016, 4, 29), "Délibération", date(2016, 12, 31))
PARTS = (
    ("C-1", 1, 0.5, None, "à la signature", None),
    ("C-1", 2, None, 1000, "à une date", date(2016, 9, 1)),
    ("C-1", 3, None, None, "sur bilan", None),
)
AMENDED = ("C-1", "Avenant 1", "2016-001", "CAPH-PDV", date(2016, 9, 12), -500, date(2017, 3, 31))


def workbook(path: Path, **sheets: tuple[tuple[Any, ...], ...]) -> Path:
    """A user's own workbook: a row of titles, then rows."""
    with Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(NAMES.get(name, name))
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    return path


@pytest.fixture
def granted(cofiville: Typist, brought: Lived) -> Typist:
    """An association with 4 000 € granted on each of two actions."""

    @brought
    def live() -> None:
        action = ("--porteur", "ATELIERS", "--cout", "8000", "--qpv", 9, "--le", "2016-01-08")
        plan = ("--financement", "CAPH-PDV=4000", "--financement", "PORTEUR-FONDS-PROPRES=4000")
        lines: tuple[tuple[str | int, ...], ...] = (
            ("exercice", "ouvrir", 2016),
            ("porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "ATELIERS"),
            ("enveloppe", "notifier", "CAPH-PDV", 2016, "50 000", "--piece", "Budget", "--le", "2016-02-01"),
            ("action", "saisir", 2016, "--intitule", "Un", *action, *plan),
            ("action", "saisir", 2016, "--intitule", "Deux", *action, *plan),
            ("allocation", "accorder", "2016-001", "CAPH-PDV", 4000, "--piece", "D", "--le", "2016-03-04"),
            ("allocation", "accorder", "2016-002", "CAPH-PDV", 4000, "--piece", "D", "--le", "2016-03-04"),
        )
        for line in lines:
            answer = cofiville(*line)
            assert answer.code == 0, answer.err

    return cofiville


def whole(path: Path) -> Path:
    """One convention of two actions, its schedule, its avenant."""
    rows = (CONVENTIONS, *(("C-1", "CAPH", action, *SIGNED) for action in ("2016-001", "2016-002")))
    return workbook(path, Conventions=rows, Echeances=(SCHEDULE, *PARTS), Avenants=(AVENANTS, AMENDED))


def test_a_workbook_enters_conventions_schedules_and_avenants_at_once(granted: Typist, tmp_path: Path) -> None:
    answer = granted("--json", "excel", "importer", whole(tmp_path / "tout.xlsx"))
    assert answer.code == 0, answer.out
    shown = granted("--json", "convention", "montrer", "C-1").data
    assert (shown["accorde"], shown["fin"], shown["nombre_avenants"]) == ("7500.00", "2017-03-31", 1)
    assert [(row["action"], row["signe"], row["montant"]) for row in shown["actions"]] == [
        ("2016-001", "4000.00", "3500.00"),
        ("2016-002", "4000.00", "4000.00"),
    ]
    by_rank = {rank: [e["montant"] for e in shown["echeances"] if e["rang"] == rank] for rank in (1, 2, 3)}
    assert by_rank == {1: ["1750.00", "2000.00"], 2: ["466.67", "533.33"], 3: ["1283.33", "1466.67"]}


def test_what_was_entered_is_the_same_again_and_so_is_its_export(granted: Typist, tmp_path: Path) -> None:
    assert granted("--json", "excel", "importer", whole(tmp_path / "tout.xlsx")).code == 0
    exported = tmp_path / "export.xlsx"
    assert granted("excel", "exporter", "conventions", 2016, exported).code == 0
    for file in (tmp_path / "tout.xlsx", exported):
        again = granted("--json", "excel", "importer", file).data
        counts = {row["feuille"]: (row["nouvelles"], row["modifiees"]) for row in again["feuilles"]}
        assert set(counts.values()) == {(0, 0)}, counts
        assert (again["ecrit"], [p for p in again["problemes"] if p["niveau"] == "erreur"]) == (False, [])
        assert {"Conventions", "Échéances", "Avenants"} <= counts.keys()


def test_a_schedule_or_an_avenant_recorded_does_not_change_by_a_file(granted: Typist, tmp_path: Path) -> None:
    assert granted("--json", "excel", "importer", whole(tmp_path / "tout.xlsx")).code == 0
    other = (*AMENDED[:5], -600, AMENDED[6])
    changed = ((*PARTS[0][:2], 0.6, *PARTS[0][3:]), *PARTS[1:])
    file = workbook(tmp_path / "autre.xlsx", Echeances=(SCHEDULE, *changed), Avenants=(AVENANTS, other))
    answer = granted("--json", "excel", "importer", file)
    assert answer.code == 1
    messages = " ".join(found["message"] for found in answer.data["problemes"] if found["niveau"] == "erreur")
    assert "déjà enregistrée avec d'autres valeurs" in messages
    assert "est déjà enregistré avec d'autres valeurs" in messages


def test_the_schedule_of_a_draft_may_still_change(granted: Typist, tmp_path: Path) -> None:
    assert granted("convention", "saisir", "2016-001", "--numero", "C-1", "--le", "2016-04-01").code == 0
    file = workbook(tmp_path / "plan.xlsx", Echeances=(SCHEDULE, *PARTS))
    answer = granted("--json", "excel", "importer", file)
    assert answer.code == 0, answer.out
    parts = granted("--json", "convention", "montrer", "C-1").data["echeances"]
    assert [(each["montant"], each["le"]) for each in parts] == [
        ("2000.00", None),
        ("1000.00", "2016-09-01"),
        ("1000.00", None),
    ]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((("C-1", 1, 0.5, 100, "à la signature", None), PARTS[2]), "dit deux choses à la fois"),
        ((("C-1", 1, None, 9000, "à la signature", None), PARTS[2]), "dépassent le montant de la convention"),
        ((("C-1", 1, None, 100, "à une date", date(2018, 1, 1)), PARTS[2]), "est hors de la convention"),
    ],
)
def test_a_schedule_that_does_not_hold_is_refused_and_nothing_is_written(
    granted: Typist, tmp_path: Path, parts: tuple[tuple[Any, ...], ...], said: str
) -> None:
    rows = (CONVENTIONS, *(("C-1", "CAPH", action, *SIGNED) for action in ("2016-001", "2016-002")))
    file = workbook(tmp_path / "faux.xlsx", Conventions=rows, Echeances=(SCHEDULE, *parts))
    answer = granted("--json", "excel", "importer", file)
    assert answer.code == 1
    assert said in " ".join(found["message"] for found in answer.data["problemes"])
    assert granted("--json", "convention", "lister", 2016).data == []


def test_an_action_added_by_avenant_is_exported_with_it_and_read_again(granted: Typist, tmp_path: Path) -> None:
    first = workbook(tmp_path / "un.xlsx", Conventions=(CONVENTIONS, ("C-1", "CAPH", "2016-001", *SIGNED)))
    assert granted("--json", "excel", "importer", first).code == 0
    added = ("C-1", "Avenant 1", "2016-002", "CAPH-PDV", date(2016, 9, 12), 4000, None)
    answer = granted("--json", "excel", "importer", workbook(tmp_path / "deux.xlsx", Avenants=(AVENANTS, added)))
    assert answer.code == 0, answer.out
    shown = granted("--json", "convention", "montrer", "C-1").data
    assert [(row["action"], row["montant"]) for row in shown["actions"]] == [
        ("2016-001", "4000.00"),
        ("2016-002", "4000.00"),
    ]
    [line] = shown["avenants"][0]["lignes"]
    assert (line["action"], line["avant"], line["apres"]) == ("2016-002", "0.00", "4000.00")
    exported = tmp_path / "export.xlsx"
    assert granted("excel", "exporter", "conventions", 2016, exported).code == 0
    again = granted("--json", "excel", "importer", exported).data
    counts = {row["feuille"]: (row["nouvelles"], row["identiques"]) for row in again["feuilles"]}
    assert (counts["Conventions"], counts["Avenants"]) == ((0, 1), (0, 1))
    assert granted("base", "controler").code == 0
