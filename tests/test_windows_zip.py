"""The zip for a Windows PC: what it must hold is read from the lock, and what lacks is named."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.bases import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """The module that makes the zip."""
    spec = importlib.util.spec_from_file_location("windows_zip", ROOT / ".ci" / "windows.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wheel(folder: Path, name: str, *needs: str) -> None:
    """A wheel that holds nothing but what it needs."""
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as made:
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            "Version: 1.0",
            *(f"Requires-Dist: {each}" for each in needs),
        ]
        made.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join([*lines, "", ""]))


def test_every_pin_of_the_lock_is_taken_with_its_fingerprints(maker: ModuleType) -> None:
    found = maker.pins(LOCK)
    assert {pin.name for pin in found} >= {"sqlalchemy", "typer", "vl-convert-python", "typst", "psycopg"}
    assert all(pin.hashes for pin in found)
    assert not [pin for pin in found if pin.name == "hatchling"]


@pytest.mark.parametrize("python", ["3.11", "3.14"])
def test_markers_are_those_of_a_windows_pc(maker: ModuleType, python: str) -> None:
    names = {pin.name for pin in maker.wanted(maker.pins(LOCK), python)}
    assert {"colorama", "tzdata"} <= names


def test_a_dependency_that_lacks_is_named(maker: ModuleType, tmp_path: Path) -> None:
    wheel(tmp_path, "un", "deux>=1 ; sys_platform == 'win32'", "trois ; sys_platform == 'linux'", "quatre>=2")
    wheel(tmp_path, "quatre")
    where = maker.windows("3.12")
    assert list(maker._unmet(sorted(tmp_path.glob("*.whl")), where)) == [
        "un-1.0-py3-none-any.whl needs deux>=1 ; sys_platform == 'win32'",
        "un-1.0-py3-none-any.whl needs quatre>=2",
    ]


def test_the_lock_in_the_zip_names_the_very_files_it_holds(maker: ModuleType, tmp_path: Path) -> None:
    wheel(tmp_path, "un")
    pin = maker.Pin("un", "1.0", "sys_platform == 'win32'", ("0" * 64,))
    text = maker.lock_of([pin], tmp_path)
    (tmp_path / "verrou.txt").write_text(text, encoding="utf-8")
    [again] = maker._locked(tmp_path / "verrou.txt")
    assert (again.name, again.version, again.marker) == ("un", "1.0", "sys_platform == 'win32'")
    assert again.hashes != pin.hashes


def test_the_same_folder_gives_the_same_bytes(maker: ModuleType, tmp_path: Path) -> None:
    maker.write_words(tmp_path, "1.2.3")
    assert maker.zipped(tmp_path) == maker.zipped(tmp_path)
    batch = (tmp_path / "Cofiville.bat").read_bytes()
    assert b"\r\n" in batch
    assert b"\n" not in batch.replace(b"\r\n", b"")
    assert b"cofiville==1.2.3" in batch
    assert b"--no-index" in batch


@pytest.mark.long
@pytest.mark.skipif(
    os.environ.get("COFIVILLE_EPREUVES") != "completes",
    reason="downloads a hundred MiB: COFIVILLE_EPREUVES=completes, or make windows",
)
def test_the_whole_zip_is_made_and_resolves_for_every_python(tmp_path: Path) -> None:
    script = ROOT / ".ci" / "windows.py"
    ran = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    [made] = tmp_path.glob("Cofiville-Windows-*.zip")
    names = zipfile.ZipFile(made).namelist()
    assert any(name.endswith("/Cofiville.bat") for name in names)
    assert any("/wheels/docopt-" in name for name in names)
