"""The tables of the dossier: where the money goes, month after month, what is not spent, what is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from ledger.core.field import Field, Kind, Value, code, words
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money
from ledger.core.rate import rounded
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import PAID_POSITIONS, Position
from ledger.programming.actions.grants import GIVEN_UP, GIVING_UP
from ledger.programming.actions.model import Action
from ledger.reports.consumption import LineConsumption
from ledger.reports.deadlines import ComingPayment, bilans_awaited
from ledger.reports.dossier.charts import HUES, NEUTRAL, Link, Node
from ledger.reports.figures import payments, plan
from ledger.reports.figures.credits import GRANTABLE, HELD_BACK, TO_CONVENTION, TO_ORDER, TO_PAY, TO_RECOVER
from ledger.reports.figures.payments import TO_BE_PAID, TO_JUSTIFY
from ledger.reports.listing import Listing
from ledger.reports.programme import ActionFigures
from ledger.reports.synthesis import UNKNOWN, ReferentialFacts
from ledger.reports.territories import UNNAMED, spread

COLUMNS = ("Financeurs", "Lignes de crédits", "Axes", "Territoires")


@dataclass(frozen=True, slots=True)
class MoneyFlow:
    """What one line of one financeur grants through one axis to one territory."""

    financeur: str
    line: str
    axis: str
    territory: str
    amount: Money


def money_flows(actions: Iterable[ActionFigures], facts: ReferentialFacts) -> list[MoneyFlow]:
    """Every grant, cut by line, axis and territory; they add up to what is granted.

    Each line of an action is shared between its territories, so that a line's flows add up to the line.
    """
    found: dict[tuple[str, str, str, str], Money] = {}
    for action in actions:
        axis = facts.objectives.get(action.objective, {}).get("axe", UNKNOWN)
        for line in action.lines:
            if not line.granted:
                continue
            for (kind, place), share in spread(line.granted, action, facts.territories):
                name = facts.territories[place][0] if place else UNNAMED[kind]
                key = (line.financeur, line.line, " ".join(axis).strip(), name)
                found[key] = found.get(key, ZERO) + share
    return [MoneyFlow(*key, amount) for key, amount in sorted(found.items()) if amount]


def drawn_flows(found: Iterable[MoneyFlow], names: Mapping[str, str]) -> tuple[list[Node], list[Link]]:
    """The nodes and links of the flows, the largest of each column first.

    names: of the financeurs. A financeur and its lines share a colour; beyond eight, colours come back.
    """
    kept = list(found)
    sums = _sums(kept)
    hues = {
        financeur: HUES[rank % len(HUES)]
        for rank, (_, financeur) in enumerate(
            sorted((-amount.cents, key[1]) for key, amount in sums.items() if key[0] == 0)
        )
    }
    payer = {flow.line: flow.financeur for flow in kept}
    nodes = [
        Node(
            id=f"{column} {name}",
            column=column,
            label=f"{_short(names.get(name, name) if column == 0 else name)} · {thousands(amount)}",
            cents=amount.cents,
            hue=hues[payer.get(name, name)] if column < 2 else NEUTRAL,
        )
        for (column, name), amount in _ordered(sums, payer)
    ]
    return nodes, _links(kept, hues)


_Sums = dict[tuple[int, str], Money]


def _sums(found: Iterable[MoneyFlow]) -> _Sums:
    return sums_by(
        ((column, name), flow.amount)
        for flow in found
        for column, name in enumerate((flow.financeur, flow.line, flow.axis, flow.territory))
    )


def _ordered(sums: _Sums, payer: Mapping[str, str]) -> list[tuple[tuple[int, str], Money]]:
    """Financeurs by amount, their lines beside them, axes by number, territories by amount."""
    rank = {
        name: place
        for place, (_, name) in enumerate(
            sorted((-amount.cents, key[1]) for key, amount in sums.items() if key[0] == 0)
        )
    }

    def order(item: tuple[tuple[int, str], Money]) -> tuple[int, int, int, str]:
        (column, name), amount = item
        if column < 2:
            return column, rank[payer.get(name, name)], -amount.cents, name
        return column, 0, 0 if column == 2 else -amount.cents, name

    return sorted(sums.items(), key=order)


def _links(found: Iterable[MoneyFlow], hues: Mapping[str, str]) -> list[Link]:
    links: dict[tuple[str, str, str], int] = {}
    for flow in found:
        path = (f"0 {flow.financeur}", f"1 {flow.line}", f"2 {flow.axis}", f"3 {flow.territory}")
        for place, (source, target) in enumerate(pairwise(path)):
            key = (source, target, hues[flow.financeur] if place < 2 else NEUTRAL)
            links[key] = links.get(key, 0) + flow.amount.cents
    return [Link(source, target, cents, hue) for (source, target, hue), cents in sorted(links.items())]


def thousands(amount: Money) -> str:
    """The amount in thousands of euros, rounded half up: for the labels of charts only."""
    return f"{rounded(Fraction(amount.cents, 100_000), 0):,}".replace(",", "\u00a0") + "\u00a0k€"


def _short(text: str, most: int = 25) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
STEPS = (plan.GRANTED.title, plan.CONVENTIONED.title, payments.PAID.title)


def year_pace(session: Session, year: int, *, on: date | None = None) -> dict[str, list[tuple[date, Money]]]:
    """For each step, what was reached by the end of each month in which the year's actions moved.

    From January of the year to the last month in which something moved (18 months at most), or to `on`. The last point
    is the figure of the same name, when nothing moved after it.
    """
    moves = _moves(session, year)
    days = [day for step in moves.values() for day in step if on is None or day <= on]
    last = min(max(days, default=date(year, 12, 31)), date(year + 1, 6, 30))
    ends = _month_ends(year, on if on is not None and on < last else last)
    until = on or date.max
    return {step: [(end, _reached(found, min(end, until))) for end in ends] for step, found in moves.items()}


def _moves(session: Session, year: int) -> dict[str, dict[date, Money]]:
    """Of each step, the net amount of each day."""
    into, out_of = aliased(Account), aliased(Account)
    mine = select(Action.number).where(Action.year == year)
    query = (
        select(into.position, out_of.position, Entry.kind, Entry.effect_on, func.sum(Transfer.amount))
        .join(into, into.id == Transfer.debit_account)
        .join(out_of, out_of.id == Transfer.credit_account)
        .join(Entry, Entry.sequence == Transfer.sequence)
        .where(into.action.in_(mine) | out_of.action.in_(mine))
        .group_by(into.position, out_of.position, Entry.kind, Entry.effect_on)
    )
    found: dict[str, dict[date, Money]] = {step: {} for step in STEPS}
    for debited, credited, kind, day, amount in session.execute(query):
        signs = _signs(Position(debited), Position(credited), kind)
        for step, sign in zip(STEPS, signs, strict=True):
            if sign:
                found[step][day] = found[step].get(day, ZERO) + (amount if sign > 0 else -amount)
    return found


def _signs(debit: Position, credit: Position, kind: str) -> tuple[int, int, int]:
    """Whether a move adds to what is granted, conventioned, paid (1), takes away from it (-1), or neither."""
    given_up = kind in GIVING_UP and credit is Position.ENGAGE and debit in GIVEN_UP
    return (
        _way(debit, credit, Position.PROGRAMME, Position.DISPONIBLE) - given_up,
        _way(debit, credit, Position.ENGAGE, Position.PROGRAMME) - given_up,
        (debit in PAID_POSITIONS) - (credit in PAID_POSITIONS),
    )


def _way(debit: Position, credit: Position, into: Position, out_of: Position) -> int:
    return ((debit, credit) == (into, out_of)) - ((debit, credit) == (out_of, into))


def _reached(found: Mapping[date, Money], end: date) -> Money:
    return Money(sum(amount.cents for day, amount in found.items() if day <= end))


def _month_ends(year: int, last: date) -> Sequence[date]:
    firsts = [date(year + month // 12, month % 12 + 1, 1) for month in range(1, 19)]
    ends = [date.fromordinal(first.toordinal() - 1) for first in firsts]
    return [end for end in ends if end <= last or (end.year, end.month) == (last.year, last.month)]


def month_name(day: date, year: int) -> str:
    """The month as charts say it: "mars", or "mars 2017" after the year."""
    name = MONTHS[day.month - 1]
    return name if day.year == year else f"{name} {day.year}"


_UNSPENT = (GRANTABLE, HELD_BACK, TO_CONVENTION, TO_ORDER, TO_PAY, TO_RECOVER)


def unspent_report(lines: Iterable[LineConsumption], of: str) -> Listing:
    """What of each line is not spent, and where it stands; lines wholly spent are left out."""
    rows = [line.row() for line in lines]
    names = [each.script_key for each in _UNSPENT]
    return Listing(
        title=f"Crédits non consommés {of}",
        fields=(code("ligne", "ligne"), *(each.field() for each in _UNSPENT)),
        rows=tuple({name: row[name] for name in ("ligne", *names)} for row in rows if any(row[name] for name in names)),
        notes=("Les lignes entièrement consommées n'y sont pas.",),
    )


def overdue_report(session: Session, due: Iterable[ComingPayment], today: date, of: str) -> Listing:
    """What could already have been paid, and the bilans whose day has passed."""
    rows: list[dict[str, Value]] = [
        {
            "quoi": "versement",
            "objet": row.convention,
            "qui": row.beneficiary,
            "depuis": row.on,
            "montant": row.amount,
            "a_justifier": None,
            "commande": f"cofiville versement ordonner {row.convention}",
        }
        for row in due
        if row.late(today)
    ]
    rows += [
        {
            "quoi": "bilan",
            "objet": f"{each.convention} {each.action}",
            "qui": each.beneficiary,
            "depuis": each.due_on,
            "montant": None,
            "a_justifier": each.paid,
            "commande": f"cofiville bilan saisir {each.convention} --action {each.action} --cout MONTANT --piece PIECE",
        }
        for each in bilans_awaited(session, today)
        if each.due_on < today
    ]
    return Listing(
        title=f"En retard {of}",
        fields=(
            code("quoi", "quoi", width=12),
            code("objet", "objet"),
            code("qui", "qui"),
            Field("depuis", "depuis le", Kind.DAY),
            TO_BE_PAID.field(),
            TO_JUSTIFY.field(),
            words("commande", "commande", shown=False),
        ),
        rows=tuple(rows),
        notes=(
            "Versement : ce qui pouvait être ordonné ou constaté.",
            "Bilan : ce qui a été versé et reste à justifier.",
        ),
    )
