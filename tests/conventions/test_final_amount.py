"""What a grant finally comes to (practice, §1; DRE-2016)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.conventions.final_amount import (
    BY_CONVENTION,
    BY_FUNDING,
    BY_RATE,
    Term,
    all_eligible,
    final_amounts,
    real_slices,
    shared_shortage,
)
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
    found = final_amounts([term], all_eligible({"qpv": euros(real)}), euros(other))[0]
    assert (found.amount, found.limited_by) == (euros(final), limited_by)


def test_the_arrondissement_action_ends_at_8_447_22() -> None:
    term = Term("CAPH-PDV", euros("9 282,67"), {"base": euros("36 500").cents, "kinds": ["qpv", "veille"]})
    found = final_amounts([term], all_eligible({"qpv": euros("33 215")}), ZERO)[0]
    assert found.amount == euros("8 447,22")


def test_slices_are_fungible_under_the_conventioned_total() -> None:
    slices = real_slices(euros("149 102,40"), {"qpv": 86, "veille": 24})
    assert slices["qpv"] == euros("116 570,97")
    term = Term("ETAT-PDV-DRE", euros("91 308,52"), {"rates": {"qpv": "13/20", "veille": "1/2"}})
    assert final_amounts([term], all_eligible(slices), ZERO)[0].amount == euros("91 308,52")


def test_several_lines_share_a_shortfall_without_losing_a_cent() -> None:
    terms = [
        Term("A", euros("100,01"), {"base": 20003, "kinds": ["qpv"]}),
        Term("B", euros("100,02"), {"base": 20003, "kinds": ["qpv"]}),
    ]
    finals = final_amounts(terms, all_eligible({"qpv": euros("200,03")}), euros("50"))
    assert total(final.amount for final in finals) == euros("150,03")
    assert {final.limited_by for final in finals} == {BY_FUNDING}


@pytest.mark.parametrize(
    ("order", "kept"),
    [("prorata", ("3 000", "4 500")), ("droit_commun_preserve", ("4 000", "3 500"))],
)
def test_a_shortfall_is_shared_in_the_order_the_rule_says(order: str, kept: tuple[str, str]) -> None:
    terms = [
        Term("CAF-DROIT-COMMUN", euros("4 000"), {"base": euros("10 000").cents, "kinds": ["qpv"]}, "droit_commun"),
        Term("CAPH-PDV", euros("6 000"), {"base": euros("10 000").cents, "kinds": ["qpv"]}, "specifique"),
    ]
    finals = final_amounts(terms, all_eligible({"qpv": euros("10 000")}), euros("2 500"), order)
    assert [final.amount for final in finals] == [euros(text) for text in kept]


def test_where_slices_are_not_fungible_each_is_capped_apart() -> None:
    caps = {"qpv": euros("65 000").cents, "veille": euros("20 000").cents}
    terms = {"rates": {"qpv": "13/20", "veille": "1/2"}, "caps": caps}
    real = {"qpv": euros("120 000"), "veille": euros("30 000")}
    [final] = final_amounts([Term("ETAT-PDV-DRE", euros("85 000"), terms)], all_eligible(real), ZERO)
    assert final.amount == euros("80 000")


def test_the_explanation_shows_the_three_limits_and_the_least() -> None:
    term = Term("ETAT-PDV-DRE", euros("91 308,52"), {"rates": {"qpv": "13/20", "veille": "1/2"}})
    [final] = final_amounts([term], all_eligible({"qpv": euros("100 000"), "veille": euros("20 000")}), euros("50 000"))
    shown = [(step["montant"], step["texte"]) for step in final.steps]
    assert [amount for amount, _ in shown] == ["91308.52", "75000.00", "70000.00", "70000.00"]
    assert shown[-1][1] == f"retenu, le plus faible : {BY_FUNDING}"
    assert [each["montant"] for each in final.steps[1]["etapes"]] == ["65000.00", "10000.00"]


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from(["droit_commun", "specifique"])), min_size=1, max_size=6),
    st.integers(0, 10**9),
    st.sampled_from(["prorata", "droit_commun_preserve"]),
)
def test_a_shortfall_shared_gives_all_the_room_and_no_line_more_than_it_wished(
    lines: list[tuple[int, str]], room: int, order: str
) -> None:
    wished, natures = [Money(cents) for cents, _ in lines], [nature for _, nature in lines]
    shares = shared_shortage(wished, natures, Money(room), order)
    assert total(shares) == min(total(wished), Money(room))
    assert all(ZERO <= share <= wish for share, wish in zip(shares, wished, strict=True))
    common = [wish for wish, nature in zip(wished, natures, strict=True) if nature == "droit_commun"]
    if order == "droit_commun_preserve" and total(common) <= Money(room):
        assert [s for s, nature in zip(shares, natures, strict=True) if nature == "droit_commun"] == common


amounts = st.integers(1, 10**9)


@given(amounts, amounts, amounts, st.integers(0, 10**9))
def test_a_final_grant_never_exceeds_any_of_its_limits(granted: int, base: int, real: int, other: int) -> None:
    term = Term("A", Money(min(granted, base)), {"base": base, "kinds": ["qpv"]})
    final = final_amounts([term], all_eligible({"qpv": Money(real)}), Money(other))[0].amount
    assert ZERO <= final <= term.amount
    assert final.cents <= max(0, real - other)
    assert final.cents * base <= term.amount.cents * real
