"""Importing: what a file says against what the base holds, then every act, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, Level, Problem
from ledger.core.field import Value
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.core.progress import Progress, silent
from ledger.exchange.declaration import Values, plain_text
from ledger.exchange.importing.diff import RowDiff, SheetDiff
from ledger.exchange.importing.former_codes import with_current_porteurs
from ledger.exchange.importing.handling import Handler, ImportAct, ImportBatch, RowsOrigin
from ledger.exchange.importing.provenance import record_provenance
from ledger.exchange.opening.limits import LIMITS, FileRefused, Limits
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets import SHEETS
from ledger.exchange.sheets.framework import WHOSE_FRAMEWORK
from ledger.exchange.vocabulary import State
from ledger.exchange.workbook import Reading, read_workbook
from ledger.journal.backdating import dated_too_early
from ledger.journal.model import Contract
from ledger.storage.driver import many_objects
from ledger.storage.history import another_act
from ledger.storage.session import context

_NAMED = 3


@dataclass(slots=True)
class ImportResult:
    """What an import found and did: the differences by sheet, every problem, and whether the base changed."""

    sheets: list[SheetDiff] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    written: bool = False

    @property
    def changes(self) -> list[RowDiff]:
        """The rows that say something else than the book, or something it does not hold."""
        return [row for sheet in self.sheets for row in sheet.rows if row.state is not State.SAME]

    @property
    def refused(self) -> bool:
        """Whether an error forbids writing."""
        return any(found.level is Level.ERROR for found in self.problems)


def import_file(
    session: Session,
    reading: Reading,
    handlers: Sequence[Handler],
    origin: RowsOrigin,
    *,
    simulate: bool = False,
    alone: bool = False,
    progress: Progress = silent,
) -> ImportResult:
    """Apply what the file changes; with one error, or to simulate, the base is left as it was.

    alone: nothing else was done in this transaction, which is then rolled back itself. A savepoint around a long
    import costs SQLite more at each row than at the one before.

    Every problem is found in one pass: rows that can be read are tried against the base even where others cannot.
    Missing rows are reported, never deleted. raises: InvalidValue for the référentiel of another contract of the base.
    """
    _check_its_contract(session, reading)
    reading = with_current_porteurs(session, reading)
    result = ImportResult(problems=list(reading.problems))
    if not reading.rows or reading.broken.sheets:
        return result
    with many_objects():
        whole = None if alone else session.begin_nested()
        tried = _apply(session, reading, handlers, origin, result, progress)
        if tried and (refusal := dated_too_early(session)) is not None:
            result.problems.append(_refused(result.changes, refusal))
        if tried and not result.refused and not simulate:
            progress("Enregistrement")
            record_provenance(session, reading, result.changes)
            if whole is not None:
                whole.commit()
            result.written = True
        else:
            (whole or session).rollback()
    return result


def _check_its_contract(session: Session, reading: Reading) -> None:
    of_whom, contract = reading.about.get(WHOSE_FRAMEWORK, ""), context(session).contract
    if of_whom not in ("", contract) and session.get(Contract, of_whom) is not None:
        raise InvalidValue(
            f"Ce référentiel est celui du contrat {of_whom}, pas du contrat {contract}.",
            f"Importez-le dans le sien : cofiville --contrat {of_whom} excel importer {reading.path}",
        )


def _apply(
    session: Session,
    reading: Reading,
    handlers: Sequence[Handler],
    origin: RowsOrigin,
    result: ImportResult,
    progress: Progress,
) -> int:
    """How many acts were tried."""
    done = 0
    for handler in handlers:
        found = {sheet.name: reading.rows[sheet.name] for sheet in handler.sheets if sheet.name in reading.rows}
        if not found:
            continue
        progress("Comparaison avec le livre")
        diffs = handler.diffs(session, found, origin)
        result.sheets.extend(diffs)
        result.problems.extend(handler.remarks(session, reading.rows, diffs, origin))
        result.problems.extend(_absent(diffs, found))
        done += _run_all(session, handler.acts(session, diffs, origin), reading, result, _Counted(progress, diffs))
    return done


class _Counted:
    """How many of the rows that change something are done."""

    def __init__(self, progress: Progress, diffs: Sequence[SheetDiff]) -> None:
        self._progress, self._done = progress, 0
        self._whole = sum(row.state is not State.SAME for sheet in diffs for row in sheet.rows)

    def add(self, rows: int) -> None:
        """Count these rows too."""
        self._done = min(self._done + rows, self._whole)
        self._progress("Écriture", self._done, self._whole)


def _run_all(
    session: Session, acts: Iterable[ImportAct | ImportBatch], reading: Reading, result: ImportResult, counted: _Counted
) -> int:
    """How many acts were tried; their refusals are among the problems, but those that a row not read may explain."""
    tried = 0
    for act in _one_by_one(session, acts, counted):
        tried += 1
        if act is None:
            continue
        result.problems.extend(found for found in _run(session, act) if reading.sound or _stands(act, reading))
        counted.add(len(act.rows))
    return tried


def _one_by_one(
    session: Session, acts: Iterable[ImportAct | ImportBatch], counted: _Counted
) -> Iterator[ImportAct | None]:
    """The acts still to run; None for each that was done with others."""
    for each in acts:
        if isinstance(each, ImportAct):
            yield each
            continue
        for act, done in zip(each.acts, _all_or_nothing(session, each), strict=True):
            if done:
                counted.add(len(act.rows))
            yield None if done else act


def _all_or_nothing(session: Session, batch: ImportBatch) -> Sequence[bool]:
    step = session.begin_nested()
    another_act(session)
    try:
        done = batch.run()
        session.flush()
    except (LedgerError, SQLAlchemyError):
        step.rollback()
        return [False] * len(batch.acts)
    step.commit()
    return done


def _stands(act: ImportAct, reading: Reading) -> bool:
    """Whether a refusal would stand were every row readable, as far as can be told."""
    if reading.broken.nameless:
        return False
    values = (value for diff in act.rows for value in diff.row.values.values())
    return not any(isinstance(value, str) and value in reading.broken.words for value in values)


def _absent(diffs: Sequence[SheetDiff], rows: Mapping[str, Sequence[Row]]) -> Iterator[Problem]:
    for diff in diffs:
        if diff.absent and rows[diff.sheet.name] and not diff.sheet.foreign:
            names = ", ".join(diff.absent[:_NAMED]) + (", …" if len(diff.absent) > _NAMED else "")
            yield problem("lignes_absentes", rows[diff.sheet.name][0].tab, count=str(len(diff.absent)), names=names)


def _run(session: Session, act: ImportAct) -> Iterator[Problem]:
    step = session.begin_nested()
    another_act(session)
    try:
        act.run()
        session.flush()
    except LedgerError as refusal:
        step.rollback()
        yield _refused(act.rows, refusal)
    else:
        step.commit()


def _refused(rows: Sequence[RowDiff], refusal: LedgerError) -> Problem:
    """The refusal, at the first cell it names: a word, a day, an amount; else at the first row's key."""
    quoted = [part.partition(" »")[0].strip() for part in refusal.problem.split("« ")[1:]]
    cells = [(diff, name, value) for diff in rows for name, value in diff.row.values.items()]
    for kind in (str, date, Money):
        for diff, name, value in cells:
            if isinstance(value, kind) and _is_named(value, refusal.problem, quoted):
                return _at(diff, name, refusal)
    return _at(rows[0], rows[0].row.sheet.key[0], refusal)


def _is_named(value: Value, problem: str, quoted: Sequence[str]) -> bool:
    if isinstance(value, date):
        return french_day(value) in problem
    if isinstance(value, Money):
        return bool(value) and value.french() in problem
    return value in quoted and value != ""


def _at(diff: RowDiff, name: str, refusal: LedgerError) -> Problem:
    row = diff.row
    where = row.cell(name, *row.sheet.key)
    words = {"problem": refusal.problem, "remedy": refusal.remedy}
    return replace(problem("refus", row.tab, where, _shown(row.values.get(name)), **words), kind=refusal.code)


def _shown(value: Value) -> str:
    if isinstance(value, Money):
        return value.french()
    return french_day(value) if isinstance(value, date) else plain_text(value)


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
