"""What a grant finally comes to (practice, §1; DRE-2016)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.conventions.final_amount import BY_CONVENTION, BY_FUNDING, BY_RATE, Term, final_amounts, real_slices
from ledger.core.money import ZERO, Money, parse_money, total


def euros(text: str) -> Money:
    return parse_money(text)


@pytest.mark.parametrize(
    ("real", "other", "final", "limited_by"),
    [
        ("80 000", "45 000", "35 000", BY_FUNDING),
        ("120 000", "60 000", "50 000", BY_CONVENTION),
        ("100 000", "60 000", "40 000", BY_FUNDING),
        ("80 000", "0", "40 000", BY_RATE),
        ("0", "0", "0", BY_RATE),
    ],
)
def test_the_final_grant_is_the_least_of_three_limits(real: str, other: str, final: str, limited_by: str) -> None:
    term = Term("CAPH-PDV", euros("50 000"), {"base": euros("100 000").cents, "kinds": ["qpv"]})
    found = final_amounts([term], {"qpv": euros(real)}, euros(other))[0]
    assert (found.amount, found.limited_by) == (euros(final), limited_by)


def test_the_arrondissement_action_ends_at_8_447_22() -> None:
    term = Term("CAPH-PDV", euros("9 282,67"), {"base": euros("36 500").cents, "kinds": ["qpv", "veille"]})
    found = final_amounts([term], {"qpv": euros("33 215")}, ZERO)[0]
    assert found.amount == euros("8 447,22")


def test_slices_are_fungible_under_the_conventioned_total() -> None:
    slices = real_slices(euros("149 102,40"), {"qpv": 86, "veille": 24})
    assert slices["qpv"] == euros("116 570,97")
    term = Term("ETAT-PDV-DRE", euros("91 308,52"), {"rates": {"qpv": "13/20", "veille": "1/2"}})
    assert final_amounts([term], slices, ZERO)[0].amount == euros("91 308,52")


def test_several_lines_share_a_shortfall_without_losing_a_cent() -> None:
    terms = [
        Term("A", euros("100,01"), {"base": 20003, "kinds": ["qpv"]}),
        Term("B", euros("100,02"), {"base": 20003, "kinds": ["qpv"]}),
    ]
    finals = final_amounts(terms, {"qpv": euros("200,03")}, euros("50"))
    assert total(final.amount for final in finals) == euros("150,03")
    assert {final.limited_by for final in finals} == {BY_FUNDING}


amounts = st.integers(1, 10**9)


@given(amounts, amounts, amounts, st.integers(0, 10**9))
def test_a_final_grant_never_exceeds_any_of_its_limits(granted: int, base: int, real: int, other: int) -> None:
    term = Term("A", Money(min(granted, base)), {"base": base, "kinds": ["qpv"]})
    final = final_amounts([term], {"qpv": Money(real)}, Money(other))[0].amount
    assert ZERO <= final <= term.amount
    assert final.cents <= max(0, real - other)
    assert final.cents * base <= term.amount.cents * real
