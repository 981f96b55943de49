"""Rules put aside: acts done against one, whose motive keeps which and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from ledger.core.money import ZERO, Money
from ledger.journal.context import context
from ledger.journal.model import Account, Entry, Transfer

_DESPITE, _WHY, _AND = "Malgré ", " : ", " ; "
_ACTS = ("ordre_de_paiement", "programmation")


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule put aside by an act that stands: what it required, why it did not hold, who said so and when.

    amount: what the act moved. convention, action: on which accounts; "" where they are none.
    """

    sequence: int
    kind: str
    label: str
    rule: str
    reason: str
    convention: str
    action: str
    line: str
    amount: Money
    effect_on: date
    recorded_at: datetime
    agent: str


def waived(what: str, why: str) -> str:
    """What an act says of a rule put aside: "Malgré un bilan en retard (…) : Comptes en cours de certification"."""
    return f"{_DESPITE}{what}{_WHY}{why.strip()}"


def both(*motives: str) -> str:
    """Several of them in one motive; "" when none was put aside."""
    return _AND.join(filter(None, motives))


def waivers_of_year(session: Session, year: int | None = None) -> list[Waiver]:
    """Every rule put aside on credits of this millésime (of all), in the order of record."""
    return _read(session, () if year is None else (Account.year == year,))


def waivers_in(session: Session, sequences: Collection[int]) -> list[Waiver]:
    """The rules put aside by these entries."""
    return _read(session, (Entry.sequence.in_(sequences),)) if sequences else []


def _read(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Waiver]:
    contract, undoing = context(session).contract, aliased(Entry)
    undone = select(undoing.sequence).where(undoing.contract == contract, undoing.reverses == Entry.sequence).exists()
    query = (
        select(Entry, Account, Transfer.amount)
        .join(Transfer, (Transfer.contract == Entry.contract) & (Transfer.sequence == Entry.sequence))
        .join(Account, (Account.contract == Transfer.contract) & (Account.id == Transfer.debit_account))
        .where(Entry.contract == contract, Entry.kind.in_(_ACTS), Entry.motive.startswith(_DESPITE), ~undone)
        .where(*conditions)
        .order_by(Entry.sequence, Transfer.rank)
    )
    entries: dict[int, tuple[Entry, list[tuple[Account, Money]]]] = {}
    for entry, account, amount in session.execute(query):
        entries.setdefault(entry.sequence, (entry, []))[1].append((account, amount))
    return [waiver for entry, moved in entries.values() for waiver in _of(entry, moved)]


def _of(entry: Entry, moved: Sequence[tuple[Account, Money]]) -> list[Waiver]:
    first, amount = moved[0][0], ZERO
    for _, part in moved:
        amount += part
    lines = sorted({account.line for account, _ in moved})
    actions = sorted({account.action for account, _ in moved})
    found = []
    for text in entry.motive.removeprefix(_DESPITE).split(f"{_AND}{_DESPITE}"):
        rule, _, reason = text.partition(_WHY)
        found.append(
            Waiver(
                sequence=entry.sequence,
                kind=entry.kind,
                label=entry.label,
                rule=rule,
                reason=reason,
                convention=first.convention,
                action=", ".join(actions),
                line=", ".join(lines),
                amount=amount,
                effect_on=entry.effect_on,
                recorded_at=entry.recorded_at,
                agent=entry.agent,
            )
        )
    return found
