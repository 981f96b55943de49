"""What every command that imports a file gives: differences by sheet, problems by kind, and whether it was written."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.choices import for_this_contract
from ledger.commands.declaring.options import option
from ledger.commands.exchange.sums import sums_of, sums_row, sums_said
from ledger.commands.outcome import Outcome, Row, Sentence
from ledger.core.errors import Level, Problem
from ledger.exchange.fields import ANNOTATED, LIMIT, SHEET_CHANGE
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.exchange.declaration import Sheet
    from ledger.exchange.importing.diff import SheetDiff
    from ledger.exchange.importing.importer import ImportResult
    from ledger.exchange.partners.sums import FileSums
    from ledger.exchange.workbook import Reading

Annoter = Annotated[Path | None, option(ANNOTATED, "--annoter", written=True)]
Limite = Annotated[list[str] | None, option(LIMIT)]

_SHOWN_BY_KIND = 3
_SHOWN_CHANGES = 20
_LEVELS = {Level.ERROR: "Erreurs", Level.ALERT: "Alertes", Level.INFORMATION: "Informations"}
_ORDER = list(_LEVELS)


def sheets_read(sheets: Sequence[Sheet], *, wide: bool = False) -> Sequence[Sheet]:
    """These sheets as the contract has them; as they are where there is no base, which is refused later.

    wide: and the wide sheet, with every line of the contract, and that where a return is adopted.
    """
    from ledger.exchange.export.tableau import contract_lines
    from ledger.exchange.sheets.returns import RETURN
    from ledger.exchange.sheets.tableau import tableau_sheet
    from ledger.exchange.writing.lists import contract_sheets
    from ledger.storage.engine import DatabaseUnavailable

    try:
        with reading() as session:
            more = (tableau_sheet(contract_lines(session)), RETURN) if wide else ()
            return contract_sheets(session, (*sheets, *more))
    except DatabaseUnavailable:
        return sheets


def imported(found: ImportResult, content: Reading, annotated: Path | None) -> Outcome:
    """What the import found and did, a failure when an error forbade it; its annotated copy written, where asked for.

    raises: FileRefused when the copy cannot be written.
    """
    if annotated is not None:
        from ledger.exchange.annotating.annotate import annotate

        marked = [replace(each, message=for_this_contract(each.message)) for each in found.problems]
        annotate(content.path, content.opened.content, content.opened.grids, marked, annotated)
    sums = sums_of(found, content)
    by_sheet = {each.sheet: sums_row(each) for each in sums}
    row = {
        "feuilles": [_sheet_row(each) | by_sheet.get(each.sheet.name, {}) for each in found.sheets],
        "problemes": [problem_row(each) for each in sorted(found.problems, key=lambda each: _ORDER.index(each.level))],
        "ecrit": found.written,
        **({"annote": str(annotated)} if annotated is not None else {}),
    }
    return Outcome(row, tuple(_said(found, row, sums)), failed=found.refused)


def refuse_unsound(content: Reading) -> None:
    """Nothing when the file can be read without an error.

    raises: FileRefused naming the first error and how to see them all.
    """
    from ledger.exchange.opening.limits import FileRefused

    wrong = [found for found in content.problems if found.level is Level.ERROR]
    if wrong:
        first = wrong[0]
        place = f"{first.sheet} {first.cell}".strip()
        raise FileRefused(
            f"« {content.path.name} » a {len(wrong)} erreur(s), la première en {place} : {first.message}",
            "Voyez-les toutes sans rien écrire : la commande importer, avec --simuler.",
        )


def _sheet_row(sheet: SheetDiff) -> Row:
    from ledger.exchange.declaration import plain_text
    from ledger.exchange.vocabulary import State

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


def problem_row(found: Problem) -> Row:
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


def _said(found: ImportResult, row: Row, sums: list[FileSums]) -> Iterator[str | Sentence | Listing]:
    for level, title in _LEVELS.items():
        yield from _problems(title, [each for each in found.problems if each.level is level])
    if found.sheets:
        yield Listing("Ce que le fichier change", SHEET_CHANGE, tuple(row["feuilles"]))
        yield from _changes(row["feuilles"])
    for each in sums:
        yield from sums_said(each)
    yield _ending(found)
    if "annote" in row:
        yield f"Copie annotée : {row['annote']} (feuille « Problèmes », cellules marquées)."


def _ending(found: ImportResult) -> str:
    empty = [sheet.sheet.name for sheet in found.sheets if not sheet.rows and not sheet.aside]
    if found.refused:
        return "Rien n'a été écrit. Corrigez les erreurs, puis recommencez."
    if found.written:
        return "Import enregistré."
    if found.sheets and len(empty) == len(found.sheets):
        return f"Rien à importer : aucune ligne sous les titres ({', '.join(empty)}). Remplissez-les, puis recommencez."
    if found.sheets and not found.changes:
        return "Le fichier et le livre disent la même chose : rien n'a été écrit."
    return "Rien n'a été écrit."


def _kind(found: Problem) -> tuple[str, str, str, str]:
    """What makes two findings of one kind: the same trouble, the same refusal, in the same column."""
    return found.code, found.kind, found.sheet, _column(found)


def _column(found: Problem) -> str:
    place = re.fullmatch(r"([A-Z]{1,3})\d+", found.cell)
    return place[1] if place else ""


def _where(same: list[Problem]) -> str:
    column = _column(same[0])
    return f" ({len(same)} en tout{f' dans la colonne {column}' if column else ''})"


def _problems(title: str, problems: list[Problem]) -> Iterator[str | Sentence]:
    if not problems:
        return
    yield f"{title} ({len(problems)}) :"
    for _, group in groupby(sorted(problems, key=_kind), key=_kind):
        same = list(group)
        for each in same[:_SHOWN_BY_KIND]:
            place = f"{each.sheet}!{each.cell}" if each.cell else each.sheet
            read = f" « {each.found} » trouvé" if each.found else ""
            wanted = f"{',' if read else ''} {each.expected} attendu" if each.expected and each.code != "refus" else ""
            text = f"{(read + wanted).strip()}{'. ' if read or wanted else ''}{each.message}"
            yield Sentence(f"  {place} — ", text)
        if len(same) > _SHOWN_BY_KIND:
            yield f"  … et {len(same) - _SHOWN_BY_KIND} autre(s) du même genre{_where(same)}."


def _changes(sheets: list[Row]) -> Iterator[str]:
    for sheet in sheets:
        for change in sheet["changements"][:_SHOWN_CHANGES]:
            before, after = change["avant"] or "vide", change["apres"] or "vide"
            yield f"  {sheet['feuille']}, {change['cle']}, {change['colonne']} : {before} → {after}"
        if left := len(sheet["changements"][_SHOWN_CHANGES:]):
            yield f"  … et {left} autre(s) changement(s) ; tous sont donnés par --json."
