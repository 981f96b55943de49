"""What we lean on in Typer beyond what it publishes: each of these breaks here first when Typer changes it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from typer import BadParameter, TyperException
from typer.main import get_command

from cli import app
from ledger.commands.shell.errors import refusal
from ledger.commands.shell.usage import found_wrong

ROOT = Path(__file__).parents[2]


def test_no_private_module_of_typer_or_of_xlsxwriter_is_imported() -> None:
    found = []
    for path in [ROOT / "cli.py", *(ROOT / "ledger").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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
    found = refusal(caught.value)
    assert (found_wrong(caught.value), found and found.problem) == (name, sentence)
    assert isinstance(caught.value, BadParameter) == (name in ("MissingParameter", "BadParameter"))
