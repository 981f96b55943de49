"""Days are days wherever the clock stands, and large amounts add up to the cent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import DayClosed, open_exercice
from ledger.journal.positions import Position
from ledger.journal.posting import post_acts
from ledger.journal.queries import read_book, trial_balance
from ledger.storage import instants
from tests.journal.trials import LINE, key, programmed

YEARS = range(2015, 2031)
LARGEST = 10**15


@pytest.fixture
def sixteen_years(session: Session) -> Session:
    for year in YEARS:
        open_exercice(session, year)
    return session


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    for name in ("TZ", "PGTZ"):
        monkeypatch.setenv(name, request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


# In Paris: a leap night, the hour that never comes, the one that comes twice, the last minute of a year and the next.
INSTANTS = [
    datetime(2036, 2, 29, 23, 30, tzinfo=UTC),
    datetime(2036, 3, 30, 1, 0, tzinfo=UTC),
    datetime(2036, 10, 26, 0, 30, tzinfo=UTC),
    datetime(2036, 10, 26, 1, 30, tzinfo=UTC),
    datetime(2036, 12, 31, 22, 59, tzinfo=UTC),
    datetime(2036, 12, 31, 23, 0, 0, 1, tzinfo=UTC),
]


@pytest.mark.parametrize("in_zone", ["UTC", "Europe/Paris", "Pacific/Kiritimati", "America/Cayenne"], indirect=True)
def test_instants_are_kept_whatever_the_zone(
    in_zone: str, sixteen_years: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, instant in enumerate(INSTANTS):
        monkeypatch.setattr(instants, "machine_instant", lambda instant=instant: instant)
        notify_credits(sixteen_years, LINE, 2016, Money(1), piece=f"N{number}", on=date(2016, 12, 31))
    sixteen_years.expire_all()
    found = read_book(sixteen_years, 2016)
    assert [entry.recorded_at for entry in found] == INSTANTS
    assert {entry.effect_on for entry in found} == {date(2016, 12, 31)}
    assert audit_book(sixteen_years) == []


@pytest.mark.parametrize("year", YEARS)
def test_the_first_and_last_days_of_a_year_belong_to_it(sixteen_years: Session, year: int) -> None:
    days = [date(year, 1, 1), date(year, 2, 28), date(year, 12, 31)]
    if year % 4 == 0:
        days.append(date(year, 2, 29))
    for number, day in enumerate(days):
        notify_credits(sixteen_years, LINE, year, Money(10**number), piece=f"N{number}", on=day)
    assert [entry.effect_on for entry in read_book(sixteen_years, year)] == days
    assert read_book(sixteen_years, year + 1) == read_book(sixteen_years, year - 1) == []
    opened = key(Position.DISPONIBLE, year=year)
    assert balances(sixteen_years, on=date(year, 12, 30))[opened] == Money(1011 if year % 4 == 0 else 11)
    assert balances(sixteen_years, on=date(year, 12, 31)) == balances(sixteen_years)


def test_the_day_after_the_last_year_takes_nothing(sixteen_years: Session) -> None:
    with pytest.raises(DayClosed, match="2031"):
        notify_credits(sixteen_years, LINE, 2030, Money(1), piece="N1", on=date(2031, 1, 1))


def test_largest_amounts_add_up_to_the_cent(sixteen_years: Session) -> None:
    for number in range(100):
        notify_credits(sixteen_years, LINE, 2016, Money(LARGEST), piece=f"N{number}", on=date(2016, 6, 1))
    post_acts(sixteen_years, [programmed("P1", 99 * LARGEST + 1)])
    left = {key(Position.DISPONIBLE): Money(LARGEST - 1), key(Position.PROGRAMME, "A"): Money(99 * LARGEST + 1)}
    for on in (None, date(2016, 12, 31)):
        found = balances(sixteen_years, on=on)
        assert found == left | {key(Position.NOTIFIE): Money(100 * LARGEST)}
        lines = trial_balance(sixteen_years, on)
        assert sum(line.debit.cents for line in lines) == sum(line.credit.cents for line in lines) == 199 * LARGEST + 1
    assert audit_book(sixteen_years) == []
