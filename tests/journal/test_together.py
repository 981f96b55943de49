"""Several people at once spend each euro once, and write nothing in a year once it is closed."""

from __future__ import annotations

import random
import time
from datetime import date

import pytest
from sqlalchemy import func, select

from ledger.closing.close_exercice import close_year
from ledger.journal.audit import audit_book, book_head
from ledger.journal.balances import balances
from ledger.journal.exercices import find_exercice
from ledger.journal.model import Entry
from ledger.journal.positions import Position
from ledger.storage.engine import open_engine
from tests.journal.posters import notify_until_closed, spend, start
from tests.journal.trials import book, key, prepare, trials

PEOPLE = 8
EACH, HELD = trials(50, 1_000), trials(200, 4_000)
ROUNDS = trials(6, 99)


@pytest.mark.long
def test_an_enveloppe_gives_exactly_what_it_holds(base: str) -> None:
    prepare(base, HELD, 2016)
    posters = [start(spend, base, f"P{number}", EACH) for number in range(PEOPLE)]
    said = [poster.heard() for poster in posters]
    assert [len(words) for words in said] == [1] * PEOPLE
    assert sum(given for ((given, _),) in said) == HELD
    assert sum(refused for ((_, refused),) in said) == PEOPLE * EACH - HELD
    engine = open_engine(base)
    with book(engine) as session:
        assert book_head(session).entries == HELD + 1
        assert key(Position.DISPONIBLE) not in balances(session)
        assert audit_book(session) == []
    engine.dispose()


@pytest.mark.long
def test_a_year_closed_while_others_write_in_it_takes_no_late_entry(base: str) -> None:
    prepare(base, 1, 2000)
    chance = random.Random(20161231)  # noqa: S311 - instants of closings, nothing secret
    engine = open_engine(base)
    for year in range(2000, 2000 + ROUNDS):
        posters = [start(notify_until_closed, base, f"{number}", year) for number in range(3)]
        assert [poster.says.recv() for poster in posters] == ["ready"] * 3
        time.sleep(chance.uniform(0, 0.05))
        with book(engine) as session:
            close_year(session, year, on=date(year + 1, 1, 31))
        said = [poster.heard() for poster in posters]
        assert [words[0][1] for words in said] == ["clos"] * 3
        with book(engine) as session:
            last = session.get_one(Entry, ("CV195", find_exercice(session, year).closing_entries or 0))
            dated = Entry.effect_on.between(date(year, 1, 1), date(year, 12, 31))
            assert session.scalar(select(func.max(Entry.sequence)).where(dated)) in (last.sequence, last.sequence - 1)
            notified = session.scalar(select(func.count()).where(Entry.kind == "notification", dated))
            assert notified == sum(words[0][0] for words in said) + (year == 2000)
            assert key(Position.DISPONIBLE, year=year) not in balances(session)
            assert audit_book(session) == []
    engine.dispose()
