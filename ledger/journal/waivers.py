"""Rules put aside: rows beside the entry of the act that did, each with which and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from ledger.core.money import ZERO, Money
from ledger.journal.model import Account, Entry, RuleWaiver, Transfer
from ledger.storage.session import context


@dataclass(frozen=True, slots=True)
class PutAside:
    """A rule that an act about to be written puts aside: its code, what it required in words, and why it does not hold.

    rule: "" where what is put aside has no code.
    """

    rule: str
    required: str
    motive: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule put aside by an act that stands: what it required, why it did not hold, who said so and when.

    rule: its code, "" where it has none. amount: what the act moved. convention, action, line: what the act bears on,
    "" where it is none.
    """

    sequence: int
    kind: str
    label: str
    rule: str
    required: str
    reason: str
    convention: str
    action: str
    line: str
    amount: Money
    effect_on: date
    recorded_at: datetime
    agent: str
    piece: str


def put_aside_rule(rule: str, required: str, why: str) -> PutAside:
    """The rule of this code put aside: `required` says it in words ("un bilan en retard (…)"), `why` was typed."""
    return PutAside(rule, required, why.strip())


def waiver_words(aside: Iterable[PutAside]) -> str:
    """What the motive of an act says of the rules it puts aside, for people; "" when it puts none."""
    return " ; ".join(f"Malgré {each.required} : {each.motive}" for each in aside)


def record_waivers(
    session: Session,
    sequence: int,
    aside: Sequence[PutAside],
    *,
    convention: str = "",
    action: str = "",
    line: str = "",
) -> None:
    """Keep the rules that the act of this entry, just written, puts aside.

    convention, action, line: what it bears on, where its accounts do not tell (an act that moves nothing).
    Given again for another line of one act, they come after those kept already.
    """
    contract = context(session).contract
    kept = (
        session.scalar(select(func.count()).select_from(RuleWaiver).where(RuleWaiver.entry_number == sequence)) or 0
        if aside
        else 0
    )
    session.add_all(
        RuleWaiver(
            contract=contract,
            entry_number=sequence,
            rank=rank,
            rule=each.rule,
            required=each.required,
            motive=each.motive,
            convention=convention,
            action=action,
            line=line,
        )
        for rank, each in enumerate(aside, start=kept + 1)
    )
    session.flush()


def waivers_of_year(session: Session, year: int | None = None) -> list[Waiver]:
    """Every rule put aside on credits of this millésime (of all), in the order of record.

    An act that moves nothing is of the exercice it counts for.
    """
    if year is None:
        return _read(session)
    still = Transfer.amount.is_(None) & Entry.effect_on.between(date(year, 1, 1), date(year, 12, 31))
    return _read(session, (Account.year == year) | still)


def waivers_in(session: Session, sequences: Collection[int]) -> list[Waiver]:
    """The rules put aside by these entries."""
    return _read(session, Entry.sequence.in_(sequences)) if sequences else []


def waivers_for(session: Session, conventions: Collection[str]) -> list[Waiver]:
    """The rules put aside that were said to be for one of these conventions."""
    return _read(session, RuleWaiver.convention.in_(conventions)) if conventions else []


def waivers_on(session: Session, actions: Select[str]) -> list[Waiver]:
    """The rules put aside on a line of one of these actions, where the act itself said on which."""
    return _read(session, RuleWaiver.action.in_(actions))


def _read(session: Session, *conditions: ColumnElement[bool]) -> list[Waiver]:
    undoing = aliased(Entry)
    undone = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    query = (
        select(RuleWaiver, Entry, Account, Transfer.amount)
        .join(Entry, Entry.sequence == RuleWaiver.entry_number)
        .outerjoin(Transfer, Transfer.sequence == Entry.sequence)
        .outerjoin(Account, Account.id == Transfer.debit_account)
        .where(~undone, *conditions)
        .order_by(RuleWaiver.entry_number, RuleWaiver.rank, Transfer.rank)
    )
    found: dict[RuleWaiver, tuple[Entry, list[tuple[Account, Money]]]] = {}
    for waiver, entry, account, amount in session.execute(query):
        moved = found.setdefault(waiver, (entry, []))[1]
        if account is not None:
            moved.append((account, amount))
    return [_of(waiver, entry, moved) for waiver, (entry, moved) in found.items()]


def _of(waiver: RuleWaiver, entry: Entry, moved: Sequence[tuple[Account, Money]]) -> Waiver:
    amount = ZERO
    for _, part in moved:
        amount += part
    return Waiver(
        sequence=entry.sequence,
        kind=entry.kind,
        label=entry.label,
        rule=waiver.rule,
        required=waiver.required,
        reason=waiver.motive,
        convention=waiver.convention or next((account.convention for account, _ in moved), ""),
        action=waiver.action or ", ".join(sorted({account.action for account, _ in moved})),
        line=waiver.line or ", ".join(sorted({account.line for account, _ in moved})),
        amount=amount,
        effect_on=entry.effect_on,
        recorded_at=entry.recorded_at,
        agent=entry.agent,
        piece=entry.piece,
    )
