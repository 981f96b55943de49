"""What a terminal asks of a new porteur whose type does not tell its statut."""

from __future__ import annotations

from typing import Any

from ledger.terminal.dialogue import ask


def porteur_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """The values of `porteur ajouter`, the statut completed by the answer; a blank one leaves it to be confirmed."""
    from ledger.referential.statuts import read_statut, statut_of_kind
    from ledger.referential.vocabulary import Statut

    if typed["kind"] and typed["statut"] is None and statut_of_kind(typed["kind"]) is None:
        question = f"Statut juridique (vide : à confirmer ; {', '.join(Statut)})"
        typed["statut"] = ask(question, lambda text: read_statut(text).value if text else "") or None
    return typed
