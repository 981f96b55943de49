"""Two workbooks side by side: what one says that the other does not."""

from __future__ import annotations

from pathlib import Path

from ledger.core.errors import Level
from ledger.exchange.declaration import Values, plain_text
from ledger.exchange.opening.limits import LIMITS, FileRefused, Limits
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import Reading, read_workbook


def compare_workbooks(before: Path, after: Path, limits: Limits = LIMITS) -> list[dict[str, str]]:
    """Each value that differs, in the order of the first workbook; a row missing on one side is one difference.

    raises: FileRefused when one of them cannot be read without an error.
    """
    first, second = _read(before, limits), _read(after, limits)
    found: list[dict[str, str]] = []
    for sheet in SHEETS:
        if sheet.name not in first.rows or sheet.name not in second.rows:
            continue
        old = {row.key: row.values for row in first.rows[sheet.name]}
        new = {row.key: row.values for row in second.rows[sheet.name]}
        for key in [*old, *(key for key in new if key not in old)]:
            found.extend(_differences(sheet.name, key, old.get(key), new.get(key)))
    return found


def _read(path: Path, limits: Limits) -> Reading:
    reading = read_workbook(path, SHEETS, limits)
    wrong = next((problem for problem in reading.problems if problem.level is Level.ERROR), None)
    if wrong is not None:
        raise FileRefused(
            f"« {path.name} » a des erreurs ({wrong.sheet} {wrong.cell} : {wrong.message})",
            "Voyez-les toutes : cofiville excel importer FICHIER --simuler.",
        )
    return reading


def _differences(sheet: str, key: str, old: Values | None, new: Values | None) -> list[dict[str, str]]:
    if old is None or new is None:
        words = ("absente", "présente") if old is None else ("présente", "absente")
        return [{"feuille": sheet, "cle": key, "colonne": "(ligne)", "avant": words[0], "apres": words[1]}]
    titles = {column.field: column.title for each in SHEETS if each.name == sheet for column in each.columns}
    pairs = {name: (plain_text(old.get(name)), plain_text(new.get(name))) for name in titles}
    return [
        {"feuille": sheet, "cle": key, "colonne": titles[name], "avant": was, "apres": now}
        for name, (was, now) in pairs.items()
        if was != now
    ]
