"""Keeping what a partner's file says: each line, another version when a later file corrects or drops it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.core.field import Kind, Value
from ledger.core.money import parse_money, total
from ledger.exchange.declaration import Column, Sheet, Values
from ledger.exchange.importing.diff import GoneLine, RowDiff, SheetDiff, State
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.importing.provenance import next_file_number
from ledger.exchange.model import PartnerRow
from ledger.exchange.partners.attribuants import Attribuant, attribuant_of, one_name_each, year_of
from ledger.exchange.partners.identity import siret_of, siret_remarks
from ledger.exchange.partners.superseding import FileLine, HeldLine, facts_of, supersede
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.storage.records import insert_records
from ledger.storage.session import context

_NAMED = 3


@dataclass(frozen=True, slots=True)
class PartnerHandler:
    """Rows of one partner's layout, kept as facts: nothing of the book moves.

    sender: who sends this layout, where its rows do not say; "" when anybody may.
    """

    profile: str
    sheet: Sheet
    sender: str = ""

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The only sheet of the layout."""
        return (self.sheet,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The rows of the file against what earlier files of the same attribuants said of the same years."""
        read = rows[self.sheet.name]
        kept = last_rows(session, self.profile)
        here = [attribuant_of(self.sheet, facts_of(row), self.sent_by(origin)) for row in read]
        there = [attribuant_of(self.sheet, row.facts, row.sender) for row in kept]
        names = one_name_each([*here, *there])
        lines = [FileLine(row, year_of(row), names[each], facts_of(row)) for row, each in zip(read, here, strict=True)]
        held = [_held(row, names[each]) for row, each in zip(kept, there, strict=True)]
        found = supersede(self.sheet, lines, held)
        said = {names[each]: row.sender for row, each in zip(kept, there, strict=True)}
        said |= _as_named(self.sheet, [row.facts for row in kept], names, there)
        gone = (
            *(_gone(self.sheet, each, said) for each in found.gone),
            *(replace(_gone(self.sheet, each, said), known=True) for each in found.gone_before),
        )
        spelled = said | _as_named(self.sheet, [line.facts for line in lines], names, here)
        apart = tuple(_apart(here, names, spelled))
        return [SheetDiff(self.sheet, found.rows, tuple(each.key for each in gone), gone=gone, apart=apart)]

    def sent_by(self, origin: Origin) -> str:
        """Who sends the file, as far as is known: the layout's own sender, else the user's profile, else its name."""
        return origin.sender or self.sender or origin.file

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act: every line new, changed or gone kept as its next version."""
        changed = tuple(diff for diff in diffs[0].rows if diff.state is not State.SAME)
        if changed or any(not each.known for each in diffs[0].gone):
            yield Act(changed, lambda: keep(session, self, diffs[0], self.sent_by(origin)))

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Rows listed twice, SIRET that cannot be trusted, cofinanceurs under one amount, rows gone since last time."""
        read = rows[self.sheet.name]
        yield from _doubles(read)
        for field in dict.fromkeys(("siret", *(name for name in self.sheet.attribuant if name == "payer_siret"))):
            yield from siret_remarks(read, field)
        yield from _several_cofinanceurs(read)
        yield from (_held_apart(read[0], named) for named in diffs[0].apart)
        yield from _fewer(diffs[0], read)


def last_rows(session: Session, *profiles: str) -> list[PartnerRow]:
    """The last version of each line kept of these layouts, those gone since included."""
    query = (
        select(PartnerRow)
        .where(PartnerRow.profile.in_(profiles))
        .order_by(PartnerRow.profile, PartnerRow.key, PartnerRow.version)
    )
    return list({(row.profile, row.key): row for row in session.scalars(query)}.values())


def _held(row: PartnerRow, attribuant: str) -> HeldLine:
    paid = row.facts.get("paid_on", "")
    day = date.fromisoformat(paid) if paid else None
    return HeldLine(
        row.key, row.version, row.year, attribuant, row.facts, row.unread, gone=row.gone, day=day, file=row.file or 0
    )


def _as_named(
    sheet: Sheet, all_said: Sequence[Mapping[str, str]], names: Mapping[Attribuant, str], whose: Sequence[Attribuant]
) -> dict[str, str]:
    """By attribuant, its name as the rows write it."""
    last = sheet.attribuant[-1] if sheet.attribuant else ""
    written = ((names[each], said.get(last, "")) for said, each in zip(all_said, whose, strict=True))
    return {name: text for name, text in written if text}


def _apart(
    here: Iterable[Attribuant], names: Mapping[Attribuant, str], spelled: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    """For each SIREN named here that several attribuants bear, what each is called."""
    for siren in sorted({each.siren for each in here if each.siren}):
        alike = {names[each] for each in names if each.siren == siren}
        if len(alike) > 1:
            yield tuple(sorted(f"« {spelled.get(name, name)} » ({name})" for name in alike))


def _gone(sheet: Sheet, line: HeldLine, said: Mapping[str, str]) -> GoneLine:
    amount = line.facts.get(sheet.counted, "")
    name = said.get(line.attribuant) or line.attribuant
    return GoneLine(line.key, line.version, name, line.year, parse_money(amount) if amount else None)


def keep(session: Session, handler: PartnerHandler, diff: SheetDiff, sender: str) -> None:
    """Write each line that is new or changed as its next version, and that each line gone no longer is."""
    contract, file = context(session).contract, next_file_number(session)
    changed = [each for each in diff.rows if each.state is not State.SAME]
    held = {row.key: row for row in last_rows(session, handler.profile)}
    rows = [_kept(contract, handler.profile, each, held.get(each.line), file, sender) for each in changed]
    rows += [_no_more(held[each.key], file) for each in diff.gone if not each.known]
    insert_records(session, {PartnerRow: rows})


def _kept(
    contract: str, profile: str, diff: RowDiff, last: PartnerRow | None, file: int, sender: str
) -> dict[str, Any]:
    return {
        "contract": contract,
        "profile": profile,
        "key": diff.line,
        "version": (last.version if last else 0) + 1,
        "year": year_of(diff.row),
        "siret": siret_of(diff.row),
        "facts": facts_of(diff.row),
        "unread": dict(diff.row.unread),
        "file": file,
        "sender": sender,
        "gone": False,
    }


def _no_more(row: PartnerRow, file: int) -> dict[str, Any]:
    same = ("contract", "profile", "key", "year", "siret", "facts", "unread", "sender")
    said = {name: getattr(row, name) for name in same}
    return {**said, "version": row.version + 1, "file": file, "gone": True}


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


def alike(row: Row) -> tuple[tuple[str, str], ...]:
    """All a row says, known column or not: two rows are one only when they are alike in every column."""
    return tuple(sorted([*facts_of(row).items(), *(("?" + title, text) for title, text in row.unread.items())]))


def _doubles(rows: Sequence[Row]) -> Iterator[Problem]:
    listed = Counter(alike(row) for row in rows)
    first: dict[tuple[tuple[str, str], ...], Row] = {}
    for row in rows:
        said = alike(row)
        if listed[said] > 1:
            other = first.setdefault(said, row)
            note = (
                f"Cette ligne est listée {listed[said]} fois, pareille dans toutes ses colonnes (d'abord ligne "
                f"{other.number}) : chaque ligne est gardée et comptée. Demandez si c'est une répétition."
            )
            yield problem("doublon", row.tab, row.cell(*row.sheet.key), row.key, note=note)


def _held_apart(first: Row, named: Sequence[str]) -> Problem:
    note = (
        f"{', '.join(named)} : un seul SIREN, des noms et des SIRET différents. Ils sont tenus pour plusieurs"
        " attribuants : le fichier de l'un ne remplace pas celui de l'autre. Si c'est le même, demandez-lui d'écrire"
        " un seul nom ou un seul SIRET."
    )
    return problem("a_confirmer", first.tab, note=note)


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
    """One alert an attribuant and year whose earlier file had lines that this one no longer has."""
    groups: dict[tuple[str, int | None], list[GoneLine]] = {}
    for each in diff.gone:
        groups.setdefault((each.attribuant, each.year), []).append(each)
    for (attribuant, year), gone in groups.items():
        amount = total(each.amount for each in gone if each.amount is not None)
        names = ", ".join(each.key for each in gone[:_NAMED]) + (", …" if len(gone) > _NAMED else "")
        note = (
            f"{len(gone)} ligne(s) reçue(s) auparavant{f' de {attribuant}' if attribuant else ''} pour "
            f"{year or 'une année inconnue'} ({amount.french()}) ne sont plus dans ce fichier : {names}. "
            "Elles restent lisibles, mais ne comptent plus. Demandez pourquoi à qui l'envoie."
        )
        yield problem("moins_de_lignes", rows[0].tab, note=note)
