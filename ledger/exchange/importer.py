"""Importing: what a file says against what the base holds, then every act, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, Level, Problem
from ledger.exchange.diff import RowDiff, SheetDiff, State
from ledger.exchange.handling import Act, Handler, Origin
from ledger.exchange.messages import problem
from ledger.exchange.provenance import record_provenance
from ledger.exchange.workbook import Reading


@dataclass(slots=True)
class Import:
    """What an import found and did: the differences by sheet, every problem, and whether the base changed."""

    sheets: list[SheetDiff] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    written: bool = False

    @property
    def refused(self) -> bool:
        """Whether an error forbids writing."""
        return any(found.level is Level.ERROR for found in self.problems)


def import_file(
    session: Session, reading: Reading, handlers: Sequence[Handler], origin: Origin, *, simulate: bool = False
) -> Import:
    """Apply what the file changes; with one error, or to simulate, the base is left as it was.

    Every problem is found in one pass. Missing rows are reported, never deleted.
    """
    result = Import(problems=list(reading.problems))
    if not reading.sound:
        return result
    whole, done = session.begin_nested(), 0
    _note_unhandled(reading, handlers, result)
    for handler in handlers:
        found = {sheet.name: reading.rows[sheet.name] for sheet in handler.sheets if sheet.name in reading.rows}
        if not found:
            continue
        diffs = handler.diffs(session, found, origin)
        result.sheets.extend(diffs)
        result.problems.extend(handler.remarks(session, found, diffs, origin))
        for act in handler.acts(session, diffs, origin):
            done += 1
            result.problems.extend(_run(session, act))
    changed = [row for sheet in result.sheets for row in sheet.rows if row.state is not State.SAME]
    if result.refused or simulate or not done:
        whole.rollback()
        return result
    record_provenance(session, reading, changed)
    whole.commit()
    result.written = True
    return result


def _note_unhandled(reading: Reading, handlers: Sequence[Handler], result: Import) -> None:
    known = {sheet.name for handler in handlers for sheet in handler.sheets}
    for name, rows in reading.rows.items():
        if name not in known and rows:
            result.problems.append(problem("feuille_lecture_seule", rows[0].tab))


def _run(session: Session, act: Act) -> Iterator[Problem]:
    step = session.begin_nested()
    try:
        act.run()
        session.flush()
    except LedgerError as refusal:
        step.rollback()
        yield _refused(act.rows, refusal)
    else:
        step.commit()


def _refused(rows: Sequence[RowDiff], refusal: LedgerError) -> Problem:
    """The refusal, at the cell it names if one does, else at the first row's key."""
    quoted = [part.partition(" »")[0].strip() for part in refusal.problem.split("« ")[1:]]
    for diff in rows:
        for name, value in diff.row.values.items():
            if isinstance(value, str) and value and value in quoted:
                return _at(diff, name, refusal)
    return _at(rows[0], rows[0].row.sheet.key[0], refusal)


def _at(diff: RowDiff, name: str, refusal: LedgerError) -> Problem:
    row = diff.row
    found = row.values.get(name)
    where = row.cell(name, *row.sheet.key)
    words = {"problem": refusal.problem, "remedy": refusal.remedy}
    return problem("refus", row.tab, where, "" if found is None else found, **words)
