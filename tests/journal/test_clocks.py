"""Clocks that are wrong: what is recorded follows what was recorded before, whatever the machine says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.audit import audit_book
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.model import Entry
from ledger.storage import instants
from ledger.storage.act_model import SealedAct
from ledger.storage.engine import open_engine
from ledger.storage.history_model import RowChange
from ledger.storage.session import context
from tests.conftest import Typist
from tests.journal.posters import spend_on_another_clock, start
from tests.journal.trials import LINE, book, prepare
from tests.terminals import Seat

Moved = Callable[[timedelta], None]
NOTIFY = ("enveloppe", "notifier", LINE, 2016, 1000, "--le", "2016-02-15", "--piece")
BACK, HOUR_BACK, TEN_YEARS = timedelta(minutes=-4), timedelta(hours=-1), timedelta(days=3653)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Moved:
    """Set the clock of this machine so far from where it stands."""
    real = instants.machine_instant

    def move(by: timedelta) -> None:
        monkeypatch.setattr(instants, "machine_instant", lambda: real() + by)

    return move


@pytest.fixture
def in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("TZ", "PGTZ"):
        monkeypatch.setenv(name, "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def recorded(session: Session) -> list[datetime]:
    """The instants of the entries, in the order of their numbers."""
    return list(session.scalars(select(Entry.recorded_at).order_by(Entry.sequence)))


def rising(found: list[datetime]) -> bool:
    """Whether each is after the one before."""
    return all(before < after for before, after in pairwise(found))


@pytest.mark.sqlite
def test_an_hour_back_is_told_once_and_nothing_is_recorded_before(
    in_2016: Typist, engine: Engine, clock: Moved
) -> None:
    first = in_2016("--json", *NOTIFY, "A")
    assert "alertes" not in first.data
    clock(HOUR_BACK)
    late = in_2016("--json", *NOTIFY, "B")
    [told] = late.data["alertes"]
    assert (told["code"], "59 minutes" in told["message"] or "1 h 00" in told["message"]) == ("horloge_en_retard", True)
    said = in_2016(*NOTIFY, "C")
    assert said.out.count("horloge de cette machine") == 1
    assert "corriger" not in said.out
    clock(timedelta(0))
    assert "horloge" not in in_2016(*NOTIFY, "D").out
    with book(engine) as session:
        first_at, second_at, third_at, _ = found = recorded(session)
        assert rising(found)
        assert second_at < third_at < first_at + timedelta(minutes=30)
        assert audit_book(session) == []
    assert in_2016("base", "controler").code == 0


def test_rows_and_acts_are_not_recorded_before_others_either(in_2016: Typist, engine: Engine, clock: Moved) -> None:
    assert in_2016(*NOTIFY, "A").code == 0
    clock(BACK)
    for code in ("UN", "DEUX"):
        line = ("porteur", "ajouter", f"Porteur {code}", "--code", code, "--type", "association")
        assert "horloge de cette machine" in in_2016(*line).out
    with book(engine) as session:
        [entry] = recorded(session)
        acts = list(session.scalars(select(SealedAct.recorded_at).where(SealedAct.contract == "").order_by("number")))
        changes = select(RowChange.recorded_at).where(RowChange.table_name == "porteur", RowChange.recorded_at > entry)
        assert len(list(session.scalars(changes))) == 2
        assert rising(acts)
        assert entry < acts[-2]


def test_what_was_known_at_an_instant_stays_what_was_known_then(in_2016: Typist, engine: Engine, clock: Moved) -> None:
    """Recorded by a clock set back, the second act would have been known before the first."""
    assert in_2016(*NOTIFY, "A").code == 0
    with book(engine) as session:
        [known] = recorded(session)
    clock(BACK)
    assert in_2016(*NOTIFY, "B").code == 0
    screen = in_2016("--json", "enveloppe", "lister", 2016, "--connu-au", known.isoformat())
    assert [row["notifie"] for row in screen.data if row["ligne"] == LINE] == ["1000.00"]


def test_a_clock_set_back_between_two_acts_of_a_transaction(session: Session, clock: Moved) -> None:
    prepare_year(session)
    notify_credits(session, LINE, 2016, Money(1), piece="A", on=date(2016, 2, 15))
    clock(BACK)
    notify_credits(session, LINE, 2016, Money(1), piece="B", on=date(2016, 2, 15))
    session.commit()
    assert rising(recorded(session))
    last = session.scalar(
        select(SealedAct.recorded_at).where(SealedAct.contract == "CV195").order_by(-SealedAct.number)
    )
    assert last is not None
    assert last > recorded(session)[-1]


@pytest.mark.usefixtures("in_paris")
def test_the_hour_that_comes_twice_is_two_hours(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """At three o'clock in summer it is two o'clock in winter: instants go on, and nothing is told."""
    prepare_year(session)
    turn = datetime(2036, 10, 26, 1, 0, tzinfo=UTC)
    for place, minutes in enumerate((-30, 0, 30)):
        now = turn + timedelta(minutes=minutes)
        monkeypatch.setattr(instants, "machine_instant", lambda now=now: now)
        notify_credits(session, LINE, 2016, Money(1), piece=f"P{place}", on=date(2016, 2, 15))
    assert recorded(session) == [turn + timedelta(minutes=minutes) for minutes in (-30, 0, 30)]
    assert context(session).kept(instants.Instants).behind == timedelta(0)


@pytest.mark.sqlite
def test_ten_years_ahead_are_refused_to_a_script_without_the_option(in_2016: Typist, clock: Moved) -> None:
    assert in_2016(*NOTIFY, "A").code == 0
    clock(TEN_YEARS)
    refused = in_2016("--json", *NOTIFY, "B")
    assert (refused.code, refused.refusal["erreur"]) == (1, "horloge")
    assert "--horloge-juste" in refused.refusal["remede"]
    assert len(in_2016("--json", "journal", "lister").data) == 1
    assert in_2016("--horloge-juste", *NOTIFY, "B").code == 0
    assert in_2016(*NOTIFY, "C").code == 0
    clock(timedelta(0))
    assert "3 65" in in_2016(*NOTIFY, "D").out
    assert in_2016("base", "controler").code == 0


@pytest.mark.sqlite
def test_less_than_a_year_without_writing_is_not_asked_about(in_2016: Typist, clock: Moved) -> None:
    clock(timedelta(days=365))
    assert in_2016(*NOTIFY, "A").code == 0


@pytest.mark.sqlite
def test_ten_years_ahead_are_asked_about_in_a_terminal(
    in_2016: Typist, base: str, tmp_path: Path, clock: Moved
) -> None:
    assert in_2016(*NOTIFY, "0").code == 0
    clock(TEN_YEARS)
    seat = Seat(tmp_path, base)
    code, screen = seat.tries(*NOTIFY, "A", answers=(("Continuer ?", "n"),))
    assert (code, "Rien n'a été écrit." in screen) == (1, True)
    assert screen.count("L'horloge de cette machine") == 1
    assert "écriture 2" in seat.types(*NOTIFY, "A", answers=(("Continuer ?", "o"),))


@pytest.mark.postgresql
@pytest.mark.parametrize(("minutes", "said"), [(6, "avance de 5 minutes"), (-7, "retarde de 7 minutes")])
def test_a_clock_more_than_five_minutes_from_the_servers_is_refused(
    in_2016: Typist, clock: Moved, minutes: int, said: str
) -> None:
    clock(timedelta(minutes=minutes))
    refused = in_2016("--json", *NOTIFY, "A")
    assert (refused.code, refused.refusal["erreur"]) == (1, "horloge")
    assert said.split(" de ")[0] in refused.refusal["probleme"]
    assert in_2016("--json", "journal", "lister").data == []
    clock(timedelta(minutes=4))
    assert in_2016(*NOTIFY, "A").code == 0


@pytest.mark.postgresql
def test_a_clock_apart_from_the_servers_is_refused_whoever_writes(session: Session, clock: Moved) -> None:
    clock(timedelta(minutes=-6))
    with pytest.raises(instants.ClockApart, match="retarde"):
        prepare_year(session)


@pytest.mark.long
def test_eight_writers_on_clocks_of_their_own_are_recorded_in_order(base: str) -> None:
    prepare(base, 10_000, 2016)
    writers = [start(spend_on_another_clock, base, f"P{number}", 10, 30 * (number - 4)) for number in range(8)]
    assert [writer.heard() for writer in writers] == [[(10, 0)]] * 8
    engine = open_engine(base)
    with book(engine) as session:
        found = recorded(session)
        assert len(found) == 81
        assert rising(found)
        assert audit_book(session) == []
    engine.dispose()


def prepare_year(session: Session) -> None:
    """A year that takes acts."""
    open_exercice(session, 2016)
    session.flush()
