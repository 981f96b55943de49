"""A closing killed at any instant is whole or has left nothing; two people who close at once close once."""

from __future__ import annotations

import random
import time
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.closing.close_exercice import plan_closing
from ledger.closing.decide_remainder import outcomes_of_year
from ledger.closing.model import ClosingBalance, KeptPoint, Remainder
from ledger.journal.audit import audit_book, book_head
from ledger.journal.exercices import find_exercice, open_exercice
from ledger.journal.model import Entry, Exercice
from ledger.journal.positions import Position
from ledger.storage.engine import open_engine
from tests.closing.closers import close_one
from tests.closing.random_years import Step, play
from tests.journal.posters import start
from tests.journal.trials import book, trials

KILLS = trials(6, 200)
LAST = 2095
YEAR = [Step("programmer", "CAPH-PDV", "1", 700, 50), Step("engager", "CAPH-PDV", "1", 600, 90)]


@pytest.mark.long
def test_a_closing_killed_at_any_instant_is_whole_or_has_left_nothing(base: str) -> None:
    engine = open_engine(base)
    with book(engine) as session:
        open_exercice(session, 2000)
        play(session, 2000, YEAR)
    longest = 1.5 * lasting(base, 2000)
    chance = random.Random(20161231)  # noqa: S311 - instants of kills, nothing secret
    year = 2001
    with book(engine) as session:
        play(session, year, YEAR)
    for _ in range(KILLS):
        closer = start(close_one, base, year)
        assert closer.says.recv() == "ready"
        time.sleep(chance.uniform(0, longest) if year < LAST else 0)
        closer.process.kill()
        said = closer.heard()
        with book(engine) as session:
            closed = is_whole_or_nothing(session, year)
            assert closed or not said
            if closed:
                year += 1
                play(session, year, YEAR)
    if KILLS > 100:
        assert KILLS // 10 < year - 2001 < KILLS
    with book(engine) as session:
        assert audit_book(session) == []
        assert is_whole_or_nothing(session, year) is False
        assert len(plan_closing(session, year, on=date(year + 1, 1, 31)).drafts) == 2
    engine.dispose()


def lasting(base: str, year: int) -> float:
    """How many seconds a closing that nobody kills takes in a process of its own, from the moment it is ready."""
    closer = start(close_one, base, year)
    assert closer.says.recv() == "ready"
    begun = time.perf_counter()
    assert closer.says.recv() is False
    closer.heard()
    return time.perf_counter() - begun


def is_whole_or_nothing(session: Session, year: int) -> bool:
    """Whether the year is closed; every trace of a closing is there, or none."""
    exercice = find_exercice(session, year)
    closed = exercice.closed_on is not None
    of_year = {"contract": "CV195", "year": year}
    traces = [
        session.scalar(select(func.count()).select_from(Entry).where(Entry.reference == f"CLOTURE {year}")),
        session.scalar(select(func.count()).select_from(Entry).where(Entry.reference == f"OUVERTURE {year}")),
        session.scalar(select(func.count()).select_from(ClosingBalance).filter_by(**of_year)),
        session.scalar(select(func.count()).select_from(Exercice).filter_by(contract="CV195", year=year + 1)),
    ]
    rows = [
        session.scalar(select(func.count()).select_from(table).filter_by(**of_year)) for table in (Remainder, KeptPoint)
    ]
    assert traces == [int(closed)] * 4
    assert [bool(count) for count in rows] == [closed] * 2
    assert bool([f for f in outcomes_of_year(session, year) if f.key.position is Position.ENGAGE])
    return closed


@pytest.mark.long
def test_two_people_who_close_the_same_year_at_once_close_it_once(base: str) -> None:
    engine = open_engine(base)
    with book(engine) as session:
        open_exercice(session, 2016)
        play(session, 2016, YEAR)
    closers = [start(close_one, base, 2016) for _ in range(2)]
    said = [closer.heard() for closer in closers]
    assert sorted(words[1] for words in said) == [False, True]
    with book(engine) as session:
        assert is_whole_or_nothing(session, 2016)
        assert find_exercice(session, 2016).closing_entries == book_head(session).entries
        assert audit_book(session) == []
    engine.dispose()
