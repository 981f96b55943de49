"""A real office program, where the machine has one: opens, recalculates and saves as another format."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this machine")
FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods", "xls": "xls", "pdf": "pdf"}


def saved_as(path: Path, kind: str, folder: Path) -> Path:
    """The file as the office program saves it in this format."""
    assert OFFICE is not None
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    words = [OFFICE, profile, "--headless", "--convert-to", FILTERS[kind], "--outdir", str(folder), str(path)]
    subprocess.run(words, check=True, capture_output=True, timeout=180)
    return folder / f"{path.stem}.{kind}"
