"""Workbooks in and out against a bare pass of the libraries beneath: python -m benchmarks.workbooks."""

from __future__ import annotations

import argparse
import io
import resource
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from benchmarks.hostile import measure_hostile
from benchmarks.lasting import Lasted, seconds
from ledger.core.money import Money
from ledger.exchange.declaration import Table, Values
from ledger.exchange.handlers.registry import WORKBOOK
from ledger.exchange.importing.handling import RowsOrigin
from ledger.exchange.importing.importer import ImportResult, import_file
from ledger.exchange.opening.limits import parse_limits
from ledger.exchange.opening.open_file import open_file
from ledger.exchange.opening.precheck import check_archive
from ledger.exchange.sheets import SHEETS
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.exchange.sheets.referential import PORTEURS
from ledger.exchange.workbook import read_workbook
from ledger.exchange.writing.lists import seed_lists
from ledger.exchange.writing.writer import workbook_bytes
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession

COLUMNS, PORTEUR_COUNT = 40, 50
LINES = ("ETAT-PDV-ACTIONS", "CAPH-PDV", "PORTEUR-FONDS-PROPRES")
WIDE = parse_limits(("taille=100", "decompresse=1500", "secondes=300", "memoire=6000", "textes=9000000"))
ROOT = Path(__file__).resolve().parent.parent


def programme(rows: int) -> dict[str, tuple[Values, ...]]:
    """Porteurs, actions and plans (one line each) of a year."""
    porteurs: tuple[Values, ...] = tuple(
        {"code": f"P-{n}", "name": f"Association {n} (exemple)", "kind": "association"} for n in range(PORTEUR_COUNT)
    )
    actions: tuple[Values, ...] = tuple(
        {
            "number": f"2016-{n:06}",
            "year": 2016,
            "porteur": f"P-{n % PORTEUR_COUNT}",
            "title": f"Action {n} des habitants du quartier (exemple)",
            "objective": "5.1.2",
            "scale": "communale",
            "dispositif": "action",
            "nature": "fonctionnement",
            "innovation_criteria": n % 5,
            "cost_total": Money(1_000_050 + n),
            "cost_eligible": Money(900_025),
            "headcount_qpv": 10 + n % 7,
            "headcount_veille": 3,
            "headcount_hors": 1,
            "public_caph": 8,
            "public_cavm": 2,
            "territories": ("DENAIN-CENTRE",),
            "no_droit_commun_reason": "Aucun service compétent",
            "example": True,
        }
        for n in range(rows)
    )
    plans: tuple[Values, ...] = tuple(
        {"action": row["number"], "line": LINES[n % 3], "amount_requested": row["cost_total"], "observation": "Vu"}
        for n, row in enumerate(actions)
    )
    return {PORTEURS.name: porteurs, PROGRAMMING.name: actions, FUNDINGS.name: plans}


def workbook(path: Path, rows: int) -> None:
    """The programme as a user's own workbook of 40 columns: those declared, then remarks of the user's."""
    from xlsxwriter import Workbook

    content = programme(rows)
    with Workbook(path, {"strings_to_urls": False}) as book:
        for sheet in (PORTEURS, PROGRAMMING, FUNDINGS):
            columns = [column for column in sheet.columns if not column.read_only]
            more = COLUMNS - len(columns) if sheet is PROGRAMMING else 0
            worksheet = book.add_worksheet(sheet.name)
            worksheet.write_row(0, 0, [*(each.title for each in columns), *(f"Remarque {n}" for n in range(more))])
            for index, values in enumerate(content[sheet.name], start=1):
                cells = [plain(values.get(column.field)) for column in columns]
                worksheet.write_row(index, 0, [*cells, *(f"remarque {n} {index % 100}" for n in range(more))])


def plain(value: Any) -> Any:
    """What XlsxWriter takes for this value."""
    match value:
        case Money():
            return value.cents / 100
        case tuple():
            return ";".join(value)
        case bool():
            return "oui" if value else "non"
    return value


