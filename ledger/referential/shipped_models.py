"""The models of contract shipped with the product: folders of data (référentiel, rules), every figure sourced."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ledger.core.errors import NotFound


@lru_cache(maxsize=1)
def _declared() -> dict[str, Any]:
    return tomllib.loads(_folder().joinpath("modeles.toml").read_text(encoding="utf-8"))


def _folder() -> Traversable:
    return files("ledger.referential").joinpath("modeles")


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


def model_file(model: str, name: str) -> Traversable:
    """The file of that name in the folder of a model. raises: NotFound, for a model that is not shipped."""
    if model not in model_names():
        raise NotFound(f"Aucun modèle de contrat « {model} » n'est livré.", f"Modèles : {', '.join(model_names())}.")
    return _folder().joinpath(model, name)
