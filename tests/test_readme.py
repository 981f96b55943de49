"""What the README tells a new user to type works, in its order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.bases import ROOT
from tests.conftest import Typist

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]


def test_the_two_commands_come_first_with_their_windows_equivalents() -> None:
    first = TEXT.split("\n## ")[0]
    assert first.index("`make demo`") < first.index("`make test`") < first.index("**Cofiville tient le livre")
    assert "py -m venv .venv" in first
    assert "pip install --require-hashes" in first


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)`", TEXT))
    assert named
    assert [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


@pytest.mark.long
def test_a_new_user_follows_the_readme_to_her_first_convention(
    typed: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ledger.commands.declaring.choices.usual_folder", lambda: tmp_path / "habituel")
    for line in LINES:
        program, *words = shlex.split(line)
        assert program == "cofiville"
        answer = typed(*words)
        assert answer.code == 0, f"{line}\n{answer.err}"
    [convention] = typed("--json", "convention", "lister", "2016").data
    assert (convention["etat"], convention["accorde"], convention["verse"]) == ("signée", "5000.00", "3500.00")
    listed = {row["contrat"]: row["etat"] for row in typed("--json", "contrat", "lister").data}
    assert listed["CV2024"] == "en_cours"
    [line] = typed("--json", "--contrat", "CV2024", "enveloppe", "lister", "2026").data
    assert (line["ligne"], line["notifie"]) == ("CAPH-PDV", "40000.00")
