"""Plans of instalments: shares cut down, an advance capped, the last one the residual; read, kept and made again."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.conventions.schedule import (
    ONE_PAYMENT,
    InstalmentPart,
    Plan,
    ScheduleRefused,
    parse_part,
    plan_amounts,
    plan_of_rule,
    read_plan,
    reduced,
    stored_plan,
    usual_condition,
)
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.core.rate import parse_rate
from ledger.rules.convention_kinds import Schedule
from ledger.rules.kinds import read_figures


def euros(text: str) -> Money:
    return parse_money(text)


def plan(*words: str) -> Plan:
    return tuple(parse_part(word) for word in words)


def rule(**typed: str) -> Plan:
    figures = read_figures("echeancier", typed)
    assert isinstance(figures, Schedule)
    return plan_of_rule(figures, 2016)


def amounts_of(instalments: Plan, *amounts: str) -> list[list[Money]]:
    return plan_amounts(instalments, [euros(text) for text in amounts])


@pytest.mark.parametrize(
    ("amount", "instalments"),
    [
        ("91 308,52", ("45 654,26", "27 392,55", "18 261,71")),
        ("36 722,03", ("18 361,01", "11 016,60", "7 344,42")),
        ("31 232,71", ("15 616,35", "9 369,81", "6 246,55")),
        ("11 837,30", ("5 918,65", "3 551,19", "2 367,46")),
        ("0,01", ("0", "0", "0,01")),
    ],
)
def test_shares_are_cut_down_and_the_last_is_the_residual(amount: str, instalments: tuple[str, ...]) -> None:
    assert amounts_of(rule(parts="50 %|30 %"), amount) == [[euros(text)] for text in instalments]


@pytest.mark.parametrize(
    ("typed", "amount", "advance"),
    [
        ({"parts": "30 %", "plafond_avance": "50 000"}, "166 666,66", "49 999,99"),
        ({"parts": "30 %", "plafond_avance": "50 000", "arrondi": "plus_proche"}, "166 666,66", "50 000"),
        ({"parts": "30 %", "plafond_avance": "50 000"}, "166 666,67", "50 000"),
        ({"parts": "30 %", "plafond_avance": "50 000"}, "1 000 000", "50 000"),
        ({"parts": "10 000"}, "166 666,66", "10 000"),
    ],
)
def test_an_advance_is_capped_and_the_rule_states_its_rounding(
    typed: dict[str, str], amount: str, advance: str
) -> None:
    assert amounts_of(rule(**typed), amount) == [[euros(advance)], [euros(amount) - euros(advance)]]


def test_a_cap_holds_for_all_lines_together() -> None:
    paid = amounts_of(rule(parts="30 %", plafond_avance="50 000"), "150 000", "50 000")
    assert paid[0] == [euros("37 500"), euros("12 500")]


def test_an_advance_by_default_falls_due_at_signature_and_the_balance_on_the_bilan() -> None:
    assert usual_condition(1, 1) == "signature"
    assert [usual_condition(rank, 3) for rank in (1, 2, 3)] == ["signature", "date", "bilan"]
    assert [part.condition for part in rule(parts="50 %|30 %")] == ["signature", "date", "bilan"]


def test_a_rule_may_name_a_day_of_the_exercice() -> None:
    first, second, last = rule(parts="50 %|30 %", conditions="signature|01/09|bilan")
    assert (second.condition, second.due_on) == ("date", date(2016, 9, 1))
    assert (first.due_on, last.due_on) == (None, None)


def test_a_plan_typed_is_read_as_shares_amounts_and_moments() -> None:
    assert plan("70 %@signature", "1 000@2016-09-01", "solde@bilan") == (
        InstalmentPart(Fraction(7, 10), "signature"),
        InstalmentPart(euros("1 000"), "date", date(2016, 9, 1)),
        InstalmentPart(None, "bilan"),
    )


@pytest.mark.parametrize("wrong", ["70 %", "beaucoup@signature", "70 %@demain", "-5@bilan", "@bilan", "120 %@bilan"])
def test_an_instalment_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidValue):
        parse_part(wrong)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("6 000@signature", "5 000@2016-09-01", "solde@bilan"), "dépassent le montant de la convention de 1 000,00 €"),
        (("6 000@signature", "3 000@bilan"), "font 9 000,00 € et la convention 10 000,00 € : écart 1 000,00 €"),
        (("solde@signature", "3 000@bilan"), "n'est pas la dernière échéance"),
    ],
)
def test_a_plan_that_does_not_add_up_is_refused_with_the_difference(words: tuple[str, ...], problem: str) -> None:
    with pytest.raises(ScheduleRefused) as refused:
        amounts_of(plan(*words), "10 000")
    assert problem in refused.value.problem.replace("\u00a0", " ")


def test_a_whole_plan_of_amounts_needs_no_balance() -> None:
    assert amounts_of(plan("6 000@signature", "40 %@bilan"), "10 000") == [[euros("6 000")], [euros("4 000")]]


sizes = st.one_of(
    st.builds(Fraction, st.integers(0, 100), st.just(300)), st.integers(1, 10**6).map(Money), st.just(Fraction(1, 3))
)
parts = st.builds(
    InstalmentPart,
    sizes,
    st.sampled_from(["signature", "bilan"]),
    cap=st.none() | st.integers(1, 10**6).map(Money),
    rounding=st.sampled_from(["inferieur", "plus_proche"]),
)
plans = st.lists(parts, max_size=3).map(lambda some: (*some, InstalmentPart(None, "bilan")))
amounts = st.lists(st.integers(0, 10**9).map(Money), min_size=1, max_size=4)


@given(plans, amounts)
def test_whatever_the_plan_every_line_is_paid_whole_and_no_instalment_is_negative(
    some: Plan, granted: list[Money]
) -> None:
    found = plan_amounts(reduced(some, granted), granted)
    for place, amount in enumerate(granted):
        assert total(instalment[place] for instalment in found) == amount
    assert all(share >= ZERO for instalment in found for share in instalment)
    for part, instalment in zip(some, found, strict=True):
        assert part.cap is None or isinstance(part.size, Money) or total(instalment) <= part.cap


@given(plans)
def test_a_plan_is_kept_exactly(some: Plan) -> None:
    assert read_plan(stored_plan(some)) == some


def test_without_a_rule_there_is_one_payment() -> None:
    assert amounts_of(ONE_PAYMENT, "10", "20") == [[euros("10"), euros("20")]]


def test_a_share_is_read_as_a_rate() -> None:
    assert parse_part("2/3@bilan").size == parse_rate("2/3")
