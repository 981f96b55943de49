"""What the book and the acts say of one convention: the reading every act of execution starts from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, bindparam, func, inspect, select, tuple_
from sqlalchemy.orm import Session, selectinload

from ledger.conventions.model import Convention
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.execution.model import Bilan, Payment, PaymentOrder, PaymentOrderLine, SetOff
from ledger.journal.balances import balances
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Move
from ledger.storage.base import Base

if TYPE_CHECKING:
    from ledger.conventions.accounts import ComputedAccount


class Purse:
    """What the EPCI holds, and has advanced, of another financeur's money on one line and millésime.

    late: how much of either account only came after the day of the act, which may not take it (see
    note_later_notification).
    """

    def __init__(self, line: str, year: int, held: Money, advanced: Money) -> None:
        self._held_key = AccountKey(Position.DETENU, line, year)
        self._advance_key = AccountKey(Position.AVANCE, line, year)
        self._held, self._advanced = held, advanced
        self.late: Mapping[AccountKey, Money] = {}

    @property
    def keys(self) -> tuple[AccountKey, AccountKey]:
        """The accounts it follows: what is held, what is advanced."""
        return self._held_key, self._advance_key

    @classmethod
    def of(cls, line: str, year: int, balances: Mapping[AccountKey, Money]) -> Purse:
        """The purse as these balances leave it."""
        held = balances.get(AccountKey(Position.DETENU, line, year), ZERO)
        advanced = balances.get(AccountKey(Position.AVANCE, line, year), ZERO)
        return cls(line, year, held, advanced)

    def spend(self, on: AccountKey, amount: Money) -> list[Move]:
        """The moves that draw the amount for `on`: from what is held, then advanced by the EPCI."""
        from_held = min(self._there(self._held_key, self._held), amount)
        advanced = amount - from_held
        self._held -= from_held
        self._advanced += advanced
        drawn = ((self._held_key, from_held), (self._advance_key, advanced))
        return [Move(on, source, part) for source, part in drawn if part]

    def receive(self, source: AccountKey, amount: Money) -> list[Move]:
        """The moves that bring the amount in from `source`: the advance is repaid first, the rest is held."""
        repaid = min(self._there(self._advance_key, self._advanced), amount)
        kept = amount - repaid
        self._advanced -= repaid
        self._held += kept
        fed = ((self._advance_key, repaid), (self._held_key, kept))
        return [Move(target, source, part) for target, part in fed if part]

    def _there(self, key: AccountKey, amount: Money) -> Money:
        return max(ZERO, amount - self.late.get(key, ZERO))


class DateOutside(LedgerError):
    """An act dated before what allows it."""

    code = "date_hors_convention"


PASSING_ON = (Position.DETENU, Position.AVANCE)


def of_position(held: Mapping[AccountKey, Money], *positions: Position) -> dict[AccountKey, Money]:
    """The accounts of these positions, oldest year first."""
    chosen = {key: amount for key, amount in held.items() if key.position in positions}
    return dict(sorted(chosen.items(), key=lambda item: (item[0].year, item[0])))


def keep_rows(session: Session, *rows: Base) -> None:
    """Keep these rows, each in the place of the one of the same key that was undone, if any."""
    for entity in {type(row): None for row in rows}:
        mapper = inspect(entity)
        keys = [tuple(mapper.primary_key_from_instance(row)) for row in rows if isinstance(row, entity)]
        values = {"firsts": list({key[0] for key in keys}), "seconds": list({key[1] for key in keys}), "keys": keys}
        undone = session.scalars(_of_keys(entity), values).all()
        for each in undone:
            session.delete(each)
        if undone:
            session.flush()
    session.add_all(rows)
    session.flush()


@cache
def _of_keys(entity: type[Base]) -> Select[Any]:
    """The rows of these keys, the question made once."""
    key = inspect(entity).primary_key
    among = tuple_(*key).in_(bindparam("keys", expanding=True))
    # A row of values finds no index on SQLite: its first two columns do.
    first, second, *_ = key
    near = first.in_(bindparam("firsts", expanding=True)), second.in_(bindparam("seconds", expanding=True))
    return select(entity).where(*near, among)


def account_in_words(account: ComputedAccount) -> str:
    """ " (compte 74718)", as a label ends, its budget annexe said; nothing where no text gives the account."""
    annexe = f", budget annexe {account.budget}" if account.budget else ""
    return f" (compte {account.number}{annexe})" if account.number else ""


def check_day(convention: Convention, on: date) -> None:
    """Nothing when an act of this day may bear on the convention. raises: DateOutside before its signature."""
    if convention.signed_on is not None and on < convention.signed_on:
        raise DateOutside(
            f"La convention {convention.number} est du {french_day(convention.signed_on)} :"
            f" un acte du {french_day(on)} la précède.",
            f"Corrigez la date (--le), ou consultez-la : cofiville convention montrer {convention.number}.",
        )


def last_of(session: Session, numbers: Iterable[int | None], what: str) -> str:
    """Whose act is the last of these entries, as a sentence ends: " (dernier paiement : l'écriture 12 du …, par anne)".

    "" when there is none.
    """
    from ledger.journal.posting import written_by

    known = [number for number in numbers if number is not None]
    return f" ({what} : {written_by(session, max(known))})" if known else ""


def convention_balances(session: Session, number: str) -> dict[AccountKey, Money]:
    """What every account of the convention holds now."""
    return balances(session, convention=number)


class Purses:
    """The purses that one act draws on: each line and millésime read once, then followed through the act's moves."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._purses: dict[tuple[str, int], Purse] = {}

    def of(self, line: str, year: int, on: date) -> Purse:
        """What the EPCI holds and has advanced of this line and millésime, after the moves made so far.

        on: the day of the act, which takes nothing that only came later.
        """
        if (line, year) not in self._purses:
            held = balances(self._session, line=line, year=year, positions=PASSING_ON)
            self._purses[line, year] = Purse.of(line, year, held)
        purse = self._purses[line, year]
        from ledger.journal.backdating import note_later_notification

        purse.late = note_later_notification(self._session, purse.keys, on)
        return purse


