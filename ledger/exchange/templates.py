"""The blank templates: made of the declarations and of the facts shipped with the product."""

from __future__ import annotations

from pathlib import Path

from ledger.exchange.declaration import Table
from ledger.exchange.limits import FileRefused
from ledger.exchange.lists import seed_lists
from ledger.exchange.sheets import TEMPLATES
from ledger.exchange.workbook import write_workbook


def write_templates(folder: Path) -> list[Path]:
    """Write every template in the folder, made if need be; the same bytes each time.

    raises: FileRefused when the folder cannot be written in.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        raise FileRefused(
            f"Le dossier « {folder} » ne peut pas être créé ({trouble.strerror}).", "Choisissez un autre dossier."
        ) from None
    lists = seed_lists()
    written = []
    for name, sheets in TEMPLATES.items():
        path = folder / f"{name}.xlsx"
        write_workbook(path, [Table(sheet) for sheet in sheets], lists, about={"modèle": name})
        written.append(path)
    return written
