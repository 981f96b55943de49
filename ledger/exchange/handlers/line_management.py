"""Who pays a line, its budget, accounts and ceiling, as the sheet of lines says them: rules of the contract on it.

One fact has one owner in a workbook: where its sheet of rules says of a line who pays it, its columns are only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from ledger.conventions.line_management import ManagementForm, set_management
from ledger.core.errors import LedgerError, Problem
from ledger.core.money import Money
from ledger.exchange.declaration import plain_text, value_said
from ledger.exchange.export.framework import management_values
from ledger.exchange.importing.diff import FieldChange, RowDiff, SheetDiff
from ledger.exchange.importing.handling import ImportAct
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.framework import ACCOUNT_COLUMNS, MANAGED_SINCE, MANAGED_SOURCE, MANAGEMENT_FIELDS
from ledger.exchange.vocabulary import State
from ledger.referential.contracts import contract_of
from ledger.referential.model import CreditLine
from ledger.referential.queries import find_line
from ledger.rules.limit_kinds import EnveloppeCeiling, LineAccounts, MoneyWay
from ledger.rules.vocabulary import ScopeWord
from ledger.rules.written import read_pairs
from ledger.storage.session import context

_SAID_BY: Mapping[str, tuple[str, ...]] = {
    MoneyWay.kind: ("payer",),
    LineAccounts.kind: ("budget", *ACCOUNT_COLUMNS),
    EnveloppeCeiling.kind: ("ceiling",),
}
_TYPED = tuple(field for fields in _SAID_BY.values() for field in fields)

_WHERE_TO = {
    "recoverer": "la colonne Payeur",
    **dict.fromkeys((MANAGED_SINCE, MANAGED_SOURCE), "ce qui vaut depuis ce jour, ou la feuille Règles"),
}


class RuledLines:
    """Which columns of the sheet of lines the sheet of rules of the same workbook already says."""

    def __init__(self, rules: Sequence[Row]) -> None:
        self._fields: dict[str, set[str]] = {}
        for row in rules:
            if (fields := _SAID_BY.get(str(row.values.get("kind")))) and (line := _only_line(row)):
                self._fields.setdefault(line, set()).update(fields)

    def typed(self, row: Row) -> dict[str, object]:
        """What this row of the sheet of lines says by itself, by column: its day and its source left aside."""
        ruled = self._fields.get(row.key, ())
        return {field: value for field in _TYPED if field not in ruled and (value := row.values.get(field))}

    def judged(self, diff: RowDiff) -> RowDiff:
        """The difference, less what the rules say; a day or a source changes nothing by itself."""
        typed = self.typed(diff.row)
        changed = any(each.column.field in typed for each in diff.changes)
        kept = {*typed, *((MANAGED_SINCE, MANAGED_SOURCE) if changed else ())}
        aside = tuple(c for c in diff.changes if c.column.field in MANAGEMENT_FIELDS and c.column.field not in kept)
        changes = tuple(each for each in diff.changes if each not in aside)
        state = State.SAME if diff.state is State.CHANGED and not changes else diff.state
        return replace(diff, state=state, changes=changes, noted=diff.noted + aside)


def _only_line(rule: Row) -> str:
    """The line that the rule of this row is about; "" where it is about more, or cannot be read."""
    try:
        scope = dict(read_pairs(str(rule.values.get("scope") or "")))
    except LedgerError:
        return ""
    return str(scope.get(ScopeWord.LINE.value, "")).upper() if len(scope) == 1 else ""


def management_acts(session: Session, lines: SheetDiff, ruled: RuledLines, on: date) -> Iterator[ImportAct]:
    """One act a line whose row says it is managed otherwise than its contract does; on: the day of the import."""
    for diff in lines.rows:
        if diff.state is not State.SAME and (typed := ruled.typed(diff.row)):
            yield ImportAct((diff,), partial(_manage, session, diff.row, typed, on))


def _manage(session: Session, row: Row, typed: Mapping[str, object], on: date) -> None:
    """raises: as set_management."""
    if session.get(CreditLine, (context(session).contract, row.key)) is None:
        return  # refused already: its row is not in the contract
    line = find_line(session, row.key)
    held = management_values(session, line.code)
    said = {field: value for field, value in typed.items() if value != held[field]}
    if not said:
        return
    ceiling = said.get("ceiling")
    form = ManagementForm(
        payer=str(said["payer"]) if "payer" in said else None,
        budget=str(said["budget"]) if "budget" in said else None,
        accounts={str(each): str(said[field]) for field, each in ACCOUNT_COLUMNS.items() if field in said} or None,
        ceiling=ceiling if isinstance(ceiling, Money) else None,
    )
    first = value_said(row.values, MANAGED_SINCE, date) or line.starts_on or contract_of(session).starts_on
    assert first is not None
    source = str(row.values.get(MANAGED_SOURCE) or line.source)
    set_management(session, line, form, since=first, source=source, verified_on=on)


def management_remarks(lines: SheetDiff) -> Iterator[Problem]:
    """What a row says of how its line is managed, and that the import leaves aside."""
    for diff in lines.rows:
        yield from (_left_aside(diff.row, each) for each in diff.noted)


def _left_aside(row: Row, change: FieldChange) -> Problem:
    return problem(
        "colonne_informative",
        row.tab,
        row.cell(change.column.field),
        plain_text(change.after),
        title=change.column.title,
        expected=plain_text(change.before) or "vide",
        command=_WHERE_TO.get(change.column.field, "la feuille Règles"),
    )
