"""The laws of the sharing line after line, each with its worst case, on programmes of four lines and six actions."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ledger.allocation.engine.sharing import NO_LIMIT, Asking, allocate_cents
from tests.allocation.programmes import Programme, programmes


def slack(programme: Programme) -> int:
    """A cent by line and by action: what whole cents may move, at the very worst, from one line to the next."""
    return len(programme.held) * len(programme.asked)


@given(programmes())
def test_nothing_is_given_beyond_an_enveloppe_a_request_or_a_cap(programme: Programme) -> None:
    for held, asking, shared in zip(programme.held, programme.askings, programme.shared(), strict=True):
        assert sum(shared.grants) == min(held, sum(shared.claims)), "conservation, to the cent"
        assert all(
            0 <= grant <= claim <= bound
            for grant, claim, bound in zip(shared.grants, shared.claims, asking.bounds, strict=True)
        )
    assert all(total <= cap for total, cap in zip(programme.totals(), programme.caps, strict=True))


@given(programmes())
def test_each_grant_is_its_exact_share_to_less_than_a_cent(programme: Programme) -> None:
    for shared in programme.shared():
        certificate = shared.certificate
        for claim, grant in zip(shared.claims, shared.grants, strict=True):
            exact = Fraction(certificate.budget * claim, certificate.claims) if certificate.short else Fraction(claim)
            assert abs(grant - exact) < 1


@given(programmes())
def test_every_grant_is_found_again_from_its_claim_and_the_certificate(programme: Programme) -> None:
    for asking, shared in zip(programme.askings, programme.shared(), strict=True):
        for place, claim, grant in zip(asking.places, shared.claims, shared.grants, strict=True):
            assert shared.certificate.grant(claim, place) == grant


@given(programmes(), st.randoms())
def test_the_order_of_the_actions_moves_a_cent_a_line_at_most_on_the_first_line(
    programme: Programme, random: object
) -> None:
    order = list(range(len(programme.asked)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = Programme(
        programme.held, tuple(programme.asked[at] for at in order), tuple(programme.caps[at] for at in order)
    ).grants()
    for place, at in enumerate(order):
        before, after = programme.grants()[at], shuffled[place]
        assert abs(before[0] - after[0]) <= 1
        assert abs(sum(before) - sum(after)) <= slack(programme)


@given(programmes())
def test_the_same_programme_gives_the_same_twice(programme: Programme) -> None:
    assert programme.shared() == programme.shared()


@given(programmes(), st.data())
def test_a_larger_enveloppe_takes_from_nobody_in_all(programme: Programme, data: st.DataObject) -> None:
    """With one cap by action. On the line itself a cent at most; in all, the cents that later lines pass on."""
    line = data.draw(st.integers(0, len(programme.held) - 1))
    more = data.draw(st.integers(1, 10_000))
    larger = programme.with_held([held + more * (at == line) for at, held in enumerate(programme.held)])
    for before, after in zip(programme.grants(), larger.grants(), strict=True):
        assert after[:line] == before[:line]
        assert after[line] >= before[line] - 1
        assert sum(after) >= sum(before) - slack(programme)
    assert sum(larger.totals()) >= sum(programme.totals()) - len(programme.held)


@given(programmes(), st.data())
def test_an_action_less_takes_from_no_other(programme: Programme, data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(programme.asked) - 1))
    for place, (before, after) in enumerate(zip(programme.totals(), programme.without(gone).totals(), strict=True)):
        assert place == gone or after >= before - slack(programme)


@given(programmes())
def test_all_enveloppes_down_by_a_tenth_give_more_to_nobody(programme: Programme) -> None:
    lower = programme.with_held([held * 9 // 10 for held in programme.held])
    for before, after in zip(programme.totals(), lower.totals(), strict=True):
        assert after <= before + slack(programme)
    assert sum(lower.totals()) <= sum(programme.totals()) + len(programme.held)


@given(programmes(actions=5), st.data())
def test_two_identical_actions_differ_by_a_cent_a_line_at_most(programme: Programme, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(programme.asked) - 1))
    twins = Programme(
        programme.held, (*programme.asked, programme.asked[place]), (*programme.caps, programme.caps[place])
    )
    grants = twins.grants()
    assert abs(grants[place][0] - grants[-1][0]) <= 1
    assert abs(sum(grants[place]) - sum(grants[-1])) <= len(programme.held)


@given(programmes())
def test_amounts_a_thousand_times_larger_give_grants_a_thousand_times_larger(programme: Programme) -> None:
    """To a cent on the first line; further on, to the cents that earlier lines pass on."""
    for before, after in zip(programme.grants(), programme.times(1000).grants(), strict=True):
        assert abs(after[0] - 1000 * before[0]) < 1000
        assert abs(sum(after) - 1000 * sum(before)) < 1000 * (slack(programme) + 1)


@given(programmes(), st.data())
def test_amounts_fixed_are_given_exactly_and_taken_first(programme: Programme, data: st.DataObject) -> None:
    grants = programme.grants()
    place = data.draw(st.integers(0, len(programme.asked) - 1))
    askings = programme.askings
    for line, asking in enumerate(askings):
        if place in asking.places:
            asking.pins = {place: data.draw(st.integers(0, grants[place][line]))}
    for asking, shared in zip(askings, allocate_cents(askings, [list(programme.caps)]), strict=True):
        assert sum(shared.grants) <= asking.budget
        for at, grant in zip(asking.places, shared.grants, strict=True):
            assert grant == asking.pins.get(at, grant)


def test_an_inner_cap_may_turn_a_larger_enveloppe_against_its_action() -> None:
    """The known worst case of nested caps: line 1 grows by 100, the action has 25 less in all.

    What line 1 gives uses up the cap it shares with line 3, then line 2, short, serves half of what is left.
    """
    inner, outer = [100, NO_LIMIT], [150, NO_LIMIT]
    found = []
    for first in (0, 100):
        lines = [
            Asking(first, [0], [100], (0, 1)),
            Asking(100, [0, 1], [100, 100], (1,)),
            Asking(900, [0], [100], (0, 1)),
        ]
        found.append(sum(shared.grants[0] for shared in allocate_cents(lines, [inner, outer])))
    assert found == [150, 133]
