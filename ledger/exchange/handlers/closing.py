"""Décisions de clôture: every remainder of the year, each with its decision, all of them or nothing is applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from ledger.closing.deciding import Wanted, decide, year_fates
from ledger.closing.fates import Fate
from ledger.closing.vocabulary import RemainderEnd
from ledger.core.errors import NotFound, Problem
from ledger.core.money import Money, total
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.importing.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.closing import CLOSING

_WHOLE = "toute la ligne"


def fate_values(fate: Fate) -> Values:
    """The row of a remainder."""
    decision = fate.decision if fate.decided else None
    return {
        "year": fate.key.year,
        "line": fate.key.line,
        "position": str(fate.key.position),
        "subject": " ".join(part for part in (fate.key.convention, fate.key.action) if part) or _WHOLE,
        "amount": fate.amount,
        "lifted": fate.part(RemainderEnd.LIFT),
        "proposed": RemainderEnd(fate.proposed).short,
        "fate": fate.fate,
        "reason": decision.reason if decision else "",
        "piece": decision.piece if decision else "",
        "decider": fate.decider,
        "why": "" if decision else fate.reason,
    }


def held_fates(session: Session, years: Iterable[int]) -> dict[str, Values]:
    """By key, the remainders of these years; a year never opened has none."""
    found: dict[str, Values] = {}
    for year in sorted(years):
        try:
            fates = year_fates(session, year)
        except NotFound:
            continue
        found |= {key_text(CLOSING, values): values for values in map(fate_values, fates)}
    return found


class ClosingHandler:
    """Rows of the sheet Décisions de clôture."""

    sheets = (CLOSING,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The decisions of the file against those that stand."""
        found = rows[CLOSING.name]
        return [compare(CLOSING, found, held_fates(session, _years(found)))]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One decision a row whose fate, reason or piece changed; rows that name no remainder are findings."""
        for diff in diffs[0].rows:
            changed = {change.column.field for change in diff.changes} & {"fate", "reason", "piece"}
            if diff.state is State.CHANGED and changed and diff.row.values.get("reason"):
                yield Act((diff,), lambda diff=diff: _decide(session, diff, origin))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """What the file leaves out, adds or counts otherwise than the book; decisions without a reason."""
        found = rows[CLOSING.name]
        if not found:
            return
        held = held_fates(session, _years(found))
        for diff in diffs[0].rows:
            yield from _row_problems(diff, held.get(diff.row.key))
        for key in diffs[0].absent:
            yield problem("reste_absent", found[0].tab, "", key, key=key)
        told, kept = _sum(row.values for row in found), _sum(held.values())
        if told != kept:
            words = {"expected": kept.french(), "gap": (told - kept).french()}
            yield problem("reste_total", found[0].tab, "", told.french(), **words)


def _row_problems(diff: RowDiff, held: Values | None) -> Iterator[Problem]:
    row = diff.row
    if held is None:
        yield problem("reste_inconnu", row.tab, row.cell("line"), row.key, key=row.key)
        return
    told, kept = row.values.get("amount"), held["amount"]
    if told != kept and isinstance(told, Money) and isinstance(kept, Money):
        yield problem("reste_montant", row.tab, row.cell("amount"), told.french(), expected=kept.french())
    if any(change.column.field == "fate" for change in diff.changes) and not row.values.get("reason"):
        yield problem("valeur_manquante", row.tab, row.cell("reason"), title="Motif", kind="le motif de la décision")


def _years(rows: Sequence[Row]) -> set[int]:
    return {year for row in rows if isinstance(year := row.values.get("year"), int)}


def _sum(rows: Iterable[Values]) -> Money:
    return total(amount for row in rows if isinstance(amount := row.get("amount"), Money))


def _decide(session: Session, diff: RowDiff, origin: Origin) -> None:
    values = {name: str(value or "") for name, value in diff.row.values.items()}
    year = int(values["year"])
    key = next(fate.key for fate in year_fates(session, year) if key_text(CLOSING, fate_values(fate)) == diff.row.key)
    decide(
        session,
        year,
        Wanted(key.line, str(key.position), key.convention, key.action),
        values["fate"],
        reason=values["reason"],
        piece=values.get("piece", ""),
        on=origin.on,
    )
