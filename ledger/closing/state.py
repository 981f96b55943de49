"""What became of each enveloppe: all that was opened, granted, committed, ordered, paid, freed, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import Position
from ledger.journal.vocabulary import EntryKind

_P = Position


@dataclass(frozen=True, slots=True)
class EnveloppeState:
    """Cumulative figures of one line and year; `ordered` and `paid` include what financeurs pay themselves."""

    notified: Money
    modified: Money
    carried_in: Money
    programmed: Money
    committed: Money
    ordered: Money
    paid: Money
    freed: Money
    taken_back: Money


def enveloppe_states(session: Session, year: int) -> Mapping[str, EnveloppeState]:
    """The figures of each line that moved in the year, by line."""
    flows = _flows(session, year)
    return {line: _state(_Net(flows[line])) for line in sorted(flows)}


_Flows = dict[tuple[str, Position, Position], int]


class _Net:
    """What came into a position from others, less what went back."""

    def __init__(self, flows: _Flows) -> None:
        self._flows = flows

    def into(self, position: Position, *sources: Position, kind: str = "") -> Money:
        cents = 0
        for (of, debit, credit), amount in self._flows.items():
            if kind and of != kind:
                continue
            if debit is position and credit in sources:
                cents += amount
            elif credit is position and debit in sources:
                cents -= amount
        return Money(cents)


def _state(net: _Net) -> EnveloppeState:
    opened, modified = (
        net.into(_P.DISPONIBLE, _P.NOTIFIE),
        net.into(_P.DISPONIBLE, _P.NOTIFIE, kind=EntryKind.MODIFICATION),
    )
    return EnveloppeState(
        notified=opened - modified,
        modified=modified,
        carried_in=net.into(_P.DISPONIBLE, _P.REPORT_ENTRANT) + net.into(_P.ENGAGE, _P.REPORT_ENTRANT),
        programmed=net.into(_P.PROGRAMME, _P.DISPONIBLE),
        committed=net.into(_P.ENGAGE, _P.PROGRAMME, _P.REPORT_ENTRANT),
        ordered=net.into(_P.ORDONNE, _P.ENGAGE) + net.into(_P.VERSE, _P.ENGAGE),
        paid=net.into(_P.VERSE, _P.ORDONNE, _P.ENGAGE),
        freed=-net.into(_P.ENGAGE, _P.DISPONIBLE, _P.BLOQUE, _P.ANNULE),
        taken_back=-net.into(_P.A_RECOUVRER, _P.DISPONIBLE, _P.BLOQUE, _P.ANNULE, _P.REPORTE, _P.RENDU),
    )


def _flows(session: Session, year: int) -> dict[str, _Flows]:
    """By line, the cents that went from one position to another, for each kind of entry."""
    debited, credited = select(Account).subquery(), select(Account).subquery()
    query = (
        select(debited.c.line, Entry.kind, debited.c.position, credited.c.position, func.sum(Transfer.amount))
        .select_from(Transfer)
        .join(Entry, Entry.sequence == Transfer.sequence)
        .join(debited, debited.c.id == Transfer.debit_account)
        .join(credited, credited.c.id == Transfer.credit_account)
        .where(debited.c.year == year, credited.c.year == year)
        .group_by(debited.c.line, Entry.kind, debited.c.position, credited.c.position)
    )
    found: dict[str, _Flows] = {}
    for line, kind, debit, credit, amount in session.execute(query):
        cents = amount.cents if isinstance(amount, Money) else int(amount)
        found.setdefault(line, {})[kind, Position(debit), Position(credit)] = cents
    return found
