"""Two people at one convention at once: an instalment is ordered once and paid once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from ledger.commands.declaring.troubles import in_french
from ledger.conventions.queries import find_convention
from ledger.conventions.schedule import InstalmentPart, set_schedule
from ledger.core.errors import Contended, LedgerError
from ledger.core.money import parse_money
from ledger.execution.figures import state_of
from ledger.execution.payments.due import NothingDue
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import PaymentRefused, record_payment
from ledger.journal.audit import audit_book
from ledger.journal.overdraft import Overdraft
from ledger.storage.engine import DatabaseUnavailable, open_engine
from tests.execution.lives import EPCI, carry, open_years
from tests.journal.trials import book

MAY, APRIL = date(2016, 5, 13), date(2016, 4, 30)
CONVENTIONS = 4
Act = Callable[[Session, str, int], None]


def _order(session: Session, number: str, person: int) -> None:
    order_payment(
        session, find_convention(session, number), parse_money("6 000"), on=MAY, reference=f"M{person}-{number}"
    )


def _pay(session: Session, number: str, person: int) -> None:
    reference = f"B{person} {number}"
    record_payment(session, find_convention(session, number), parse_money("6 000"), on=MAY, reference=reference)


def _order_the_first(session: Session, number: str, person: int) -> None:
    order_payment(session, find_convention(session, number), None, on=APRIL, reference=f"M{person}-{number}")


def _at_once(base: str, number: str, act: Act) -> list[LedgerError | None]:
    """What two people are answered who do this at the same moment, each in a transaction of their own."""
    starting = Barrier(2)

    def person(index: int) -> LedgerError | None:
        engine = open_engine(base)
        try:
            starting.wait()
            with in_french(base), book(engine) as session:
                act(session, number, index)
        except LedgerError as refusal:
            return refusal
        else:
            return None
        finally:
            engine.dispose()

    with ThreadPoolExecutor(2) as people:
        return list(people.map(person, range(2)))


@pytest.mark.parametrize(
    ("act", "refusals"),
    [(_order, (NothingDue, Overdraft)), (_pay, (PaymentRefused, Overdraft))],
    ids=["order", "pay"],
)
def test_of_two_people_at_one_instalment_one_is_refused(
    base: str, session: Session, act: Act, refusals: tuple[type[LedgerError], ...]
) -> None:
    open_years(session, 2016)
    numbers = []
    for index in range(CONVENTIONS):
        [convention] = carry(session, f"A{index}", {EPCI: "7 500"}, cost="10 000")
        numbers.append(convention.number)
        if act is _pay:
            order_payment(session, convention, parse_money("3 750"), on=MAY)
            order_payment(session, convention, parse_money("2 250"), on=MAY)
    session.commit()
    session.close()
    for number in numbers:
        answers = _at_once(base, number, act)
        assert answers.count(None) == 1, answers
        [refused] = [each for each in answers if each is not None]
        assert isinstance(refused, (*refusals, Contended, DatabaseUnavailable))
    engine = open_engine(base)
    with book(engine) as again:
        for number in numbers:
            state = state_of(again, find_convention(again, number))
            assert (state.ordered, state.paid) == (parse_money("6 000"), parse_money("6 000" if act is _pay else "0"))
        assert audit_book(again) == []
    engine.dispose()


def test_of_two_people_who_order_one_instalment_the_second_finds_it_ordered(base: str, session: Session) -> None:
    open_years(session, 2016)
    numbers = []
    for index in range(CONVENTIONS):
        [convention] = carry(session, f"A{index}", {EPCI: "7 500"}, cost="10 000")
        part, bilan = InstalmentPart(parse_money("2 500"), "signature"), InstalmentPart(None, "bilan")
        set_schedule(convention, {(line.action, line.line): (part, bilan) for line in convention.lines})
        numbers.append(convention.number)
    session.commit()
    session.close()
    for number in numbers:
        answers = _at_once(base, number, _order_the_first)
        assert answers.count(None) == 1, answers
        [refused] = [each for each in answers if each is not None]
        assert isinstance(refused, (NothingDue, Contended, DatabaseUnavailable))
    engine = open_engine(base)
    with book(engine) as again:
        for number in numbers:
            assert state_of(again, find_convention(again, number)).ordered == parse_money("2 500")
    engine.dispose()
