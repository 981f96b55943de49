"""Avis: each row filled in is an avis of a service on an action; a changed one is a later avis, none is overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.core.money import Money
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.importing.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.avis import AVIS
from ledger.programming.avis import AvisForm, avis_of_year, record_avis
from ledger.programming.avis_model import Avis
from ledger.programming.model import Action
from ledger.storage.session import context

_SAID = ("verdict", "line", "amount_advised", "words", "on")


def avis_values(avis: Avis) -> Values:
    """The row of an avis."""
    return {
        "action": avis.action,
        "service": avis.service,
        "verdict": avis.verdict,
        "line": avis.line,
        "amount_advised": avis.amount_advised,
        "words": avis.words,
        "on": avis.on,
    }


def held_avis(session: Session, years: set[int]) -> dict[str, Values]:
    """By key, the rows of the avis that stand on the actions of these years."""
    rows = [avis_values(each) for year in sorted(years) for each in avis_of_year(session, year)]
    return {key_text(AVIS, values): values for values in rows}


class AvisHandler:
    """Rows of the sheet Avis."""

    sheets = (AVIS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The avis of the file against those that stand; rows left blank say nothing."""
        filled = [_comparable(row) for row in rows[AVIS.name] if row.values.get("verdict")]
        contract = context(session).contract
        numbers = {str(row.values["action"]) for row in filled}
        known = (session.get(Action, (contract, number)) for number in sorted(numbers))
        years = {action.year for action in known if action is not None}
        return [compare(AVIS, filled, held_avis(session, years))]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act an avis that is new or says something else."""
        for diff in diffs[0].rows:
            if diff.state is not State.SAME:
                yield Act((diff,), lambda diff=diff: _record(session, diff, origin))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Rows that give an amount or words without an avis."""
        for row in rows[AVIS.name]:
            given = next((name for name in _SAID if row.values.get(name)), None)
            if given is not None and not row.values.get("verdict"):
                yield problem("valeur_manquante", row.tab, row.cell("verdict"), title="Avis", kind="un avis")


def _comparable(row: Row) -> Row:
    """The row without the line and the day it leaves to be found."""
    found = {name: value for name, value in row.values.items() if value or name not in ("line", "on")}
    return row.saying(found)


def _record(session: Session, diff: RowDiff, origin: Origin) -> None:
    values = diff.row.values
    amount, on = values.get("amount_advised"), values.get("on")
    form = AvisForm(
        action=str(values["action"]),
        service=str(values["service"]),
        verdict=str(values["verdict"]),
        amount=amount if isinstance(amount, Money) else None,
        line=str(values.get("line") or ""),
        words=str(values.get("words") or ""),
    )
    record_avis(session, form, on=on if isinstance(on, date) else origin.on)
