"""A reserve of which the managing authority programmed a part: one amount kept, one opened, the same everywhere."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.allocation.record_authority_decision import (
    authority_programmings,
    programmed_by_authority,
    record_authority_programming,
)
from ledger.closing.close_exercice import close_year, plan_closing
from ledger.closing.decide_remainder import outcomes_foreseen, outcomes_of_year
from ledger.closing.remainders import RemainderPart, RemainderTerms, decide_outcomes
from ledger.closing.remainders import closing_moves as moves_of
from ledger.closing.vocabulary import RemainderEnd
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, parse_money, total
from ledger.exchange.handlers.closing import remainder_rows
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.reversal import NotReversible
from ledger.journal.seal import Draft, Move
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm
from ledger.referential.porteurs import PorteurForm, record_porteur

ITI = "FEDER-ITI"
WHOLE, GRANTED, PROGRAMMED = parse_money("2 000 000"), parse_money("5 000"), parse_money("4 000,01")
OPENED = parse_money("1 995 999,99")


def reserve(session: Session, year: int) -> AccountKey:
    """2 000 000 € of the ITI, 5 000 of them granted to an action, of which the Région programmes 4 000.01."""
    open_exercice(session, year)
    notify_credits(session, ITI, year, WHOLE, piece="Convention ITI", on=date(year, 2, 1))
    record_porteur(session, PorteurForm(code="COM-X", name="Commune X", kind="commune"))
    asked = (FundingForm(ITI, GRANTED), FundingForm("PORTEUR-FONDS-PROPRES", parse_money("15 000")))
    number, cost = f"{year}-A", parse_money("20 000")
    record_action(
        session, ActionForm(year=year, number=number, porteur="COM-X", title="Pôle", cost_total=cost, fundings=asked)
    )
    programme(session, year, number, GRANTED)
    record_authority_programming(session, number, ITI, PROGRAMMED, piece="Comité", on=date(year, 6, 12))
    return AccountKey(Position.PROGRAMME, ITI, year, action=number)


def programme(session: Session, year: int, action: str, amount: Money) -> None:
    move = Move(
        AccountKey(Position.PROGRAMME, ITI, year, action=action), AccountKey(Position.DISPONIBLE, ITI, year), amount
    )
    post_acts(session, [Draft(f"P{year}", "essai", "COPIL", "COPIL", date(year, 3, 15), (move,))])


def opened(session: Session, year: int) -> list[Money]:
    """What opens to others: by the remainders, the point that asks, and the workbook of the decisions."""
    outcomes = outcomes_of_year(session, year)
    points = plan_closing(session, year, on=date(year + 1, 2, 1)).points
    rows = remainder_rows(session, [year]).values()
    return [
        total(outcome.part(RemainderEnd.LIFT) for outcome in outcomes),
        *(point.amount for point in points if point.code == "reserve_levee"),
        total(amount for row in rows if isinstance(amount := row["lifted"], Money)),
    ]


def test_what_opens_is_one_amount_before_and_after_the_closing(session: Session) -> None:
    """F10: 4 000.01 of 5 000 programmed; 999.99 opens with the 1 995 000 that nobody was granted."""
    granted = reserve(session, 2018)
    for _ in ("before", "after"):
        assert opened(session, 2018) == [OPENED] * 3
        parts = {outcome.key: outcome.parts for outcome in outcomes_of_year(session, 2018)}
        assert parts[granted] == (
            RemainderPart(RemainderEnd.KEEP, PROGRAMMED),
            RemainderPart(RemainderEnd.LIFT, parse_money("999,99")),
        )
        close_year(session, 2018, on=date(2019, 2, 1))
    held = balances(session, line=ITI, year=2018)
    assert (held[granted], held[AccountKey(Position.RESERVE_LEVEE, ITI, 2018)]) == (PROGRAMMED, OPENED)
    assert audit_book(session) == []


def test_each_part_has_its_point_and_the_points_add_up_to_the_enveloppe(session: Session) -> None:
    """F10: the remainder of the grant is told in its two amounts, not once whole as kept."""
    reserve(session, 2018)
    points = [each for each in plan_closing(session, 2018, on=date(2019, 2, 1)).points if each.code != "reserve_levee"]
    noted = {each.amount for each in points if each.subject in (ITI, "2018-A")}
    assert noted >= {parse_money("1 995 000"), PROGRAMMED, parse_money("999,99")}
    assert GRANTED not in noted


def test_before_the_reserve_ends_what_is_not_programmed_is_carried_over(session: Session) -> None:
    """F10: 2017 ends, the reserve is held until 2018; nothing opens, and 2018 finds what 2017 did not programme."""
    granted = reserve(session, 2017)
    parts = {outcome.key.position: outcome.parts for outcome in outcomes_foreseen(session, 2017)}
    assert parts == {
        Position.DISPONIBLE: (RemainderPart(RemainderEnd.CARRY_AVAILABLE, parse_money("1 995 000")),),
        Position.PROGRAMME: (
            RemainderPart(RemainderEnd.KEEP, PROGRAMMED),
            RemainderPart(RemainderEnd.CARRY_AVAILABLE, parse_money("999,99")),
        ),
    }
    close_year(session, 2017, on=date(2018, 2, 1))
    assert {outcome.key.position: outcome.parts for outcome in outcomes_of_year(session, 2017)} == parts
    assert balances(session, line=ITI, year=2018)[AccountKey(Position.DISPONIBLE, ITI, 2018)] == OPENED
    assert balances(session, line=ITI, year=2017)[granted] == PROGRAMMED
    assert audit_book(session) == []


def test_what_one_year_keeps_programmed_is_not_kept_again_by_the_next(session: Session) -> None:
    """F10: the Région programmed 4 000.01, which 2017 keeps; 1 000 granted anew in 2018 opens whole."""
    granted = reserve(session, 2017)
    close_year(session, 2017, on=date(2018, 2, 1))
    programme(session, 2018, granted.action, parse_money("1 000"))
    assert {part.fate for outcome in outcomes_foreseen(session, 2018) for part in outcome.parts} == {RemainderEnd.LIFT}
    assert opened(session, 2018) == [OPENED] * 3


def test_no_day_is_left_with_less_than_nothing_programmed(session: Session) -> None:
    """F10: neither by a decrease dated before what it takes out, nor by undoing what a decrease took out."""
    action = reserve(session, 2018).action
    with pytest.raises(InvalidValue, match="n'a programmé que 0,00"):
        record_authority_programming(
            session, action, ITI, parse_money("-999,99"), piece="Comité 0", on=date(2018, 4, 12)
        )
    [first] = authority_programmings(session, 2018)
    _, taken = record_authority_programming(
        session, action, ITI, parse_money("-999,99"), piece="Comité 2", on=date(2018, 7, 12)
    )
    with pytest.raises(NotReversible, match="Une baisse porte sur ces"):
        undo_act(session, first.entry_number, motive="Mal lu", on=date(2018, 8, 1))
    undo_act(session, taken.sequence, motive="Mal lu", on=date(2018, 8, 1))
    undo_act(session, first.entry_number, motive="Mal lu", on=date(2018, 8, 1))
    assert programmed_by_authority(session, action, ITI) == Money(0)
    assert audit_book(session) == []


@pytest.mark.parametrize(("received", "back"), [("60", "60"), ("100", "100")])
def test_money_given_back_is_told_apart_from_what_never_came(received: str, back: str) -> None:
    """F10: the same split for a right given back: what came in is owed, the rest of the credit is cancelled."""
    key, amount = AccountKey(Position.DISPONIBLE, "ETAT-PDV-DRE", 2018), parse_money("100")
    terms = RemainderTerms(rule="rendre", words="", decider="ETAT", right="R", received=parse_money(received))
    [outcome] = decide_outcomes({key: amount}, lambda _: terms)
    rest = amount - parse_money(back)
    assert outcome.parts == (
        RemainderPart(RemainderEnd.GIVE_BACK, parse_money(back)),
        *((RemainderPart(RemainderEnd.CANCEL, rest),) if rest else ()),
    )
    assert total(move.amount for move in moves_of([outcome]) if move.credit == key) == amount
