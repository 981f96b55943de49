"""Acts decided together are those of one at a time: the same entries in the same order, the same refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.core.errors import LedgerError
from ledger.core.money import Money, parse_money
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.payments.batch import PaymentBatch
from ledger.execution.payments.order_payment import decide_order, order_payment
from ledger.execution.payments.record_payment import decide_payment, record_payment
from ledger.execution.queries import orders_of
from ledger.journal.audit import audit_book
from ledger.journal.model import Entry
from ledger.journal.reversal import entry_moves
from ledger.storage.session import context
from tests.execution.lives import EPCI, STATE, carry, open_years, passed_on
from tests.journal.trials import trials

Wish = tuple[str, int, int | None, int, int]
"""What is asked: "ordre" or "paiement", of which convention, how many cents, the day in May, the reference."""

WISHES = st.lists(
    st.tuples(
        st.sampled_from(["ordre", "paiement"]),
        st.integers(0, 1),
        st.none() | st.sampled_from([1, 100_000, 300_001, 600_000]) | st.integers(1, 900_000),
        st.integers(2, 6),
        st.integers(1, 9),
    ),
    max_size=12,
)


def _asked(made: Sequence[Convention], wish: Wish) -> tuple[Convention, Money | None, date, str]:
    _, index, cents, day, reference = wish
    return made[index], Money(cents) if cents else None, date(2016, 5, day), f"R{reference}"


def _alone(session: Session, made: Sequence[Convention], wishes: Sequence[Wish]) -> list[str]:
    def act(wish: Wish) -> None:
        convention, amount, on, reference = _asked(made, wish)
        if wish[0] == "ordre":
            order_payment(session, convention, amount, on=on, reference=reference)
        else:
            record_payment(session, convention, amount or Money(1), on=on, reference=reference)

    return _answers(session, wishes, act)


def _together(session: Session, made: Sequence[Convention], wishes: Sequence[Wish]) -> list[str]:
    names = ("ORDRE R{}", "PAIEMENT R{}")
    tally = PaymentBatch(session, made, [name.format(wish[4]) for wish in wishes for name in names])

    def act(wish: Wish) -> None:
        convention, amount, on, reference = _asked(made, wish)
        if wish[0] == "ordre":
            decide_order(tally, convention, amount, on=on, reference=reference)
        else:
            decide_payment(tally, convention, amount or Money(1), on=on, reference=reference)

    answers = _answers(session, wishes, act)
    tally.write()
    return answers


def _answers(session: Session, wishes: Sequence[Wish], act: Callable[[Wish], None]) -> list[str]:
    found = []
    for wish in wishes:
        try:
            act(wish)
        except LedgerError as refusal:
            found.append(f"{refusal.problem} {refusal.remedy}")
        else:
            found.append("")
    return found


def _written(session: Session, made: Sequence[Convention], since: int) -> list[object]:
    query = select(Entry).where(Entry.contract == context(session).contract, Entry.sequence > since)
    entries = [
        (each.reference, each.effect_on, each.motive, entry_moves(session, each.sequence))
        for each in session.scalars(query.order_by(Entry.sequence))
    ]
    rows = [(o.reference, o.rank, o.account, o.gross, o.set_off) for c in made for o in orders_of(session, c.number)]
    return [entries, rows]


def test_what_is_decided_together_is_what_is_decided_one_by_one(session: Session) -> None:
    open_years(session, 2016)
    right = passed_on(session, "20 000")
    made = [
        carry(session, code, {STATE: "9 000", EPCI: "3 000"}, cost="20 000", public={"qpv": 1})[0]
        for code in ("A", "B")
    ]
    last = record_receipt(session, right, parse_money("5 000"), on=date(2016, 5, 1), reference="R").sequence

    @settings(max_examples=trials(15, 300), deadline=None)
    @given(wishes=WISHES)
    @example(wishes=[("ordre", 0, 600_000, 5, 1), ("ordre", 0, None, 5, 2), ("ordre", 0, 1, 5, 3)])
    @example(wishes=[("ordre", 0, None, 3, 1), ("paiement", 0, 1, 4, 1), ("paiement", 0, 900_000, 5, 2)])
    @example(wishes=[("ordre", 0, 1, 6, 1), ("paiement", 0, 1, 4, 1), ("ordre", 0, None, 3, 2)])
    def check(wishes: list[Wish]) -> None:
        seen = []
        for way in (_alone, _together):
            step = session.begin_nested()
            answers = way(session, made, wishes)
            seen.append([answers, *_written(session, made, last)])
            assert audit_book(session) == []
            step.rollback()
            session.expire_all()
        assert seen[0] == seen[1]

    check()


def test_an_automatic_number_avoids_one_typed_among_what_is_decided(session: Session) -> None:
    open_years(session, 2016)
    passed_on(session, "20 000")
    [made] = carry(session, "A", {STATE: "9 000", EPCI: "3 000"}, cost="20 000", public={"qpv": 1})
    typed, given_one = f"M-{made.number}-2", f"M-{made.number}-3"
    tally = PaymentBatch(session, [made], [f"ORDRE {typed}", f"ORDRE {given_one}"])
    on = date(2016, 5, 5)
    decide_order(tally, made, Money(1), on=on, reference=typed)
    order, _ = decide_order(tally, made, Money(1), on=on)
    tally.write()
    assert order.reference == given_one
