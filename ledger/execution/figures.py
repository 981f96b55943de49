"""The figures of conventions and of the money passed on: one definition each, for every screen and report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.forms import ReadConvention
from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions, is_passed_on
from ledger.conventions.read_conventions import read_convention
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.execution.bilans.queries import final_by_line
from ledger.execution.passing_on.queries import amounts_kept_back, recovered_amounts
from ledger.execution.queries import of_position
from ledger.journal.balances import balances
from ledger.journal.positions import (
    DUE_POSITIONS,
    ORDERED_POSITIONS,
    PAID_POSITIONS,
    AccountKey,
    PassingOnState,
    Position,
    passing_on_state,
)
from ledger.referential.vocabulary import DispositifRole


@dataclass(frozen=True, slots=True)
class ConventionState:
    """What a convention grants (nothing, cancelled) and became; cumulative: `ordered` includes what is paid."""

    convention: ReadConvention
    granted: Money
    ordered: Money
    paid: Money
    justified: Money
    still_due: Money
    to_recover: Money


def convention_state(convention: ReadConvention, held: Mapping[AccountKey, Money], justified: Money) -> ConventionState:
    """The figures of one convention, from what its accounts hold.

    A recette counts what the EPCI has received (paid) and has still to receive (still_due).
    """
    granted = ZERO if convention.state == ConventionStatus.CANCELLED else convention.amount
    if convention.kind == ConventionKind.RIGHT:
        waiting = total(of_position(held, Position.A_RECEVOIR).values())
        right = total(of_position(held, Position.DROIT_ACQUIS).values())
        received = right - waiting
        return ConventionState(convention, granted, received, received, ZERO, waiting, ZERO)
    sums = {
        name: total(of_position(held, *positions).values())
        for name, positions in {
            "ordered": ORDERED_POSITIONS,
            "paid": PAID_POSITIONS,
            "still_due": DUE_POSITIONS,
            "to_recover": (Position.A_RECOUVRER,),
        }.items()
    }
    return ConventionState(convention, granted, justified=justified, **sums)


def convention_states(session: Session, year: int | None = None, on: date | None = None) -> list[ConventionState]:
    """The figures of every convention (of one millésime), as of a day when one is given."""
    held: dict[str, dict[AccountKey, Money]] = {}
    for key, amount in balances(session, on=on).items():
        if key.convention:
            held.setdefault(key.convention, {})[key] = amount
    justified = _justified(session, on)
    return [
        convention_state(each, held.get(each.number, {}), justified.get(each.number, ZERO))
        for each in (read_convention(found, later=False) for found in conventions(session, year))
        if on is None or each.signed_on is None or each.signed_on <= on
    ]


def state_of(session: Session, convention: Convention) -> ConventionState:
    """The figures of one convention now."""
    held = balances(session, convention=convention.number)
    justified = _justified(session, None, convention.number).get(convention.number, ZERO)
    return convention_state(read_convention(convention), held, justified)


def _justified(session: Session, on: date | None, number: str | None = None) -> dict[str, Money]:
    return sums_by(
        (convention, amount)
        for (convention, _, _), amount in final_by_line(session, on, None if number is None else [number]).items()
    )


@dataclass(frozen=True, slots=True)
class ReversementState:
    """A millésime of another financeur's money: received, passed on, given back, and what remains of each.

    unspent: paid too much to porteurs and still to recover from them. recovered: what they gave back. kept_back: what
    the financeur decided to keep back from a later right, and has not yet. to_pay_back: what is owed back besides, the
    most that may be paid to it.
    """

    passing_on: PassingOnState
    unspent: Money
    recovered: Money
    kept_back: Money
    to_pay_back: Money


def reversement_state(
    session: Session, year: int, *, line: str | None = None, on: date | None = None
) -> ReversementState:
    """The figures of the millésime, all lines passed on together or one of them (§5.2.5).

    received − passed_on − returned = held − advanced.
    """
    held = balances(session, year=year, line=line, on=on, positions=_PASSING_ON)
    recoverable = balances(session, line=line, on=on, positions=(Position.A_RECOUVRER,))
    kept = {each: amounts_kept_back(session, year, each, on) for each in {key.line for key in held}}
    owed = {each: passing_on_state({k: v for k, v in held.items() if k.line == each}).owed_back for each in kept}
    return ReversementState(
        passing_on=passing_on_state(held),
        unspent=total(_unspent(session, year, recoverable)),
        recovered=total(recovered_amounts(session, year, each, on) for each in kept),
        kept_back=total(kept.values()),
        to_pay_back=total(max(ZERO, owed[each] - kept[each]) for each in kept),
    )


def common_means(session: Session, year: int, on: date | None = None) -> Money:
    """What the EPCI paid of its own for the moyens communs of the year, apart from what it passes on (§5.2.5)."""
    from ledger.programming.actions.model import Action
    from ledger.referential.model import Dispositif

    common = select(Dispositif.code).where(Dispositif.role == DispositifRole.COMMON_MEANS)
    query = select(Action.number).where(Action.year == year, Action.dispositif.in_(common))
    actions = set(session.scalars(query))
    paid = balances(session, on=on, positions=PAID_POSITIONS)
    return total(amount for key, amount in paid.items() if key.action in actions)


_PASSING_ON = (
    Position.DROIT_ACQUIS,
    Position.A_RECEVOIR,
    Position.DETENU,
    Position.AVANCE,
    Position.REVERSE,
    Position.DROIT_PERDU,
    Position.A_RENDRE,
)


def _unspent(session: Session, year: int, recoverable: Mapping[AccountKey, Money]) -> Iterable[Money]:
    of_year = {each.number: each for each in conventions(session, year)}
    for key, amount in recoverable.items():
        if key.convention in of_year and is_passed_on(session, of_year[key.convention], key.line):
            yield amount
