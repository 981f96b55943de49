"""Ctrl-C in the middle of an import: nothing is written, nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger.exchange.declaration import Values
from tests.bases import ROOT
from tests.conftest import Typist
from tests.exchange.books import programme_book, programme_rows

ACTIONS = 600


def long_book(path: Path) -> Path:
    rows = programme_rows()
    numbers = [f"2016-{n:04}" for n in range(ACTIONS)]
    actions: tuple[Values, ...] = tuple({**rows["Programmation"][0], "number": number} for number in numbers)
    plans: tuple[Values, ...] = tuple({**row, "action": number} for number in numbers for row in rows["Financements"])
    return programme_book(path, Programmation=actions, Financements=plans)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process there")
def test_an_import_interrupted_at_any_moment_writes_all_or_nothing(
    cofiville: Typist, base: str, tmp_path: Path
) -> None:
    cofiville("exercice", "ouvrir", 2016)
    path = long_book(tmp_path / "p.xlsx")
    words = [sys.executable, str(ROOT / "cli.py"), "--base", base, "--json", "excel", "importer", str(path)]
    begun = time.monotonic()
    subprocess.run([*words, "--simuler"], stdout=subprocess.DEVNULL, check=True)
    lasted = time.monotonic() - begun
    for delay in (lasted * part for part in (0.45, 0.6, 0.75, 0.9)):
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=120)
        assert b"Traceback" not in said, said.decode()
        held = len(cofiville("--json", "action", "lister", 2016).data)
        assert held in (0, ACTIONS)
        if held:
            break
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".partiel")] == []
    assert cofiville("--json", "base", "controler").data["anomalies"] == []
