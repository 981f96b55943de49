"""A returned workbook adopted: what its sender changed, three ways on a sheet, and what is adopted of it, in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, Problem
from ledger.core.field import Value
from ledger.core.grouping import grouped
from ledger.core.identifiers import is_count
from ledger.core.money import ZERO
from ledger.exchange.declaration import Column, Sheet, Table, Values
from ledger.exchange.export.tableau import contract_lines, wide_values
from ledger.exchange.model import SentWorkbook
from ledger.exchange.reading.cells import Unreadable, read_cell
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Cells, Row
from ledger.exchange.sending.return_acts import ReturnActs
from ledger.exchange.sending.returning import Proposed, proposals_of, reread, same, value_shown
from ledger.exchange.sending.sent import NUMBER, find_sent
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.exchange.sheets.returns import RETURN
from ledger.exchange.sheets.tableau import WIDE_NAME, tableau_sheet
from ledger.exchange.workbook import Reading
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.queries import years_of_actions
from ledger.referential.porteurs import porteur_codes

_STEPS = {"requested": "asked", "own_funds": "asked", "proposed": "proposed", "granted": "decided"}
_FIELDS = {"cost": "cost_total", "title": "title", "objective": "objective"}


class Changed(NamedTuple):
    """A value that the sender of a returned workbook changed.

    field: the column of the wide sheet that holds it; "" where none does, and `act` is then what to type.
    """

    action: str
    field: str
    heading: str
    sent: Value
    theirs: Value
    act: str = ""


def sending_returned(session: Session, reading: Reading) -> SentWorkbook:
    """The sending that this file is the return of. raises: InvalidValue, NotFound."""
    number = reading.about.get(NUMBER, "")
    if not is_count(number):
        raise InvalidValue(
            f"« {reading.path.name} » n'est pas le retour d'un envoi.",
            "Importez-le sans --retour ; les envois : cofiville excel envois.",
        )
    return find_sent(session, int(number))


def return_table(session: Session, reading: Reading) -> Table:
    """What the returned file changes that the book does not say, three ways; what they alone changed is to adopt.

    raises: InvalidValue for a file that no sending of the base came back as.
    """
    sent = sending_returned(session, reading)
    wide = tableau_sheet(contract_lines(session))
    ours = wide_values(session, sent.year)
    changed = _of_wide(session, reading, sent) if WIDE_NAME in reading.rows else _of_programme(session, reading, sent)
    rows = []
    for each in changed:
        held = ours.get(each.action, {})
        now = held.get(each.field)
        if each.field and same(each.theirs, now):
            continue
        column = wide.column(each.field) if each.field else None
        rows.append(
            {
                "action": each.action,
                "title": held.get("title"),
                "heading": _heading(column) if column else each.heading,
                "sent": _said(column, each.sent),
                "ours": _said(column, now) if column else None,
                "theirs": _said(column, each.theirs),
                "adopt": True if column and same(now, each.sent) else None,
                "act": each.act,
            }
        )
    return Table(RETURN, tuple(rows), note=f" — envoi n° {sent.number}")


def _of_wide(session: Session, reading: Reading, sent: SentWorkbook) -> Iterator[Changed]:
    sheet = tableau_sheet(contract_lines(session))
    was = {row.key: row.values for row in reread(session, sent, (sheet,)).rows.get(WIDE_NAME, ())}
    for row in reading.rows[WIDE_NAME]:
        before = was.get(row.key, {})
        for column in sheet.columns:
            theirs, sent_value = row.values.get(column.field), before.get(column.field)
            if column.read_only or column.field == "number" or theirs in (None, "", ()):
                continue
            if not same(theirs, sent_value):
                yield Changed(row.key, column.field, "", sent_value, theirs)


def _of_programme(session: Session, reading: Reading, sent: SentWorkbook) -> Iterator[Changed]:
    """Of its calculated tableau, then of the actions and plans that stand on their own sheets."""
    acts, granted = ReturnActs(session, sent.year), granted_by_action(session, sent.year)
    for each in proposals_of(session, sent, reading):
        field = _wide_field(each)
        line = field.rpartition(" ")[0]
        lowered = field.endswith(" decided") and each.theirs_amount < granted.get(each.row.key, {}).get(line, ZERO)
        act = acts.command(each.row.key, each.column.field, each.sent, each.theirs)
        if act or field:
            heading = each.column.title.replace(" > ", ", ")
            yield Changed(each.row.key, "" if lowered else field, heading, each.sent, each.theirs, act)
    was = reread(session, sent, (PROGRAMMING, FUNDINGS))
    wide = {column.field for column in tableau_sheet(()).columns}
    for sheet, of in ((PROGRAMMING, "number"), (FUNDINGS, "action")):
        before = {row.key: row.values for row in was.rows.get(sheet.name, ())}
        for row in reading.rows.get(sheet.name, ()):
            for name, theirs in row.values.items():
                place = name if sheet is PROGRAMMING else f"{row.values['line']} asked"
                kept = place in wide if sheet is PROGRAMMING else name == "amount_requested"
                sent_value = before.get(row.key, {}).get(name)
                if kept and theirs not in (None, "", ()) and not same(theirs, sent_value):
                    yield Changed(str(row.values[of]), place, "", sent_value, theirs)


def _wide_field(each: Proposed) -> str:
    line, _, step = each.column.field.rpartition(" ")
    if line:
        return f"{line} {_STEPS[step]}" if step in _STEPS else ""
    return _FIELDS.get(step, "")


def _heading(column: Column) -> str:
    return f"{column.group}, {column.title}" if column.group else column.title


def _said(column: Column | None, value: Value) -> str | None:
    labels = {choice.value: choice.label for choice in column.choices} if column else {}
    if value in (None, "", ()):
        return None
    return labels.get(value, value) if isinstance(value, str) else value_shown(value)


def adopted(session: Session, reading: Reading) -> Reading:
    """The reading where what is adopted on its sheet of returns makes rows of the wide sheet; as it is without one."""
    rows = reading.rows.get(RETURN.name)
    if not rows:
        return reading
    wide = tableau_sheet(contract_lines(session))
    columns = {_heading(column): column for column in wide.columns if not column.read_only}
    years = years_of_actions(session, {str(row.values["action"]) for row in rows})
    ours = {number: values for year in years for number, values in wide_values(session, year).items()}
    names = {code: name for name, code in porteur_codes(session).items()}
    problems: list[Problem] = list(reading.problems)
    found: list[Row] = []
    for action, mine in grouped((str(row.values["action"]), row) for row in rows if row.values.get("adopt")).items():
        held = ours.get(action, {})
        values = _adopted_values(mine, columns, held, names, problems)
        if values:
            found.append(_wide_row(wide, mine[0], action, values, held))
    left = {name: each for name, each in reading.rows.items() if name != RETURN.name}
    return replace(reading, rows={**left, **({WIDE_NAME: found} if found else {})}, problems=problems)


def _adopted_values(
    rows: Sequence[Row],
    columns: Mapping[str, Column],
    held: Values,
    names: Mapping[str, str],
    problems: list[Problem],
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for row in rows:
        column = columns.get(str(row.values["heading"]))
        theirs = row.values.get("theirs")
        if column is None or not isinstance(theirs, str):
            problems.append(problem("non_adoptable", row.tab, row.cell("adopt"), "oui"))
            continue
        now, said = held.get(column.field), row.values.get("ours")
        try:
            wanted, ours = read_cell(column, theirs), read_cell(column, said) if isinstance(said, str) else None
        except Unreadable:
            problems.append(problem("non_adoptable", row.tab, row.cell("theirs"), theirs))
            continue
        if column.field == "porteur":
            wanted = names.get(str(wanted), wanted)
        if same(wanted, now):
            continue
        if not same(ours, now):
            words = {"title": column.title, "ours": value_shown(now)}
            problems.append(problem("change_depuis", row.tab, row.cell("ours"), value_shown(ours), **words))
        values[column.field] = wanted
    return values


def _wide_row(wide: Sheet, first: Row, action: str, values: Mapping[str, Value], held: Values) -> Row:
    """The row of the action: what is adopted, beside what the committees say of its other lines."""
    whole = dict(values)
    if any(field.endswith((" proposed", " decided")) for field in values):
        said = {name: value for name, value in held.items() if name.endswith((" proposed", " decided"))}
        undecided = {f"{name.removesuffix(' proposed')} decided": None for name in said if name.endswith(" proposed")}
        whole = {**undecided, **said, **values}
    letter = first.cells.letters["theirs"]
    names = {"number": first.cells.letters["action"], **dict.fromkeys(whole, letter)}
    return Row(wide, first.tab, first.number, {"number": action, **whole}, Cells(names, first.number))
