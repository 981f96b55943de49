"""The entries behind each figure of a convention: their amounts add up to the figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.core.money import ZERO, Money
from ledger.journal.keys import Position
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import ORDERED, PAID, STILL_DUE
from ledger.programming.grants import GIVEN_UP, GIVING_UP

_FIGURES: Mapping[str, frozenset[Position]] = {
    "ordonne": frozenset(ORDERED),
    "verse": frozenset(PAID),
    "reste_du": frozenset(STILL_DUE),
    "a_recouvrer": frozenset({Position.A_RECOUVRER}),
}
_RECEIVED: Mapping[str, frozenset[Position]] = {"reste_du": frozenset({Position.A_RECEVOIR})}


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """An entry that changes a figure, and by how much."""

    sequence: int
    effect_on: date
    label: str
    piece: str
    amount: Money


def figure_entries(session: Session, convention: Convention) -> dict[str, list[FigureEntry]]:
    """By figure ("accorde", "ordonne", "verse", "reste_du", "a_recouvrer"), the entries that make it, oldest first.

    A recette has "accorde" (the right acquired), "verse" (what was received) and "reste_du" (still to receive).
    """
    accounts = {
        account.id: Position(account.position)
        for account in session.scalars(select(Account).where(Account.convention == convention.number))
    }
    entries, transfers = _entries(session, list(accounts))
    others = _positions(session, transfers, accounts)
    found: dict[str, dict[int, Money]] = {}
    for transfer in transfers:
        debit, credit = others[transfer.debit_account], others[transfer.credit_account]
        mine = (transfer.debit_account in accounts, transfer.credit_account in accounts)
        given_up = entries[transfer.sequence].kind in GIVING_UP and debit in GIVEN_UP
        for figure, change in _changes(debit, credit, mine, transfer.amount, given_up=given_up):
            of_figure = found.setdefault(figure, {})
            of_figure[transfer.sequence] = of_figure.get(transfer.sequence, ZERO) + change
    return {
        figure: [
            FigureEntry(number, entries[number].effect_on, entries[number].label, entries[number].piece, amount)
            for number, amount in sorted(amounts.items())
            if amount
        ]
        for figure, amounts in found.items()
    }


def _entries(session: Session, ids: list[int]) -> tuple[dict[int, Entry], list[Transfer]]:
    touching = Transfer.debit_account.in_(ids) | Transfer.credit_account.in_(ids)
    query = select(Transfer).where(touching)
    transfers = list(session.scalars(query.order_by(Transfer.sequence, Transfer.rank)))
    numbers = {each.sequence for each in transfers}
    rows = session.scalars(select(Entry).where(Entry.sequence.in_(numbers)))
    return {each.sequence: each for each in rows}, transfers


def _positions(session: Session, transfers: Iterable[Transfer], known: Mapping[int, Position]) -> dict[int, Position]:
    ids = {side for each in transfers for side in (each.debit_account, each.credit_account)} - known.keys()
    rows = session.scalars(select(Account).where(Account.id.in_(ids)))
    return {**known, **{each.id: Position(each.position) for each in rows}}


def _changes(
    debit: Position, credit: Position, mine: tuple[bool, bool], amount: Money, *, given_up: bool
) -> Iterable[tuple[str, Money]]:
    """What a transfer changes in each figure: what enters a position that only debits enlarge, and leaves another.

    given_up: whether it is a commitment that the parties give up.
    """
    into, out_of = mine
    if into and debit is Position.ENGAGE and credit is Position.PROGRAMME:
        yield "accorde", amount
    elif out_of and credit is Position.ENGAGE and (given_up or debit is Position.PROGRAMME):
        yield "accorde", -amount
    elif out_of and credit is Position.DROIT_ACQUIS:
        yield "accorde", amount
    elif out_of and credit is Position.A_RECEVOIR:
        yield "verse", amount
    for figure, positions in (*_FIGURES.items(), *_RECEIVED.items()):
        change = (amount.cents if into and debit in positions else 0) - (
            amount.cents if out_of and credit in positions else 0
        )
        if change:
            yield figure, Money(change)
