"""A workbook that comes back from whom it was sent to: read against what was sent and what the book says now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound, Problem
from ledger.core.field import Value
from ledger.core.identifiers import is_count
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.exchange.declaration import Column, Sheet, Table, Values, key_text, plain_text
from ledger.exchange.export.programming import programming_tables
from ledger.exchange.export.tableau import contract_lines, wide_values
from ledger.exchange.importing.provenance import brought_by
from ledger.exchange.model import SentWorkbook
from ledger.exchange.opening.grid import Grid
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Broken, Row, read_sheet
from ledger.exchange.sending.return_acts import ReturnActs
from ledger.exchange.sending.sent import NUMBER, content_of, find_sent
from ledger.exchange.sheets import SHEETS
from ledger.exchange.sheets.committees import COPIL, TECHNIQUE
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.exchange.sheets.tableau import WIDE_NAME, tableau_sheet
from ledger.exchange.vocabulary import Side
from ledger.exchange.workbook import Reading, read_workbook
from ledger.exchange.writing.lists import contract_sheets
from ledger.storage.standing import last_act_on


@dataclass(frozen=True, slots=True)
class Merged:
    """The rows to import, and what is to know of them."""

    rows: list[Row]
    problems: list[Problem]


Brought: TypeAlias = Callable[[Row, str], bool]
"""Whether a file of this name is what last brought the value that the book holds for this field of this row."""


Whose: TypeAlias = Callable[[Row], str]
"""Who wrote last, and when, what a row tells: said where it changed on our side."""


def never_brought(row: Row, field: str) -> bool:
    """For a file of which nothing was imported before."""
    return False


def merge(
    sheet: Sheet,
    theirs: Sequence[Row],
    sent: Mapping[str, Values],
    ours: Mapping[str, Values],
    decide: Side,
    whose: Whose,
    brought: Brought = never_brought,
) -> Merged:
    """Each row as it should be imported: their changes kept, ours not undone, conflicts said or decided.

    sent, ours: by key. Rows that the book does not hold are new ones of theirs and go through unchanged.
    brought: what of ours came from this very file, imported before: it follows what the file says today.
    """
    merged = Merged([], [])
    for row in theirs:
        was, now = sent.get(row.key, {}), ours.get(row.key)
        if now is None:
            merged.rows.append(row)
            continue
        values = dict(row.values)
        for column in sheet.columns:
            if column.read_only or column.field not in row.values or column.field not in now:
                continue
            values[column.field] = _value(
                row, column, was.get(column.field), now[column.field], decide, whose, brought, merged.problems
            )
        merged.rows.append(row.saying(values))
    return merged


def _value(
    row: Row,
    column: Column,
    was: Value,
    now: Value,
    decide: Side,
    whose: Whose,
    brought: Brought,
    problems: list[Problem],
) -> Value:
    theirs = row.values[column.field]
    if same(theirs, now) or same(now, was):
        return theirs
    words = {"title": column.title, "ours": value_shown(now), "sent": value_shown(was)}
    here = row.tab, row.cell(column.field), value_shown(theirs)
    follows = decide is Side.UNDECIDED and brought(row, column.field)
    if follows and not same(theirs, was):
        problems.append(problem("meme_fichier", *here, **words))
        return theirs
    if same(theirs, was) and not follows:
        problems.append(problem("modifie_chez_nous", *here, **words, whose=whose(row)))
        return now
    if decide is Side.UNDECIDED:
        problems.append(problem("conflit", *here, **words, whose=whose(row)))
        return theirs
    return now if decide is Side.OURS else theirs


def same(one: Value, other: Value) -> bool:
    """Whether two values say the same; blank, zero and no say nothing alike."""
    return one == other or (not one and not other)


def value_shown(value: Value) -> str:
    """A value as people read it."""
    return value.french() if isinstance(value, Money) else plain_text(value) or "vide"


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


@dataclass(frozen=True, slots=True)
class Proposed:
    """A value of their tableau that is not as sent: where it stands, what was sent, what they say."""

    row: Row
    column: Column
    sent: Value
    theirs: Value

    @property
    def theirs_amount(self) -> Money:
        """What they say, as an amount; zero for none."""
        return self.theirs if isinstance(self.theirs, Money) else ZERO


def proposals(sheet: Sheet, sent: Grid, theirs: Grid) -> tuple[list[Proposed], list[Problem]]:
    """Each value of their tableau that is not as sent; and what there is to say of its rows."""
    declared = readable_tableau(sheet)
    was = {row.key: row for row in read_sheet(declared, sent, Broken()).rows}
    found = read_sheet(declared, theirs, Broken())
    problems = [trouble for trouble in found.problems if trouble.code not in ("colonne_ignoree", "ligne_de_total")]
    proposed: list[Proposed] = []
    for row in found.rows:
        if row.key in was:
            proposed.extend(_changes(row, was[row.key], declared.columns))
        else:
            problems.append(problem("ligne_ajoutee", row.tab, row.cell("number"), row.key, key=row.key))
    named = {row.key for row in found.rows}
    gone = (key for key in was if key not in named)
    problems.extend(problem("ligne_retiree", theirs.name, "", key, key=key) for key in gone)
    return proposed, problems


def _changes(row: Row, was: Row, columns: Sequence[Column]) -> Iterator[Proposed]:
    for column in columns:
        if column.read_only or column.field not in row.values or column.field not in was.values:
            continue
        before, after = was.values[column.field], row.values[column.field]
        if not same(before, after):
            yield Proposed(row, column, before, after)


def _told(each: Proposed, command: str) -> Problem:
    words = {"title": each.column.title.replace(" > ", ", "), "sent": value_shown(each.sent), "command": command}
    here = each.row.tab, each.row.cell(each.column.field), value_shown(each.theirs)
    return problem("proposition", *here, **words)


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
    note = f"Retour de l'envoi n° {sent.number} du {french_day(sent.sent_on)}."
    read = replace(reading, problems=[*reading.problems, problem("fichier_lu", reading.path.name, note=note)])
    if sent.subject == _WIDE:
        return _wide_against(session, read, sent, decide)
    was = reread(session, sent, SHEETS)
    problems, rows = list(read.problems), dict(reading.rows)
    for table in programming_tables(session, sent.year):
        name = table.sheet.name
        if table.sheet.computed:
            problems = [each for each in problems if (each.code, each.sheet) != ("feuille_ignoree", name)]
            problems.extend(_proposed(session, sent.year, table, was, reading))
        elif name in rows:
            before = {row.key: row.values for row in was.rows.get(name, ())}
            merged = merge(table.sheet, rows[name], before, _by_key(table), decide, _since(session, sent))
            rows[name] = merged.rows
            problems.extend(merged.problems)
    return replace(read, rows=rows, problems=problems)


def _since(session: Session, sent: SentWorkbook) -> Whose:
    return lambda row: last_act_on(session, "action", row.key.split(" · ")[0], sent.recorded_at)


_WIDE = "tableau"


def _wide_against(session: Session, reading: Reading, sent: SentWorkbook, decide: Side) -> Reading:
    """The rows of the wide sheet, which says nothing of a line by an empty cell as by no column."""
    theirs = reading.rows.get(WIDE_NAME)
    if not theirs:
        return reading
    sheet = tableau_sheet(contract_lines(session))
    was = {row.key: row.values for row in reread(session, sent, (*SHEETS, sheet)).rows.get(WIDE_NAME, ())}
    fields = [column.field for column in sheet.columns if not column.read_only]
    ours = {
        number: {field: values.get(field) for field in fields}
        for number, values in wide_values(session, sent.year).items()
    }
    brought = brought_by(session, reading.path.name, sent.year)
    since = _since(session, sent)
    merged = merge(sheet, theirs, was, ours, decide, since, lambda row, field: long_place(row, field) in brought)
    return replace(
        reading,
        rows={**reading.rows, WIDE_NAME: merged.rows},
        problems=[*reading.problems, *merged.problems],
    )


def long_place(row: Row, field: str) -> tuple[str, str, str]:
    """Where the long sheets hold a value of the wide one: the sheet, the key, the field."""
    line, _, step = field.rpartition(" ")
    sheet, kept = _HELD.get(step if line else "", (PROGRAMMING, field))
    return sheet.name, f"{row.key} · {line}" if line else row.key, kept


_HELD: Mapping[str, tuple[Sheet, str]] = {
    "asked": (FUNDINGS, "amount_requested"),
    "proposed": (TECHNIQUE, "amount"),
    "decided": (COPIL, "amount"),
}


def reread(session: Session, sent: SentWorkbook, sheets: Sequence[Sheet]) -> Reading:
    """The workbook as it was sent, read as these sheets."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "envoi.xlsx"
        path.write_bytes(content_of(sent))
        return read_workbook(path, contract_sheets(session, sheets))


def _by_key(table: Table) -> Mapping[str, Values]:
    return {key_text(table.sheet, values): values for values in table.rows}


def proposals_of(session: Session, sent: SentWorkbook, theirs: Reading) -> list[Proposed]:
    """What a returned workbook proposes on its calculated tableau."""
    was = reread(session, sent, SHEETS)
    tables = (table for table in programming_tables(session, sent.year) if table.sheet.computed)
    return [each for table in tables for each in _on_tableau(table, was, theirs)[0]]


def _on_tableau(table: Table, was: Reading, theirs: Reading) -> tuple[list[Proposed], list[Problem]]:
    grids = [
        next((grid for grid in reading.opened.grids if grid.name == table.sheet.name), None)
        for reading in (was, theirs)
    ]
    if grids[0] is None or grids[1] is None:
        return [], []
    return proposals(table.sheet, grids[0], grids[1])


def _proposed(session: Session, year: int, table: Table, was: Reading, theirs: Reading) -> list[Problem]:
    found, problems = _on_tableau(table, was, theirs)
    acts = ReturnActs(session, year)
    commands = [(each, acts.command(each.row.key, each.column.field, each.sent, each.theirs)) for each in found]
    return [*problems, *(_told(each, command) for each, command in commands if command)]
