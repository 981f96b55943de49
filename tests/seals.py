"""The verifier that is shipped for who does not trust the program: loaded from its file, as it stands."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any

from tests.bases import ROOT

VERIFIER = ROOT / "docs" / "verifier_sceau.py"


@cache
def verifier() -> Any:
    """Its module."""
    spec = importlib.util.spec_from_file_location("verifier_sceau", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def verified(path: Path, *anchors: str) -> list[tuple[str, str]]:
    """Code and subject of each thing that it finds wrong in this base or archive."""
    return [(each.code, each.subject) for each in verifier().verify(path, anchors).findings]
