"""Copies a base makes by itself, tried apart; the archive joined to a call for help."""

from __future__ import annotations

import json
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands.conftest import notify
from tests.conftest import Typist
from tests.seals import VERIFIER, verified


def days_later(monkeypatch: pytest.MonkeyPatch, days: int) -> str:
    """Set the clock of the program this many days after today; gives that day."""
    now = datetime.now(UTC).replace(hour=12) + timedelta(days=days)
    monkeypatch.setattr("ledger.storage.instants.machine_instant", lambda: now)
    return now.date().isoformat()


def copies(folder: Path) -> list[str]:
    """The copies kept in this folder, by name."""
    return sorted(each.name for each in folder.rglob("*.db"))


@pytest.mark.sqlite
def test_the_first_writing_of_a_day_copies_the_base_before_and_the_last_copies_are_kept(
    in_2016: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cofiville-etat" / "copies"
    notify(in_2016, "A")
    assert copies(tmp_path / "cofiville-etat") == []
    first = days_later(monkeypatch, 1)
    notify(in_2016, "B")
    notify(in_2016, "C")
    assert copies(folder) == [f"{first}.db"]
    [copy] = folder.rglob("*.db")
    assert (stat.S_IMODE(copy.stat().st_mode), stat.S_IMODE(copy.parent.stat().st_mode)) == (0o600, 0o700)
    assert copy.with_name("verifier_sceau.py").read_bytes() == VERIFIER.read_bytes()
    assert verified(copy) == []
    in_2016("configurer", "--copies", 2)
    for days, reference in ((2, "D"), (3, "E")):
        days_later(monkeypatch, days)
        notify(in_2016, reference)
    assert len(copies(folder)) == 2
    tried = in_2016("--json", "base", "essayer")
    assert (tried.code, tried.data["anomalies"], tried.data["ecritures"]) == (0, [], 4)
    base = in_2016("--json", "diagnostic").data["base"]
    assert base["copies"].startswith("2 dans ")
    assert base["copie_essayee"].endswith(": bonne")


@pytest.mark.sqlite
def test_no_copy_is_made_when_none_is_wanted_and_one_that_fails_lets_the_act_pass(
    in_2016: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days_later(monkeypatch, 1)
    in_2016("configurer", "--copies", 0)
    notify(in_2016, "A")
    assert copies(tmp_path / "cofiville-etat") == []
    (tmp_path / "plein").write_text("un fichier")
    in_2016("configurer", "--copies", 3, "--dossier-copies", tmp_path / "plein")
    told = in_2016("exercice", "ouvrir", 2017)
    assert (told.code, "La copie du jour n'a pas pu être faite" in told.err) == (0, True)
    in_2016("configurer", "--dossier-copies", tmp_path / "ailleurs")
    in_2016("exercice", "ouvrir", 2018)
    assert len(copies(tmp_path / "ailleurs")) == 1
    assert in_2016("configurer", "--copies", 400).code == 2


@pytest.mark.sqlite
def test_a_copy_that_was_altered_is_found_out_when_it_is_tried(in_2016: Typist, tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    notify(in_2016, "A")
    assert in_2016("base", "essayer").code == 1
    in_2016("base", "sauvegarder", tmp_path / "copie.db")
    assert in_2016("base", "essayer", tmp_path / "copie.db").code == 0
    with closing(sqlite3.connect(tmp_path / "copie.db")) as copy:
        copy.execute("DROP TRIGGER entry_no_update")
        copy.execute("UPDATE entry SET label = 'autre'")
        copy.commit()
    found = in_2016("--json", "base", "essayer", tmp_path / "copie.db")
    assert found.code == 1
    assert {"ecriture_alteree", "garde_absente"} <= {each["code"] for each in found.data["anomalies"]}
    assert in_2016("base", "controler").code == 0
    (tmp_path / "notes.txt").write_text("rien")
    assert in_2016("base", "essayer", tmp_path / "notes.txt").code == 1


def test_the_archive_joined_to_a_call_for_help_names_nobody_and_no_amount(in_2016: Typist, tmp_path: Path) -> None:
    porteur = ("porteur", "ajouter", "Association Confidentielle", "--code", "SECRET", "--type", "association")
    assert in_2016("--agent", "Claire Martin", *porteur).code == 0
    credit_line = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 98765, "--piece", "PIECE-X", "--le", "2016-02-01")
    assert in_2016(*credit_line).code == 0
    in_2016("convention", "montrer", "ZZZ")
    assert in_2016("diagnostic", "--joindre", tmp_path / "aide.zip").code == 0
    with zipfile.ZipFile(tmp_path / "aide.zip") as archive:
        parts = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    assert parts["refus.json"][-1] | {"le": ""} == {"le": "", "commande": "convention montrer", "code": "introuvable"}
    assert parts["lignes.json"]["chaines"]["livre CV195"] == parts["base.json"]["ecritures"] == 1
    assert parts["lignes.json"]["tables"]["entry"] == 1
    said = json.dumps(parts, ensure_ascii=False)
    assert not [
        word
        for word in ("SECRET", "Confidentielle", "Claire", "98765", "9876543", "PIECE", str(tmp_path))
        if word in said
    ]
    (tmp_path / "lettre.zip").write_bytes(b"PK autre chose")
    assert in_2016("diagnostic", "--joindre", tmp_path / "lettre.zip").code != 0
