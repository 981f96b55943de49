"""Every table of the program, for what looks at a whole base."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages


def know_every_table() -> None:
    """Import every module of tables ("model", those of a folder "model"), so that none is left behind."""
    import ledger

    for module in walk_packages(ledger.__path__, "ledger."):
        if module.name.endswith("model") or ".model." in module.name:
            import_module(module.name)
