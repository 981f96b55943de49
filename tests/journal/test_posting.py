"""The book takes each act once, balanced, inside an open year, and never gives what it does not hold."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.journal.as_of import Moment, base_as_of
from ledger.journal.audit import audit_book, book_head
from ledger.journal.balances import amount_moved, balances
from ledger.journal.enveloppes import modify_credits, notify_credits
from ledger.journal.exercices import DayClosed, ExerciceExists, open_exercice
from ledger.journal.model import Entry
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey, Figure, Position, line_state
from ledger.journal.posting import OtherContent, post_acts
from ledger.journal.reversal import NotReversible, reverse_entry
from ledger.journal.seal import Draft, Move
from ledger.storage.session import Context, ContractSession, context

LINE = "ETAT-PDV-DRE"
DAY = date(2016, 2, 15)


@pytest.fixture
def book(session: Session) -> Session:
    open_exercice(session, 2016)
    return session


def programmed(action: str, cents: int, reference: str = "") -> Draft:
    to, source = AccountKey(Position.PROGRAMME, LINE, 2016, action=action), AccountKey(Position.DISPONIBLE, LINE, 2016)
    return Draft(reference or f"PROG {action}", "programmation", "x", "p", DAY, (Move(to, source, Money(cents)),))


def test_a_notification_opens_what_is_available(book: Session) -> None:
    posted = notify_credits(book, LINE, 2016, Money(17500000), piece="N1", on=DAY)
    assert (posted.sequence, posted.new) == (1, True)
    state = line_state(balances(book, line=LINE, year=2016))
    assert state[Figure.NOTIFIE] == state[Figure.DISPONIBLE] == Money(17500000)
    assert not state.gap


def test_the_same_act_recorded_twice_posts_once(book: Session) -> None:
    first = notify_credits(book, LINE, 2016, Money(100), piece="N1", on=DAY)
    again = notify_credits(book, LINE, 2016, Money(100), piece="N1", on=DAY)
    assert again == first._replace(new=False)
    assert book_head(book).entries == 1


def test_the_same_reference_with_another_content_is_refused(book: Session) -> None:
    notify_credits(book, LINE, 2016, Money(100), piece="N1", on=DAY)
    with pytest.raises(OtherContent):
        notify_credits(book, LINE, 2016, Money(101), piece="N1", on=DAY)


def test_an_enveloppe_never_gives_more_than_it_holds(book: Session) -> None:
    notify_credits(book, LINE, 2016, Money(100000), piece="N1", on=DAY)
    with pytest.raises(Overdraft) as refused:
        post_acts(book, [programmed("A", 60000), programmed("B", 60000)])
    assert refused.value.left == Money(40000)
    assert "il reste 400,00\u00a0€" in refused.value.problem
    assert f"cofiville enveloppe modifier {LINE} 2016 200.00" in refused.value.remedy
    assert book_head(book).entries == 1


def test_a_fall_takes_only_what_is_available(book: Session) -> None:
    notify_credits(book, LINE, 2016, Money(1000), piece="N1", on=DAY)
    post_acts(book, [programmed("A", 900)])
    with pytest.raises(Overdraft):
        modify_credits(book, LINE, 2016, Money(-200), piece="M1", on=DAY)
    modify_credits(book, LINE, 2016, Money(-100), piece="M1", on=DAY)
    assert line_state(balances(book))[Figure.NOTIFIE] == Money(900)


def test_a_day_outside_an_open_year_takes_no_entry(book: Session) -> None:
    with pytest.raises(DayClosed, match="2017"):
        notify_credits(book, LINE, 2017, Money(100), piece="N1", on=date(2017, 1, 1))


def test_a_year_opens_once(book: Session) -> None:
    with pytest.raises(ExerciceExists):
        open_exercice(book, 2016)


def test_credits_need_an_amount_and_a_piece(book: Session) -> None:
    for amount, piece in ((0, "N"), (-5, "N"), (100, " ")):
        with pytest.raises(InvalidValue):
            notify_credits(book, LINE, 2016, Money(amount), piece=piece, on=DAY)


def test_an_entry_is_reversed_once_and_both_stay(book: Session) -> None:
    posted = notify_credits(book, LINE, 2016, Money(100), piece="N1", on=DAY)
    reverse_entry(book, posted.sequence, motive="erreur", on=date(2016, 3, 1))
    assert balances(book) == {}
    assert balances(book, on=DAY)[AccountKey(Position.DISPONIBLE, LINE, 2016)] == Money(100)
    with pytest.raises(NotReversible):
        reverse_entry(book, posted.sequence, motive="encore", on=date(2016, 3, 2))
    with pytest.raises(NotReversible):
        reverse_entry(book, 2, motive="encore", on=date(2016, 3, 2))
    assert book_head(book).entries == 2
    assert audit_book(book) == []


def test_what_was_granted_is_known_whatever_became_of_it(book: Session) -> None:
    notify_credits(book, LINE, 2016, Money(1000), piece="N1", on=DAY)
    post_acts(book, [programmed("A", 600)])
    key = AccountKey(Position.PROGRAMME, LINE, 2016, action="A")
    engaged = key._replace(position=Position.ENGAGE, convention="C1")
    post_acts(book, [Draft("ENG", "engagement", "x", "p", DAY, (Move(engaged, key, Money(600)),))])
    assert amount_moved(book, into=Position.PROGRAMME, out_of=Position.DISPONIBLE, year=2016) == {key: Money(600)}
    assert key not in balances(book)


def test_balances_as_of_a_day_are_those_of_the_entries_up_to_it(book: Session) -> None:
    notify_credits(book, LINE, 2016, Money(100), piece="N1", on=date(2016, 1, 10))
    notify_credits(book, LINE, 2016, Money(30), piece="N2", on=date(2016, 5, 10))
    key = AccountKey(Position.DISPONIBLE, LINE, 2016)
    assert balances(book, on=date(2016, 1, 9)) == {}
    assert balances(book, on=date(2016, 1, 10))[key] == Money(100)
    assert balances(book, on=date(2016, 12, 31)) == balances(book)


def test_amounts_up_to_ten_to_the_fifteen_cents_hold(book: Session) -> None:
    notify_credits(book, LINE, 2016, Money(10**15), piece="N1", on=DAY)
    assert balances(book)[AccountKey(Position.DISPONIBLE, LINE, 2016)] == Money(10**15)


def test_what_was_known_at_an_instant_leaves_out_what_was_recorded_later(book: Session) -> None:
    notify_credits(book, LINE, 2016, Money(100), piece="N1", on=date(2016, 1, 10))
    instant = book.scalars(select(Entry.recorded_at)).one()
    notify_credits(book, LINE, 2016, Money(30), piece="N2", on=date(2016, 1, 5))
    key = AccountKey(Position.DISPONIBLE, LINE, 2016)
    assert balances(book, on=date(2016, 1, 9))[key] == Money(30)
    engine = base_as_of(book, Moment(None, instant))
    assert engine is not None
    with ContractSession(engine, Context(*context(book).signature)) as past:
        assert balances(past, on=date(2016, 1, 31))[key] == Money(100)
        assert balances(past, on=date(2016, 1, 9)) == {}
    engine.dispose()