def through_the_purse(session: Session, moves: Iterable[Move], on: date) -> list[Move]:
    """These moves that undo an act, where money held or advanced has moved on since: from what stands that day."""
    purses = Purses(session)
    drawn: list[Move] = []
    for move in moves:
        if move.debit.position in PASSING_ON:
            drawn += purses.of(move.debit.line, move.debit.year, on).receive(move.credit, move.amount)
        elif move.credit.position in PASSING_ON:
            drawn += purses.of(move.credit.line, move.credit.year, on).spend(move.debit, move.amount)
        else:
            drawn.append(move)
    return drawn


def orders_of(session: Session, *numbers: str) -> Sequence[PaymentOrder]:
    """The orders of these conventions, oldest first."""
    return session.scalars(_orders(), {"numbers": numbers}).all()


@cache
def _orders() -> Select[PaymentOrder]:
    """The question of orders_of, made once."""
    of_conventions = PaymentOrder.convention.in_(bindparam("numbers", expanding=True))
    query = select(PaymentOrder).where(of_conventions).options(selectinload(PaymentOrder.lines))
    return query.order_by(PaymentOrder.rank)


def payments_of(session: Session, *numbers: str) -> Sequence[Payment]:
    """The payments of these conventions that stand, by day."""
    return session.scalars(_payments(), {"numbers": numbers}).all()


@cache
def _payments() -> Select[Payment]:
    """The question of payments_of, made once."""
    of_conventions = Payment.convention.in_(bindparam("numbers", expanding=True))
    query = select(Payment).where(of_conventions, Payment.undone_on.is_(None))
    return query.order_by(Payment.paid_on, Payment.reference)


