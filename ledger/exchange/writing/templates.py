"""The blank templates: made of the declarations and of the facts shipped with the product."""

from __future__ import annotations

from pathlib import Path

from ledger.exchange.declaration import FREE_ROWS, Table
from ledger.exchange.opening.limits import FileRefused
from ledger.exchange.sheets import TEMPLATES
from ledger.exchange.workbook import write_workbook
from ledger.exchange.writing.lists import seed_lists


def write_templates(folder: Path, free_rows: int = FREE_ROWS) -> list[Path]:
    """Write every template in the folder, made if need be; the same bytes each time.

    free_rows: how many rows to fill have live formulas; a program prints as many, filled or not.
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
        write_workbook(path, [Table(sheet, free_rows=free_rows) for sheet in sheets], lists, about={"modèle": name})
        written.append(path)
    return written
