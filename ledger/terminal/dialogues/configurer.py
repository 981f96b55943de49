"""What a terminal asks when `configurer` is typed alone: each setting, one by one."""

from __future__ import annotations

from functools import partial
from typing import Any

from ledger.commands.declaring.configuration import KEYS, stored_to_change
from ledger.commands.declaring.options import parse_year
from ledger.terminal.dialogue import ask

_QUESTIONS = {
    "base": "La base (un fichier, ou postgresql://…)",
    "contrat": "Le contrat habituel, quand la base en tient plusieurs",
    "agent": "Votre nom, écrit dans chaque acte",
    "exercice": "L'exercice habituel",
    "modeles": "Le dossier de vos modèles de documents",
}


def configurer_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """The settings answered, where none was typed; an empty answer keeps what was settled."""
    if typed["effacer"] or any(typed[key] is not None for key in _QUESTIONS):
        return typed
    before = stored_to_change()
    for key, question in _QUESTIONS.items():
        now = getattr(before, KEYS[key])
        typed[key] = ask(f"{question} [{now or 'rien'}]", partial(_answer, key)) or None
    return typed


def _answer(key: str, text: str) -> str | int:
    return parse_year(text) if key == "exercice" and text else text
