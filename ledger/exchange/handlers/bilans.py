"""Bilans: each row settles one action of one convention, once, with the accounts that another sheet gives it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Sheet, Values, key_text, value_required, value_said
from ledger.exchange.handlers.convention_rows import paid_conventions
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, RowsOrigin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.conventions import BILAN_ACCOUNTS, BILANS
from ledger.exchange.vocabulary import State
from ledger.execution.bilans.read_bilan import (
    BilanForm,
    ReadBilan,
    eligible_cost,
    given_bilan,
    read_bilan,
    realised_of,
    slices_by_headcount,
)
from ledger.execution.bilans.real_cost import CHARGES, PRODUITS, Realised, add_accounts
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.model import Bilan
from ledger.execution.queries import standing_bilans
from ledger.programming.vocabulary import PlanSide

_LEFT_OUT = ("whole_cost", "other_funding")
_KINDS = ("qpv", "veille", "hors")


class SettledBilan(LedgerError):
    """A row that would change a bilan already settled."""

    code = "bilan_arrete"


def bilan_rows(session: Session, numbers: Collection[str]) -> dict[str, dict[str, Values]]:
    """By sheet then key, a row for each bilan settled on these conventions, and for each of its accounts."""
    found: dict[str, dict[str, Values]] = {sheet.name: {} for sheet in BilanHandler.sheets}
    query = (
        select(Bilan, Convention.example)
        .join(Convention, Convention.number == Bilan.convention)
        .where(Bilan.convention.in_(numbers), *standing_bilans())
        .order_by(Bilan.convention, Bilan.action)
    )
    for kept, example in session.execute(query):
        bilan = read_bilan(kept)
        own = {column: getattr(bilan, name) for column, name in _READ.items()}
        values: Values = {"convention": bilan.convention, "action": bilan.action, **own, "example": example}
        found[BILANS.name][key_text(BILANS, values)] = values
        for account in _account_rows(bilan):
            found[BILAN_ACCOUNTS.name][key_text(BILAN_ACCOUNTS, account)] = account
    return found


_READ = {
    "cost_real": "cost",
    "whole_cost": "whole_cost",
    "other_funding": "other_funding",
    "received_on": "on",
    "piece": "piece",
}
"""By column of Bilans, what it shows of a bilan as it is read."""


def _account_rows(bilan: ReadBilan) -> Iterator[Values]:
    for side, amounts in bilan.realised.by_side().items() if bilan.realised else ():
        for account, amount in amounts.items():
            yield {
                "convention": bilan.convention,
                "action": bilan.action,
                "side": side,
                "account": account,
                "amount": amount,
            }


def bilans_of_year(session: Session, year: int) -> list[tuple[Sheet, dict[str, Values]]]:
    """By sheet, the rows of the bilans of the conventions of this millésime."""
    rows = bilan_rows(session, paid_conventions(session, {year}))
    return [(sheet, rows[sheet.name]) for sheet in BilanHandler.sheets]


class BilanHandler(Handler):
    """Rows of the sheets Bilans and Comptes des bilans."""

    sheets = (BILANS, BILAN_ACCOUNTS)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The bilans of the file, and their accounts, against those of the conventions it names."""
        held = bilan_rows(session, {str(row.values["convention"]) for found in rows.values() for row in found})
        return [
            compare_rows(sheet, [without_blank_amounts(row) for row in rows[sheet.name]], held[sheet.name])
            for sheet in self.sheets
            if sheet.name in rows
        ]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """One act a new bilan, with its accounts; what is settled does not change."""
        bilans: dict[tuple[str, str], list[RowDiff]] = grouped(
            ((str(diff.row.values["convention"]), str(diff.row.values["action"])), diff)
            for sheet in diffs
            for diff in sheet.rows
        )
        for found in bilans.values():
            if any(diff.state is not State.SAME for diff in found):
                yield ImportAct(tuple(found), lambda found=found: _settle(session, found))  # type: ignore[misc]


def without_blank_amounts(row: Row) -> Row:
    """The row without the amounts it leaves blank: the charges, the plan, the book or an earlier bilan give them."""
    said = {
        name: value
        for name, value in row.values.items()
        if value is not None or not (name in _LEFT_OUT or name.startswith("cost_"))
    }
    return row.saying(said) if len(said) < len(row.values) else row


def _settle(session: Session, diffs: Sequence[RowDiff]) -> None:
    first, *accounts = diffs
    values = first.row.values
    if any(diff.state is not State.NEW for diff in diffs):
        _refuse(first)
    if first.row.sheet.name != BILANS.name:
        raise InvalidValue(
            f"L'action {values['action']} ({values['convention']}) a des comptes sans ligne sur la feuille Bilans.",
            "Ajoutez cette ligne : le jour, la pièce, les autres financements reçus.",
        )
    convention = find_convention(session, str(values["convention"]))
    action = str(values["action"])
    realised = _realised(values, accounts)
    typed, given = value_said(values, "cost_real", Money), given_bilan(session, action)
    if typed is None and realised is None and given is not None:
        typed = given.real_cost
    cost = eligible_cost(typed, realised)
    counts = {kind: count for kind in _KINDS if isinstance(count := values.get(f"headcount_{kind}"), int)}
    form = BilanForm(
        action,
        slices=slices_by_headcount(session, action, cost, {kind: counts.get(kind, 0) for kind in _KINDS}),
        other_funding=value_said(values, "other_funding", Money),
        piece=str(values["piece"]),
        on=value_required(values, "received_on", date),
        realised=realised,
        whole_cost=value_said(values, "whole_cost", Money),
    )
    settle_bilan(session, convention, form)


def _realised(values: Values, accounts: Sequence[RowDiff]) -> Realised | None:
    totals = value_said(values, "total_charges", Money), value_said(values, "total_produits", Money)
    return realised_of(
        _of_side(accounts, PlanSide.CHARGES, CHARGES), _of_side(accounts, PlanSide.PRODUITS, PRODUITS), *totals
    )


def _of_side(accounts: Sequence[RowDiff], side: str, allowed: frozenset[str]) -> dict[str, Money]:
    rows = (diff.row.values for diff in accounts if diff.row.values["side"] == side)
    return add_accounts(
        ((str(row["account"]).strip(), value_said(row, "amount", Money) or ZERO) for row in rows), allowed
    )


def _refuse(diff: RowDiff) -> NoReturn:
    number = diff.row.values["convention"]
    raise SettledBilan(
        f"Le bilan de l'action {diff.row.values['action']} ({number}) est déjà arrêté avec d'autres valeurs.",
        f"Consultez-le : cofiville bilan montrer {number}.",
    )
