"""The example year, played whole: balanced, true to the worked case step by step, the same every time."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import cli
from ledger.core.money import Money, parse_money, total
from ledger.programming.vocabulary import ActionState
from tests.bases import clean_environment
from tests.commands.moments import PlayedYear
from tests.processes import run_apart

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("moments")]

GOLDEN = Path(__file__).parents[1] / "golden" / "worked-cases.json"
WORKED_CASE = next(case for case in json.loads(GOLDEN.read_text(encoding="utf-8"))["cas"] if case["id"] == "DRE-2016")
# As of 31 December the book already shows the closing, which is dated that day: step 16 is what it starts from.
STEPS = [step for step in WORKED_CASE["etapes"] if step["n"] != 16]


def run_python(*arguments: str, cwd: Path) -> None:
    """Run Python there, with the program importable from wherever it is."""
    env = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parent)}
    ran = subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, env=env)
    assert ran.returncode == 0, ran.stderr


def answer(*words: str) -> Any:
    out = StringIO()
    with redirect_stdout(out), pytest.raises(SystemExit) as ended:
        get_command(cli.app).main(["--json", *words])
    assert ended.value.code == 0
    return json.loads(out.getvalue())


@pytest.fixture(autouse=True)
def no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COFIVILLE_BASE", "COFIVILLE_AGENT", "COFIVILLE_CONTRAT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(example_played: PlayedYear) -> Path:
    return example_played.folder


@pytest.fixture
def played(example_played: PlayedYear) -> Any:
    return example_played.answer


@pytest.fixture
def ask(folder: Path) -> Any:
    return lambda *words: answer("--base", str(folder / "cofiville.db"), *words)


def test_the_folder_holds_the_base_the_workbooks_and_the_commands(folder: Path, played: Any) -> None:
    assert played["dossier"] == str(folder)
    assert Path(played["base"]).exists()
    assert all(Path(name).exists() for name in played["fichiers"])
    assert {Path(name).name for name in played["fichiers"]} >= {"sous_prefecture_2016.xlsx", "cloture_2016.xlsx"}


def test_every_line_of_every_exercice_adds_up_to_what_was_notified(played: Any) -> None:
    after = ("disponible", "programme", "engage", "ordonne", "verse", "a_recouvrer", "annule", "reporte", "rendu")
    lines = [line for year in played["exercices"] for line in year["lignes"]]
    assert len(lines) > 20
    for line in lines:
        assert total(parse_money(line[name]) for name in after) == parse_money(line["notifie"]), line


def test_the_posts_of_the_state_equal_the_published_file_year_by_year(played: Any) -> None:
    posts = played["postes_etat"]
    assert {row["exercice"] for row in posts} == {2020, 2021, 2022, 2023}
    assert sum(row["postes"] for row in posts if row["contrat"] == "CV195" and "ADULTES" in row["ligne"]) == 47
    assert sum(row["postes"] for row in posts if row["contrat"] == "CV195" and "FONJEP" in row["ligne"]) == 2
    assert all(row["publie"] == row["notifie"] for row in posts)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step['n']:02d}-{step['date']}")
def test_the_reussite_educative_follows_the_worked_case_to_the_cent(step: dict[str, Any], ask: Any) -> None:
    expected_by_year: dict[str, dict[str, Any]] = {}
    for where, expected in step["positions"].items():
        line, year = where.split()
        expected_by_year.setdefault(year, {})[line] = expected
    for year, lines in expected_by_year.items():
        found = {row["ligne"]: row for row in ask("enveloppe", "lister", year, "--le", step["date"])}
        for line, expected in lines.items():
            assert {name: found[line][name] for name in expected} == expected
    for year in ("2016", "2017"):
        if expected := step.get(f"reversement_{year}"):
            state = ask("reversement", "etat", year, "--ligne", "ETAT-PDV-DRE", "--le", step["date"])
            assert {name: state[name] for name in expected} == expected


def test_the_year_has_its_conventions_and_one_with_something_still_due(ask: Any) -> None:
    assert len(ask("convention", "lister", "2016")) >= 40
    assert any(row["reste_du"] != "0.00" for row in ask("convention", "lister", "2017"))


def test_the_shared_part_of_the_two_agglomerations_is_split_by_population(ask: Any) -> None:
    grants = {(row["action"], row["ligne"]): row["accorde"] for row in ask("allocation", "montrer", "COPIL-2016")}
    assert grants["2016-040", "CAPH-PDV"] == "9282.67"


def test_the_programme_shows_each_kind_of_decision(ask: Any) -> None:
    grants = {(row["action"], row["ligne"]): row for row in ask("allocation", "montrer", "COPIL-2016")}
    assert grants["2016-011", "ETAT-PDV-ACTIONS"]["accorde"] == "48000.00"
    assert grants["2016-019", "ETAT-PDV-ACTIONS"]["accorde"] == "0.00"
    assert parse_money(grants["2016-012", "ETAT-PDV-ACTIONS"]["accorde"]) < parse_money(
        grants["2016-012", "ETAT-PDV-ACTIONS"]["demande"]
    )
    region = [row for (_, line), row in grants.items() if line == "REGION-DSDT"]
    assert total(parse_money(row["accorde"]) for row in region) == Money(300_000_00)


def test_the_programme_of_2016_goes_through_every_status(ask: Any) -> None:
    actions = [row["action"] for row in ask("action", "lister", "2016")]
    passed = {move["statut"] for action in actions for move in ask("action", "historique", action)}
    assert passed == set(ActionState.labels().values())


def test_the_books_are_sound(ask: Any) -> None:
    assert ask("base", "controler")["anomalies"] == []
    assert ask("--contrat", "CV193", "base", "controler")["anomalies"] == []
    assert ask("--contrat", "CV2024", "base", "controler")["anomalies"] == []


def test_the_second_contract_lives_2026_on_the_quartiers_of_2024(ask: Any) -> None:
    """A dozen actions of Quartiers 2030, all labelled as an example; a CPO whose later years are forecast."""
    mine = ("--contrat", "CV2024")
    actions = ask(*mine, "action", "lister", "2026")
    assert len(actions) == 12
    assert all(row["exemple"] for row in actions)
    places = {row["territoire"] for row in ask(*mine, "rapport", "territoires", "2026")}
    assert "QN05950M" in places
    assert all(place.startswith("QN059") for place in places)
    cpo = ask(*mine, "convention", "montrer", "CPO-2026-ETAT")
    assert [(row["exercice"], row["montant"]) for row in cpo["tranches"]] == [(2027, "30000.00"), (2028, "30000.00")]


def test_the_state_takes_back_three_then_five_per_cent_of_the_programme_147_it_notified(ask: Any) -> None:
    found = {row["ligne"]: row for row in ask("--contrat", "CV2024", "enveloppe", "lister", "2026")}
    notified = {
        "ETAT-PDV-ACTIONS": Money(147_350_00),
        "ETAT-PDV-CITES-EDUCATIVES": Money(200_000_00),
        "ETAT-PDV-QUARTIERS-ETE": Money(11_000_00),
        "ETAT-PDV-VVV": Money(8_800_00),
    }
    for line, first in notified.items():
        assert found[line]["notifie"] == Money(first.cents * 92 // 100).plain()
    assert found["ETAT-PDV-ACTIONS"]["notifie"] == "135562.00"
    assert found["ETAT-PDV-CITES-EDUCATIVES"]["disponible"] == "0.00"
    assert found["ETAT-PDV-VVV"]["verse"] == "7607.74"


def test_reports_add_up_to_the_journal(ask: Any, played: Any) -> None:
    granted = total(parse_money(row["accorde"]) for row in ask("rapport", "plan", "2016"))
    assert total(parse_money(row["accorde"]) for row in ask("rapport", "territoires", "2016")) == granted
    assert total(parse_money(row["accorde"]) for row in ask("rapport", "ecarts", "2016")) == granted
    (leverage,) = ask("rapport", "leviers", "2016")
    assert set(leverage) >= {"specifique", "droit_commun", "autres", "effet_levier"}
    year = next(each for each in played["exercices"] if (each["contrat"], each["exercice"]) == ("CV195", 2016))
    assert ask("rapport", "consommation", "2016") == year["lignes"]


def test_an_identical_workbook_imported_again_even_in_a_closed_year_changes_nothing(folder: Path, ask: Any) -> None:
    found = ask("excel", "importer", str(folder / "programmation_2016.xlsx"))
    assert found["ecrit"] is False
    assert all(not sheet["nouvelles"] and not sheet["modifiees"] for sheet in found["feuilles"])


def test_a_folder_somebody_worked_in_is_not_made_again_without_a_yes(folder: Path, tmp_path: Path) -> None:
    worked = Path(shutil.copytree(folder, tmp_path / "worked"))
    answer("--base", str(worked / "cofiville.db"), "exercice", "ouvrir", "2019")
    with pytest.raises(SystemExit) as ended:
        get_command(cli.app).main(["demo", "--dossier", str(worked)])
    assert ended.value.code == 2
    assert any(row["exercice"] == 2019 for row in answer("--base", str(worked / "cofiville.db"), "exercice", "lister"))


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="rejouer en processus séparés demande fork")
def test_its_commands_typed_one_by_one_give_the_same_balances(folder: Path, tmp_path: Path, ask: Any) -> None:
    for path in (folder / "commandes.txt", folder / "postes_etat_caph_cavm.csv", *folder.glob("programmation_*.xlsx")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for line in (tmp_path / "commandes.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            assert run_apart(shlex.split(line), tmp_path, clean_environment()) == 0, line
    for contract in ("CV195", "CV193", "CV2024"):
        replayed = answer("--base", str(tmp_path / "cofiville.db"), "--contrat", contract, "journal", "balance")
        assert replayed == ask("--contrat", contract, "journal", "balance")


def test_its_first_commands_run_as_programs_of_their_own(folder: Path, tmp_path: Path) -> None:
    lines = (folder / "commandes.txt").read_text(encoding="utf-8").splitlines()
    for line in [line for line in lines if not line.startswith("#")][:3]:
        run_python("-m", "cli", *shlex.split(line)[1:], cwd=tmp_path)
