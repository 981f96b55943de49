"""Limits beyond rates: amounts by action or porteur, several lines together, the porteur's own share, fixed amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from ledger.allocation.engine.caps import CrossingCaps
from ledger.allocation.engine.facts import ActionFacts
from ledger.allocation.engine.problem import ImpossiblePin
from ledger.allocation.engine.share_lines import Grant
from ledger.core.money import Money, total
from ledger.rules.book import Rule
from ledger.rules.figures import Figures
from tests.allocation.support import action, allocate, euros, lines, local_rule, shipped_book

DAY = date(2016, 3, 4)
PLENTY = "9 000 000"
STATE_TOGETHER = local_rule("ETAT-ENSEMBLE", "plafond_commun", {"taux": "70 %"}, financeur="ETAT")


def granted(
    actions: Sequence[ActionFacts], rules: Sequence[Rule[Figures]], **held: str
) -> dict[tuple[str, str], Grant]:
    found = allocate(actions, lines(**held), shipped_book(DAY, None, *rules))
    for each in found:
        assert total(step.amount for step in each.steps) == each.granted
        assert total(step.reduction for step in each.steps) == each.requested - each.granted
    return {(each.action, each.line): each for each in found}


def amounts(found: Mapping[tuple[str, str], Grant]) -> list[tuple[str, str]]:
    return [(each.granted.plain(), each.limited_by) for each in found.values()]


def asks(number: str, porteur: str = "P", **amounts: str) -> ActionFacts:
    asked = {code.replace("_", "-"): amount for code, amount in amounts.items()}
    return action(number, slices={"qpv": "100000"}, asks=asked, porteur=porteur)


def test_an_amount_by_action_is_the_most_a_line_gives_it() -> None:
    rule = local_rule("MAX", "plafond_montant", {"par_action": "20 000"}, ligne="CAPH-PDV")
    found = granted([asks("A", CAPH_PDV="30000"), asks("B", CAPH_PDV="15000")], [rule], CAPH_PDV=PLENTY)
    assert amounts(found) == [("20000.00", "regle:MAX"), ("15000.00", "demande")]
    assert "20\u00a0000,00\u00a0€ par action" in found["A", "CAPH-PDV"].steps[-1].text


def test_an_amount_by_porteur_is_shared_among_its_actions_in_proportion() -> None:
    rule = local_rule("MAX", "plafond_montant", {"par_porteur": "30 000"}, ligne="CAPH-PDV")
    asking = [asks("A", CAPH_PDV="40000"), asks("B", CAPH_PDV="20000"), asks("C", "AUTRE", CAPH_PDV="40000")]
    found = granted(asking, [rule], CAPH_PDV=PLENTY)
    assert amounts(found) == [("20000.00", "regle:MAX"), ("10000.00", "regle:MAX"), ("30000.00", "regle:MAX")]


def test_what_a_porteur_has_already_counts_in_its_amount() -> None:
    rule = local_rule("MAX", "plafond_montant", {"par_porteur": "30 000"}, ligne="CAPH-PDV")
    held = replace(asks("A", CAPH_PDV="25000"), granted={"CAPH-PDV": euros("25000")})
    found = granted([held, asks("B", CAPH_PDV="20000")], [rule], CAPH_PDV=PLENTY)
    assert amounts(found) == [("5000.00", "regle:MAX")]


def test_below_its_floor_a_grant_is_nothing_and_the_rest_serves_the_others() -> None:
    rule = local_rule("MIN", "plancher_montant", {"par_action": "1 000"}, ligne="CAPH-PDV")
    asking = [asks("A", CAPH_PDV="10000"), asks("B", CAPH_PDV="1500"), asks("C", CAPH_PDV="900")]
    plenty = granted(asking, [rule], CAPH_PDV=PLENTY)
    assert amounts(plenty) == [("10000.00", "demande"), ("1500.00", "demande"), ("0.00", "regle:MIN")]
    short = granted(asking, [rule], CAPH_PDV="6000")
    assert amounts(short) == [("6000.00", "enveloppe"), ("0.00", "regle:MIN"), ("0.00", "regle:MIN")]


def test_the_lines_of_one_financeur_are_capped_together_on_an_action() -> None:
    """ETAT 70 % of 100 000 €, whatever each of its lines may bear alone; droit commun and CAPH apart."""
    asking = [asks("A", ETAT_PDV_ACTIONS="50000", ETAT_PDV_INGENIERIE="40000", CAPH_PDV="10000")]
    found = granted(asking, [STATE_TOGETHER], ETAT_PDV_ACTIONS=PLENTY, ETAT_PDV_INGENIERIE=PLENTY, CAPH_PDV=PLENTY)
    assert [(line, each.granted.plain()) for (_, line), each in found.items()] == [
        ("ETAT-PDV-ACTIONS", "50000.00"),
        ("ETAT-PDV-INGENIERIE", "20000.00"),
        ("CAPH-PDV", "10000.00"),
    ]
    noted = found["A", "ETAT-PDV-INGENIERIE"].steps[-1]
    assert (noted.rule, noted.source, noted.reduction) == (
        "ETAT-ENSEMBLE",
        "Règlement intérieur, article 3",
        euros("20000"),
    )


def test_a_more_precise_cap_of_the_same_lines_takes_the_place_of_the_general_one() -> None:
    precise = local_rule("ETAT-DRE", "plafond_commun", {"taux": "90 %"}, financeur="ETAT", dispositif="dre")
    asking = replace(asks("A", ETAT_PDV_ACTIONS="80000"), dispositif="dre")
    found = granted([asking], [STATE_TOGETHER, precise], ETAT_PDV_ACTIONS=PLENTY)
    assert amounts(found) == [("80000.00", "demande")]


def test_caps_that_cross_are_refused_with_both_names() -> None:
    other = local_rule("ACTIONS-ET-CAPH", "plafond_commun", {"montant": "50 000"}, lignes="ETAT-PDV-ACTIONS|CAPH-PDV")
    asking = [asks("A", ETAT_PDV_ACTIONS="50000", ETAT_PDV_INGENIERIE="40000", CAPH_PDV="10000")]
    with pytest.raises(CrossingCaps) as refused:
        granted(
            asking,
            [STATE_TOGETHER, other],
            ETAT_PDV_ACTIONS=PLENTY,
            ETAT_PDV_INGENIERIE=PLENTY,
            CAPH_PDV=PLENTY,
        )
    assert "ETAT-ENSEMBLE" in refused.value.problem
    assert "ACTIONS-ET-CAPH" in refused.value.problem


def test_the_porteur_keeps_its_own_share_and_other_resources_count() -> None:
    rule = local_rule("PROPRE", "part_porteur", {"taux": "1/3"})
    asking = replace(asks("A", CAF_DROIT_COMMUN="40000", CAPH_PDV="40000"), other_funding=euros("10000"))
    found = granted([asking], [rule], CAF_DROIT_COMMUN=PLENTY, CAPH_PDV=PLENTY)
    assert amounts(found) == [("40000.00", "demande"), ("16666.66", "regle:PROPRE")]


def test_the_base_of_rates_counts_contributions_in_kind_where_its_rule_says_so() -> None:
    """One real budget: 7 000 € are 4.96 % of 141 112 € without 86/87, 2.72 % of 257 112 € with them (practice §2)."""
    asking = replace(
        action(slices={"qpv": "141112"}, asks={"ETAT-PDV-ACTIONS": "141112"}, cost="141112"), valued=euros("116000")
    )
    for counted, most in ((False, "70556.00"), (True, "128556.00")):
        changed: dict[str, dict[str, object]] = {
            "BASE-ELIGIBLE": {"avec_contributions": counted},
            "TAUX-ETAT": {"taux": "50 %"},
        }
        [found] = allocate([asking], lines(ETAT_PDV_ACTIONS=PLENTY), shipped_book(DAY, changed))
        assert found.granted.plain() == most


def test_an_amount_fixed_comes_before_every_other_and_leaves_the_rest_to_share() -> None:
    fixed = replace(asks("A", CAPH_PDV="60000"), pins={"CAPH-PDV": euros("50000")})
    found = granted([fixed, asks("B", CAPH_PDV="30000"), asks("C", CAPH_PDV="30000")], [], CAPH_PDV="80000.01")
    assert amounts(found) == [("50000.00", "arbitrage"), ("15000.01", "enveloppe"), ("15000.00", "enveloppe")]


def test_an_amount_fixed_on_a_late_line_is_kept_free_by_the_earlier_ones() -> None:
    fixed = replace(
        asks("A", DEPARTEMENT_DROIT_COMMUN="60000", CAPH_PDV="40000"),
        pins={"CAPH-PDV": euros("40000")},
        nature="investissement",
        porteur_kind="commune",
    )
    found = granted([fixed], [], DEPARTEMENT_DROIT_COMMUN=PLENTY, CAPH_PDV=PLENTY)
    assert amounts(found) == [
        ("40000.00", "regle:PART-PUBLIQUE-COMMUNE-INVESTISSEMENT"),
        ("40000.00", "arbitrage"),
    ]


@pytest.mark.parametrize(
    ("pin", "held", "rules", "named"),
    [
        ("30001", PLENTY, [], "la demande"),
        ("25000", "20000", [], "l'enveloppe"),
        ("25000", PLENTY, [local_rule("MAX", "plafond_montant", {"par_action": "2000"})], "ce que les règles"),
        ("25000", PLENTY, [local_rule("MAX", "plafond_montant", {"par_porteur": "2000"})], "le porteur P"),
        ("25000", PLENTY, [local_rule("PROPRE", "part_porteur", {"taux": "80 %"})], "le plafond PROPRE"),
    ],
)
def test_an_impossible_amount_is_refused_naming_what_it_breaks(
    pin: str, held: str, rules: list[Rule[Figures]], named: str
) -> None:
    fixed = replace(asks("A", CAPH_PDV="30000"), pins={"CAPH-PDV": euros(pin)})
    with pytest.raises(ImpossiblePin) as refused:
        granted([fixed], rules, CAPH_PDV=held)
    assert named in refused.value.problem
    assert refused.value.remedy


def test_a_request_set_aside_counts_for_nothing_even_with_an_amount_fixed() -> None:
    fixed = replace(asks("A", CAPH_PDV="30000"), status="refuse", pins={"CAPH-PDV": Money(100)})
    with pytest.raises(ImpossiblePin, match="une demande écartée"):
        granted([fixed], [], CAPH_PDV=PLENTY)
