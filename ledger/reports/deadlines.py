"""What is to come: payments of signed conventions, bilans awaited, conventions that end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.field import Field, Kind, code, words
from ledger.core.grouping import sums_by, sums_by_two
from ledger.core.money import ZERO, Money
from ledger.execution.bilans.queue import bilan_queue
from ledger.execution.model import Bilan
from ledger.execution.payments.due import due_by_line
from ledger.execution.queries import standing_bilans
from ledger.journal.balances import balances
from ledger.journal.positions import PAID_POSITIONS, Position
from ledger.reports.figures.payments import TO_BE_PAID
from ledger.reports.listing import Listing
from ledger.rules.vocabulary import Circuit

_MONTH = 31


@dataclass(frozen=True, slots=True)
class ComingPayment:
    """What one convention pays at one moment: its amount, its first possible day (None: on a bilan), what it awaits.

    direct: whether its financeur pays it, and the EPCI only records it.
    """

    convention: str
    direct: bool
    payer: str
    beneficiary: str
    amount: Money
    on: date | None
    waiting: str

    def late(self, today: date) -> bool:
        """Whether it could have been ordered before today."""
        return self.on is not None and self.on < today


def coming_payments(session: Session, today: date, until: date, year: int | None = None) -> list[ComingPayment]:
    """What the conventions signed by today have to pay until that day, due first, then by day.

    What is due already stands at the day it could first be ordered; what waits for a bilan has no day.
    """
    held = balances(session, on=today, positions=[Position.ENGAGE])
    engaged = sums_by_two((key.convention, (key.action, key.line), amount) for key, amount in held.items())
    settled: dict[str, set[str]] = {}
    for number, action in session.execute(select(Bilan.convention, Bilan.action).where(*standing_bilans(today))):
        settled.setdefault(number, set()).add(action)
    found = [
        row
        for each in (conventions(session, year, states=(ConventionStatus.SIGNED,)) if engaged else ())
        if each.kind in (ConventionKind.CONVENTION, ConventionKind.NOTIFICATION) and each.number in engaged
        for row in _of_convention(each, engaged[each.number], settled.get(each.number, set()), today, until)
    ]
    return sorted(found, key=lambda row: (row.on is None, row.on or date.max, row.convention))


def _of_convention(
    convention: Convention,
    engaged: Mapping[tuple[str, str], Money],
    settled: set[str],
    today: date,
    until: date,
) -> Iterator[ComingPayment]:
    ordered = {
        (line.action, line.line): line.amount - engaged.get((line.action, line.line), ZERO) for line in convention.lines
    }
    seen = ZERO
    days = sorted({each.due_on for each in convention.instalments if each.due_on and today < each.due_on <= until})
    for day in (today, *days):
        _, due, waiting = due_by_line(convention, ordered, engaged, settled, day)
        asked = Money(sum(amount_due.cents for amount_due in due.values()))
        if asked != seen:
            first = _first_day(convention, today) if day == today else day
            yield _coming(convention, asked - seen, first, "")
        seen = asked
    left = Money(sum(amount_held.cents for amount_held in engaged.values())) - seen
    if left and "bilan" in waiting:
        yield _coming(convention, left, None, waiting)


def _first_day(convention: Convention, today: date) -> date:
    """The first day on which what is due today could be ordered: the signature's, or the latest past due day."""
    passed = [each.due_on for each in convention.instalments if each.due_on and each.due_on <= today]
    return max([convention.signed_on or today, *passed])


def _coming(convention: Convention, asked: Money, on: date | None, waiting: str) -> ComingPayment:
    direct = convention.circuit == Circuit.DIRECT
    return ComingPayment(convention.number, direct, convention.payer, convention.beneficiary or "", asked, on, waiting)


INSTALMENT_FIELDS = (
    code("convention", "convention", width=14),
    code("payeur", "payeur", width=14),
    code("beneficiaire", "bénéficiaire"),
    Field("le", "à partir du", Kind.DAY, optional=True),
    TO_BE_PAID.field(),
    words("attend", "attend", width=44),
    code("etat", "état", width=12),
)


def instalments_report(session: Session, today: date, months: int, of: str) -> Listing:
    """The payments of the coming months, those already due first, those that wait for a bilan last.

    of: what is to be known of the year, as the title says it.
    """
    until = today + timedelta(days=_MONTH * months)
    return Listing(
        title=f"Échéancier des {months} mois à venir{of}",
        fields=INSTALMENT_FIELDS,
        rows=tuple(
            {
                "convention": row.convention,
                "payeur": row.payer,
                "beneficiaire": row.beneficiary,
                "le": row.on,
                "montant": row.amount,
                "attend": row.waiting,
                "etat": "à venir" if row.on is None or row.on > today else "dû",
            }
            for row in coming_payments(session, today, until)
        ),
        notes=("« dû » : l'ordre de payer, ou le constat du financeur, peut être enregistré dès maintenant.",),
    )


_KINDS = (ConventionKind.CONVENTION, ConventionKind.NOTIFICATION)


@dataclass(frozen=True, slots=True)
class BilanAwaited:
    """A bilan that is not in: of which action of which convention, what was paid, the last day to give it."""

    convention: str
    action: str
    beneficiary: str
    payer: str
    paid: Money
    due_on: date


def bilans_awaited(session: Session, today: date) -> list[BilanAwaited]:
    """The bilans that paid actions still owe (loi 2000-321, art. 10), the first due first, more time included.

    Only of exercices ended before today, and only where a rule says the delay.
    """
    owing = [
        each
        for each in bilan_queue(session, today, before=today.year)
        if each.limit is not None and (each.given_on is None or each.given_on > today)
        if each.convention.kind in _KINDS
    ]
    paid = _paid(session, today, {each.convention.number for each in owing})
    return [
        BilanAwaited(each.convention.number, each.action, each.owed_by, each.owed_to, amount, each.limit)
        for each in owing
        if each.limit is not None
        if (amount := paid.get((each.convention.number, each.action), ZERO))
    ]


def _paid(session: Session, today: date, numbers: Collection[str]) -> Mapping[tuple[str, str], Money]:
    return sums_by(
        ((key.convention, key.action), amount)
        for key, amount in balances(session, on=today, conventions=numbers, positions=PAID_POSITIONS).items()
    )


@dataclass(frozen=True, slots=True)
class ConventionEnding:
    """A signed convention, the day it ends, and what is still to be paid on it."""

    convention: Convention
    on: date
    left: Money


def convention_endings(session: Session, first: date, last: date) -> list[ConventionEnding]:
    """The signed conventions that end between these days, and those ended before that still have to pay."""
    left: dict[str, Money] = sums_by(
        (key.convention, amount)
        for key, amount in balances(session, positions=(Position.ENGAGE, Position.ORDONNE)).items()
    )
    found = [
        ConventionEnding(each, each.ends_on, left.get(each.number, ZERO))
        for each in conventions(session)
        if each.state == ConventionStatus.SIGNED and each.ends_on is not None and each.ends_on <= last
    ]
    chosen = [each for each in found if each.on >= first or each.left]
    return sorted(chosen, key=lambda each: (each.on, each.convention.number))
