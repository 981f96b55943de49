"""Whatever the rules of the contract's own, amounts fixed and granted already: every cap holds, every word adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.allocation.engine.caps import CrossingCaps
from ledger.allocation.engine.facts import ActionFacts
from ledger.allocation.engine.problem import ImpossiblePin
from ledger.allocation.engine.share_lines import SharedLines, share_lines
from ledger.allocation.optimum.instance import OptimumUndecided
from ledger.allocation.optimum.proposals import diagnose, make_fair, repair
from ledger.core.money import ZERO, Money, total
from ledger.rules.book import Rule
from ledger.rules.figures import Figures
from tests.allocation.support import action, lines, local_rule, shipped_book

LINES = ("CAF-DROIT-COMMUN", "ETAT-PDV-ACTIONS", "ETAT-PDV-INGENIERIE", "CAPH-PDV", "ETAT-FIPD")
MOST = 3_000_000


def amount(draw: st.DrawFn, least: int = 0, most: int = MOST) -> str:
    return Money(draw(st.integers(least, most))).plain()


def local_rules(draw: st.DrawFn) -> Iterator[Rule[Figures]]:
    rate = f"{draw(st.integers(10, 90))} %"
    one = draw(st.sampled_from(LINES))
    both = {"par_action": amount(draw, 1), "par_porteur": amount(draw, 1)}
    floor = {"par_action": amount(draw, 1, MOST // 3)}
    every: tuple[Callable[[], Rule[Figures]], ...] = (
        lambda: local_rule("ETAT", "plafond_commun", {"taux": rate}, financeur="ETAT"),
        lambda: local_rule(
            "DEUX", "plafond_commun", {"montant": both["par_action"]}, lignes="ETAT-FIPD|ETAT-PDV-ACTIONS"
        ),
        lambda: local_rule("CROIX", "plafond_commun", {"montant": "50"}, lignes="ETAT-PDV-ACTIONS|CAPH-PDV"),
        lambda: local_rule("MAX", "plafond_montant", both, ligne=one),
        lambda: local_rule("MIN", "plancher_montant", floor, ligne=one),
        lambda: local_rule("PROPRE", "part_porteur", {"taux": rate}),
    )
    yield from (made() for made in every if draw(st.booleans()))


@st.composite
def outcomes(draw: st.DrawFn) -> SharedLines:
    """A programme under the shipped rules and some others; those that cannot be are left out."""
    actions = []
    for number in range(draw(st.integers(1, 5))):
        kinds = draw(st.lists(st.sampled_from(("qpv", "veille", "hors")), min_size=1, unique=True))
        asked = draw(st.lists(st.sampled_from(LINES), min_size=1, unique=True))
        made = action(
            f"A{number}",
            slices={kind: amount(draw, 1) for kind in kinds},
            asks={line: amount(draw) for line in asked},
            porteur=draw(st.sampled_from("PQ")),
            innovation_criteria=draw(st.integers(0, 4)),
            shared=draw(st.sampled_from(("", "CAPH-PDV"))),
        )
        actions.append(_moved(draw, made))
    held = lines(**{line.replace("-", "_"): amount(draw, most=2 * MOST) for line in LINES})
    try:
        return share_lines(actions, held, shipped_book(date(2016, 3, 4), None, *local_rules(draw)))
    except (ImpossiblePin, CrossingCaps):
        assume(False)
        raise


def _moved(draw: st.DrawFn, made: ActionFacts) -> ActionFacts:
    """The action with an amount fixed, or something granted already, on its first line; or as it is."""
    line = made.requests[0].line
    what = draw(st.sampled_from(("pins", "granted", "", "")))
    if not what:
        return made
    fixed = {line: Money(draw(st.integers(0, MOST // 10)))}
    return replace(made, pins=fixed) if what == "pins" else replace(made, granted=fixed)


def check(outcome: SharedLines) -> None:
    grants = list(outcome.grants())
    for grant in grants:
        assert ZERO <= grant.granted <= grant.requested
        assert total(step.amount for step in grant.steps) == grant.granted
        assert total(step.reduction for step in grant.steps) == grant.requested - grant.granted
    problem = outcome.problem
    for line in problem.lines:
        given = total(grant.granted for grant in grants if grant.line == line.code)
        assert given <= (line.available or ZERO)
    for place, facts in enumerate(problem.actions):
        mine = [grant for grant in grants if grant.action == facts.number]
        for cap in problem.caps.of(facts):
            limit = problem.limits[problem.cap_keys[cap.key]][place]
            assert sum(grant.granted.cents for grant in mine if grant.line in cap.lines) <= limit


@given(outcomes())
def test_line_after_line(outcome: SharedLines) -> None:
    check(outcome)


@given(outcomes())
def test_by_the_optimum_both_proposals_reach_the_total_that_the_diagnostic_tells(outcome: SharedLines) -> None:
    try:
        proposals = [repair(outcome), make_fair(outcome)]
    except OptimumUndecided:
        assume(False)
        raise
    possible = diagnose(outcome).possible.cents
    for proposal in proposals:
        check(proposal)
        assert sum(sum(shared.grants) for shared in proposal.shared) == possible
