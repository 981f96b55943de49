"""A workbook that comes back from whom it was sent to: read against what was sent and what the book says now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound, Problem
from ledger.core.period import french_day
from ledger.exchange.declaration import Table, Values, key_text
from ledger.exchange.export.programming import programming_tables
from ledger.exchange.model import SentWorkbook
from ledger.exchange.reading.messages import problem
from ledger.exchange.sending.sent import NUMBER, content_of, find_sent
from ledger.exchange.sending.tableau import proposals
from ledger.exchange.sending.three_ways import Side, merge
from ledger.exchange.sheets import SHEETS
from ledger.exchange.workbook import Reading, read_workbook


def read_side(text: str) -> Side:
    """Who is right where both sides changed. raises: InvalidValue."""
    try:
        return Side(text.strip().lower())
    except ValueError:
        raise InvalidValue(
            f"« {text} » n'est pas un côté.", "Choisissez : --conflits nous ou --conflits eux."
        ) from None


def returned(session: Session, reading: Reading, decide: Side = Side.UNDECIDED) -> Reading:
    """The reading as it should be imported when the file is a workbook we sent; as it is when it is not.

    decide: who is right where both sides changed a value; conflicts are errors while nobody is.
    """
    number = reading.about.get(NUMBER, "")
    if not number.isdecimal():
        return reading
    try:
        sent = find_sent(session, int(number))
    except NotFound:
        note = f"Ce classeur porte le n° d'envoi {number}, que cette base ne connaît pas : il est lu comme un autre."
        return replace(reading, problems=[*reading.problems, problem("fichier_lu", reading.path.name, note=note)])
    return _against(session, reading, sent, decide)


def _against(session: Session, reading: Reading, sent: SentWorkbook, decide: Side) -> Reading:
    was = _reread(sent)
    tables = programming_tables(session, sent.year)
    note = f"Retour de l'envoi n° {sent.number} du {french_day(sent.sent_on)}."
    problems = [*reading.problems, problem("fichier_lu", reading.path.name, note=note)]
    rows = dict(reading.rows)
    for table in tables:
        name = table.sheet.name
        if table.sheet.computed:
            problems = [each for each in problems if (each.code, each.sheet) != ("feuille_ignoree", name)]
            problems.extend(_proposed(table, was, reading))
        elif name in rows:
            before = {row.key: row.values for row in was.rows.get(name, ())}
            merged = merge(table.sheet, rows[name], before, _by_key(table), decide)
            rows[name] = merged.rows
            problems.extend(merged.problems)
    return replace(reading, rows=rows, problems=problems)


def _reread(sent: SentWorkbook) -> Reading:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "envoi.xlsx"
        path.write_bytes(content_of(sent))
        return read_workbook(path, SHEETS)


def _by_key(table: Table) -> Mapping[str, Values]:
    return {key_text(table.sheet, values): values for values in table.rows}


def _proposed(table: Table, was: Reading, theirs: Reading) -> list[Problem]:
    grids = [
        next((grid for grid in reading.opened.grids if grid.name == table.sheet.name), None)
        for reading in (was, theirs)
    ]
    if grids[0] is None or grids[1] is None:
        return []
    return list(proposals(table.sheet, grids[0], grids[1]))
