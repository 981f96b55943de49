"""Splits and ceilings: two acts, both to the cent (practice, §6)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.errors import InvalidValue
from ledger.core.money import Money, total
from ledger.core.rate import cut_down, french_rate, parse_rate
from ledger.core.split import split


@pytest.mark.parametrize(
    ("cents", "weights", "shares"),
    [
        (600, (1, 2), (200, 400)),
        (9999, (75, 25), (7499, 2500)),
        (1003, (49, 51), (491, 512)),
        (101119, (60, 30, 10), (60671, 30336, 10112)),
        (2000000, (30540, 35260), (928267, 1071733)),
        (2000000, (29132, 34078), (921753, 1078247)),
        (2000000, (84, 116), (840000, 1160000)),
        (14825000, (85, 25, 0), (11455682, 3369318, 0)),
        (5431777, (40, 17, 3), (3621185, 1539003, 271589)),
    ],
)
def test_a_split_gives_every_cent_to_somebody(cents: int, weights: tuple[int, ...], shares: tuple[int, ...]) -> None:
    assert split(Money(cents), weights) == [Money(share) for share in shares]


def test_two_ceilings_of_60_and_30_percent_are_cut_down_and_the_porteur_bears_the_rest() -> None:
    cost = Money(101119)
    granted = [cut_down(Fraction(60, 100), cost), cut_down(Fraction(30, 100), cost)]
    assert granted == [Money(60671), Money(30335)]
    assert cost - total(granted) == Money(10113)


weights_lists = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(st.integers(0, 10**15), weights_lists)
def test_shares_sum_to_the_amount_and_are_within_a_cent_of_the_exact_share(cents: int, weights: list[int]) -> None:
    shares = split(Money(cents), weights)
    assert sum(share.cents for share in shares) == cents
    for share, weight in zip(shares, weights, strict=True):
        assert abs(Fraction(cents * weight, sum(weights)) - share.cents) < 1


@given(st.integers(0, 10**12), weights_lists, st.integers(1, 1000))
def test_only_the_proportions_of_weights_count(cents: int, weights: list[int], factor: int) -> None:
    assert split(Money(cents), weights) == split(Money(cents), [weight * factor for weight in weights])


def test_nothing_is_split_between_nobody() -> None:
    for bad in ((), (0, 0), (1, -1)):
        with pytest.raises(ValueError, match="split"):
            split(Money(100), bad)


@pytest.mark.parametrize(
    ("typed", "rate"), [("65 %", (65, 100)), ("66,67 %", (6667, 10000)), ("2/3", (2, 3)), ("1:2", (1, 2))]
)
def test_a_rate_is_an_exact_fraction(typed: str, rate: tuple[int, int]) -> None:
    assert parse_rate(typed) == Fraction(*rate)


@pytest.mark.parametrize("typed", ["101 %", "65", "3/2", "1/0", "abc", "-5 %"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValue):
        parse_rate(typed)


def test_a_rate_is_shown_with_four_decimals_at_most() -> None:
    assert french_rate(Fraction(30540, 65800)) == "46,4134\u00a0%"
    assert french_rate(Fraction(65, 100)) == "65\u00a0%"
