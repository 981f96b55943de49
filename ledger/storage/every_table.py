"""Every table of the program, for what looks at a whole base."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages


def know_every_table() -> None:
    """Import every module of tables (its name ends with "model"), so that none is left behind."""
    import ledger

    for module in walk_packages(ledger.__path__, "ledger."):
        if module.name.endswith("model"):
            import_module(module.name)
