"""The wheel, installed elsewhere, is all that is needed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from ledger.commands.example.figures import example_figures
from ledger.terminal.screen import _for_machines
from tests.bases import ROOT, clean_environment
from tests.commands.moments import PlayedYear
from tests.terminals import COLUMNS, Seat

pytestmark = [pytest.mark.long, pytest.mark.sqlite, pytest.mark.xdist_group("moments")]


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


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
def test_the_installed_program_plays_the_example_again_over_an_untouched_folder_and_says_what_to_type_next(
    programs: Path, example_played: PlayedYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F20: in a terminal nobody answers, and it ends; the figures and workbooks are those that this copy made.

    What stays on the screen fits under the eyes, and its commands run.
    """
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    again = Path(shutil.copytree(example_played.folder, tmp_path / "demo"))
    before = (again / "cofiville.db").read_bytes()
    program = programs / "cofiville"
    seat = Seat(tmp_path, str(tmp_path / "autre.db"), program=program)
    screen = seat.types("demo", "--dossier", "demo", patience=500).splitlines()
    assert (again / "cofiville.db").read_bytes() != before
    assert len(screen) <= 15
    assert all(len(line) <= COLUMNS for line in screen)
    assert "L'année d'exemple est prête dans demo" in screen[0]
    lines = [line.split() for line in screen if " --base " in line]
    assert len(lines) == 3
    for words, shown in zip(lines, ("Total", "CV2024"), strict=False):
        assert words[:3] == ["cofiville", "--base", "demo/cofiville.db"]
        assert shown in Seat(tmp_path, str(tmp_path / words[2]), program=program).types(*words[3:])
    _same_example(again, example_played)


def _same_example(again: Path, first: PlayedYear) -> None:
    found = json.loads(json.dumps(example_figures(str(again / "cofiville.db")).row(), default=_for_machines))
    assert found == {name: first.answer[name] for name in ("exercices", "postes_etat")}
    for name in ("programmation_2016.xlsx", "programmation_2017.xlsx", "programmation_2026.xlsx", "commandes.txt"):
        assert _lines_of(again / name) == _lines_of(first.folder / name)
    for made in map(Path, first.answer["fichiers"]):
        assert (again / made.name).is_file(), made


def _lines_of(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().splitlines() if not line.startswith(b"#")]


def test_the_installed_program_makes_templates(programs: Path, tmp_path: Path) -> None:
    made = json.loads(run(programs / "cofiville", "--json", "excel", "modeles", "modeles", cwd=tmp_path))
    assert made["fichiers"]
