"""The state of consumption, read from the book."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.core.money import ZERO, Money
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import AccountKey, Figure, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.reports.consumption import added_up, consumption


def notified(session: Session) -> None:
    open_exercice(session, 2016)
    notify_credits(session, "CAPH-PDV", 2016, Money(660_000_00), piece="BP", on=date(2016, 1, 25))
    notify_credits(session, "ETAT-PDV-DRE", 2016, Money(175_000_00), piece="Préfet", on=date(2016, 2, 15))


def programme(session: Session, amount: Money, on: date) -> None:
    move = Move(
        AccountKey(Position.PROGRAMME, "ETAT-PDV-DRE", 2016, action="2016-025"),
        AccountKey(Position.DISPONIBLE, "ETAT-PDV-DRE", 2016),
        amount,
    )
    post_acts(session, [Draft("PROGRAMMATION", "programmation", "Programmation", "COPIL", on, (move,))])


def test_lines_come_in_the_order_of_the_referential_with_positions_that_add_up(session: Session) -> None:
    notified(session)
    programme(session, Money(171_100_56), date(2016, 3, 4))
    lines = consumption(session, 2016)
    assert [line.line for line in lines] == ["ETAT-PDV-DRE", "CAPH-PDV"]
    dre = lines[0]
    assert (dre.state[Figure.DISPONIBLE], dre.state[Figure.PROGRAMME]) == (Money(3_899_44), Money(171_100_56))
    assert all(line.state.gap == ZERO for line in lines)
    assert added_up(lines)[Figure.NOTIFIE] == Money(835_000_00)


def test_as_of_a_day_only_what_counts_by_then_is_seen(session: Session) -> None:
    notified(session)
    programme(session, Money(171_100_56), date(2016, 3, 4))
    assert [line.line for line in consumption(session, 2016, on=date(2016, 2, 1))] == ["CAPH-PDV"]
    dre = consumption(session, 2016, on=date(2016, 3, 3))[0]
    assert dre.state[Figure.DISPONIBLE] == Money(175_000_00)


def test_a_year_without_credits_has_no_line(session: Session) -> None:
    assert consumption(session, 2016) == []
    assert added_up([])[Figure.NOTIFIE] == ZERO
