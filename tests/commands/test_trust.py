"""A base whose guards are gone is read, not written; a seal kept outside tells whether the book still holds it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.commands.conftest import notify
from tests.conftest import Typist
from tests.storage.test_guards import weaken


def test_nothing_is_written_while_a_guard_is_missing_and_the_audit_names_it(in_2016: Typist, engine: Engine) -> None:
    sqlite = engine.dialect.name == "sqlite"
    weaken(engine, "DROP TRIGGER account_debit_grows" if sqlite else "DROP TRIGGER account_keeps ON account")
    name = "account.account_debit_grows" if sqlite else "account.account_keeps"
    answer = in_2016("--json", "exercice", "ouvrir", 2017)
    assert answer.code == 1
    assert answer.refusal["erreur"] == "gardes_absentes"
    assert f"le déclencheur {name} manque" in answer.refusal["probleme"]
    assert "base migrer" in answer.refusal["remede"]
    assert [row["exercice"] for row in in_2016("--json", "exercice", "lister").data] == [2016]
    audited = in_2016("--json", "base", "controler")
    assert audited.code == 1
    assert f"trigger {name}" in [finding["objet"] for finding in audited.data["anomalies"]]


def test_a_seal_kept_outside_is_found_again_however_it_was_kept(in_2016: Typist, tmp_path: Path) -> None:
    notify(in_2016, "A")
    printed = in_2016("base", "controler").out
    kept = in_2016("--json", "base", "controler").out
    notify(in_2016, "B")
    seal = json.loads(kept)["sceau"]
    assert f"CV195 : 1 écritures, sceau 1:{seal}" in printed
    for name, content in (("texte.txt", printed), ("json.txt", kept)):
        (tmp_path / name).write_text(content, encoding="utf-8")
        assert in_2016("base", "controler", "--sceau", tmp_path / name).code == 0
    for typed in (seal, f"1:{seal}", f"1:{seal[:12]}…", f"1:{seal.upper()}"):
        assert in_2016("base", "controler", "--sceau", typed).code == 0


@pytest.mark.sqlite
def test_a_book_cut_short_or_written_again_no_longer_holds_the_seal(
    in_2016: Typist, typed: Typist, tmp_path: Path
) -> None:
    notify(in_2016, "A")
    in_2016("base", "sauvegarder", tmp_path / "avant.db")
    notify(in_2016, "B")
    seal = in_2016("--json", "base", "controler").data["sceau"]
    cut = typed("--base", tmp_path / "avant.db", "--json", "base", "controler", "--sceau", f"2:{seal}")
    assert cut.code == 1
    assert [finding["code"] for finding in cut.data["anomalies"]] == ["sceau_absent"]
    moved = in_2016("--json", "base", "controler", "--sceau", f"1:{seal}")
    assert [finding["objet"] for finding in moved.data["anomalies"]] == ["écriture 1"]


@pytest.mark.parametrize("text", ["rien", "12:", "ab", "12:xyz"])
def test_what_is_no_seal_is_refused(in_2016: Typist, text: str) -> None:
    answer = in_2016("--json", "base", "controler", "--sceau", text)
    assert answer.code == 1
    assert answer.refusal["probleme"] == f"« {text} » n'est pas un sceau."


def test_a_file_without_any_seal_is_refused(in_2016: Typist, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("rien")
    assert "ne porte aucun sceau" in in_2016("base", "controler", "--sceau", tmp_path / "notes.txt").err
