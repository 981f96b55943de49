"""A workbook that comes back from whom it was sent to: read against what was sent and what the book says now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound, Problem
from ledger.core.field import Value
from ledger.core.identifiers import is_count
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.exchange.declaration import Column, Sheet, Table, Values, key_text, plain_text
from ledger.exchange.export.programming import programming_tables
from ledger.exchange.model import SentWorkbook
from ledger.exchange.opening.grid import Grid
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Broken, Row, read_sheet
from ledger.exchange.sending.sent import NUMBER, content_of, find_sent
from ledger.exchange.sheets import SHEETS
from ledger.exchange.vocabulary import Side
from ledger.exchange.workbook import Reading, read_workbook
from ledger.exchange.writing.lists import contract_sheets


@dataclass(frozen=True, slots=True)
class Merged:
    """The rows to import, and what is to know of them."""

    rows: list[Row]
    problems: list[Problem]


def merge(
    sheet: Sheet, theirs: Sequence[Row], sent: Mapping[str, Values], ours: Mapping[str, Values], decide: Side
) -> Merged:
    """Each row as it should be imported: their changes kept, ours not undone, conflicts said or decided.

    sent, ours: by key. Rows that were not sent are new ones of theirs and go through unchanged.
    """
    merged = Merged([], [])
    for row in theirs:
        was, now = sent.get(row.key), ours.get(row.key)
        if was is None or now is None:
            merged.rows.append(row)
            continue
        values = dict(row.values)
        for column in sheet.columns:
            if column.read_only or column.field not in row.values or column.field not in now:
                continue
            values[column.field] = _value(
                row, column, was.get(column.field), now[column.field], decide, merged.problems
            )
        merged.rows.append(row.saying(values))
    return merged


def _value(row: Row, column: Column, was: Value, now: Value, decide: Side, problems: list[Problem]) -> Value:
    theirs = row.values[column.field]
    if same(theirs, now) or same(now, was):
        return theirs
    words = {"title": column.title, "ours": value_shown(now), "sent": value_shown(was)}
    if same(theirs, was):
        problems.append(problem("modifie_chez_nous", row.tab, row.cell(column.field), value_shown(theirs), **words))
        return now
    if decide is Side.UNDECIDED:
        problems.append(problem("conflit", row.tab, row.cell(column.field), value_shown(theirs), **words))
        return theirs
    return now if decide is Side.OURS else theirs


def same(one: Value, other: Value) -> bool:
    """Whether two values say the same; blank, zero and no say nothing alike."""
    return one == other or (not one and not other)


def value_shown(value: Value) -> str:
    """A value as people read it."""
    return value.french() if isinstance(value, Money) else plain_text(value) or "vide"


_ACTS = {
    "requested": "cofiville action modifier {number} --financement {line}=MONTANT",
    "own_funds": "cofiville action modifier {number} --financement {line}=MONTANT",
    "proposed": "cofiville comite decider {number} --comite technique --montant {line}=MONTANT",
    "granted": "cofiville allocation accorder {number} {line} MONTANT --piece REFERENCE",
    "paid": "cofiville versement payer CONVENTION MONTANT --le JOUR --reference REFERENCE",
    "avis": "cofiville avis saisir {number} SERVICE --avis AVIS",
}
_OTHERWISE = "cofiville action modifier {number}"


def readable_tableau(sheet: Sheet) -> Sheet:
    """The tableau as it can be read back: each title of a group bears its group's, nothing is required but the key."""
    return replace(
        sheet,
        columns=tuple(
            replace(column, title=f"{column.group} > {column.title}" if column.group else column.title, group="")
            for column in sheet.columns
        ),
        foreign=True,
        repeats=True,
    )


def proposals(sheet: Sheet, sent: Grid, theirs: Grid) -> Iterator[Problem]:
    """One alert for each value of their tableau that is not as sent, with the act that would make it true."""
    declared = readable_tableau(sheet)
    was = {row.key: row for row in read_sheet(declared, sent, Broken()).rows}
    found = read_sheet(declared, theirs, Broken())
    yield from (trouble for trouble in found.problems if trouble.code not in ("colonne_ignoree", "ligne_de_total"))
    for row in found.rows:
        yield from _changes(row, was.get(row.key), declared.columns)
    named = {row.key for row in found.rows}
    for key in (key for key in was if key not in named):
        yield problem("ligne_retiree", theirs.name, "", key, key=key)


def _changes(row: Row, was: Row | None, columns: Sequence[Column]) -> Iterator[Problem]:
    if was is None:
        yield problem("ligne_ajoutee", row.tab, row.cell("number"), row.key, key=row.key)
        return
    for column in columns:
        if column.read_only or column.field not in row.values or column.field not in was.values:
            continue
        before, after = was.values[column.field], row.values[column.field]
        if not same(before, after):
            words = {
                "title": column.title.replace(" > ", ", "),
                "sent": value_shown(before),
                "command": _act(row.key, column),
            }
            yield problem("proposition", row.tab, row.cell(column.field), value_shown(after), **words)


def _act(number: str, column: Column) -> str:
    line, _, step = column.field.rpartition(" ")
    return _ACTS.get(step, _OTHERWISE).format(number=number, line=line)


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
    if not is_count(number):
        return reading
    try:
        sent = find_sent(session, int(number))
    except NotFound:
        note = f"Ce classeur porte le n° d'envoi {number}, que cette base ne connaît pas : il est lu comme un autre."
        return replace(reading, problems=[*reading.problems, problem("fichier_lu", reading.path.name, note=note)])
    return _against(session, reading, sent, decide)


def _against(session: Session, reading: Reading, sent: SentWorkbook, decide: Side) -> Reading:
    was = _reread(session, sent)
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


def _reread(session: Session, sent: SentWorkbook) -> Reading:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "envoi.xlsx"
        path.write_bytes(content_of(sent))
        return read_workbook(path, contract_sheets(session, SHEETS))


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
