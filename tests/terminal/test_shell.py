"""The shell: light, French, with the same exit codes everywhere."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TextIO

import pytest
from rich.console import Console

from ledger import __version__
from ledger.commands.declaring.choices import Choices, agent_name, base_address, choose
from ledger.terminal.screen import table
from tests.conftest import Typist

ROOT = Path(__file__).parents[2]

WRONG_LINES = {
    "enveloppe notifer": ("La commande « notifer » n'existe pas.", "« notifier » ou « modifier »"),
    "enveloope lister 2016": ("La commande « enveloope » n'existe pas.", "Vouliez-vous dire « enveloppe » ?"),
    "zzz": ("La commande « zzz » n'existe pas.", "Commandes possibles : cofiville --help"),
    "exercice ouvrir": ("Il manque ANNEE.", "Exemple : cofiville exercice ouvrir 2016 — Aide :"),
    "enveloppe notifier ETAT-PDV-DRE 2016 10": ("Il manque --piece.", "Exemple : cofiville enveloppe notifier"),
    "exercice ouvrir 2016 2017": ("« 2017 » est en trop.", "guillemets"),
    "exercice ouvrir --anee 2016": ("L'option --anee n'existe pas.", "cofiville exercice ouvrir --help"),
    "enveloppe lister 2016 --la 2016-01-01": ("L'option --la n'existe pas.", "Vouliez-vous dire --help ou --le ?"),
    "enveloppe lister 2016 --le": ("L'option --le attend une valeur.", "cofiville enveloppe lister --help"),
    "base restaurer x --oui=1": ("L'option --oui ne prend pas de valeur.", "Aide"),
    "journal annuler douze --motif x": ("« douze » ne convient pas pour NUMERO.", "nombre entier"),
    "enveloppe lister 2016 --agent Anne": (
        "L'option --agent se place avant",
        "cofiville --agent NOM enveloppe lister …",
    ),
}


@pytest.mark.parametrize("line", WRONG_LINES)
def test_a_wrong_line_says_the_problem_and_the_way_out_and_exits_2(typed: Typist, line: str) -> None:
    answer = typed(*line.split())
    problem, remedy = answer.err.strip().split("\n→ ")
    assert answer.code == 2
    assert answer.out == ""
    assert (WRONG_LINES[line][0] in problem, WRONG_LINES[line][1] in remedy) == (True, True), answer.err


def test_a_wrong_line_under_json_is_one_object_on_stderr(typed: Typist) -> None:
    answer = typed("--json", "exercice", "ouvrir")
    assert answer.code == 2
    assert answer.refusal["erreur"] == "usage"
    assert answer.refusal["probleme"] == "Il manque ANNEE."


@pytest.mark.parametrize("line", ["enveloppe", "rapport"])
def test_an_incomplete_line_shows_the_help(typed: Typist, line: str) -> None:
    answer = typed(*line.split())
    assert answer.code == 2
    assert answer.err.startswith("Utilisation : cofiville")


def test_the_version_is_told(typed: Typist) -> None:
    assert typed("--version").out == f"Cofiville {__version__}\n"


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys, cli\n"
        "try: cli.app(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('sqlalchemy', 'rich', 'pydantic', 'openpyxl', 'platformdirs') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_accents_never_crash_an_old_console() -> None:
    done = subprocess.run(
        [sys.executable, "cli.py", "--help"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )
    assert "Créer" in done.stdout.decode()


def test_the_usual_base_stands_in_the_data_folder_of_the_platform(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    choose(Choices())
    assert Path(base_address()).name == "cofiville.db"
    choose(Choices(base="ici.db"))
    assert base_address() == "ici.db"


def test_the_agent_is_the_name_given_else_the_system_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "claire")
    choose(Choices())
    assert agent_name() == "claire"
    choose(Choices(agent=" Anne "))
    assert agent_name() == "Anne"


def test_control_c_says_that_nothing_was_written(in_2016: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_args: object, **_settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ledger.journal.enveloppes.record_act", interrupt)
    answer = in_2016("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 10, "--piece", "A", "--le", "2016-02-01")
    assert answer.code == 1
    assert answer.err.startswith("Interrompu : rien n'a été écrit.")


def test_a_bug_keeps_its_traceback(in_2016: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_args: object, **_settings: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ledger.journal.exercices.exercices", crash)
    with pytest.raises(ZeroDivisionError):
        in_2016("exercice", "lister")


def test_an_amount_in_a_sentence_is_never_cut_at_its_no_break_spaces(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the width, in a grid or in cards."""
    amount = "1\u00a0234\u00a0567,89\u00a0€"
    sentence = f"Le bilan garde {amount} et {amount} restent à verser"
    for width in range(30, 90):
        wide = partial(console_of, width=width)
        monkeypatch.setattr("ledger.terminal.screen.console", wide)
        table(f"Reste {amount}", ("Action", "Constat", "Commande"), [("2016-014", sentence, "cofiville aide")])
        assert capsys.readouterr().out.count(amount) == 3, width


def console_of(stream: TextIO, width: int) -> Console:
    return Console(file=stream, width=width, no_color=True, highlight=False, markup=False)
