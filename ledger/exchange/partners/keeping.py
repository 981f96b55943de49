"""Keeping what a partner's file says: who sent it, whom it is about; a correction is another version."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import Level, Problem
from ledger.core.field import Kind, Value
from ledger.core.grouping import grouped
from ledger.core.identifiers import plain_words
from ledger.core.money import parse_money, total
from ledger.exchange.declaration import Column, Sheet, Values, plain_text
from ledger.exchange.importing.diff import GoneLine, RowDiff, SheetDiff
from ledger.exchange.importing.handling import Handler, ImportAct, RowsOrigin
from ledger.exchange.importing.provenance import next_file_number
from ledger.exchange.model import PartnerRow
from ledger.exchange.partners.superseding import FileLine, KnownLine, row_facts, supersede
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.vocabulary import State
from ledger.referential.siret import read_siret, siret_trouble
from ledger.storage.history import insert_records
from ledger.storage.session import context

_YEAR = re.compile(r"(?:19|20)\d\d(?:[.,]0+)?")
_SIREN_DIGITS, _SIRET_DIGITS = 9, 14
_SEVERAL = 2


class Attribuant(NamedTuple):
    """A body as one row names it: its SIREN where its number gives one, the bare words of its name, its whole SIRET.

    siret: "" where its number is no SIRET that can be trusted.
    """

    siren: str
    words: str
    siret: str = ""


def attribuant_of(sheet: Sheet, facts: Mapping[str, str], sender: str) -> Attribuant:
    """The body that a row names; the sender where it names none."""
    said = [facts.get(name, "") for name in sheet.attribuant]
    siren = next((found for text in said if (found := siren_of(text))), "")
    siret = next((found for text in said if (found := read_siret(text)[0])), "")
    words = plain_words(said[-1]) if said else ""
    return Attribuant(siren, words or ("" if siren else plain_words(sender)), siret)


def siren_of(text: str) -> str:
    """The nine digits of the body that a SIREN or a SIRET names, even one whose last digits are lost; else ""."""
    bare = re.sub(r"[\s'’]", "", re.sub(r"[.,]0+$", "", text))
    if not (bare.isascii() and bare.isdigit()) or len(bare) not in (_SIREN_DIGITS, _SIRET_DIGITS):
        return ""
    from stdnum.fr import siren

    return bare[:_SIREN_DIGITS] if siren.is_valid(bare[:_SIREN_DIGITS]) else ""


def one_name_each(attribuants: Iterable[Attribuant]) -> dict[Attribuant, str]:
    """How each mention is named: two of one SIREN alike, unless they differ by name and by SIRET: two of its services.

    One without a SIREN is named as the only one that bears its words.
    """
    found = list(dict.fromkeys(attribuants))
    by_siren: dict[str, list[Attribuant]] = grouped((each.siren, each) for each in found)
    unnumbered = by_siren.pop("", [])
    names = {each: name for siren, group in by_siren.items() for each, name in _of_one_siren(siren, group).items()}
    known: dict[str, set[str]] = {}
    for each, name in names.items():
        known.setdefault(each.words, set()).add(name)
    for each in unnumbered:
        same = known.get(each.words, set())
        names[each] = next(iter(same)) if len(same) == 1 else each.words
    return names


def _of_one_siren(siren: str, group: Sequence[Attribuant]) -> dict[Attribuant, str]:
    """By mention of a SIREN, the SIREN; where several services of it can be told apart, the SIRET of each."""
    services: list[tuple[set[str], set[str]]] = []
    for each in group:
        if each.siret and each.words:
            near = [one for one in services if each.siret in one[0] or each.words in one[1]]
            services = [one for one in services if one not in near]
            services.append(
                ({each.siret}.union(*(one[0] for one in near)), {each.words}.union(*(one[1] for one in near)))
            )
    if len(services) < _SEVERAL:
        return dict.fromkeys(group, siren)
    named = {}
    for each in group:
        mine = [min(sirets) for sirets, words in services if each.siret in sirets or each.words in words]
        named[each] = mine[0] if len(mine) == 1 else siren
    return named


def year_of(row: Row) -> int | None:
    """The exercice a row belongs to: its own column, else the year of its day; None when it says neither.

    A cell that says a year and no day says the year.
    """
    year = row.values.get("year")
    if isinstance(year, int):
        return year
    for name in ("paid_on", "on"):
        text = plain_text(row.values.get(name)) or row.unread.get(name, "")
        if text and (_YEAR.fullmatch(text) or row.values.get(name) is not None):
            return int(text[:4])
    return None


def siret_of(row: Row) -> str:
    """The 14 digits of the row's SIRET; "" when it has none or when they cannot be trusted."""
    return read_siret(str(row.values.get("siret") or ""))[0]


