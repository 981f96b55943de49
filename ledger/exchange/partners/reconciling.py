"""A partner's file against the book: the two sides of each reconciliation, one line for each amount."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from ledger.conventions.queries import conventions, epci_financeur
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.identifiers import plain_words
from ledger.core.money import ZERO, Money, total
from ledger.exchange.handlers.posts import SCHEMES
from ledger.exchange.partners.keeping import siren_of, siret_of, who, whole_row, year_of
from ledger.exchange.partners.matching import Item, Match, match, sum_of
from ledger.exchange.reading.rows import Row
from ledger.execution.figures import ConventionState, convention_states
from ledger.execution.model import Payment
from ledger.execution.payments.record_payment import payable_orders
from ledger.execution.reconciliation.record_reconciliation import ReconciledAmount
from ledger.execution.vocabulary import Agreement
from ledger.programming.actions.model import Action
from ledger.programming.publics.model import ActionReference
from ledger.referential.contracts import epci_of_contract
from ledger.referential.model import Dispositif, Financeur, Porteur
from ledger.referential.porteurs import former_porteurs
from ledger.rules.vocabulary import Circuit
from ledger.storage.session import context

ETAT = "ETAT"
_PAID_FIELDS = ("advance", "balance", "additional")


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of one reconciliation, and whether days count in it."""

    book: list[Item]
    file: list[Item]
    dated: bool = False


class Bodies:
    """The porteurs as files name them: by SIRET, else by the words of their name."""

    def __init__(self, session: Session) -> None:
        every, former = session.scalars(select(Porteur)).all(), former_porteurs(session)
        self._known = {each.code: former.get(each.code, each) for each in every}
        self._words = {plain_words(each.name): self._known[each.code] for each in every}
        self._sirets = {each.siret: self._known[each.code] for each in every if each.siret}
        self.epci = epci_of_contract(session)

    def of_code(self, code: str | None) -> str:
        """How a porteur of ours is named on both sides; none, or one of the EPCI's own SIREN, is the EPCI itself."""
        if code is None or (self._known[code].siret or "").startswith(self.epci.siren):
            return self.epci.siren
        return who(self._known[code].siret or "", self._known[code].name)

    def of_row(self, row: Row, name: str = "porteur") -> tuple[str, bool]:
        """How the body of a row is named, and whether it is one of ours."""
        siret, words = siret_of(row), plain_words(str(row.values.get(name) or ""))
        if siret and siret.startswith(self.epci.siren):
            return self.epci.siren, True
        if siret in self._sirets:
            return self.of_code(self._sirets[siret].code), True
        named = self._words.get(words)
        if named is not None and (not siret or not named.siret):
            return self.of_code(named.code), True
        return who(siret, words), False


def etat_sides(session: Session, rows: Sequence[Row]) -> Sides:
    """The État's dossiers or actions against the conventions it pays and the rights the EPCI acquired on it."""
    bodies = Bodies(session)
    file = _repeats(rows, [_of_etat(bodies, row) for row in rows])
    years = {year for row in rows if (year := year_of(row)) is not None}
    numbers, posts = _references(session, years), _posts(session, years)
    book = [
        _of_convention(bodies, state, numbers)
        for state in _signed(session, years)
        if state.convention.payer == ETAT and not posts.issuperset(line.action for line in state.convention.lines)
    ]
    return Sides(book, file)


def _posts(session: Session, years: Collection[int]) -> set[str]:
    """The actions that are posts: published apart (profile postes-etat), never in the État's follow-up of dossiers."""
    query = (
        select(Action.number)
        .join(Dispositif, Dispositif.code == Action.dispositif)
        .where(Action.year.in_(years), Dispositif.role.in_(SCHEMES), Action.origin != "")
    )
    return set(session.scalars(query))


def _of_etat(bodies: Bodies, row: Row) -> Item:
    body, local = bodies.of_row(row)
    granted = row.values.get("granted")
    numbers = {_number(str(row.values.get(field) or "")) for field in ("ej", "number", "portal_number")}
    received = body == bodies.epci.siren
    return Item(
        key=row.key,
        who=body,
        year=year_of(row),
        amount=granted if isinstance(granted, Money) else None,
        references=frozenset(numbers - {""}),
        direction="recette" if received else "depense",
        paid=_paid(row),
        local=local,
    )


def _paid(row: Row) -> Money | None:
    amounts = [row.values.get(field) for field in _PAID_FIELDS]
    said = [amount for amount in amounts if isinstance(amount, Money)]
    return total(said) if said else None


