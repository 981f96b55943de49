"""Money: read as French users type it, never guessed, never rounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.errors import InvalidValue
from ledger.core.money import Money, parse_money, parse_positive_money


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1343330", 134333000),
        ("1343330,00", 134333000),
        ("1 343 330,00", 134333000),
        ("1343330.00", 134333000),
        ("40 000,00", 4000000),
        ("50\u00a0000 euros", 5000000),
        ("1\u202f234,56 €", 123456),
        ("500,50", 50050),
        ("1 234 567,89", 123456789),
        ("-5", -500),
        ("-12,5", -1250),
        ("0", 0),
    ],
)
def test_an_amount_is_read_in_every_unambiguous_french_form(typed: str, cents: int) -> None:
    assert parse_money(typed).cents == cents


@pytest.mark.parametrize(
    "typed", ["12.5.3", "1.234,56", "1,234.56", "NC", "", "1 23,4", "NaN", "1e3", "1,234", "12,345", "--5"]
)
def test_what_is_ambiguous_or_no_amount_is_refused_with_a_way_out(typed: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_money(typed)
    assert refused.value.problem.endswith(".")
    assert refused.value.remedy.endswith(".")


@pytest.mark.parametrize("typed", ["0", "-5", "-0,01"])
def test_an_act_needs_more_than_zero(typed: str) -> None:
    with pytest.raises(InvalidValue):
        parse_positive_money(typed)


@given(st.integers(-(10**17), 10**17))
def test_what_is_written_is_read_back(cents: int) -> None:
    amount = Money(cents)
    assert parse_money(amount.plain()) == amount
    assert parse_money(amount.french()) == amount


def test_money_holds_whole_cents_only() -> None:
    with pytest.raises(TypeError):
        Money(12.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(True)


def test_amounts_for_people_and_for_machines() -> None:
    assert Money(-123456789).french() == "-1\u00a0234\u00a0567,89\u00a0€"
    assert Money(-1250).plain() == "-12.50"
    assert Money(134333000).plain() == "1343330.00"


@pytest.mark.parametrize("text", ["9" * 19, "9" * 5000])
def test_an_amount_of_too_many_figures_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="dépasse"):
        parse_money(text)