def who(siret: str, name: str) -> str:
    """What two mentions of one body share: its SIRET, else the bare words of its name."""
    return siret or plain_words(name)


def siret_remarks(rows: Sequence[Row], field: str) -> Iterator[Problem]:
    """One alert for each row whose SIRET cannot be trusted, the attribuant's as the beneficiary's."""
    known: dict[str, str] = {}
    for row in rows:
        typed = str(row.values.get(field) or "")
        if not typed:
            continue
        if typed not in known:
            known[typed] = siret_trouble(typed)
        if code := known[typed]:
            column = row.sheet.column(field)
            found = problem(code, row.tab, row.cell(field), typed, title=column.title, kind=column.kind.value)
            yield replace(found, level=Level.ALERT)


_NAMED = 3


@dataclass(frozen=True, slots=True)
class PartnerHandler(Handler):
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

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The rows of the file against what earlier files of the same attribuants said of the same years."""
        read = rows[self.sheet.name]
        kept = last_rows(session, self.profile)
        here = [attribuant_of(self.sheet, row_facts(row), self.sent_by(origin)) for row in read]
        there = [attribuant_of(self.sheet, row.facts, row.sender) for row in kept]
        names = one_name_each([*here, *there])
        lines = [FileLine(row, year_of(row), names[each], row_facts(row)) for row, each in zip(read, here, strict=True)]
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

    def sent_by(self, origin: RowsOrigin) -> str:
        """Who sends the file, as far as is known: the layout's own sender, else the user's profile, else its name."""
        return origin.sender or self.sender or origin.file

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """One act: every line new, changed or gone kept as its next version."""
        changed = tuple(diff for diff in diffs[0].rows if diff.state is not State.SAME)
        if changed or any(not each.known for each in diffs[0].gone):
            yield ImportAct(changed, lambda: keep_lines(session, self, diffs[0], self.sent_by(origin)))

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
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


def _held(row: PartnerRow, attribuant: str) -> KnownLine:
    paid = row.facts.get("paid_on", "")
    day = date.fromisoformat(paid) if paid else None
    return KnownLine(
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


def _gone(sheet: Sheet, line: KnownLine, said: Mapping[str, str]) -> GoneLine:
    amount = line.facts.get(sheet.counted, "")
    name = said.get(line.attribuant) or line.attribuant
    return GoneLine(line.key, line.version, name, line.year, parse_money(amount) if amount else None)


def keep_lines(session: Session, handler: PartnerHandler, diff: SheetDiff, sender: str) -> None:
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
        "facts": row_facts(diff.row),
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


def whole_row(row: Row) -> tuple[tuple[str, str], ...]:
    """All a row says, known column or not: two rows are one only when they are alike in every column."""
    return tuple(sorted([*row_facts(row).items(), *(("?" + title, text) for title, text in row.unread.items())]))


def _doubles(rows: Sequence[Row]) -> Iterator[Problem]:
    listed = Counter(whole_row(row) for row in rows)
    first: dict[tuple[tuple[str, str], ...], Row] = {}
    for row in rows:
        said = whole_row(row)
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
    groups: dict[tuple[str, int | None], list[GoneLine]] = grouped(
        ((each.attribuant, each.year), each) for each in diff.gone
    )
    for (attribuant, year), gone in groups.items():
        amount = total(each.amount for each in gone if each.amount is not None)
        names = ", ".join(each.key for each in gone[:_NAMED]) + (", …" if len(gone) > _NAMED else "")
        note = (
            f"{len(gone)} ligne(s) reçue(s) auparavant{f' de {attribuant}' if attribuant else ''} pour "
            f"{year or 'une année inconnue'} ({amount.french()}) ne sont plus dans ce fichier : {names}. "
            "Elles restent lisibles, mais ne comptent plus. Demandez pourquoi à qui l'envoie."
        )
        yield problem("moins_de_lignes", rows[0].tab, note=note)
