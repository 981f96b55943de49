"""What a terminal asks, one thing after the other, before a command that was not typed whole."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

_FUNCTIONS = {
    "action budget": "action.budget_dialogue",
    "action indicateur": "action.indicators_dialogue",
    "action public": "action.publics_dialogue",
    "action reference": "action.references_dialogue",
    "action saisir": "action.action_dialogue",
    "appel ouvrir": "programming.appel_dialogue",
    "avis saisir": "programming.avis_dialogue",
    "bilan arreter": "bilan.action_bilan_dialogue",
    "bilan saisir": "bilan.bilan_dialogue",
    "comite decider": "programming.decision_dialogue",
    "configurer": "configurer.configurer_dialogue",
    "convention recevoir": "convention.right_dialogue",
    "convention saisir": "convention.drafting_dialogue",
    "echange adapter": "echange.ask_titles",
    "porteur ajouter": "porteur.porteur_dialogue",
    "poste saisir": "programming.post_dialogue",
}
"""By command, the function of this folder that gives the values of its parameters from those typed."""


def dialogue_of(command: str) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """What asks, in a terminal, for the values of this command ("porteur ajouter"); None where nothing does."""
    if (found := _FUNCTIONS.get(command)) is None:
        return None
    module, _, name = found.partition(".")
    asked: Callable[[dict[str, Any]], dict[str, Any]] = getattr(import_module(f"{__name__}.{module}"), name)
    return asked
