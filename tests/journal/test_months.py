"""What a book held on a day, found through the months its base counts, is the sum of its acts up to that day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.exercices import open_exercice
from ledger.journal.model import MonthKnown
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.queries import trial_balance
from ledger.journal.seal import Draft
from tests.journal.trials import act, key, trials

YEARS = (2015, 2016, 2017)
COUNTED = 1_000
FIRST = date(2015, 1, 1)
DAYS = st.dates(FIRST, date(2017, 12, 31))


def opened(number: int, day: date) -> Draft:
    """An act of two moves on accounts that come back, dated as said_of_act."""
    source = key(Position.NOTIFIE, year=2015 + number % 3)
    into = key(Position.DISPONIBLE, year=source.year)
    programmed = key(Position.PROGRAMME, f"A{number % 5}", year=source.year)
    return act(f"ACTE {number}", (into, source, 3 + number), (programmed, into, 2 + number % 2), on=day)


def plain_sum(drafts: Sequence[Draft], on: date) -> dict[AccountKey, int]:
    """What these acts leave in each account on that day, added up one by one."""
    held: dict[AccountKey, int] = {}
    for draft in drafts:
        for move in draft.moves if draft.effect_on <= on else ():
            for account, sign in ((move.debit, 1), (move.credit, -1)):
                way = sign if account.position.side == "D" else -sign
                held[account] = held.get(account, 0) + way * move.amount.cents
    return {account: cents for account, cents in held.items() if cents}


def found(session: Session, **when: Any) -> dict[AccountKey, int]:
    return {account: amount.cents for account, amount in balances(session, **when).items()}


@pytest.fixture
def three_years(session: Session) -> Session:
    for year in YEARS:
        open_exercice(session, year)
    return session


@pytest.fixture
def counted(three_years: Session) -> tuple[Session, list[Draft]]:
    """More acts than are counted at once, on days in no order, and some left out of the count."""
    drafts = [opened(number, FIRST + timedelta(days=number * 389 % 1_096)) for number in range(COUNTED + 200)]
    post_acts(three_years, drafts[:COUNTED])
    post_acts(three_years, drafts[COUNTED:])
    three_years.commit()
    assert three_years.get_one(MonthKnown, "CV195").sequence == COUNTED
    return three_years, drafts


@settings(
    max_examples=trials(10, 100),
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(late=st.lists(DAYS, max_size=12), asked=st.lists(DAYS, min_size=1, max_size=6), more=st.booleans())
def test_acts_dated_back_in_any_order_are_in_the_day_asked_for(
    counted: tuple[Session, list[Draft]], late: list[date], asked: list[date], more: bool
) -> None:
    session, drafts = counted
    with session.begin_nested() as whole:
        added = [opened(10_000 + number, day) for number, day in enumerate(late)]
        if more:
            added += [opened(20_000 + number, FIRST + timedelta(days=number)) for number in range(COUNTED)]
        post_acts(session, added)
        written = [*drafts, *added]
        for on in (*asked, *late, date(2015, 12, 31), date(2016, 2, 29), FIRST - timedelta(days=1)):
            assert found(session, on=on) == plain_sum(written, on)
            assert found(session, on=on, year=2016) == {
                k: c for k, c in plain_sum(written, on).items() if k.year == 2016
            }
            lines = trial_balance(session, on)
            assert sum(line.debit.cents for line in lines) == sum(line.credit.cents for line in lines)
        assert audit_book(session) == []
        whole.rollback()


WRITES = {
    "month_total_update": "UPDATE month_total SET debit = debit + 1",
    "month_total_stays": "DELETE FROM month_total",
    "month_total_insert": (
        "INSERT INTO month_total (contract, account, month, debit, credit) VALUES ('CV195', 7, 201601, 1, 0)"
    ),
    "month_known_update": "UPDATE month_known SET sequence = sequence + 1",
    "month_known_stays": "DELETE FROM month_known",
    "month_known_insert": "INSERT INTO month_known SELECT 'CV193', 1, recorded_until FROM month_known",
}


@pytest.mark.parametrize("guard", WRITES)
def test_nobody_writes_a_month_but_the_base_and_without_that_guard_anybody_may(
    counted: tuple[Session, list[Draft]], guard: str
) -> None:
    session, _ = counted
    with pytest.raises(DBAPIError, match="months follow the chain"), session.begin_nested():
        session.execute(text(WRITES[guard]))
    assert audit_book(session) == []
    table = guard.rpartition("_")[0]
    server = session.get_bind().dialect.name == "postgresql"
    session.execute(text(f"DROP TRIGGER {table}_follows ON {table}" if server else f"DROP TRIGGER {guard}"))
    session.execute(text(WRITES[guard]))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE month_total SET debit = debit + 1 WHERE month = 201605",
        "DELETE FROM month_total WHERE month = 201605",
        "UPDATE month_known SET sequence = sequence - 1",
        "DELETE FROM month_known",
        "UPDATE month_known SET recorded_until = (SELECT max(recorded_at) FROM entry)",
    ],
)
@pytest.mark.sqlite
def test_a_month_changed_behind_the_guards_is_named(counted: tuple[Session, list[Draft]], statement: str) -> None:
    session, _ = counted
    for (name,) in session.execute(
        text("SELECT name FROM sqlite_master WHERE name LIKE 'month%' AND type = 'trigger'")
    ):
        session.execute(text(f"DROP TRIGGER {name}"))
    session.execute(text(statement))
    assert {finding.code for finding in audit_book(session)} == {"mois_alteres"}
