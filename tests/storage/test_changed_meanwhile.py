"""On a server, two people who change the same row at once: what each act says it found is what the one before left."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.commands.declaring.retrying import retried
from ledger.commands.declaring.troubles import in_french
from ledger.core.errors import Contended, NotFound
from ledger.referential.model import PersonalDatum, Porteur
from ledger.referential.porteurs import PorteurForm, erase_contact, record_contact, record_porteur
from ledger.referential.queries import find_porteur
from ledger.storage.engine import open_engine
from ledger.storage.instants import instant_of_record
from tests.acts import unsealed_rows
from tests.journal.trials import book

PEOPLE = 8


def _named(session: Session, person: int) -> None:
    find_porteur(session, "AZUR").name = f"Azur {person}"


def _erased(session: Session, _person: int) -> None:
    with suppress(NotFound):
        erase_contact(session, "AZUR", at=instant_of_record(session))


def _flushed(session: Session, change: Callable[[Session, int], None]) -> None:
    change(session, 2)
    session.flush()


@pytest.fixture
def azur(base: str, session: Session) -> str:
    """A base with a porteur, closed."""
    record_porteur(session, PorteurForm(code="AZUR", name="Azur", kind="association"))
    record_contact(session, "AZUR", name="Mme Dubois", at=instant_of_record(session))
    session.commit()
    session.close()
    return base


@pytest.mark.postgresql
@pytest.mark.parametrize("change", [_named, _erased])
def test_who_read_a_row_before_another_changed_it_begins_again(
    azur: str, change: Callable[[Session, int], None]
) -> None:
    """F53"""
    engine = open_engine(azur)
    with book(engine) as second:
        kept = second.scalars(select(PersonalDatum)).all()
        assert (find_porteur(second, "AZUR").name, [each.value for each in kept]) == ("Azur", ["Mme Dubois"])
        with book(engine) as first:
            change(first, 1)
        with pytest.raises(Contended):
            _flushed(second, change)
        second.rollback()
    engine.dispose()
    assert unsealed_rows(azur) == []


@pytest.mark.parametrize("change", [_named, _erased])
def test_eight_people_at_one_row_leave_acts_that_follow_each_other(
    azur: str, change: Callable[[Session, int], None]
) -> None:
    """F53"""
    starting = Barrier(PEOPLE)

    def person(index: int) -> None:
        engine = open_engine(azur)

        def command() -> None:
            with in_french(azur), book(engine) as session:
                assert session.get(Porteur, "AZUR") is not None
                change(session, index)

        starting.wait()
        for _ in range(PEOPLE):
            try:
                retried(command)
            except Contended:
                continue
            break
        engine.dispose()

    with ThreadPoolExecutor(PEOPLE) as people:
        list(people.map(person, range(PEOPLE)))
    assert unsealed_rows(azur) == []
