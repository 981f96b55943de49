"""A base made by the very code of version 0.1 is raised, and holds: the same book, the same seals.

COFIVILLE_EPREUVES=completes raises its whole example year.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from ledger.storage.schema import program_revision
from tests.acts import unsealed_rows
from tests.bases import ROOT, clean_environment
from tests.conftest import Typist
from tests.journal.trials import COMPLETE
from tests.seals import verified

# The last commit whose bases are at revision 0023, that of version 0.1.
CODE = "084c14bd2bd5f0fde5d94f58430515ea1ff5a7b3"
ACTS = (
    "exercice ouvrir 2016",
    "enveloppe notifier ETAT-PDV-DRE 2016 1000 --piece N1 --le 2016-02-01",
    "enveloppe notifier CAPH-PDV 2016 2000 --piece N2 --le 2016-02-02",
    "porteur ajouter Azur --type association --code AZUR",
    "porteur contact AZUR --nom Zoé",
    "journal annuler 2 --motif Erreur --le 2016-03-01 --oui",
)

pytestmark = [pytest.mark.sqlite, pytest.mark.long]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The code of version 0.1, taken out of the history of this checkout."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("no history of the project here")
    taken = subprocess.run([git, "-C", ROOT, "archive", CODE], capture_output=True, check=False)
    if taken.returncode:
        pytest.skip("no history of the project here")
    with tarfile.open(fileobj=io.BytesIO(taken.stdout)) as archive:
        archive.extractall(tmp_path / "code", filter="data")
    return tmp_path / "code"


def run(code: Path, *words: str | Path) -> str:
    """What the old program answers."""
    typed = [sys.executable, code / "cli.py", *words]
    ran = subprocess.run(typed, env=clean_environment(), capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, f"{words}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def test_a_base_made_by_version_0_1_is_raised_and_holds(old: Path, typed: Typist, tmp_path: Path) -> None:
    base = tmp_path / "ancienne.db"
    if COMPLETE:
        base = Path(json.loads(run(old, "--json", "demo", "--dossier", tmp_path / "demo"))["base"])
    else:
        run(old, "--base", base, "base", "creer")
        for act in ACTS:
            run(old, "--base", base, *act.split())
    before: dict[str, Any] = json.loads(run(old, "--base", base, "--json", "base", "controler"))
    raised = typed("--base", base, "--json", "base", "mettre-a-niveau")
    assert raised.code == 0, raised.err
    assert (raised.data["avant"], raised.data["revision"]) == ("0023", program_revision())
    after = typed("--base", base, "--json", "base", "controler")
    assert after.data["anomalies"] == []
    assert (after.data["ecritures"], after.data["sceau"]) == (before["ecritures"], before["sceau"])
    assert unsealed_rows(str(base)) == []
    assert verified(base, f"{before['ecritures']}:{before['sceau']}") == []
    assert typed("--base", base, "porteur", "ajouter", "Neuf", "--type", "association", "--code", "NEUF").code == 0
    assert verified(base) == []
