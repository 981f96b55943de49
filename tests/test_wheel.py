"""The wheel, installed elsewhere, is all that is needed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.bases import ROOT, clean_environment

pytestmark = [pytest.mark.long, pytest.mark.sqlite]


def run(*words: str | Path, cwd: Path) -> str:
    ran = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs of an environment that holds only Cofiville stand."""
    folder = tmp_path_factory.mktemp("ailleurs")
    venv.create(folder / "venv", with_pip=True)
    found = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    pins = re.findall(r"^[a-z0-9-]+==\S+", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    (folder / "pins.txt").write_text("\n".join(pins), encoding="utf-8")
    run(found / "python", "-m", "pip", "install", "--quiet", "-c", folder / "pins.txt", wheel, cwd=folder)
    return found


def test_the_wheel_carries_migrations_templates_and_reference_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    carried = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "ledger").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for folder in ("migrations", "templates_xlsx"):
        carried |= {
            f"ledger/_resources/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
    assert carried <= names
    assert {"cli.py", "ledger/_resources/alembic.ini"} <= names
    assert not [name for name in names if name.startswith("tests/")]


def test_the_installed_program_is_the_wheel_and_not_the_checkout(programs: Path, tmp_path: Path) -> None:
    where = run(programs / "python", "-c", "import cli, ledger; print(cli.__file__, ledger.__file__)", cwd=tmp_path)
    assert str(ROOT) not in where


def test_the_installed_program_plays_the_example_year_from_another_folder(programs: Path, tmp_path: Path) -> None:
    played = json.loads(run(programs / "cofiville", "--json", "demo", "--dossier", "exemple", cwd=tmp_path))
    for name in (played["base"], *played["fichiers"]):
        assert (tmp_path / name).is_file(), name
    state = run(programs / "cofiville", "--base", played["base"], "--json", "enveloppe", "lister", "2016", cwd=tmp_path)
    assert json.loads(state)


def test_the_installed_program_makes_templates(programs: Path, tmp_path: Path) -> None:
    made = json.loads(run(programs / "cofiville", "--json", "excel", "modeles", "modeles", cwd=tmp_path))
    assert made["fichiers"]
