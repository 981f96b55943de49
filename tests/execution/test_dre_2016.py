"""The DRE year, step by step, to the cent: positions, money passed on, conventions (worked case DRE-2016, §5.2.5)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.execution.figures import reversement_state, state_of
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.positions import Figure, line_state
from tests.execution.dre_figures import CASE, DreFigures
from tests.execution.dre_year import DreYear


def line_figures(session: Session, name: str) -> dict[str, str]:
    line, _, year = name.rpartition(" ")
    state = line_state(balances(session, line=line, year=int(year)))
    return {str(figure): state[figure].plain() for figure in Figure}


def passing_on_figures(session: Session, year: int) -> dict[str, str]:
    state = reversement_state(session, year)
    flow = state.passing_on
    figures = {
        "recu": flow.received,
        "reverse": flow.passed_on,
        "rendu": flow.returned,
        "recu_non_reverse": flow.held,
        "reverse_non_recu": flow.advanced,
        "non_consomme": state.unspent,
        "a_rendre": flow.owed_back,
    }
    return {name: amount.plain() for name, amount in figures.items()}


def convention_figures(session: Session, year: DreYear, code: str) -> dict[str, str]:
    state = state_of(session, year.conventions[code])
    figures = {
        "accorde": state.granted,
        "ordonne": state.ordered,
        "verse": state.paid,
        "justifie": state.justified,
        "reste_du": state.still_due,
        "a_recouvrer": state.to_recover,
    }
    return {"id": code} | {name: amount.plain() for name, amount in figures.items()}


def test_every_step_of_the_dre_year_stands_to_the_cent(session: Session) -> None:
    year = DreYear(session)
    last_of_day = {step["date"]: step["n"] for step in CASE["etapes"]}
    shown = {last_of_day[day]: found for day, found in CASE["conventions"].items() if day in last_of_day}
    for number in year.steps():
        step = CASE["etapes"][number - 1]
        for name, expected in step["positions"].items():
            assert line_figures(session, name) == expected, (number, name)
        for millesime in (2016, 2017):
            expected = step.get(f"reversement_{millesime}", {})
            found = passing_on_figures(session, millesime)
            assert {name: found[name] for name in expected} == expected, (number, millesime)
        for expected in shown.get(number, []):
            assert convention_figures(session, year, expected["id"]) == expected, number
    assert number == 29
    assert len(shown) == len(CASE["conventions"])
    assert audit_book(session) == []


def test_the_figures_found_apart_are_those_of_the_worked_case() -> None:
    """Every step of the case, on whole cents alone: what the next test expects is worth what this one shows."""
    for step, (positions, passed_on) in zip(CASE["etapes"], DreFigures().after_each_step(), strict=True):
        for name, expected in step["positions"].items():
            assert {figure: Money(amount).plain() for figure, amount in positions[name].items()} == expected, step["n"]
        for millesime in (2016, 2017):
            expected = step.get(f"reversement_{millesime}", {})
            found = {name: Money(amount).plain() for name, amount in passed_on[millesime].items()}
            assert {name: found[name] for name in expected} == expected, (step["n"], millesime)


@pytest.mark.parametrize("factor", [Fraction(1, 7), Fraction(37, 11)], ids=str)
def test_every_step_of_the_dre_year_stands_to_the_cent_at_other_amounts(session: Session, factor: Fraction) -> None:
    figures = DreFigures(factor)
    expected = figures.after_each_step()
    for number in DreYear(session, figures).steps():
        positions, passed_on = next(expected)
        for name, amounts in positions.items():
            found = line_figures(session, name)
            assert found == {figure: Money(amount).plain() for figure, amount in amounts.items()}, (number, name)
        for millesime, flow in passed_on.items():
            stated = passing_on_figures(session, millesime)
            assert {name: stated[name] for name in flow} == {
                name: Money(amount).plain() for name, amount in flow.items()
            }, (number, millesime)
    assert number == 29
    assert audit_book(session) == []
