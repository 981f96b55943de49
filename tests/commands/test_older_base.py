"""The last anchors kept where the base is not: an older base is told at once, a copy put back says what it lacks."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.commands.conftest import notify
from tests.conftest import Typist


def kept(folder: Path) -> Path:
    """The one file of anchors in the folder of the user."""
    [file] = (folder / "cofiville-etat" / "ancres").iterdir()
    return file


def origins(engine: Engine) -> list[tuple[str, str, str]]:
    """Of each row of origin, its kind, the copy it names, what was ahead."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT kind, copy_name, ahead FROM base_origin ORDER BY number").all()
    return [tuple(row) for row in rows]


@pytest.fixture
def file_base(base: str) -> Path:
    """The file of the base, which a test copies and puts back as a user does."""
    return Path(base)


def test_each_writing_keeps_the_seals_it_left_for_the_user_alone(in_2016: Typist, tmp_path: Path) -> None:
    notify(in_2016, "A")
    file = kept(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    [place] = json.loads(file.read_bytes())["lieux"].values()
    said = in_2016("--json", "base", "controler").data
    assert place["seals"]["livre CV195"] == f"1:{said['sceau']}"
    heads = {each["contrat"]: f"{each['actes']}:{each['sceau']}" for each in said["actes"]}
    assert (place["seals"]["actes"], place["seals"]["actes CV195"]) == (heads[""], heads["CV195"])
    assert in_2016("--json", "diagnostic").data["base"]["identite"] == file.stem


def test_a_kept_seal_of_acts_is_found_in_its_chain_only(in_2016: Typist, tmp_path: Path) -> None:
    notify(in_2016, "A")
    acts = {each["contrat"]: each for each in in_2016("--json", "base", "controler").data["actes"]}
    mine = acts["CV195"]
    assert in_2016("base", "controler", "--sceau", f"{mine['actes']}:{mine['sceau']}").code == 0
    moved = in_2016("base", "controler", "--sceau", f"{mine['actes'] + 1}:{mine['sceau']}")
    assert moved.code == 1
    (tmp_path / "sceaux.txt").write_text(in_2016("base", "controler").out)
    notify(in_2016, "B")
    assert in_2016("base", "controler", "--sceau", tmp_path / "sceaux.txt").code == 0


@pytest.mark.sqlite
def test_an_older_base_put_back_is_told_at_each_writing_until_it_is_acknowledged(
    in_2016: Typist, file_base: Path, engine: Engine, tmp_path: Path
) -> None:
    notify(in_2016, "A")
    shutil.copy(file_base, tmp_path / "ancienne")
    notify(in_2016, "B")
    shutil.copy(tmp_path / "ancienne", file_base)
    assert "plus ancienne" in in_2016("base", "controler").err
    for year in (2017, 2018):
        told = in_2016("exercice", "ouvrir", year)
        assert told.code == 0
        assert "cette base est plus ancienne que ce qui y a été écrit d'ici" in told.err
        assert "livre CV195 : 1, et 2 alors" in told.err
    refused = in_2016("base", "reconnaitre")
    assert refused.code == 2
    admitted = in_2016("--json", "base", "reconnaitre", "--oui")
    assert [each.split(":")[0] for each in admitted.data["en_avance"]] == ["actes CV195 4", "livre CV195 2"]
    assert in_2016("exercice", "ouvrir", 2019).err == ""
    assert in_2016("base", "controler").code == 0
    [_, (kind, _, ahead)] = origins(engine)
    assert (kind, ahead) == ("reconnue", " ; ".join(admitted.data["en_avance"]))
    assert in_2016("--json", "base", "reconnaitre").data["en_avance"] == []


@pytest.mark.sqlite
def test_a_copy_written_elsewhere_is_told_once_when_it_is_behind(
    in_2016: Typist, typed: Typist, file_base: Path, tmp_path: Path
) -> None:
    shutil.copy(file_base, tmp_path / "copie.db")
    notify(in_2016, "A")
    first = typed("--base", tmp_path / "copie.db", "exercice", "ouvrir", 2017)
    assert (first.code, f"copie plus ancienne de {file_base}" in first.err) == (0, True)
    assert typed("--base", tmp_path / "copie.db", "exercice", "ouvrir", 2018).err == ""
    assert in_2016("exercice", "ouvrir", 2017).err == ""


@pytest.mark.usefixtures("tools_of_the_server")
def test_a_base_restored_says_under_seal_its_copy_and_what_was_ahead(
    in_2016: Typist, engine: Engine, tmp_path: Path
) -> None:
    notify(in_2016, "A")
    in_2016("base", "sauvegarder", tmp_path / "copie.db")
    notify(in_2016, "B")
    engine.dispose()
    restored = in_2016("--json", "base", "restaurer", tmp_path / "copie.db", "--oui")
    assert restored.code == 0
    assert any(each.startswith("livre CV195 2:") for each in restored.data["en_avance"])
    [*_, (kind, copy_name, ahead)] = origins(engine)
    assert (kind, copy_name, ahead) == ("restauree", "copie.db", " ; ".join(restored.data["en_avance"]))
    assert in_2016("exercice", "ouvrir", 2017).err == ""
    assert in_2016("base", "controler").code == 0


@pytest.mark.sqlite
@pytest.mark.parametrize(("column", "value"), [("recorded_at", "hier"), ("uuid", "../../ailleurs")])
def test_a_row_of_origin_written_by_hand_names_no_file_and_is_found_by_the_audit(
    in_2016: Typist, file_base: Path, engine: Engine, tmp_path: Path, column: str, value: str
) -> None:
    with engine.begin() as connection:
        guard = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name = 'base_origin_no_update'"
        ).scalar()
        connection.exec_driver_sql("DROP TRIGGER base_origin_no_update")
        connection.exec_driver_sql(f"UPDATE base_origin SET {column} = ?", (value,))
        connection.exec_driver_sql(str(guard))
    assert in_2016("exercice", "ouvrir", 2017).code == 0
    found = in_2016("--json", "base", "controler")
    assert "base_origin 1" in {each["objet"] for each in found.data["anomalies"]}
    assert in_2016("--json", "base", "reconnaitre").data["en_avance"] == []
    assert in_2016("diagnostic").code == 0
    assert not (tmp_path / "cofiville-etat" / "ailleurs.json").exists()
    assert file_base.exists()


def test_a_folder_that_cannot_be_written_never_fails_an_act(in_2016: Typist, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "cofiville-etat", ignore_errors=True)
    (tmp_path / "cofiville-etat").write_text("un fichier")
    answer = in_2016("exercice", "ouvrir", 2017)
    assert answer.code == 0
    assert in_2016("exercice", "ouvrir", 2018).code == 0
