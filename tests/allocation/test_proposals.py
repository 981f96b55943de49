"""Réparation, équité and the diagnostic on whole programmes: what the order of lines wastes, shown and mended."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from ledger.allocation.engine.facts import ActionFacts
from ledger.allocation.engine.share_lines import SharedLines, share_lines
from ledger.allocation.optimum.instance import OptimumUndecided
from ledger.allocation.optimum.proposals import diagnose, least_satisfied, make_fair, repair
from ledger.core.money import total
from tests.allocation.support import action, euros, lines, local_rule, shipped_book

BOOK = shipped_book(date(2016, 3, 4))


def wasting(**pins: str) -> SharedLines:
    """The agglomeration's line is called first and serves QPV and veille; the State's serves QPV alone (§5.3.1).

    100 000 € in each; each action may have 100 000 € in all (plan balanced, 100 % public).
    """
    asking = [
        action("A", slices={"qpv": "125000"}, cost="100000", asks={"CAPH-PDV": "100000", "ETAT-PDV-ACTIONS": "100000"}),
        action("B", slices={"veille": "100000"}, asks={"CAPH-PDV": "100000"}),
    ]
    return share_lines(asking, lines(CAPH_PDV="100000", ETAT_PDV_ACTIONS="100000"), BOOK)


def amounts(outcome: SharedLines) -> list[tuple[str, str, str, str]]:
    for each in outcome.grants():
        assert total(step.amount for step in each.steps) == each.granted
        assert total(step.reduction for step in each.steps) == each.requested - each.granted
    return [(each.action, each.line, each.granted.plain(), each.limited_by) for each in outcome.grants()]


def test_line_after_line_150_000_are_granted_where_200_000_could_be() -> None:
    outcome = wasting()
    assert amounts(outcome) == [
        ("A", "CAPH-PDV", "50000.00", "enveloppe"),
        ("B", "CAPH-PDV", "50000.00", "enveloppe"),
        ("A", "ETAT-PDV-ACTIONS", "50000.00", "regle:PART-PUBLIQUE"),
    ]
    found = diagnose(outcome)
    assert (found.granted, found.possible, found.wasted) == (euros("150000"), euros("200000"), euros("50000"))
    assert [(move.action, move.line, move.amount.plain()) for move in found.moves] == [
        ("A", "CAPH-PDV", "-50000.00"),
        ("A", "ETAT-PDV-ACTIONS", "50000.00"),
        ("B", "CAPH-PDV", "50000.00"),
    ]
    assert [(each.line, each.left.plain(), each.stopped_by, each.one_more) for each in found.lines] == [
        ("CAPH-PDV", "0.00", (), False),
        ("ETAT-PDV-ACTIONS", "50000.00", ("A",), False),
    ]


@pytest.mark.parametrize("mend", [repair, make_fair])
def test_both_proposals_grant_the_200_000_and_explain_each_amount(mend: object) -> None:
    assert callable(mend)
    found = amounts(mend(wasting()))
    assert [each[:3] for each in found] == [
        ("A", "CAPH-PDV", "0.00"),
        ("B", "CAPH-PDV", "100000.00"),
        ("A", "ETAT-PDV-ACTIONS", "100000.00"),
    ]


def three_of_one_line(*asked: str) -> list[ActionFacts]:
    return [
        action(chr(65 + at), slices={"qpv": "100000"}, asks={"CAPH-PDV": amount}) for at, amount in enumerate(asked)
    ]


def test_on_one_line_alone_equity_and_the_engine_agree() -> None:
    outcome = share_lines(three_of_one_line("50000", "25000", "25000.01"), lines(CAPH_PDV="60000"), BOOK)
    assert [each[2] for each in amounts(make_fair(outcome))] == [each[2] for each in amounts(outcome)]
    assert diagnose(outcome).wasted == euros("0")


def test_where_one_euro_more_would_be_granted_is_said_line_by_line() -> None:
    found = diagnose(
        share_lines(three_of_one_line("50000", "25000"), lines(CAPH_PDV="60000", ETAT_PDV_ACTIONS="9"), BOOK)
    )
    assert [(each.line, each.one_more, each.unmet.plain()) for each in found.lines] == [("CAPH-PDV", True, "15000.00")]


def test_equity_serves_the_action_that_has_one_line_only_before_the_one_that_has_two() -> None:
    """A may turn to the State as well; line after line B has half, at the fairest both have the same part."""
    asking = [
        action("A", slices={"qpv": "125000"}, cost="100000", asks={"CAPH-PDV": "100000", "ETAT-PDV-ACTIONS": "100000"}),
        action("B", slices={"veille": "100000"}, asks={"CAPH-PDV": "100000"}),
    ]
    outcome = share_lines(asking, lines(CAPH_PDV="80000", ETAT_PDV_ACTIONS="40000"), BOOK)
    assert [each[2] for each in amounts(outcome)] == ["40000.00", "40000.00", "40000.00"]
    fair = make_fair(outcome)
    assert [each[2] for each in amounts(fair)] == ["20000.00", "60000.00", "40000.00"]
    assert (least_satisfied(outcome), least_satisfied(fair)) == (Fraction(2, 5), Fraction(3, 5))


def test_an_amount_fixed_stays_as_it_is_in_both_proposals() -> None:
    fixed = wasting().problem.actions
    pinned = [
        ActionFacts(
            **{name: getattr(each, name) for name in each.__slots__}
            | {"pins": {"CAPH-PDV": euros("30000")} if each.number == "A" else {}}
        )
        for each in fixed
    ]
    outcome = share_lines(pinned, lines(CAPH_PDV="100000", ETAT_PDV_ACTIONS="100000"), BOOK)
    for mend in (repair, make_fair):
        assert [each[2:] for each in amounts(mend(outcome))] == [
            ("30000.00", "arbitrage"),
            ("70000.00", "enveloppe" if mend is repair else "optimum"),
            ("70000.00", "regle:PART-PUBLIQUE" if mend is repair else "optimum"),
        ]


def test_a_floor_is_beyond_the_optimum_and_said_so() -> None:
    rule = local_rule("MIN", "plancher_montant", {"par_action": "1 000"}, ligne="CAPH-PDV")
    outcome = share_lines(
        three_of_one_line("5000"), lines(CAPH_PDV="60000"), shipped_book(date(2016, 3, 4), None, rule)
    )
    with pytest.raises(OptimumUndecided, match="CAPH-PDV"):
        repair(outcome)
