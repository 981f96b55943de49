"""Décisions de clôture: every remainder of the year, each with its decision, all of them or nothing is applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from ledger.closing.decide_remainder import WantedRemainder, decide_remainders, outcomes_of_year
from ledger.closing.remainders import RemainderOutcome
from ledger.closing.vocabulary import RemainderEnd
from ledger.core.errors import NotFound, Problem
from ledger.core.money import Money, total
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, RowsOrigin
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.closing import CLOSING
from ledger.exchange.vocabulary import State

_WHOLE = "toute la ligne"


def remainder_values(outcome: RemainderOutcome) -> Values:
    """The row of the sheet Décisions de clôture for a remainder."""
    decision = outcome.decision if outcome.decided else None
    return {
        "year": outcome.key.year,
        "line": outcome.key.line,
        "position": str(outcome.key.position),
        "subject": " ".join(part for part in (outcome.key.convention, outcome.key.action) if part) or _WHOLE,
        "amount": outcome.amount,
        "lifted": outcome.part(RemainderEnd.LIFT),
        "proposed": RemainderEnd(outcome.proposed).short,
        "fate": outcome.fate,
        "reason": decision.reason if decision else "",
        "piece": decision.piece if decision else "",
        "decider": outcome.decider,
        "why": "" if decision else outcome.reason,
    }


def remainder_rows(session: Session, years: Iterable[int]) -> dict[str, Values]:
    """By key, the remainders of these years; a year never opened has none."""
    found: dict[str, Values] = {}
    for year in sorted(years):
        try:
            outcomes = outcomes_of_year(session, year)
        except NotFound:
            continue
        found |= {key_text(CLOSING, values): values for values in map(remainder_values, outcomes)}
    return found


class ClosingHandler(Handler):
    """Rows of the sheet Décisions de clôture."""

    sheets = (CLOSING,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The decisions of the file against those that stand."""
        found = rows[CLOSING.name]
        return [compare_rows(CLOSING, found, remainder_rows(session, _years(found)))]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """One decision a row whose fate, reason or piece changed; rows that name no remainder are findings."""
        for diff in diffs[0].rows:
            changed = {change.column.field for change in diff.changes} & {"fate", "reason", "piece"}
            if diff.state is State.CHANGED and changed and diff.row.values.get("reason"):
                yield ImportAct((diff,), lambda diff=diff: _decide(session, diff, origin))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """What the file leaves out, adds or counts otherwise than the book; decisions without a reason."""
        found = rows[CLOSING.name]
        if not found:
            return
        held = remainder_rows(session, _years(found))
        for diff in diffs[0].rows:
            yield from _row_problems(diff, held.get(diff.row.key))
        for key in diffs[0].absent:
            yield problem("reste_absent", found[0].tab, "", key, key=key)
        remarked, kept = _sum(row.values for row in found), _sum(held.values())
        if remarked != kept:
            words = {"expected": kept.french(), "gap": (remarked - kept).french()}
            yield problem("reste_total", found[0].tab, "", remarked.french(), **words)


def _row_problems(diff: RowDiff, held: Values | None) -> Iterator[Problem]:
    row = diff.row
    if held is None:
        yield problem("reste_inconnu", row.tab, row.cell("line"), row.key, key=row.key)
        return
    found, kept = row.values.get("amount"), held["amount"]
    if found != kept and isinstance(found, Money) and isinstance(kept, Money):
        yield problem("reste_montant", row.tab, row.cell("amount"), found.french(), expected=kept.french())
    if any(change.column.field == "fate" for change in diff.changes) and not row.values.get("reason"):
        yield problem("valeur_manquante", row.tab, row.cell("reason"), title="Motif", kind="le motif de la décision")


def _years(rows: Sequence[Row]) -> set[int]:
    return {year for row in rows if isinstance(year := row.values.get("year"), int)}


def _sum(rows: Iterable[Values]) -> Money:
    return total(amount for row in rows if isinstance(amount := row.get("amount"), Money))


def _decide(session: Session, diff: RowDiff, origin: RowsOrigin) -> None:
    values = {name: str(value or "") for name, value in diff.row.values.items()}
    year = int(values["year"])
    key = next(
        outcome.key
        for outcome in outcomes_of_year(session, year)
        if key_text(CLOSING, remainder_values(outcome)) == diff.row.key
    )
    decide_remainders(
        session,
        year,
        WantedRemainder(key.line, str(key.position), key.convention, key.action),
        values["fate"],
        reason=values["reason"],
        piece=values.get("piece", ""),
        on=origin.on,
    )
