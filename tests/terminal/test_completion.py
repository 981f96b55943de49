"""What the shell completes: groups, commands, options, codes."""

from __future__ import annotations

import subprocess
import sys
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from ledger.commands.declaring.choices import choose, chosen
from ledger.commands.declaring.offers import OF_PLACES, OFFERS
from ledger.terminal.completion import completed
from tests.commands.test_tree import LEAVES

ROOT = Path(__file__).parents[2]


def _complete(*words: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "cli.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={
            "_COFIVILLE_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(("cofiville", *words)),
            "COMP_CWORD": str(len(words)),
            "PATH": "",
        },
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("env",), ["enveloppe"]),
        (("enveloppe", "no"), ["notifier"]),
        (("exercice", "ouvrir", "--h"), ["--help"]),
        (("--js",), ["--json", "--json-schema"]),
        (("enveloppe", "notifier", "ETAT"), []),
    ],
)
def test_words_are_completed(words: tuple[str, ...], offered: list[str], tmp_path: Path) -> None:
    assert _complete("--base", str(tmp_path / "absente.db"), *words) == offered


def test_codes_of_the_base_are_completed(base: str) -> None:
    assert _complete("--base", base, "enveloppe", "notifier", "ETAT-PDV-D") == ["ETAT-PDV-DRE"]


@pytest.mark.sqlite
def test_codes_of_a_file_named_by_its_address_are_completed(base: str) -> None:
    assert _complete("--base", f"sqlite:///{base}", "enveloppe", "notifier", "ETAT-PDV-D") == ["ETAT-PDV-DRE"]


def test_nothing_is_offered_from_a_server_that_is_not_there_or_from_what_is_no_base(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("notes")
    for address in (str(tmp_path / "notes.db"), "postgresql://hote.invalid/base"):
        assert _complete("--base", address, "enveloppe", "notifier", "E") == []


def test_a_key_pressed_loads_nothing_heavy(base: str) -> None:
    script = (
        "import sys, cli\n"
        "try: cli.app()\n"
        "except SystemExit: pass\n"
        "print([m for m in ('sqlalchemy', 'rich', 'pydantic', 'platformdirs') if m in sys.modules])"
    )
    words = f"cofiville --base {base} enveloppe notifier ETAT-PDV-D"
    asked = {"_COFIVILLE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": "5", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, env=asked, check=True
    )
    assert done.stdout.split("\n")[0] == "ETAT-PDV-DRE"
    assert done.stdout.endswith("[]\n")


# A number or a name that the command gives, or that nothing of this base lists.
_NOT_OF_A_LIST = {
    *((("contrat", "creer"), "code"), (("regle", "ajouter"), "code"), (("avis", "service"), "code")),
    *(
        (path, "numero")
        for path in (("convention", "saisir"), ("convention", "recevoir"), ("convention", "references"))
    ),
    *((path, name) for path in LEAVES for name in ("ej", "dossier", "critere", "retirer", "compte")),
    (("action", "chercher"), "reference"),
    (("excel", "renvoyer"), "numero"),
    *((path, "numero") for path in (("deliberation", "adopter"), ("piece", "extraire"), ("piece", "effacer"))),
}
_PLACES = {*OF_PLACES, "CODE", "NUMERO", "TERRITOIRE", "PORTEUR"}


def test_every_option_and_argument_that_takes_a_code_completes_it() -> None:
    """F36: else the shell offers the names of files."""
    taken = [
        (path, each.name, each._custom_shell_complete)
        for path, command in LEAVES.items()
        for each in command.params
        if (each.metavar or "").strip("[].…") in _PLACES
        or each.name in ("objectif", "porteur", "dispositif", "echelle")
    ]
    lists = [(path, name) for path, name, completed in taken if completed is None]
    assert [each for each in lists if each not in _NOT_OF_A_LIST and each[0] != ("contrat", "creer")] == []
    assert len(taken) > 150


def _offered(name: str, base: str) -> list[tuple[str, str]]:
    choose(replace(chosen(), base=base))
    offer, nothing = completed(name), None
    assert offer is not None
    return offer(cast("Any", nothing), [], "")


def test_every_list_of_codes_can_be_read_of_a_base(base: str) -> None:
    """F36: on both engines; one word of a plan is completed up to its sign."""
    for name in OFFERS:
        found = copy_context().run(_offered, name, base)
        assert found or name in (
            "porteurs",
            "actions",
            "conventions",
            "scenarios",
            "exercices",
            "appels",
            "postes",
            "services",
            "titres",
            "mandats",
            "brouillons",
            "ecritures",
            "deliberations",
        ), name
    assert _complete("--base", base, "action", "saisir", "2016", "--financement", "ETAT-PDV-D") == ["ETAT-PDV-DRE="]
    assert "5.1.1" in _complete("--base", base, "action", "saisir", "2016", "--objectif", "5.1.")