def _signed(session: Session, years: set[int]) -> list[ConventionState]:
    states = (state for year in sorted(years) for state in convention_states(session, year))
    return [state for state in states if state.convention.state in (ConventionStatus.SIGNED, ConventionStatus.SETTLED)]


def _of_convention(bodies: Bodies, state: ConventionState, numbers: dict[str, frozenset[str]]) -> Item:
    convention = state.convention
    return Item(
        key=convention.number,
        who=bodies.of_code(convention.beneficiary),
        year=convention.year,
        amount=state.granted,
        on=convention.signed_on,
        references=frozenset().union(
            {_number(convention.number)}, *(numbers.get(line.action, frozenset()) for line in convention.lines)
        ),
        conventions=(convention.number,),
        direction="recette" if convention.kind == ConventionKind.RIGHT else "depense",
        paid=state.paid,
    )


def _references(session: Session, years: set[int]) -> dict[str, frozenset[str]]:
    """By action, the foreign numbers it bears: EJ, dossier."""
    query = (
        select(ActionReference.action, ActionReference.reference)
        .join(Action, Action.number == ActionReference.action)
        .where(Action.year.in_(years))
    )
    found: dict[str, frozenset[str]] = {}
    for number, reference in session.execute(query):
        found[number] = found.get(number, frozenset()) | {_number(reference)}
    return found


def _number(text: str) -> str:
    """A foreign number without spaces, case or punctuation: "21/0000001" and "21 0000001" are one."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def scdl_sides(session: Session, rows: Sequence[Row]) -> Sides:
    """Grants published against the conventions each attribuant pays in the years it publishes."""
    bodies, payers = Bodies(session), _Payers(session)
    published = {(payers.of(row), year_of(row)) for row in rows}
    file = []
    for row in rows:
        body, local = bodies.of_row(row)
        amount = row.values.get("amount")
        granted = amount if isinstance(amount, Money) else None
        file.append(Item(row.key, body, year_of(row), granted, local=local))
    states = _signed(session, {year for _, year in published if year is not None})
    book = [
        _of_convention(bodies, state, {})
        for state in states
        if (state.convention.payer, state.convention.year) in published
    ]
    return Sides(book, _repeats(rows, file))


def _repeats(rows: Sequence[Row], items: Sequence[Item]) -> list[Item]:
    """The items of the rows, those of a row alike in every column to an earlier one marked."""
    seen: set[tuple[tuple[str, str], ...]] = set()
    found = []
    for row, item in zip(rows, items, strict=True):
        said = whole_row(row)
        found.append(replace(item, repeated=said in seen))
        seen.add(said)
    return found


class _Payers:
    """The financeurs as files name them: the EPCI by its SIREN, another by its exact name."""

    def __init__(self, session: Session) -> None:
        self._epci = epci_of_contract(session)
        self._own = epci_financeur(session)
        self._named = {plain_words(each.name): each.code for each in session.scalars(select(Financeur))}

    def of(self, row: Row) -> str:
        """The financeur that publishes the row; "" when it is none of ours."""
        if re.sub(r"\D", "", str(row.values.get("payer_siret") or "")).startswith(self._epci.siren):
            return self._own
        return self._named.get(plain_words(str(row.values.get("payer") or "")), "")


def of_another_body(session: Session, row: Row) -> bool:
    """Whether a mandat says by its number that another body than the EPCI paid it."""
    epci = epci_of_contract(session)
    return siren_of(str(row.values.get("payer_id") or "")) not in ("", epci.siren)


def helios_sides(session: Session, rows: Sequence[Row]) -> Sides:
    """The comptable's mandats against the payments of the book, then against what is ordered and not paid."""
    bodies = Bodies(session)
    file, days = [], []
    for row in rows:
        body, local = bodies.of_row(row)
        amount, day = row.values["amount"], row.values["paid_on"]
        assert isinstance(amount, Money)
        assert isinstance(day, date)
        foreign = of_another_body(session, row)
        file.append(Item(row.key, "" if foreign else body, day.year, amount, day, local=local and not foreign))
        if not foreign:
            days.append(day)
    by_number = {each.number: each for each in conventions(session) if each.circuit == Circuit.BUDGET}
    query = select(Payment)
    query = query.where(Payment.paid_on.between(min(days), max(days)) if days else false())
    book = [
        Item(
            payment.reference,
            bodies.of_code(by_number[payment.convention].beneficiary),
            payment.paid_on.year,
            payment.amount,
            payment.paid_on,
            conventions=(payment.convention,),
        )
        for payment in session.scalars(query.order_by(Payment.paid_on, Payment.reference))
        if payment.convention in by_number
    ]
    return Sides(book, _repeats(rows, file), dated=True)


