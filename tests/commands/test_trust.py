"""A base whose guards are gone is read, not written; a seal kept outside tells whether the book still holds it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
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


def damaged(base: str, statement: str) -> None:
    """Do this to a base in a file whose guards were taken away."""
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        connection.commit()


DECOY = (
    "INSERT INTO entry SELECT 'CV000', 2, reference, kind, label, piece, motive, effect_on, recorded_at, agent,"
    " command, NULL, content_hash, '{seal}', database_role FROM entry WHERE sequence = 1"
)


@pytest.mark.sqlite
def test_a_seal_under_a_code_that_is_no_contract_is_named_and_stands_for_nothing(in_2016: Typist, base: str) -> None:
    """F70: the seal of a book cut short, planted in one more row, was found again."""
    notify(in_2016, "A")
    seal = "ab" * 32
    damaged(base, DECOY.format(seal=seal))
    audited = in_2016("--json", "base", "controler", "--sceau", f"2:{seal}")
    found = {(each["contrat"], each["code"], each["objet"]) for each in audited.data["anomalies"]}
    assert {("CV195", "sceau_absent", "écriture 2"), ("CV000", "contrat_inconnu", "entry")} <= found


DAMAGES = {
    "DELETE FROM contract WHERE code = 'CV193'": ("ligne_manquante", "contract CV193"),
    "DELETE FROM contract WHERE code = 'CV195'": ("ligne_manquante", "contract CV195"),
    "UPDATE contract SET starts_on = 'x' WHERE code = 'CV195'": ("ligne_alteree", "contract CV195"),
    "UPDATE contract SET code = 'X' WHERE code = 'CV195'": ("ligne_ajoutee", "contract X"),
    "DELETE FROM contract": ("ligne_manquante", "contract CV195"),
    "DELETE FROM chain_head": ("sceau_altere", "écriture 0"),
    "UPDATE chain_head SET seal = ''": ("sceau_altere", "écriture 1"),
    "UPDATE exercice SET closed_on = 'x'": ("ligne_alteree", "exercice CV195 / 2016"),
}


@pytest.mark.sqlite
@pytest.mark.parametrize("statement", DAMAGES)
def test_the_audit_goes_to_its_end_whatever_it_finds(in_2016: Typist, base: str, statement: str) -> None:
    """F70: a contract gone hid its book; a contract or a head of chain damaged made the audit crash."""
    notify(in_2016, "A")
    damaged(base, statement)
    audited = in_2016("--json", "base", "controler")
    assert audited.code == 1
    assert DAMAGES[statement] in {(each["code"], each["objet"]) for each in audited.data["anomalies"]}


def test_a_contract_that_was_never_there_is_refused_by_the_audit_too(typed: Typist, base: str) -> None:
    answer = typed("--base", base, "--contrat", "CV000", "--json", "base", "controler")
    assert (answer.code, answer.refusal["erreur"]) == (1, "introuvable")
