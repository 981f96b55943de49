"""The models of contract shipped with the product: folders of data (référentiel, rules), every figure sourced."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from ledger.core.errors import NotFound

# Read at every command: the standard way to packaged files costs a tenth of a second.
_FOLDER = Path(__file__).with_name("modeles")


@lru_cache(maxsize=1)
def _declared() -> dict[str, Any]:
    """`titres`: each model by name; `depart`: that of bases made without an option; `contrat`: the usual book's;
    `paragraphes`: see model_paragraphs.

    JSON, which every command reads anyway: a reader of TOML would be loaded for these lines alone.
    """
    declared: dict[str, Any] = json.loads((_FOLDER / "modeles.json").read_text(encoding="utf-8"))
    return declared


def model_titles() -> dict[str, str]:
    """What each model is, in French, by name."""
    titles: dict[str, str] = _declared()["titres"]
    return titles


def model_names() -> tuple[str, ...]:
    """The models that a contract may begin with."""
    return tuple(model_titles())


def default_model() -> str:
    """The model of the bases made without an option."""
    name: str = _declared()["depart"]
    return name


def model_paragraphs(model: str) -> dict[str, str]:
    """The § of a model's text that speaks of each subject a screen prints ("levier": "§5.4.2"); none where unsaid."""
    found: dict[str, str] = _declared()["paragraphes"].get(model, {})
    return found


def default_contract() -> str:
    """The code of the contract whose book is kept where nobody says otherwise."""
    code: str = _declared()["contrat"]
    return code


def model_file(model: str, name: str) -> Path:
    """The file of that name in the folder of a model. raises: NotFound, for a model that is not shipped."""
    if model not in model_names():
        raise NotFound(f"Aucun modèle de contrat « {model} » n'est livré.", f"Modèles : {', '.join(model_names())}.")
    return _FOLDER / model / name
