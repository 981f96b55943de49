"""Bilans: each row settles one action of one convention, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NoReturn

from sqlalchemy.orm import Session

from ledger.conventions.lookups import find_convention
from ledger.conventions.model import Convention
from ledger.core.errors import LedgerError, Problem
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.handlers.convention_rows import outgoing
from ledger.exchange.handling import Act, Origin
from ledger.exchange.reading import Row
from ledger.exchange.sheets.bilans import BILANS
from ledger.execution.bilan_input import slices_by_headcount
from ledger.execution.lookups import bilans
from ledger.execution.settlement import settle_bilan
from ledger.journal.context import context

_KINDS = ("qpv", "veille", "hors")


class SettledBilan(LedgerError):
    """A row that would change a bilan already settled."""

    code = "bilan_arrete"


def bilan_rows(session: Session, numbers: Sequence[str]) -> dict[str, Values]:
    """By key, a row for each bilan settled on these conventions."""
    rows: dict[str, Values] = {}
    for number in numbers:
        convention = session.get(Convention, (context(session).contract, number))
        example = convention is not None and convention.example
        for bilan in bilans(session, number).values():
            values: Values = {
                "convention": number,
                "action": bilan.action,
                "cost_real": bilan.real_cost,
                "other_funding": bilan.other_funding,
                "received_on": bilan.settled_on,
                "piece": bilan.piece,
                "example": example,
            }
            rows[key_text(BILANS, values)] = values
    return rows


def bilans_of_year(session: Session, year: int) -> dict[str, Values]:
    """By key, a row for each bilan of the conventions of this millésime."""
    return bilan_rows(session, [each.number for each in outgoing(session, {year})])


class BilanHandler:
    """Rows of the sheet Bilans."""

    sheets = (BILANS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The bilans of the file against those of the conventions it names."""
        found = rows[BILANS.name]
        return [compare(BILANS, found, bilan_rows(session, sorted({str(row.values["convention"]) for row in found})))]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act a new bilan."""
        for diff in diffs[0].rows:
            if diff.state is State.NEW:
                yield Act((diff,), lambda diff=diff: _settle(session, diff))  # type: ignore[misc]
            elif diff.state is State.CHANGED:
                yield Act((diff,), lambda diff=diff: _refuse(diff))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Nothing more to say."""
        return iter(())


def _settle(session: Session, diff: RowDiff) -> None:
    values = diff.row.values
    convention = find_convention(session, str(values["convention"]))
    cost, others, on = values["cost_real"], values.get("other_funding"), values["received_on"]
    assert isinstance(cost, Money)
    assert isinstance(on, date)
    counts = {kind: count for kind in _KINDS if isinstance(count := values.get(f"headcount_{kind}"), int)}
    slices = slices_by_headcount(session, str(values["action"]), cost, {kind: counts.get(kind, 0) for kind in _KINDS})
    other_funding = others if isinstance(others, Money) else ZERO
    piece = str(values["piece"])
    settle_bilan(
        session, convention, str(values["action"]), slices=slices, other_funding=other_funding, piece=piece, on=on
    )


def _refuse(diff: RowDiff) -> NoReturn:
    number = diff.row.values["convention"]
    raise SettledBilan(
        f"Le bilan de l'action {diff.row.values['action']} ({number}) est déjà arrêté avec d'autres valeurs.",
        f"Consultez-le : cofiville bilan montrer {number}.",
    )
