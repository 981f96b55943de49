"""Conventions: drafted from what is granted, signed when the row says so; what is signed never changes by a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NoReturn

from sqlalchemy.orm import Session

from ledger.conventions.drafting import Details, draft_conventions
from ledger.conventions.granted import payer_of
from ledger.conventions.lookups import find_convention
from ledger.conventions.signing import sign
from ledger.core.errors import InvalidValue, LedgerError, Problem
from ledger.core.money import Money
from ledger.exchange.declaration import Value
from ledger.exchange.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.handlers.convention_rows import convention_rows
from ledger.exchange.handling import Act, Origin
from ledger.exchange.reading import Row
from ledger.exchange.sheets.conventions import CONVENTIONS
from ledger.programming.lookups import find_action, years_of_actions
from ledger.referential.lookups import find_line

_SIGNING = frozenset({"signed_on", "piece"})


class SignedConvention(LedgerError):
    """A row that would change a convention otherwise than by an act."""

    code = "convention_enregistree"


class ConventionHandler:
    """Rows of the sheet Conventions."""

    sheets = (CONVENTIONS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The conventions of the file against those of the years its actions belong to."""
        found = [_without_blanks(row, origin) for row in rows[CONVENTIONS.name]]
        years = years_of_actions(session, {str(row.values["action"]) for row in found})
        return [compare(CONVENTIONS, found, convention_rows(session, years))]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act a convention: drafted and, with a day of signature, signed; a draft may be signed later."""
        groups: dict[str, list[RowDiff]] = {}
        for diff in diffs[0].rows:
            groups.setdefault(str(diff.row.values["number"]), []).append(diff)
        for number, found in groups.items():
            if all(diff.state is State.NEW for diff in found):
                yield Act(tuple(found), lambda n=number, f=found: _draft(session, n, f, origin))  # type: ignore[misc]
            elif any(diff.state is not State.SAME for diff in found):
                yield Act(tuple(found), lambda n=number, f=found: _change(session, n, f))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Nothing more to say."""
        return iter(())


def _without_blanks(row: Row, origin: Origin) -> Row:
    """The row without its blank object and piece: they follow from the action and from the take-over."""
    values: dict[str, Value] = {
        name: value for name, value in row.values.items() if value or name not in ("purpose", "piece")
    }
    if origin.takeover and values.get("signed_on"):
        values.setdefault("piece", origin.takeover)
    return replace(row, values=values)


def _draft(session: Session, number: str, diffs: Sequence[RowDiff], origin: Origin) -> None:
    first = diffs[0].row.values
    actions = {str(diff.row.values["action"]) for diff in diffs}
    if len(actions) > 1:
        raise InvalidValue(
            f"La convention {number} porte plusieurs actions ({', '.join(sorted(actions))}).",
            "Saisissez une convention par action.",
        )
    action = find_action(session, actions.pop())
    payer, granted = str(first["payer"]), {}
    for diff in diffs:
        line = find_line(session, str(diff.row.values["line"])).code
        _check_payer(session, line, action.year, payer, str(diff.row.values["payer"]))
        amount = diff.row.values["amount"]
        assert isinstance(amount, Money)
        granted[line] = amount
    signed_on = first.get("signed_on")
    on = signed_on if isinstance(signed_on, date) else origin.on
    details = Details(number=number, purpose=str(first.get("purpose") or ""))
    for convention in draft_conventions(session, action, granted, on=on, details=details, payer=payer):
        if signed_on:
            sign(session, convention, piece=str(first.get("piece") or ""), on=on)


def _check_payer(session: Session, line: str, year: int, payer: str, again: str) -> None:
    expected, _ = payer_of(session, line, year)
    if {payer, again} != {expected}:
        raise InvalidValue(
            f"La ligne {line} est payée par {expected}, et non par « {again if again != expected else payer} ».",
            "Corrigez le payeur, ou mettez cette ligne dans une autre convention.",
        )


def _change(session: Session, number: str, diffs: Sequence[RowDiff]) -> None:
    fields = {change.column.field for diff in diffs for change in diff.changes}
    convention = find_convention(session, number)
    signed_on = diffs[0].row.values.get("signed_on")
    new = any(diff.state is State.NEW for diff in diffs)
    if new or not fields <= _SIGNING or convention.state != "brouillon" or not isinstance(signed_on, date):
        _refuse(number, draft=convention.state == "brouillon")
    sign(session, convention, piece=str(diffs[0].row.values.get("piece") or ""), on=signed_on)


def _refuse(number: str, *, draft: bool) -> NoReturn:
    act = "annuler" if draft else "avenant"
    why = "Un brouillon s'annule, puis se saisit à nouveau" if draft else "Ce qui est signé ne change que par avenant"
    raise SignedConvention(
        f"La convention {number} est déjà enregistrée avec d'autres valeurs.",
        f"{why} : cofiville convention {act} {number}.",
    )
