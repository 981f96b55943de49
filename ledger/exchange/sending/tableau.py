"""The tableau de programmation that comes back: what they changed is a proposal, adopted by the act it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ledger.core.errors import Problem
from ledger.exchange.declaration import Column, Sheet
from ledger.exchange.opening.grid import Grid
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Broken, Row, read_sheet
from ledger.exchange.sending.three_ways import same, shown

_ACTS = {
    "requested": "cofiville action modifier {number} --financement {line}=MONTANT",
    "own_funds": "cofiville action modifier {number} --financement {line}=MONTANT",
    "proposed": "cofiville comite decider {number} --comite technique --montant {line}=MONTANT",
    "granted": "cofiville allocation accorder {number} {line} MONTANT --piece REFERENCE",
    "paid": "cofiville versement payer CONVENTION MONTANT --le JOUR --reference REFERENCE",
    "avis": "cofiville avis saisir {number} SERVICE --avis AVIS",
}
_OTHERWISE = "cofiville action modifier {number}"


def readable(sheet: Sheet) -> Sheet:
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
    declared = readable(sheet)
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
                "sent": shown(before),
                "command": _act(row.key, column),
            }
            yield problem("proposition", row.tab, row.cell(column.field), shown(after), **words)


def _act(number: str, column: Column) -> str:
    line, _, step = column.field.rpartition(" ")
    return _ACTS.get(step, _OTHERWISE).format(number=number, line=line)
