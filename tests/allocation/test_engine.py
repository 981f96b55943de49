"""The engine over many actions: order, proportion, spare cents, and the laws it keeps whatever the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.allocation.engine.facts import ActionFacts, LineFacts, RuleMissing, mobilisation
from ledger.allocation.engine.share_lines import Grant
from ledger.allocation.engine.sharing import share
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import cut_down, parse_rate
from ledger.core.split import split
from tests.allocation.support import action, allocate, euros, line, lines, shipped_book

BOOK = shipped_book(date(2016, 3, 4))
PLENTY = "9 000 000"


def amounts(grants: list[Grant]) -> Mapping[tuple[str, str], str]:
    return {(each.action, each.line): each.granted.plain() for each in grants}


def test_droit_commun_is_called_before_specific_credits_whatever_their_rank() -> None:
    known = {**lines(CAPH_PDV="1", ETAT_PDV_ACTIONS="1", CAF_DROIT_COMMUN="1", PORTEUR_FONDS_PROPRES="1")}
    assert [each.code for each in mobilisation(known, BOOK)] == ["CAF-DROIT-COMMUN", "CAPH-PDV", "ETAT-PDV-ACTIONS"]


def test_without_a_rule_of_order_nothing_is_decided() -> None:
    with pytest.raises(RuleMissing) as refused:
        mobilisation({}, shipped_book(date(2010, 1, 1)))
    assert "regle ajouter" in refused.value.remedy


def test_a_short_enveloppe_is_shared_in_proportion_to_capped_claims() -> None:
    actions = [
        action("A", slices={"qpv": "100000"}, asks={"ETAT-PDV-ACTIONS": "100000"}),
        action("B", slices={"qpv": "100000"}, asks={"ETAT-PDV-ACTIONS": "20000"}),
    ]
    found = allocate(actions, lines(ETAT_PDV_ACTIONS="50000"), BOOK)
    assert amounts(found) == {("A", "ETAT-PDV-ACTIONS"): "40000.00", ("B", "ETAT-PDV-ACTIONS"): "10000.00"}
    assert {each.limited_by for each in found} == {"enveloppe"}


def test_spare_cents_go_to_the_largest_remainder_ties_to_the_first_action() -> None:
    actions = [action(name, slices={"qpv": "90"}, asks={"CAPH-PDV": "60"}) for name in ("C", "A", "B")]
    found = allocate(actions, lines(CAPH_PDV="100"), BOOK)
    assert amounts(found) == {("A", "CAPH-PDV"): "33.34", ("B", "CAPH-PDV"): "33.33", ("C", "CAPH-PDV"): "33.33"}
    assert found[0].steps[-1].amount == Money(1)


def test_spare_cents_stay_in_the_enveloppe_when_the_rule_says_so() -> None:
    book = shipped_book(date(2016, 3, 4), {"CENTIME": {"repartition": "enveloppe"}})
    actions = [action(name, slices={"qpv": "90"}, asks={"CAPH-PDV": "60"}) for name in ("A", "B", "C")]
    assert set(amounts(allocate(actions, lines(CAPH_PDV="100"), book)).values()) == {"33.33"}


@pytest.mark.parametrize(("available", "words"), [(None, "aucun crédit notifié"), ("0", "plus de crédit disponible")])
def test_a_line_without_credits_grants_nothing_and_says_why(available: str | None, words: str) -> None:
    asking = action(slices={"qpv": "100"}, asks={"CAPH-PDV": "60"})
    (found,) = allocate([asking], {"CAPH-PDV": line("CAPH-PDV", available)}, BOOK)
    assert (found.granted, found.limited_by) == (ZERO, "enveloppe")
    assert found.steps[-1].text.startswith(words)


def test_what_is_granted_already_is_not_proposed_again_and_counts_as_public_funding() -> None:
    asking = action(
        slices={"qpv": "1000"},
        asks={"DEPARTEMENT-DROIT-COMMUN": "700", "CAPH-PDV": "300"},
        nature="investissement",
        porteur_kind="commune",
        granted={"DEPARTEMENT-DROIT-COMMUN": euros("700")},
    )
    found = allocate([asking], lines(DEPARTEMENT_DROIT_COMMUN=PLENTY, CAPH_PDV=PLENTY), BOOK)
    assert amounts(found) == {("2016-001", "CAPH-PDV"): "100.00"}


@pytest.mark.parametrize(
    ("total_amount", "rates", "given", "rest"),
    [
        ("1011.19", ("60 %", "30 %"), ("606.71", "303.35"), "101.13"),
        ("100.01", ("50 %", "50 %"), ("50.00", "50.00"), "0.01"),
    ],
)
def test_ceilings_are_cut_down_and_the_porteur_bears_the_rest(
    total_amount: str, rates: tuple[str, ...], given: tuple[str, ...], rest: str
) -> None:
    cut = [cut_down(parse_rate(rate), euros(total_amount)) for rate in rates]
    assert [each.plain() for each in cut] == list(given)
    assert (euros(total_amount) - total(cut)).plain() == rest
    assert "le porteur porte le reste" in next(rule for rule in BOOK.rules if rule.code == "CENTIME").value()


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        ("6", (1, 2), ("2.00", "4.00")),
        ("99.99", (75, 25), ("74.99", "25.00")),
        ("10.03", (49, 51), ("4.91", "5.12")),
        ("1011.19", (60, 30, 10), ("606.71", "303.36", "101.12")),
    ],
)
def test_a_split_gives_every_cent_to_somebody(amount: str, weights: tuple[int, ...], shares: tuple[str, ...]) -> None:
    assert [each.plain() for each in split(euros(amount), weights)] == list(shares)


_LINES = ("CAF-DROIT-COMMUN", "ETAT-PDV-ACTIONS", "CAPH-PDV")


@st.composite
def programmes(draw: st.DrawFn) -> tuple[list[ActionFacts], dict[str, LineFacts]]:
    actions = []
    for number in range(draw(st.integers(1, 6))):
        slices = {kind: Money(draw(st.integers(0, 5_000_000))).plain() for kind in ("qpv", "veille", "hors")}
        asks = {code: Money(draw(st.integers(0, 5_000_000))).plain() for code in draw(st.sets(st.sampled_from(_LINES)))}
        actions.append(
            action(f"2016-{number:03d}", slices=slices, asks=asks, innovation_criteria=draw(st.integers(0, 4)))
        )
    held = {code: Money(draw(st.integers(0, 9_000_000))).plain() for code in _LINES}
    return actions, lines(**{code.replace("-", "_"): amount for code, amount in held.items()})


@given(programmes())
def test_no_line_gives_more_than_it_holds_and_no_action_gets_more_than_it_asks(
    drawn: tuple[list[ActionFacts], dict[str, LineFacts]],
) -> None:
    actions, known = drawn
    found = allocate(actions, known, BOOK)
    for each in found:
        assert ZERO <= each.granted <= each.requested
        assert total(step.amount for step in each.steps) == each.granted
    for code, held in known.items():
        given = total(each.granted for each in found if each.line == code)
        assert given <= (held.available or ZERO)
        if any(each.line == code and each.limited_by == "enveloppe" for each in found):
            assert given == held.available
    for asking in actions:
        assert total(each.granted for each in found if each.action == asking.number) <= asking.cost_total


@given(programmes(), st.randoms())
def test_the_order_of_the_actions_given_changes_nothing(
    drawn: tuple[list[ActionFacts], dict[str, LineFacts]], random: object
) -> None:
    actions, known = drawn
    shuffled = list(actions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert allocate(shuffled, known, BOOK) == allocate(actions, known, BOOK)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8), st.integers(0, 10**9), st.integers(0, 10**6))
def test_a_larger_enveloppe_takes_more_than_a_cent_from_nobody(claims: list[int], held: int, more: int) -> None:
    """Largest remainder may move one cent from one action to another when the enveloppe grows."""
    before, after = (share(cents, claims, range(len(claims)))[0] for cents in (held, held + more))
    for small, large in zip(before, after, strict=True):
        assert large >= small - 1
