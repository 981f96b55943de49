"""Keeping what a partner's file says: each row once, another version when the file says otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.core.money import parse_money
from ledger.exchange.declaration import Column, Kind, Sheet, Value, Values, plain_text
from ledger.exchange.importing.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.model import PartnerRow
from ledger.exchange.partners.identity import siret_of, siret_remarks
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.journal.context import context


@dataclass(frozen=True, slots=True)
class PartnerHandler:
    """Rows of one partner's layout, kept as facts: nothing of the book moves."""

    profile: str
    sheet: Sheet

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The only sheet of the layout."""
        return (self.sheet,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The rows of the file, each key once, against those kept before for the same years."""
        found = once(rows[self.sheet.name])
        years = {year_of(row) for row in found}
        return [compare(self.sheet, found, held_rows(session, self.profile, self.sheet, years))]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act: every new or changed row kept as its next version."""
        changed = tuple(diff for diff in diffs[0].rows if diff.state is not State.SAME)
        if changed:
            yield Act(changed, lambda: keep(session, self.profile, changed))

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Rows listed twice, SIRET that cannot be trusted, cofinanceurs under one amount, rows gone since last time."""
        read = rows[self.sheet.name]
        yield from _doubles(read)
        yield from siret_remarks(read)
        yield from _several_cofinanceurs(read)
        yield from _fewer(diffs[0], read)


def once(rows: Sequence[Row]) -> list[Row]:
    """The rows, the first of each key."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.key, row)
    return list(found.values())


def year_of(row: Row) -> int | None:
    """The exercice a row belongs to: its own column, else the year of its day; None when it says neither."""
    year = row.values.get("year")
    if isinstance(year, int):
        return year
    day = row.values.get("paid_on") or row.values.get("on")
    return day.year if isinstance(day, date) else None


def keep(session: Session, profile: str, diffs: Sequence[RowDiff]) -> None:
    """Write each row as the next version of its key."""
    contract = context(session).contract
    keys = {diff.row.key for diff in diffs}
    query = (
        select(PartnerRow.key, func.max(PartnerRow.version))
        .where(PartnerRow.contract == contract, PartnerRow.profile == profile)
        .group_by(PartnerRow.key)
    )
    last = {key: version for key, version in session.execute(query) if key in keys}
    session.execute(insert(PartnerRow), [_kept(contract, profile, diff.row, last) for diff in diffs])


def _kept(contract: str, profile: str, row: Row, last: Mapping[str, int]) -> dict[str, Any]:
    return {
        "contract": contract,
        "profile": profile,
        "key": row.key,
        "version": last.get(row.key, 0) + 1,
        "year": year_of(row),
        "siret": siret_of(row),
        "facts": {name: plain_text(value) for name, value in row.values.items()},
    }


def held_rows(session: Session, profile: str, sheet: Sheet, years: set[int | None]) -> dict[str, Values]:
    """By key, what was last kept of this layout for these years."""
    wanted = (PartnerRow.contract == context(session).contract, PartnerRow.profile == profile)
    query = select(PartnerRow).where(*wanted).order_by(PartnerRow.key, PartnerRow.version)
    latest = {row.key: row for row in session.scalars(query)}
    return {key: revived(sheet, row.facts) for key, row in latest.items() if row.year in years}


def revived(sheet: Sheet, facts: Mapping[str, str]) -> Values:
    """The values of a row kept, each of its kind again."""
    known = {column.field: column for column in sheet.columns}
    return {name: _value(known[name], text) for name, text in facts.items() if name in known}


def _value(column: Column, text: str) -> Value:
    if not text:
        return None
    match column.kind:
        case Kind.AMOUNT:
            return parse_money(text)
        case Kind.DAY:
            return date.fromisoformat(text)
        case Kind.INTEGER:
            return int(text)
        case _:
            return text


def _doubles(rows: Sequence[Row]) -> Iterator[Problem]:
    listed = Counter(row.key for row in rows)
    for row in rows:
        if listed[row.key] > 1:
            note = f"« {row.key} » est listé {listed[row.key]} fois : seule la première ligne est gardée. Vérifiez-le."
            yield problem("doublon", row.tab, row.cell(*row.sheet.key), row.key, note=note)


def _several_cofinanceurs(rows: Sequence[Row]) -> Iterator[Problem]:
    for row in rows:
        names = [
            name for name in str(row.values.get("cofinanceurs") or "").replace("\n", ";").split(";") if name.strip()
        ]
        amounts = str(row.values.get("cofinanced") or "").replace("\n", ";").split(";")
        if len(names) > 1 and len(amounts) < len(names):
            note = (
                f"{len(names)} cofinanceurs pour un seul montant : il n'est pas réparti. "
                "Demandez la part de chacun, puis saisissez une ligne par financeur."
            )
            yield problem("a_confirmer", row.tab, row.cell("cofinanceurs"), "; ".join(names), note=note)


def _fewer(diff: SheetDiff, rows: Sequence[Row]) -> Iterator[Problem]:
    if diff.absent and rows:
        note = (
            f"{len(diff.absent)} ligne(s) reçue(s) auparavant ne sont plus dans ce fichier ({diff.absent[0]}…) : "
            "rien n'est effacé. Demandez pourquoi à qui l'envoie."
        )
        yield problem("moins_de_lignes", rows[0].tab, note=note)
