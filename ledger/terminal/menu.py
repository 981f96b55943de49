"""`cofiville menu`: the program for who never types commands; every command is in it, by stage of the year."""

from __future__ import annotations

from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from ledger.commands.declaring.group import single
from ledger.terminal.dialogue import AnswersEnded, answered_words, choose_among
from ledger.terminal.french import first_sentence
from ledger.terminal.naming import Command
from ledger.terminal.program import Root, load

if TYPE_CHECKING:
    from collections.abc import Iterator

app = single()

STAGES: dict[str, tuple[str, ...]] = {
    "Préparer l'année : exercice, crédits notifiés, règles": ("exercice", "enveloppe", "regle"),
    "Recueillir les demandes : appels, actions, porteurs, avis": ("appel", "action", "avis", "porteur", "poste"),
    "Décider : proposer, expliquer, valider": ("comite", "allocation", "deliberation"),
    "Conventionner, payer, recevoir": ("convention", "versement", "recette", "document", "piece"),
    "Bilans, reversements, trop-versés": ("bilan", "reversement", "recouvrement"),
    "Clore l'année": ("cloture",),
    "Voir et montrer : rapports, dossier, ma semaine": (
        "ouvrir",
        "chercher",
        "rapport",
        "journal",
        "historique",
        "brouillon",
    ),
    "Classeurs et fichiers des partenaires": ("excel", "echange", "reprise"),
    "Référentiel : contrats, financeurs, lignes, territoires, axes": (
        *("contrat", "financeur", "ligne", "territoire", "axe"),
        *("dispositif", "echelle", "type-territoire", "type-poste", "compte"),
    ),
    "La base et les réglages": ("base", "configurer", "diagnostic", "demo"),
}
_MENU_ITSELF = frozenset({"menu"})


@app.command("menu")
def menu(contexte: typer.Context) -> None:
    """Propose tous les actes de l'année, numérotés, et demande ce qu'il faut à chacun.

    Tapez le numéro de ce que vous voulez faire, 0 pour revenir. La commande composée est montrée avant d'être lancée.

    Exemple : cofiville menu
    """
    root: Any = contexte.find_root()
    assert isinstance(root.command, Root)
    try:
        search = partial(_search, root)
        while (
            stage := choose_among("Que voulez-vous faire ?", stage_names(root.command), "quitter", search)
        ) is not None:
            _stage(root, commands_listed(root, stage))
    except AnswersEnded:
        print("À bientôt.")


def stage_names(root: Root) -> list[str]:
    """The stages of the year, and one for subjects that none names."""
    named = {subject for subjects in STAGES.values() for subject in subjects}
    others = [name for name in root.subjects if name not in named | _MENU_ITSELF]
    return [*STAGES, *(["Autres"] if others else [])]


def commands_listed(root: Any, stage: int) -> list[tuple[tuple[str, ...], Command]]:
    """The commands of a stage, by their words."""
    program = root.command
    assert isinstance(program, Root)
    named = list(STAGES.values())
    if stage < len(named):
        wanted = [name for name in named[stage] if name in program.subjects]
    else:
        known = {name for subjects in named for name in subjects} | _MENU_ITSELF
        wanted = [name for name in program.subjects if name not in known]
    return [found for name in wanted for found in _commands_under(root, (name,), load(program.subjects[name]))]


def _commands_under(parent: Any, words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Command]]:
    if not hasattr(command, "list_commands"):
        yield words, command
        return
    with command.make_context(words[-1], [], parent=parent, resilient_parsing=True) as context:
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and not found.hidden:
                yield from _commands_under(context, (*words, name), found)


def _stage(root: Any, commands: list[tuple[tuple[str, ...], Command]]) -> None:
    labels = [f"{first_sentence(command.help or '')} ({' '.join(words)})" for words, command in commands]
    while (chosen := choose_among("Quel acte ?", labels, "revenir")) is not None:
        _run(root, *commands[chosen])


def _search(root: Any, words: str) -> None:
    """Look for these words, as `cofiville chercher` does."""
    _run_line(root, ["chercher", *words.split()])


def _run(root: Any, words: tuple[str, ...], command: Command) -> None:
    """Ask what the command needs, show it, run it; a refusal is shown and the menu goes on."""
    from ledger.commands.example.player import typed
    from ledger.terminal.dialogue import agreed

    given = answered_words(root, words, command)
    if given is None:
        return
    line = [*words, *given]
    print(f"\n→ {typed(['cofiville', *line])}", flush=True)
    if not agreed("Lancer cette commande ? [O/n] ", default=True):
        print("Abandonné : rien n'a été lancé.")
        return
    _run_line(root, line)


def _run_line(root: Any, line: list[str]) -> None:
    with suppress(SystemExit):
        copy_context().run(root.command.main, [*_globals(root), *line], "cofiville")
    print(flush=True)


def _globals(root: Any) -> list[str]:
    """The global options this menu was opened with, as typed words."""
    options = {"base": "--base", "contrat": "--contrat", "agent": "--agent"}
    return [word for name, option in options.items() if (value := root.params.get(name)) for word in (option, value)]
