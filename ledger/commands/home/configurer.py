"""`cofiville configurer`: settle once for all the base, who acts, the usual year, the folder of templates."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.configuration import (
    KEYS,
    Configuration,
    ConfigurationUnreadable,
    configuration_file,
    stored,
    write_configuration,
)
from ledger.commands.shell.dialogue import ask
from ledger.commands.shell.options import parse_year
from ledger.commands.shell.program import single
from ledger.commands.shell.screen import say, show

app = single()

_QUESTIONS = {
    "base": "La base (un fichier, ou postgresql://…)",
    "agent": "Votre nom, écrit dans chaque acte",
    "exercice": "L'exercice habituel",
    "modeles": "Le dossier de vos modèles de documents",
}


@app.command("configurer")
def configurer(
    base: Annotated[str | None, typer.Option(metavar="ADRESSE", help="La base habituelle.")] = None,
    agent: Annotated[str | None, typer.Option(metavar="NOM", help="Qui agit d'habitude.")] = None,
    exercice: Annotated[
        int | None, typer.Option(metavar="ANNEE", parser=parse_year, help="L'exercice habituel.")
    ] = None,
    modeles: Annotated[
        str | None, typer.Option(metavar="DOSSIER", help="Le dossier de vos modèles de documents.")
    ] = None,
    effacer: Annotated[bool, typer.Option("--effacer", help="Oublie d'abord tous les réglages.")] = False,
) -> None:
    """Retient vos réglages dans un fichier ; sans option, dans un terminal, les demande un par un.

    Ce qui est tapé dans une commande, puis les variables COFIVILLE_BASE, COFIVILLE_AGENT, COFIVILLE_EXERCICE et
    COFIVILLE_MODELES passent avant ces réglages. Un mot vide ("") oublie un réglage.

    Exemple : cofiville configurer --agent "Claire Martin" --exercice 2016
    """
    before = Configuration() if effacer else _kept()
    typed = {"base": base, "agent": agent, "exercice": exercice, "modeles": modeles}
    given = {key: value for key, value in typed.items() if value is not None}
    if not given and not effacer and may_ask():
        given = _asked(before)
    changes: dict[str, Any] = {KEYS[key]: value for key, value in given.items()}
    settled = replace(before, **changes)
    path = write_configuration(settled) if given or effacer else configuration_file()
    kept = asdict(settled)
    row = {"fichier": str(path), **{key: kept[name] for key, name in KEYS.items()}}

    def render() -> None:
        say(f"Réglages : {path}" + ("" if path.exists() else " (ce fichier n'existe pas encore)"))
        for key, name in KEYS.items():
            say(f"  {key:<9} {kept[name] or '—'}")

    show(row, render)


def _kept() -> Configuration:
    try:
        return stored()
    except ConfigurationUnreadable as refusal:
        raise ConfigurationUnreadable(
            refusal.problem, "Corrigez ce fichier, ou repartez de rien : cofiville configurer --effacer."
        ) from None


def _asked(before: Configuration) -> dict[str, str | int]:
    """The answers; an empty one keeps what was settled."""
    answers: dict[str, str | int] = {}
    for key, question in _QUESTIONS.items():
        now = getattr(before, KEYS[key])
        answer = ask(f"{question} [{now or 'rien'}]", lambda text, key=key: _answer(key, text))  # type: ignore[misc]
        if answer:
            answers[key] = answer
    return answers


def _answer(key: str, text: str) -> str | int:
    return parse_year(text) if key == "exercice" and text else text
