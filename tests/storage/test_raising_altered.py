"""A base changed behind the program's back is not raised as if nothing had been: its rows are named first (F70)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from ledger.storage.schema import program_revision, revision
from tests.conftest import Typist
from tests.storage.test_howto_migration import Write, content, shown, write

__all__ = ["write"]
ALTERED = (
    ("UPDATE porteur SET name = 'Pirate' WHERE code = 'CLUB'", "porteur CLUB"),
    ("UPDATE personal_datum SET value = 'x'", "personal_datum "),
    (
        "UPDATE credit_line SET label = 'Autre' WHERE contract = 'CV195' AND code = 'ETAT-PDV-DRE'",
        "credit_line CV195 /",
    ),
    ("UPDATE sealed_act SET agent = 'personne' WHERE contract = 'CV193' AND number = 1", "acte 1"),
)


@pytest.fixture
def club(cofiville: Typist) -> Typist:
    """A base with a porteur and its contact."""
    said = ("porteur", "ajouter", "Club", "--type", "association", "--code", "CLUB", "--siret", "13002526500013")
    assert cofiville(*said).code == 0
    contact = cofiville("porteur", "contact", "CLUB", "--nom", "Mme Roy")
    assert contact.code == 0, contact.err
    return cofiville


def alter(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for name, _ in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql(statement)
            for _, made in triggers:
                connection.exec_driver_sql(made)
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(("statement", "subject"), ALTERED)
def test_rows_changed_from_outside_are_named_before_they_are_sealed_as_they_are(
    club: Typist, engine: Engine, write: Write, statement: str, subject: str
) -> None:
    """F70"""
    alter(engine, statement)
    before = content(engine)
    write(shown("python")[0])
    answer = club("--json", "base", "mettre-a-niveau")
    assert (answer.code, answer.refusal["erreur"]) == (1, "base_alteree")
    assert subject in answer.refusal["probleme"]
    assert "base restaurer FICHIER" in answer.refusal["remede"]
    assert content(engine) == before


def test_what_is_kept_in_spite_of_it_stays_listed_with_its_motive(club: Typist, engine: Engine, write: Write) -> None:
    """F70"""
    alter(engine, ALTERED[0][0])
    write(shown("python")[0])
    answer = club("--json", "base", "mettre-a-niveau", "--malgre", "nom repris de la préfecture")
    assert answer.code == 0, answer.err
    raised = answer.data
    assert (raised["revision"], raised["anomalies_gardees"]) == (program_revision(), 1)
    audited = club("--json", "base", "controler")
    told = [alert for alert in audited.data["alertes"] if alert["objet"] == "porteur CLUB"]
    assert "name : Club selon l'acte, Pirate dans la base" in told[0]["message"]
    assert told[0]["message"].endswith("« nom repris de la préfecture ».")
    assert "Pirate dans la base" in club("base", "controler").out


def test_a_sound_base_is_raised_without_a_word_and_again(club: Typist, write: Write) -> None:
    write(shown("python")[0])
    assert club("--json", "base", "mettre-a-niveau").data["anomalies_gardees"] == 0
    assert [alert["objet"] for alert in club("--json", "base", "controler").data["alertes"]] == ["table visit"]
    assert club("base", "mettre-a-niveau", "--malgre", "rien").code == 0


@pytest.mark.sqlite
def test_beside_its_copy_is_what_verifies_it_without_the_program(club: Typist, base: str, write: Write) -> None:
    write(shown("python")[0])
    copy = Path(club("--json", "base", "mettre-a-niveau").data["copie"])
    assert Path(base).parent == copy.parent
    said = subprocess.run(
        [sys.executable, copy.with_name("verifier_sceau.py"), copy], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.sqlite
def test_a_planted_trigger_does_nothing_while_a_base_is_raised(club: Typist, engine: Engine, write: Write) -> None:
    """F70"""
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER \"à la fin\" AFTER UPDATE ON contract BEGIN UPDATE porteur SET name = 'Pirate'; END"
        )
    source = shown("python")[0].replace(
        "def upgrade() -> None:\n", 'def upgrade() -> None:\n    op.execute("UPDATE contract SET name = name")\n'
    )
    write(source)
    assert club("base", "mettre-a-niveau").code == 0
    with engine.connect() as connection:
        assert revision(connection) == program_revision()
        assert connection.execute(text("SELECT name FROM porteur")).scalars().all() == ["Club"]


def test_a_value_changed_from_outside_is_still_named_once_an_act_has_written_over_it(
    club: Typist, engine: Engine
) -> None:
    """F70"""
    alter(engine, ALTERED[0][0])
    assert club("porteur", "modifier", "CLUB", "--nom", "Club de lecture").code == 0
    [found] = club("--json", "base", "controler").data["anomalies"]
    assert (found["code"], found["objet"]) == ("acte_contredit", "porteur CLUB")