def ordered_items(session: Session) -> list[Item]:
    """What is ordered and not paid yet, one item a convention."""
    bodies = Bodies(session)
    return [
        Item(each.number, bodies.of_code(each.beneficiary), each.year, amount, conventions=(each.number,))
        for each, amount in payable_orders(session, None)
        if each.circuit == Circuit.BUDGET
    ]


def post_sides(session: Session, rows: Sequence[Row]) -> Sides:
    """The posts published for this contract against those granted in the book, each by its own number."""
    contract = context(session).contract
    found = [row for row in rows if row.values["contract"] == contract]
    kinds, years = {str(row.values["kind"]) for row in found}, {year_of(row) for row in found}
    file = _repeats(found, [_post(row.key, year_of(row), row.values["amount"]) for row in found])
    query = (
        select(Dispositif.role, Action.year, Action.origin, Action.cost_total)
        .join(Dispositif, Dispositif.code == Action.dispositif)
        .where(Dispositif.role.in_(kinds), Action.year.in_(years), Action.origin != "")
    )
    book = [
        _post(f"{role} · {year} · {contract} · {origin}", year, cost)
        for role, year, origin, cost in session.execute(query.order_by(Action.number))
    ]
    return Sides(book, file)


def _post(key: str, year: int | None, amount: object) -> Item:
    return Item(key, key, year, amount if isinstance(amount, Money) else None, references=frozenset({key}))


GRANTED, PAID = "accorde", "verse"


@dataclass(frozen=True, slots=True)
class Found:
    """One amount held against the other side: which figure, what is to know of it, whether the body is one of ours.

    first: the key of its first item. waiting: the book's side is an order, not paid yet.
    """

    compared: ReconciledAmount
    figure: str
    note: str
    local: bool
    year: int | None
    first: str = ""
    waiting: bool = False

    @property
    def gap(self) -> Money | None:
        """File minus book, an absent side counting for nothing; None where an amount could not be read."""
        if Agreement.TO_CONFIRM is self.compared.state and None in (self.compared.book, self.compared.file):
            return None
        return (self.compared.file or ZERO) - (self.compared.book or ZERO)


def reconcile(sides: Sides, ordered: Sequence[Item] = ()) -> list[Found]:
    """Every amount of both sides, in the order of the file, then what only the book has.

    ordered: what is ordered and not paid in the book; a payment of the file that is not there yet may pay one of them.
    """
    found: list[Found] = []
    for each in _with_orders(match(sides.book, sides.file, dated=sides.dated), ordered):
        found.extend(_lines(each, PAID if sides.dated else GRANTED))
    order = {item.key: rank for rank, item in enumerate(sides.file)}
    return sorted(found, key=lambda line: order.get(line.first, len(order)))


def _with_orders(matches: Sequence[Match], ordered: Sequence[Item]) -> Iterator[Match]:
    """The matches; a payment absent from the book is to confirm where one order alone waits for that amount."""
    for each in matches:
        if each.state is not Agreement.NOT_IN_BOOK:
            yield each
            continue
        [payment] = each.file
        waiting = [order for order in ordered if order.who == payment.who and order.amount == payment.amount]
        if len(waiting) == 1:
            words = f"ordonné et pas encore payé au livre : convention {waiting[0].key}"
            yield Match(tuple(waiting), each.file, Agreement.TO_CONFIRM, words, waiting=True)
        else:
            yield each


def _lines(each: Match, figure: str) -> Iterator[Found]:
    items = each.file or each.book
    key = " + ".join(item.key for item in items)
    conventions = tuple(dict.fromkeys(number for item in each.book for number in item.conventions))
    local = all(item.local for item in items)
    book, file = sum_of(each.book), sum_of(each.file)
    direction = items[0].direction
    yield Found(
        ReconciledAmount(key, direction, conventions, book, file, each.state),
        figure,
        each.note,
        local,
        items[0].year,
        items[0].key,
        each.waiting,
    )
    if figure == GRANTED and each.book and each.file:
        yield from _file_paid(each, key, conventions)


def _file_paid(each: Match, key: str, conventions: tuple[str, ...]) -> Iterator[Found]:
    said = [item.paid for item in each.file if item.paid is not None]
    held = [item.paid for item in each.book if item.paid is not None]
    if not said or not held:
        return
    file, book = sum(said, ZERO), sum(held, ZERO)
    if file or book:
        agreed = Agreement.MATCHED if file == book else Agreement.DIFFERENT
        first = each.file[0]
        yield Found(
            ReconciledAmount(key, first.direction, conventions, book, file, agreed),
            PAID,
            "",
            True,
            first.year,
            first.key,
        )
