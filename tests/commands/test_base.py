"""The base itself, on either engine: made, checked, copied, put back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.bases import ROOT
from tests.commands.conftest import notify
from tests.conftest import Typist

GENESIS = "0" * 64


def test_a_made_base_holds_the_facts_and_the_rules_of_both_contracts(cofiville: Typist) -> None:
    assert len(cofiville("--json", "ligne", "lister").data) == 27
    rules = {
        contract: {each["code"]: each for each in cofiville("--json", "--contrat", contract, "regle", "lister").data}
        for contract in ("CV193", "CV195")
    }
    assert rules["CV193"].keys() < rules["CV195"].keys()
    assert {"TAUX-DRE-QPV", "PLAFOND-FEDER-ITI", "RELIQUAT-CAPH"} <= rules["CV195"].keys() - rules["CV193"].keys()
    told = [each for each in rules["CV193"].values() if "CAPH" in each["source"]]
    assert told
    assert all("(à confirmer)" in each["valeur"] for each in told)


def test_each_contract_of_a_made_base_has_the_rules_of_its_own_model(cofiville: Typist) -> None:
    """What the text of the first contract fixes does not hold in that of its neighbour, whose text is not known."""
    models = {code: cofiville("--json", "contrat", "montrer", code).data["modele"] for code in ("CV193", "CV195")}
    assert models == {"CV193": "cavm-2015-2020", "CV195": "caph-2015-2020"}
    for contract in models:
        assert cofiville("--json", "--contrat", contract, "regle", "mettre-a-niveau").data == []


def test_a_base_is_never_made_twice(cofiville: Typist) -> None:
    answer = cofiville("base", "creer")
    assert answer.code == 1
    assert answer.err.endswith(" existe déjà.\n→ Donnez une autre adresse : --base ADRESSE.\n")


def test_a_sound_base_is_told_with_its_seal(in_2016: Typist) -> None:
    notify(in_2016, "A")
    answer = in_2016("--json", "base", "controler")
    assert answer.code == 0
    assert (answer.data["anomalies"], answer.data["ecritures"]) == ([], 1)
    assert len(answer.data["sceau"]) == 64
    assert answer.data["livres"][1] == {"contrat": "CV193", "ecritures": 0, "sceau": GENESIS}


def test_a_base_that_was_tampered_with_is_found_out(in_2016: Typist, engine: Engine) -> None:
    notify(in_2016, "A")
    guards = {"sqlite": "DROP TRIGGER entry_no_update", "postgresql": "DROP TRIGGER entry_append_only ON entry"}
    with engine.begin() as connection:
        connection.exec_driver_sql(guards[engine.dialect.name])
        connection.exec_driver_sql("UPDATE entry SET label = 'Autre chose'")
    answer = in_2016("--json", "base", "controler")
    assert answer.code == 1
    assert "écriture 1" in {finding["objet"] for finding in answer.data["anomalies"]}


@pytest.mark.usefixtures("tools_of_the_server")
def test_a_backup_is_verified_and_put_back(in_2016: Typist, tmp_path: Path) -> None:
    notify(in_2016, "A")
    copy = tmp_path / "copie.db"
    saved = in_2016("--json", "base", "sauvegarder", copy)
    assert (saved.code, saved.data["fichier"], saved.data["ecritures"]) == (0, str(copy), 1)
    notify(in_2016, "B")
    refused = in_2016("base", "restaurer", copy)
    assert refused.code == 2
    assert "elle tient 2 écritures" in refused.err
    restored = in_2016("--json", "base", "restaurer", copy, "--oui")
    assert (restored.code, restored.data["sceau"]) == (0, saved.data["sceau"])
    assert in_2016("--json", "base", "controler").data["ecritures"] == 1


def test_a_backup_never_overwrites_a_file(in_2016: Typist, tmp_path: Path) -> None:
    (tmp_path / "deja.db").write_text("notes")
    assert "existe déjà" in in_2016("base", "sauvegarder", tmp_path / "deja.db").err
    assert (tmp_path / "deja.db").read_text() == "notes"


def test_a_base_already_up_to_date_stays_as_it_is(cofiville: Typist) -> None:
    assert cofiville("--json", "base", "mettre-a-niveau").data["copie"] is None


@pytest.mark.parametrize(("found", "remedy"), [("0001", "base mettre-a-niveau"), ("9999", "dernière version")])
def test_a_base_at_another_version_is_told(in_2016: Typist, engine: Engine, found: str, remedy: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    answer = in_2016("exercice", "lister")
    assert answer.code == 1
    assert f"Cette base est à la version {found}" in answer.err
    assert remedy in answer.err


def test_the_audit_runs_as_a_program_of_its_own(base: str) -> None:
    """Nothing that another command imported helps it."""
    words = [sys.executable, "-m", "cli", "--base", base, "base", "controler"]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
