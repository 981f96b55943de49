"""One real cost for all the conventions of an action, and one surplus taken back once."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.conventions.final_amount import Term, all_eligible
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.execution.bilans.action_bilan import BY_OTHERS, GrantToSettle, Receipts, action_finals

DRE = {"rates": {"qpv": "13/20"}}


def euros(text: str) -> Money:
    return parse_money(text)


def of(convention: str, amount: str, *, own: bool = True, received: str = "0", base: str = "10 000") -> GrantToSettle:
    """A line that a convention grants to an action of this cost."""
    terms = {"base": euros(base).cents, "kinds": ["qpv"]}
    line = "CAPH-PDV" if own else f"LIGNE-{convention}"
    return GrantToSettle(Term(line, euros(amount), terms, convention=convention), own, euros(received))


def finals(granted: list[GrantToSettle], cost: str, others: str, outside: str = "0") -> list[str]:
    receipts = Receipts(euros(others), euros(outside))
    found = action_finals(granted, all_eligible({"qpv": euros(cost)}), receipts)
    return [final.amount.plain() for final in found]


@pytest.mark.parametrize(
    ("granted", "others", "found"),
    [
        ([of("C1", "6 000")], "4 000", ["3000.00"]),
        ([of("C1", "4 000"), of("C2", "2 000")], "4 000", ["2000.00", "1000.00"]),
        ([of("C1", "4 000"), of("C2", "2 000")], "0", ["2800.00", "1400.00"]),
        ([of("C1", "4 000"), of("C2", "2 000")], "7 000", ["0.00", "0.00"]),
        ([of("C1", "0,01"), of("C2", "0,02")], "6 999,98", ["0.01", "0.01"]),
    ],
)
def test_two_conventions_of_one_action_keep_what_one_would(
    granted: list[GrantToSettle], others: str, found: list[str]
) -> None:
    """F04: cost 10 000, 6 000 granted in one convention or in two; real cost 7 000."""
    assert finals(granted, "7 000", others) == found


def test_a_rate_fixed_by_territory_is_taken_once_of_the_cost_whatever_the_conventions() -> None:
    """F04: 65 % of 5 000, not 65 % in each of two conventions."""
    terms = [Term("ETAT-PDV-DRE", euros(amount), DRE, convention=c) for c, amount in (("A", "4 000"), ("B", "2 500"))]
    found = action_finals(
        [GrantToSettle(term, own=True) for term in terms], all_eligible({"qpv": euros("5 000")}), Receipts(ZERO, ZERO)
    )
    assert [final.amount for final in found] == [euros("2 000"), euros("1 250")]


def test_what_the_own_conventions_gave_up_is_not_taken_back_from_who_paid_it() -> None:
    """F04, §5: the Caf paid 4 000; the CAPH alone gives up the surplus of 3 000."""
    granted = [of("C1", "6 000"), of("K1", "4 000", own=False, received="4 000")]
    receipts = Receipts(euros("4 000"), ZERO)
    own, theirs = action_finals(granted, all_eligible({"qpv": euros("7 000")}), receipts)
    assert (own.amount, theirs.amount, theirs.limited_by) == (euros("3 000"), euros("4 000"), BY_OTHERS)


def test_a_financeur_takes_back_its_rate_where_nobody_did() -> None:
    """The State bears half of 8 000 instead of 10 000; the rest is the porteur's own."""
    assert finals([of("K1", "5 000", own=False, received="5 000")], "8 000", "0") == ["4000.00"]


def test_a_convention_signed_after_the_bilan_gets_what_the_others_leave() -> None:
    settled = GrantToSettle(of("C1", "4 000").term, own=True, settled=euros("2 800"))
    assert finals([settled, of("C2", "2 000")], "7 000", "4 000") == ["200.00"]


class Life(NamedTuple):
    granted: list[GrantToSettle]
    cost: Money
    receipts: Receipts


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """An action with several conventions of the EPCI and of others, its real cost, what was received."""
    planned = draw(st.integers(1, 10**7))
    left, granted = planned, []
    for rank in range(draw(st.integers(1, 6))):
        amount = draw(st.integers(0, left))
        if not amount:
            continue
        left -= amount
        own = draw(st.booleans())
        terms = draw(
            st.sampled_from(
                [{"base": planned, "kinds": ["qpv"]}, {"base": max(amount, planned // 2), "kinds": ["qpv"]}]
            )
        )
        line = "CAPH-PDV" if own else f"LIGNE-{draw(st.integers(1, 3))}"
        received = draw(st.integers(0, amount))
        granted.append(
            GrantToSettle(Term(line, Money(amount), terms, convention=f"C{rank}"), own, Money(0 if own else received))
        )
    outside = draw(st.integers(0, planned))
    direct = sum(each.received.cents for each in granted)
    return Life(granted, Money(draw(st.integers(0, 2 * planned))), Receipts(Money(outside + direct), Money(outside)))


@given(lives())
def test_one_cost_is_never_justified_twice_nor_one_surplus_taken_back_twice(life: Life) -> None:
    """F04: finals and outside funding never exceed the real cost; none exceeds its grant; no cent is lost."""
    granted, cost, receipts = life
    found = {each.convention: each for each in action_finals(granted, all_eligible({"qpv": cost}), receipts)}
    own = [each for each in granted if each.own]
    theirs = [each for each in granted if not each.own]
    for each in granted:
        assert ZERO <= found[each.term.convention].amount <= each.term.amount
    kept = total(final.amount for final in found.values())
    assert kept <= max(ZERO, cost - receipts.outside)
    wished = [found[each.term.convention].wished for each in own]
    mine = total(found[each.term.convention].amount for each in own)
    assert mine == min(total(wished), max(ZERO, cost - receipts.of_own))
    # Together, the porteur gives back no more than its rates and the one shortage ask of it.
    given_up = total(wished) - mine
    back = total(max(ZERO, each.received - found[each.term.convention].amount) for each in theirs)
    single = {
        each.convention: each
        for each in action_finals(theirs, all_eligible({"qpv": cost}), Receipts(ZERO, receipts.outside + mine))
    }
    asked = total(max(ZERO, each.received - single[each.term.convention].amount) for each in theirs)
    room = max(ZERO, cost - receipts.outside - mine) - total(single[each.term.convention].amount for each in theirs)
    assert back == asked - min(given_up, asked, room)


@given(lives(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_in_which_conventions_are_settled_changes_nothing(life: Life, order: object) -> None:
    """F04: settled one after the other, each from the same bilan, they come to what they come to together."""
    granted, cost, receipts = life
    real = all_eligible({"qpv": cost})
    together = {each.convention: each.amount for each in action_finals(granted, real, receipts)}
    done: dict[str, Money] = {}
    names = [each.term.convention for each in granted]
    order.shuffle(names)  # type: ignore[attr-defined]
    for name in names:
        so_far = [GrantToSettle(each.term, each.own, each.received, done.get(each.term.convention)) for each in granted]
        found = {each.convention: each.amount for each in action_finals(so_far, real, receipts)}
        done[name] = found[name]
    assert total(done.values()) <= max(ZERO, cost - receipts.outside)
    assert done == together
