"""The modules of the program, each read and parsed once."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.bases import ROOT

MODULES = sorted((ROOT / "ledger").rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of this module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def trees() -> dict[Path, ast.Module]:
    """The syntax trees of all modules of the program, in the order of their paths."""
    return {path: parsed(path) for path in MODULES}
