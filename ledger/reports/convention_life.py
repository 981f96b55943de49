"""The life of a convention, for its screen: schedule, bilans, actions, and the entries behind each figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention, Instalment
from ledger.conventions.schedule import LineKey
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.execution.payments.release_commitment import released_amounts
from ledger.execution.queries import bilans_of_conventions
from ledger.journal.balances import balances
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import DUE_POSITIONS, ORDERED_POSITIONS, PAID_POSITIONS, Position
from ledger.programming.actions.grants import GIVEN_UP, GIVING_UP
from ledger.programming.actions.model import Action
from ledger.rules.vocabulary import Circuit, Condition


@dataclass(frozen=True, slots=True)
class ScheduledPayment:
    """One instalment as it stands: how much of it is ordered, and what it waits for."""

    instalment: Instalment
    ordered: Money
    state: str


def scheduled_payments(session: Session, convention: Convention, on: date) -> list[ScheduledPayment]:
    """The schedule with what is ordered of each instalment; what was ordered fills the first ones first."""
    held = balances(session, convention=convention.number)
    left = sums_by(((of.action, of.line), amount) for of, amount in held.items() if of.position in ORDERED_POSITIONS)
    engaged = {(of.action, of.line) for of in held if of.position is Position.ENGAGE}
    settled = set(bilans_of_conventions(session, convention.number))
    freed = _freed(session, convention)
    unordered = _unordered(convention, left)
    found = []
    for instalment in convention.instalments:
        key = (instalment.action, instalment.line)
        ordered = min(left.get(key, ZERO), instalment.amount)
        left[key] = left.get(key, ZERO) - ordered
        done = instalment.action in settled
        if ordered == instalment.amount:
            state = _paid(convention)
        elif key not in engaged and key in freed:
            whole = freed[key] >= unordered[key]
            state = _part(convention, ordered) + ("dégagée" if whole else "dégagée en partie, réduite par le bilan")
        elif done and key not in engaged:
            state = "réduite par le bilan"
        else:
            state = _state(convention, instalment, ordered, on, settled=done)
        found.append(ScheduledPayment(instalment, ordered, state))
    return found


def _freed(session: Session, convention: Convention) -> Mapping[LineKey, Money]:
    """By action and line, what acts of release that stand freed of the convention."""
    return {
        (action, line): amount
        for action in sorted({line.action for line in convention.lines})
        for (number, line), amount in released_amounts(session, action).items()
        if number == convention.number
    }


def _unordered(convention: Convention, ordered: Mapping[LineKey, Money]) -> Mapping[LineKey, Money]:
    """By action and line, what of the schedule was never ordered."""
    planned = sums_by(((each.action, each.line), each.amount) for each in convention.instalments)
    return {key: amount - ordered.get(key, ZERO) for key, amount in planned.items()}


def _part(convention: Convention, ordered: Money) -> str:
    return f"en partie {_paid(convention)} ; " if ordered else ""


def _paid(convention: Convention) -> str:
    return "payée" if convention.circuit == Circuit.DIRECT else "ordonnée"


def _state(convention: Convention, instalment: Instalment, ordered: Money, on: date, *, settled: bool) -> str:
    part = _part(convention, ordered)
    if convention.state != ConventionStatus.SIGNED:
        return part + ("attend la signature" if convention.state == ConventionStatus.DRAFT else "sans suite")
    if instalment.condition == Condition.BILAN and not settled:
        return part + "attend le bilan"
    if instalment.due_on is not None and instalment.due_on > on:
        return f"{part}à partir du {french_day(instalment.due_on)}"
    return part + "à payer"


def action_titles(session: Session, convention: Convention) -> Mapping[str, str]:
    """The title of each action of the convention."""
    numbers = {line.action for line in convention.lines}
    rows = session.execute(select(Action.number, Action.title).where(Action.number.in_(numbers)))
    return dict(rows.all())


_FIGURES: Mapping[str, frozenset[Position]] = {
    "ordonne": frozenset(ORDERED_POSITIONS),
    "verse": frozenset(PAID_POSITIONS),
    "reste_du": frozenset(DUE_POSITIONS),
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