def openpyxl_pass(path: Path) -> None:
    """One bare read-only pass over every cell."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    for worksheet in book:
        for _ in worksheet.iter_rows(values_only=True):
            pass
    book.close()


def bare_write(content: dict[str, tuple[Values, ...]]) -> None:
    """The same cells as the template-quality export, written by XlsxWriter and nothing else."""
    from xlsxwriter import Workbook

    with Workbook(io.BytesIO(), {"in_memory": True, "strings_to_urls": False}) as book:
        for sheet in (PORTEURS, PROGRAMMING, FUNDINGS):
            worksheet = book.add_worksheet(sheet.name)
            fields = [column.field for column in sheet.columns]
            for index, values in enumerate(content[sheet.name], start=1):
                shown = {**values, "plan": values.get("cost_total"), "gap": Money(0)}
                for place, field in enumerate(fields):
                    value = plain(shown.get(field))
                    if isinstance(value, str):
                        worksheet.write_string(index, place, value)
                    elif value is not None:
                        worksheet.write_number(index, place, value)
                    else:
                        worksheet.write_blank(index, place, None)


def compare(uses: Mapping[str, Sequence[Lasted]]) -> None:
    """Print the medians of each use and their ratios to the first one's."""
    reference: Lasted | None = None
    for name, times in uses.items():
        found = Lasted(*(statistics.median(each) for each in zip(*times, strict=True)))
        reference = reference or found
        wall, processor = found.wall / reference.wall, found.processor / reference.processor
        print(f"{name:<40}{found.wall:8.2f} s × {wall:.2f}   processor {found.processor:6.2f} s × {processor:.2f}")


def new_base(folder: Path) -> Session:
    """A writing session on a fresh base whose exercice 2016 is open."""
    base = folder / f"base{len(list(folder.glob('*.db')))}.db"
    for words in (("base", "creer"), ("exercice", "ouvrir", "2016")):
        program = (sys.executable, str(ROOT / "cli.py"), "--base", str(base), "--agent", "mesure", *words)
        subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
    connection = open_engine(str(base)).connect().execution_options(writing=True)
    return ContractSession(connection, Context("CV195", "mesure", "mesure"))


def import_once(session: Session, path: Path) -> ImportResult:
    """Pre-check, read, validate, compare, write, commit."""
    found = import_file(session, read_workbook(path, SHEETS, WIDE), WORKBOOK, RowsOrigin(path.name, date(2016, 3, 1)))
    session.commit()
    return found


def measure_import(folder: Path, rows: int, rounds: int) -> None:
    """Print the import and the identical re-import against the bare pass."""
    path = folder / f"{rows}.xlsx"
    workbook(path, rows)
    bare, first, again, parts = [], [], [], []
    for _ in range(rounds):
        session = new_base(folder)
        bare.append(seconds(lambda: openpyxl_pass(path)))
        parts.append((seconds(lambda: open_file(path, WIDE)), seconds(lambda: read_workbook(path, SHEETS, WIDE))))
        first.append(seconds(lambda session=session: import_once(session, path)))  # type: ignore[misc]
        again.append(seconds(lambda session=session: import_once(session, path)))  # type: ignore[misc]
        session.close()
    print(f"{rows} rows × {COLUMNS} columns")
    compare(
        {
            "bare openpyxl read-only pass": bare,
            "  opened (pre-check, values, marks)": [each[0] for each in parts],
            "  opened, read, validated": [each[1] for each in parts],
            "import, whole": first,
            "identical re-import": again,
        }
    )


def measure_export(rows: int, rounds: int) -> None:
    """Print the template-quality export against the bare write."""
    content = programme(rows)
    tables = [Table(sheet, content[sheet.name]) for sheet in (PORTEURS, PROGRAMMING, FUNDINGS)]
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(seconds(lambda: bare_write(content)))
        ours.append(seconds(lambda: workbook_bytes(tables, seed_lists(), {})))
    compare({"bare XlsxWriter write": bare, "export": ours})


def measure_precheck(path: Path) -> None:
    """Print what the pre-check alone takes."""
    with zipfile.ZipFile(path) as archive:
        lasted = seconds(lambda: check_archive(path.name, archive, WIDE))
        print(f"{'pre-check alone':<40}{lasted.wall:8.2f} s          processor {lasted.processor:6.2f} s")


def main() -> None:
    """Measure hostile files first (memory only grows), then imports, then exports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure_hostile(folder)
        for rows in chosen.rows:
            measure_import(folder, rows, chosen.rounds)
            measure_precheck(folder / f"{rows}.xlsx")
            measure_export(rows, chosen.rounds)
            print(f"peak memory so far: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
