"""What we lean on in Typer beyond what it publishes: each of these breaks here first when Typer changes it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer import BadParameter, TyperException
from typer.core import TyperArgument, TyperOption
from typer.main import get_command

from cli import app
from ledger.core.errors import LedgerError
from ledger.terminal.errors import refusal_shown
from ledger.terminal.french import read_plainly
from ledger.terminal.usage import found_wrong
from tests.sources import MODULES, parsed

ROOT = Path(__file__).parents[2]
WORDS = ("2016", "12", "douze", "", "1 234,50", "2016-02-15", "-1/10", "oui", "CAPH-DRE")


def test_no_private_module_of_typer_or_of_xlsxwriter_is_imported() -> None:
    found = []
    for path in [ROOT / "cli.py", *MODULES]:
        for node in ast.walk(parsed(path)):
            names = [each.name for each in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{name}" for name in names]
            found += [
                f"{path.name}: {name}"
                for name in names
                if name.split(".")[0] in ("typer", "xlsxwriter")
                and any(part.startswith("_") for part in name.split("."))
            ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "name", "sentence"),
    [
        ("enveloppe notifier", "MissingParameter", "Il manque LIGNE."),
        ("journal annuler douze --motif x", "BadParameter", "« douze » ne convient pas pour NUMERO."),
        ("enveloppe lister 2016 --fort", "NoSuchOption", "L'option --fort n'existe pas."),
        ("enveloppe lister 2016 --le", "BadOptionUsage", "L'option --le attend une valeur."),
        ("enveloppe lister 2016 a b", "UsageError", "« a b » est en trop."),
        ("enveloppe", "NoArgsIsHelpError", "La commande est incomplète."),
    ],
)
def test_typer_still_names_what_it_finds_wrong_as_we_read_it(line: str, name: str, sentence: str) -> None:
    command = get_command(app)
    with pytest.raises(TyperException) as caught, command.make_context("cofiville", line.split()) as context:
        command.invoke(context)
    found = refusal_shown(caught.value)
    assert (found_wrong(caught.value), found and found.problem) == (name, sentence)
    assert isinstance(caught.value, BadParameter) == (name in ("MissingParameter", "BadParameter"))


def _commands(command: Any) -> Iterator[Any]:
    yield command
    for name in getattr(command, "list_commands", lambda _: ())(None):
        yield from _commands(command.get_command(None, name))


def _read(reading: Any, parameter: Any, value: Any) -> object:
    try:
        return reading.coerce(value, param=parameter, ctx=None)
    except (LedgerError, BadParameter) as refused:
        return type(refused), str(refused)


def test_words_are_read_plainly_as_typer_reads_them() -> None:
    tried = 0
    for command in _commands(get_command(app)):
        parameters = [each for each in command.params if isinstance(each, (TyperArgument, TyperOption))]
        by_typer = {each.name: each.get_runtime_param() for each in parameters}
        read_plainly(parameters)
        for each in parameters:
            several = each.multiple or each.nargs == -1
            for word in (None, *WORDS):
                value = (word, word) if several and word is not None else word
                plain, own = (
                    _read(reading, each, value) for reading in (each.get_runtime_param(), by_typer[each.name])
                )
                assert (type(plain), plain) == (type(own), own), (command.name, each.name, word)
                tried += 1
    assert tried > 5000


_ALWAYS = {"journal", "referential", "journal.contracts"}
_BOOK = {f"journal.{each}" for each in ("announcements", "entries", "exercices", "months", "waivers")}
_LINES = {"referential.dated", "referential.lines"}
_PLACES = {"referential.dated", "referential.territories"}


@pytest.mark.parametrize(
    ("line", "models"),
    [
        ("enveloppe lister 2016", {*_BOOK, *_LINES}),
        ("financeur lister", _LINES),
        ("journal lister", {"journal.entries"}),
        ("regle lister", {"rules", "rich"}),  # its lines are longer than those of a file
        ("versement lister 2016", {"execution"}),
        ("appel lister", {"programming.calls"}),
        ("rapport consommation 2016", {*_BOOK, *_LINES}),
        (
            "action lister 2016",
            {
                "journal.entries",
                "referential.words",
                *(*_LINES, *_PLACES),
                *(f"programming.{each}" for each in ("actions", "calls", "plans", "publics")),
            },
        ),
        ("exercice ouvrir 2017", {"journal.entries", "journal.exercices", "journal.months", *_PLACES}),
        (
            "enveloppe notifier CAPH-DRE 2016 10 --piece essai --le 2016-12-01",
            {
                *_BOOK,
                *(*_LINES, *_PLACES, "referential.axes", "referential.words", "rules"),
            },
        ),
    ],
)
def test_a_command_loads_the_tables_it_uses_and_nothing_heavy(opened: Path, line: str, models: set[str]) -> None:
    run = [sys.executable, "-c", _LOADED, "--base", str(opened), *line.split()]
    noted = subprocess.run(run, check=True, capture_output=True, text=True)
    assert set(noted.stderr.split()) - _ALWAYS == models


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("light") / "b.db"
    for words in (["base", "creer"], ["exercice", "ouvrir", "2016"]):
        run = [sys.executable, "-c", _LOADED, "--base", str(base), *words]
        subprocess.run(run, check=True, capture_output=True)
    return base


_LOADED = """
import sys
from cli import main
try:
    main()
finally:
    heavy = ("pydantic", "sqlalchemy.dialects.postgresql", "alembic", "openpyxl", "tomllib", "rich")
    ours = (name.removeprefix("ledger.") for name in sys.modules if name.startswith("ledger."))
    models = (name.replace(".model", "") for name in ours if name.endswith(".model") or ".model." in name)
    print(*(name for name in heavy if name in sys.modules), *models, file=sys.stderr)
"""
