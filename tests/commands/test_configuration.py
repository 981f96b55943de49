"""What is settled once for all, and what comes before it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import Typist


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the configuration of these tests is."""
    return tmp_path / "cofiville.toml"


def test_what_is_settled_is_kept_and_read_again(typed: Typist, file: Path) -> None:
    answer = typed("--json", "configurer", "--agent", 'Claire "Cl" Martin', "--exercice", 2016)
    assert answer.data["fichier"] == str(file)
    assert typed("--json", "configurer").data == {
        "fichier": str(file),
        "base": "",
        "contrat": "",
        "agent": 'Claire "Cl" Martin',
        "exercice": 2016,
        "modeles": "",
        "copies": None,
        "dossier_copies": "",
    }


def test_a_password_is_never_kept_nor_shown(typed: Typist, file: Path) -> None:
    answer = typed("configurer", "--base", "postgresql://anne:secret@serveur/contrat")
    assert (answer.code, "mot de passe" in answer.err, file.exists()) == (1, True, False)
    file.write_text('base = "postgresql://serveur/x?password=secret"\n', encoding="utf-8")
    assert "secret" not in typed("configurer").out
    typed("configurer", "--base", "postgresql://anne@serveur/contrat")
    assert sys.platform == "win32" or file.stat().st_mode & 0o077 == 0


def test_an_empty_word_forgets_a_setting_and_effacer_forgets_all(typed: Typist) -> None:
    typed("configurer", "--agent", "Claire", "--exercice", 2016)
    assert typed("--json", "configurer", "--agent", "").data["agent"] == ""
    assert typed("--json", "configurer", "--effacer").data["exercice"] is None


def test_a_relative_path_is_kept_as_that_of_where_it_was_settled(
    typed: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F24."""
    monkeypatch.chdir(tmp_path)
    kept = typed("--json", "configurer", "--base", "x.db", "--modeles", "lettres", "--dossier-copies", "copies").data
    assert [kept[name] for name in ("base", "modeles", "dossier_copies")] == [
        str(tmp_path / name) for name in ("x.db", "lettres", "copies")
    ]
    assert typed("--json", "configurer", "--base", "sqlite:///x.db").data["base"] == f"sqlite:///{tmp_path / 'x.db'}"
    server = "postgresql://anne@serveur/contrat"
    assert typed("--json", "configurer", "--base", server).data["base"] == server
    assert typed("--json", "configurer", "--base", "").data["base"] == ""


def test_the_base_and_the_agent_settled_are_used(typed: Typist, base: str) -> None:
    typed("configurer", "--base", base, "--agent", "Claire")
    assert typed("exercice", "ouvrir", 2016).code == 0
    line = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 10, "--piece", "P", "--le", "2016-02-01")
    assert typed(*line).code == 0
    assert [entry["agent"] for entry in typed("--json", "journal", "lister").data] == ["Claire"]


def test_the_contract_settled_is_the_one_whose_book_is_open_and_no_command_needs_to_name_it(
    typed: Typist, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert typed("--json", "configurer", "--base", base, "--contrat", "cv193").data["contrat"] == "CV193"
    assert typed("--json").data["contrat"] == "CV193"
    assert "cofiville action lister" in typed("action", "montrer", "2016-001").err
    assert "cofiville --contrat CV195 action lister" in typed("--contrat", "CV195", "action", "montrer", "2016-001").err
    monkeypatch.setenv("COFIVILLE_CONTRAT", "CV195")
    assert typed("--json").data["contrat"] == "CV195"
    typed("configurer", "--contrat", "AUTRE")
    monkeypatch.delenv("COFIVILLE_CONTRAT")
    assert "Vérifiez --contrat : CV193 (CAVM) ou CV195 (CAPH)." in typed("exercice", "lister").err


def test_what_is_typed_then_the_environment_come_first(
    typed: Typist, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("configurer", "--base", tmp_path / "absente.db", "--exercice", 2015)
    assert typed("exercice", "lister").code == 1
    assert typed("--base", base, "exercice", "ouvrir", 2016).code == 0
    monkeypatch.setenv("COFIVILLE_BASE", base)
    assert typed("exercice", "lister").code == 0
    monkeypatch.setenv("COFIVILLE_EXERCICE", "2016")
    assert "2016" in typed("rapport", "consommation").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("base = ", "n'est pas du TOML lisible"),
        ('couleur = "bleu"', "« couleur » n'est pas un réglage"),
        ("agent = 12", "doit être entre guillemets"),
        ('exercice = "deux mille"', "n'est pas une année"),
        ("exercice = 16", "n'est pas une année"),
    ],
)
def test_a_file_that_cannot_be_followed_is_named_and_can_be_forgotten(
    typed: Typist, file: Path, text: str, said: str
) -> None:
    file.write_text(text, encoding="utf-8")
    answer = typed("--json", "exercice", "lister")
    assert (answer.code, answer.refusal["erreur"]) == (1, "configuration_illisible")
    assert said in answer.refusal["probleme"]
    assert typed("configurer", "--effacer").code == 0


def test_a_file_written_by_windows_notepad_is_read(typed: Typist, file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbfagent = "Claire"\r\nexercice = 2016\r\n')
    assert typed("--json", "configurer").data["agent"] == "Claire"
