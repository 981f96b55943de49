"""What a terminal asks when `configurer` is typed alone: each setting, one by one."""

from __future__ import annotations

from functools import partial
from typing import Any

from ledger.commands.declaring.access import opened
from ledger.commands.declaring.choices import base_address
from ledger.commands.declaring.configuration import KEYS, stored_to_change
from ledger.commands.declaring.contract_day import today_in
from ledger.commands.declaring.options import parse_year
from ledger.core.addresses import shown_address
from ledger.core.errors import LedgerError
from ledger.referential.vocabulary import ContractState
from ledger.terminal.dialogue import ask

_QUESTIONS = {
    "base": "La base (un fichier, ou postgresql://…)",
    "agent": "Votre nom, écrit dans chaque acte",
    "exercice": "L'exercice habituel",
    "modeles": "Le dossier de vos modèles de documents",
}


def configurer_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """The settings answered, where none was typed; an empty answer keeps what was settled.

    The contract is asked where the base holds one that runs today.
    """
    if typed["effacer"] or any(typed[key] is not None for key in KEYS):
        return typed
    before = stored_to_change()
    for key, question in _QUESTIONS.items():
        now = getattr(before, KEYS[key])
        shown = shown_address(str(now)) if now else "rien"
        typed[key] = ask(f"{question} [{shown}]", partial(_answer, key)) or None
    if running := _running(typed["base"] or before.base or base_address()):
        question = f"Le contrat habituel, parmi {', '.join(running)} [{before.contract or 'rien'}]"
        typed["contrat"] = ask(question, partial(_answer, "contrat")) or None
    return typed


def _running(base: str) -> list[str]:
    """The contracts of the base that run today, by code; none where it cannot be read."""
    from ledger.referential.contracts import read_contracts

    try:
        with opened(base) as session:
            found = [(each, today_in(each.contract.time_zone)) for each in read_contracts(session)]
            return sorted(each.contract.code for each, day in found if each.state(day) is ContractState.RUNNING)
    except LedgerError:
        return []


def _answer(key: str, text: str) -> str | int:
    return parse_year(text) if key == "exercice" and text else text