def all_orders(session: Session) -> Sequence[PaymentOrder]:
    """Every order of the contract, by day, lines loaded."""
    query = (
        select(PaymentOrder)
        .options(selectinload(PaymentOrder.lines))
        .order_by(PaymentOrder.ordered_on, PaymentOrder.reference)
    )
    return session.scalars(query).all()


def bilans_of_conventions(session: Session, number: str) -> dict[str, Bilan]:
    """The bilans of a convention that stand, by action."""
    query = select(Bilan).where(Bilan.convention == number, Bilan.undone_on.is_(None)).order_by(Bilan.action)
    return {bilan.action: bilan for bilan in session.scalars(query)}


def settled_actions(session: Session, numbers: Collection[str]) -> Sequence[tuple[str, str]]:
    """The conventions, among these, and their actions whose bilan stands."""
    return [(number, action) for number, action in session.execute(_settled(), {"numbers": list(numbers)})]


@cache
def _settled() -> Select[str, str]:
    """The question of settled_actions, made once."""
    of_conventions = Bilan.convention.in_(bindparam("numbers", expanding=True))
    return select(Bilan.convention, Bilan.action).where(of_conventions, *standing_bilans())


def pending_set_off(session: Session, convention: Convention) -> dict[str, Money]:
    """By line, what earlier overpayments of this porteur leave to impute on payments of this millésime."""
    if convention.beneficiary is None:
        return {}
    left = pending_set_offs(session, [convention.beneficiary])
    return left.get((convention.beneficiary, convention.year), {})


@cache
def _decided_set_offs() -> Select[str, int, str, Money]:
    """What was decided to set off, the question made once."""
    whose = SetOff.beneficiary, SetOff.year, SetOff.line
    of_porteurs = SetOff.beneficiary.in_(bindparam("of", expanding=True))
    query = select(*whose, func.sum(SetOff.amount)).where(of_porteurs, SetOff.undone_on.is_(None))
    return query.group_by(*whose)


def pending_set_offs(session: Session, beneficiaries: Collection[str]) -> dict[tuple[str, int], dict[str, Money]]:
    """By porteur and millésime, then by line, as pending_set_off."""
    decided = session.execute(_decided_set_offs(), {"of": list(beneficiaries)})
    left = {(porteur, year, line): amount for porteur, year, line, amount in decided}
    if left:
        for key, used in _set_off(session, {porteur for porteur, _, _ in left}):
            if key in left:
                left[key] -= used
    found: dict[tuple[str, int], dict[str, Money]] = {}
    for (porteur, year, line), amount in left.items():
        if amount:
            found.setdefault((porteur, year), {})[line] = amount
    return found


def _set_off(session: Session, beneficiaries: Collection[str]) -> Iterator[tuple[tuple[str, int, str], Money]]:
    whose = Convention.beneficiary, Convention.year, PaymentOrderLine.line
    query = (
        select(*whose, func.sum(PaymentOrderLine.set_off))
        .join(
            PaymentOrder,
            PaymentOrder.reference == PaymentOrderLine.reference,
        )
        .join(
            Convention,
            Convention.number == PaymentOrder.convention,
        )
        .where(
            PaymentOrder.rejected_on.is_(None),
            Convention.beneficiary.in_(beneficiaries),
        )
        .group_by(*whose)
    )
    for porteur, year, line, amount in session.execute(query):
        if amount and porteur is not None:
            yield (porteur, year, line), amount


def standing_bilans(on: date | None = None) -> tuple[ColumnElement[bool], ...]:
    """What makes a bilan count: settled by this day and not undone by it; not undone at all without a day."""
    settled = () if on is None else (Bilan.settled_on <= on,)
    undone_later = Bilan.undone_on.is_(None) if on is None else Bilan.undone_on.is_(None) | (Bilan.undone_on > on)
    return (*settled, undone_later)
