"""A command is a function that anybody calls: typed values in, an Outcome out, and nothing of a terminal."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bases import ROOT
from tests.conftest import Typist

COMMANDS = ROOT / "ledger" / "commands"
OF_A_TERMINAL = {"typer", "click", "rich", "shellingham"}
_CALLED = """
import json, sys
from datetime import date
from ledger.commands.declaring.choices import Choices, choose
from ledger.commands.journal.enveloppe import enveloppe_lister, enveloppe_notifier
from ledger.core.errors import LedgerError
from ledger.core.money import Money

choose(Choices(base=sys.argv[1], agent="page"))
notified = enveloppe_notifier("ETAT-PDV-DRE", 2016, Money(17500050), "Arrêté 12", date(2016, 2, 15))
listed = enveloppe_lister(2016)
try:
    enveloppe_notifier("INCONNUE", 2016, Money(1), "x", date(2016, 2, 15))
except LedgerError as error:
    refused = error.code
line = next(row for row in listed.answer.rows if row["ligne"] == "ETAT-PDV-DRE")
loaded = sorted({name.split(".")[0] for name in sys.modules})
terminal = [name for name in sys.modules if name.startswith("ledger.terminal")]
print(json.dumps([notified.answer["ecriture"], line["notifie"].plain(), refused, loaded, terminal]))
"""


@pytest.mark.sqlite
def test_a_page_calls_a_command_with_values_and_gets_its_outcome_without_a_terminal(in_2016: Typist, base: str) -> None:
    ran = subprocess.run([sys.executable, "-c", _CALLED, base], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    entry, notified, refused, loaded, terminal = json.loads(ran.stdout)
    assert (entry, notified, refused) == (1, "175000.50", "introuvable")
    assert (terminal, OF_A_TERMINAL & set(loaded)) == ([], set())
    shown = json.loads(in_2016("--json", "journal", "lister").out)
    assert [(each["agent"], each["piece"]) for each in shown] == [("page", "Arrêté 12")]


def _names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    return found | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_no_command_imports_what_runs_a_terminal() -> None:
    found = {
        str(path.relative_to(ROOT)): wrong
        for path in sorted(COMMANDS.rglob("*.py"))
        if (wrong := {name for name in _names(path) if name.split(".")[0] in OF_A_TERMINAL})
    }
    assert found == {}
