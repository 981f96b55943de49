"""What every command that imports a file shows: differences by sheet, problems by kind, and whether it was written."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.exchange.sums import render_sums, sums_of, sums_row
from ledger.commands.shell.screen import say, say_after, show, table
from ledger.core.errors import Level, Problem

if TYPE_CHECKING:
    from ledger.exchange.importing.diff import SheetDiff
    from ledger.exchange.importing.importer import Import
    from ledger.exchange.partners.sums import FileSums
    from ledger.exchange.workbook import Reading

Annoter = Annotated[
    Path | None,
    typer.Option("--annoter", metavar="SORTIE", parser=Path, help="Écrit là une copie du fichier, problèmes marqués."),
]
Limite = Annotated[
    list[str] | None,
    typer.Option("--limite", metavar="NOM=NOMBRE", help="Relève une limite de lecture, par exemple lignes=300000."),
]

_SHOWN_BY_KIND = 3
_BY_COLUMN = frozenset({"siret_detruit", "siret_invalide", "siret_siren", "siret_zero_perdu"})
_LEVELS = {Level.ERROR: "Erreurs", Level.ALERT: "Alertes", Level.INFORMATION: "Informations"}


def show_import(found: Import, *, content: Reading | None = None, annotated: Path | None = None) -> None:
    """Show what the import found and did; write the file's annotated copy where one is asked for.

    raises: typer.Exit(1) when an error forbade it; FileRefused when the copy cannot be written.
    """
    if content is not None and annotated is not None:
        from ledger.exchange.annotating.annotate import annotate

        annotate(content.path, content.opened.content, content.opened.grids, found.problems, annotated)
    sums = sums_of(found, content) if content is not None else []
    row = _row(found) | ({"annote": str(annotated)} if annotated is not None else {})
    for sheet, each in zip(row["feuilles"], found.sheets, strict=True):
        sheet.update(next((sums_row(known) for known in sums if known.sheet == each.sheet.name), {}))
    show(row, lambda: _render(found, annotated, sums))
    if found.refused:
        raise typer.Exit(1)


def refuse_unsound(content: Reading) -> None:
    """Nothing when the file can be read without an error.

    raises: FileRefused naming the first error and how to see them all.
    """
    from ledger.exchange.opening.precheck import FileRefused

    wrong = [found for found in content.problems if found.level is Level.ERROR]
    if wrong:
        first = wrong[0]
        place = f"{first.sheet} {first.cell}".strip()
        raise FileRefused(
            f"« {content.path.name} » a {len(wrong)} erreur(s), la première en {place} : {first.message}",
            "Voyez-les toutes sans rien écrire : la commande importer, avec --simuler.",
        )


def _row(found: Import) -> dict[str, Any]:
    return {
        "feuilles": [_sheet_row(sheet) for sheet in found.sheets],
        "problemes": [problem_row(each) for each in _by_weight(found.problems)],
        "ecrit": found.written,
    }


def _sheet_row(sheet: SheetDiff) -> dict[str, Any]:
    from ledger.exchange.declaration import plain_text
    from ledger.exchange.importing.diff import State

    return {
        "feuille": sheet.sheet.name,
        "nouvelles": sheet.count(State.NEW),
        "modifiees": sheet.count(State.CHANGED),
        "identiques": sheet.count(State.SAME),
        "absentes": len(sheet.absent),
        "disparues": [
            {
                "cle": each.key,
                "attribuant": each.attribuant,
                "exercice": each.year,
                "montant": each.amount,
                "deja_dite": each.known,
            }
            for each in sheet.gone
        ],
        "changements": [
            {
                "cle": diff.row.key,
                "colonne": change.column.title,
                "avant": plain_text(change.before),
                "apres": plain_text(change.after),
            }
            for diff in sheet.rows
            for change in diff.changes
        ],
    }


def problem_row(found: Problem) -> dict[str, Any]:
    """A finding, as scripts read it."""
    return {
        "feuille": found.sheet,
        "cellule": found.cell,
        "niveau": str(found.level),
        "code": found.code,
        "trouve": found.found,
        "attendu": found.expected,
        "message": found.message,
    }


def _by_weight(problems: list[Problem]) -> list[Problem]:
    order = list(_LEVELS)
    return sorted(problems, key=lambda found: order.index(found.level))


def _render(found: Import, annotated: Path | None, sums: list[FileSums]) -> None:
    for level, title in _LEVELS.items():
        _render_problems(title, [each for each in found.problems if each.level is level])
    if found.sheets:
        _render_sheets(found)
    for each in sums:
        render_sums(each)
    empty = [sheet.sheet.name for sheet in found.sheets if not sheet.rows and not sheet.aside]
    if found.refused:
        say("Rien n'a été écrit. Corrigez les erreurs, puis recommencez.")
    elif found.written:
        say("Import enregistré.")
    elif found.sheets and len(empty) == len(found.sheets):
        say(f"Rien à importer : aucune ligne sous les titres ({', '.join(empty)}). Remplissez-les, puis recommencez.")
    elif found.sheets and not found.changes:
        say("Le fichier et le livre disent la même chose : rien n'a été écrit.")
    else:
        say("Rien n'a été écrit.")
    if annotated is not None:
        say(f"Copie annotée : {annotated} (feuille « Problèmes », cellules marquées).")


def _kind(found: Problem) -> tuple[str, str, str]:
    """What makes two findings of one kind: the same trouble, in the same column."""
    return found.code, found.sheet, _column(found)


def _column(found: Problem) -> str:
    place = re.fullmatch(r"([A-Z]{1,3})\d+", found.cell)
    return place[1] if place and found.code in _BY_COLUMN else ""


def _where(same: list[Problem]) -> str:
    column = _column(same[0])
    return f" ({len(same)} en tout dans la colonne {column})" if column else ""


def _render_problems(title: str, problems: list[Problem]) -> None:
    if not problems:
        return
    say(f"{title} ({len(problems)}) :")
    by_code = sorted(problems, key=_kind)
    for _, group in groupby(by_code, key=_kind):
        same = list(group)
        for each in same[:_SHOWN_BY_KIND]:
            place = f"{each.sheet}!{each.cell}" if each.cell else each.sheet
            read = f" « {each.found} » trouvé" if each.found else ""
            wanted = f"{',' if read else ''} {each.expected} attendu" if each.expected and each.code != "refus" else ""
            say_after(f"  {place} — ", f"{(read + wanted).strip()}{'. ' if read or wanted else ''}{each.message}")
        if len(same) > _SHOWN_BY_KIND:
            say(f"  … et {len(same) - _SHOWN_BY_KIND} autre(s) du même genre{_where(same)}.")


def _render_sheets(found: Import) -> None:
    rows = [_sheet_row(sheet) for sheet in found.sheets]
    names = ("feuille", "nouvelles", "modifiees", "identiques", "absentes")
    titles = ("Feuille", "Nouvelles", "Modifiées", "Identiques", "Absentes du fichier")
    table("Ce que le fichier change", titles, [tuple(row[name] for name in names) for row in rows])
    for row in rows:
        for change in row["changements"][:20]:
            before = change["avant"] or "vide"
            say(f"  {row['feuille']}, {change['cle']}, {change['colonne']} : {before} → {change['apres'] or 'vide'}")
        if len(row["changements"]) > 20:
            say(f"  … et {len(row['changements']) - 20} autre(s) changement(s) ; tous sont donnés par --json.")
