"""What was granted before the take-over of a year: opening grants, under the same rules as any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from ledger.allocation.direct import grant_directly
from ledger.core.money import Money
from ledger.exchange.importing.diff import RowDiff
from ledger.exchange.importing.handling import Act, Origin
from ledger.programming.grants import granted_by_action
from ledger.programming.model import Action
from ledger.storage.session import context


def opening_grants(session: Session, plans: Sequence[RowDiff], origin: Origin) -> Iterator[Act]:
    """One act for each amount that the file says granted and of which the book knows nothing yet."""
    contract = context(session).contract
    granted: dict[int, dict[str, dict[str, Money]]] = {}
    for diff in plans:
        action = session.get(Action, (contract, str(diff.row.values["action"])))
        amount = diff.row.values.get("granted")
        if action is None or not isinstance(amount, Money) or not amount:
            continue
        if action.year not in granted:
            granted[action.year] = granted_by_action(session, action.year)
        if str(diff.row.values["line"]) not in granted[action.year].get(action.number, {}):
            yield Act((diff,), lambda diff=diff, amount=amount: _grant(session, diff, amount, origin))  # type: ignore[misc]


def _grant(session: Session, diff: RowDiff, amount: Money, origin: Origin) -> None:
    values = diff.row.values
    day = values.get("granted_on")
    on = day if isinstance(day, date) else origin.on
    grant_directly(session, str(values["action"]), str(values["line"]), amount, on=on, piece=origin.takeover)
