"""Where the files that travel with the program stand: migrations, templates, alembic.ini."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """The file or folder of this name: inside the installed package, else at the root of the checkout.

    raises: FileNotFoundError when the installation is incomplete.
    """
    for folder in (_PACKAGE / "_resources", _PACKAGE.parent):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"{name} is missing from this installation of Cofiville")
