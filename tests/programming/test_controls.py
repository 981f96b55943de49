"""Controls of what is asked: each finding with its way out, all told at once; figures come from the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.errors import Level
from ledger.core.money import ZERO, Money, total
from ledger.programming.actions.forms import ReadAction
from ledger.programming.calls.state import pressure_by_axis, pressure_by_line, pressure_by_territory
from ledger.programming.controls.checks import control, near
from ledger.programming.controls.facts import (
    Carrier,
    ControlledAction,
    EarlierAction,
    LateBilan,
    LineAsked,
    LineControlled,
    Surroundings,
    TerritoryServed,
)
from ledger.programming.publics.shares import SliceForm
from ledger.rules.book import Rule, RuleBook
from ledger.rules.figures import Clock
from ledger.rules.kinds import read_figures
from ledger.rules.packs import shipped_rules
from tests.programming.support import euros

DAY = date(2016, 3, 4)
LINES = {
    "ETAT-PDV-ACTIONS": LineControlled("ETAT-PDV-ACTIONS", "ETAT", "specifique"),
    "CAPH-PDV": LineControlled("CAPH-PDV", "CAPH", "specifique"),
    "CAF-DROIT-COMMUN": LineControlled("CAF-DROIT-COMMUN", "CAF", "droit_commun"),
}
BOOK = RuleBook(
    DAY,
    tuple(
        Rule(
            rank,
            form.code,
            form.scope,
            read_figures(form.kind, form.figures),
            form.label,
            form.period,
            form.source,
            "",
            form.to_confirm,
            None,
        )
        for rank, form in enumerate(shipped_rules(), start=1)
    ),
)
FORMALITIES = RuleBook(DAY, BOOK.rules, Clock.ACT)
AROUND = Surroundings(BOOK, FORMALITIES, LINES)
CARRIER = Carrier("MJC", "MJC du quartier", "association", "80212345500015")
SOUND = ControlledAction(
    number="2016-001",
    title="Atelier santé du Faubourg",
    carrier=CARRIER,
    status="depose",
    scale="communale",
    dispositif="action",
    nature="fonctionnement",
    axis="5",
    innovation_criteria=0,
    cost_total=euros("10000"),
    asked=(LineAsked("ETAT-PDV-ACTIONS", euros("4000")), LineAsked("CAF-DROIT-COMMUN", euros("2000"))),
    slices={"qpv": euros("10000")},
    territories=(TerritoryServed("DENAIN-CENTRE", "qpv", frozenset({"CAPH"})),),
)


def codes(*actions: ControlledAction, around: Surroundings = AROUND) -> list[tuple[str, str]]:
    found = control(actions, around)
    assert all(each.problem.endswith((".", ")")) and each.remedy for each in found)
    return [(each.action, each.code) for each in found]


def other(**facts: object) -> ControlledAction:
    return replace(SOUND, **{"number": "2016-002", "title": "Jardin partagé", **facts})  # type: ignore[arg-type]


def test_a_sound_action_has_no_finding() -> None:
    assert codes(SOUND) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"carrier": replace(CARRIER, siret="")}, "siret_manquant"),
        ({"carrier": replace(CARRIER, siret="80212345500016")}, "siret_invalide"),
        ({"carrier": replace(CARRIER, kind="commune")}, "siret_d_un_autre"),
        ({"carrier": replace(CARRIER, to_confirm=True)}, "porteur_a_confirmer"),
        ({"asked": (LineAsked("ETAT-PDV-ACTIONS", euros("4000")),)}, "droit_commun_absent"),
        ({"innovation_criteria": 3}, "innovation_incomplete"),
        ({"slices": {"veille": euros("10000")}}, "ligne_fermee_au_territoire"),
        ({"slices": {"qpv": euros("9000"), "veille": euros("1000")}}, "territoire_en_partie_ferme"),
        ({"slices": {}}, "public_non_reparti"),
        ({"charges": {"61": euros("6000"), "6411": euros("0"), "63": euros("4000")}}, "charges_de_structure"),
        ({"previous": EarlierAction("2015-004", "Atelier", euros("8333"))}, "cout_en_hausse"),
    ],
)
def test_each_control_tells_what_it_looks_for(facts: dict[str, object], code: str) -> None:
    assert ("2016-001", code) in codes(replace(SOUND, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "facts",
    [
        {"asked": (LineAsked("ETAT-PDV-ACTIONS", euros("4000")),), "no_droit_commun_reason": "Aucun service compétent"},
        {"asked": (LineAsked("CAF-DROIT-COMMUN", euros("4000")),)},
        {"innovation_criteria": 4},
        {"charges": {"61": euros("6000"), "60": euros("4000")}},
        {"previous": EarlierAction("2015-004", "Atelier", euros("8334"))},
        {"asked": (LineAsked("ETAT-PDV-ACTIONS", euros("23000")), LineAsked("CAF-DROIT-COMMUN", euros("1")))},
    ],
)
def test_at_the_limit_nothing_is_told(facts: dict[str, object]) -> None:
    assert codes(replace(SOUND, **facts)) == []  # type: ignore[arg-type]


def test_a_private_body_above_the_threshold_of_one_financeur_all_actions_together_needs_a_convention() -> None:
    asked = (LineAsked("ETAT-PDV-ACTIONS", euros("19000,01")), LineAsked("CAF-DROIT-COMMUN", euros("1")))
    assert codes(SOUND, other(asked=asked)) == [("2016-001", "convention_obligatoire")]
    town = Carrier("VILLE", "Ville", "commune", "21590172600017")
    assert "convention_obligatoire" not in dict(codes(replace(SOUND, carrier=town), other(asked=asked, carrier=town)))


def test_near_titles_of_one_porteur_are_told_once_on_the_later_action() -> None:
    assert codes(SOUND, other(title="Atelier Santé du faubourg")) == [("2016-002", "deposee_deux_fois")]
    assert codes(SOUND, other(title="Atelier Santé du faubourg", status="refuse")) == []
    elsewhere = replace(CARRIER, code="AUTRE", siret="")
    found = codes(SOUND, other(title="Atelier Santé du faubourg", carrier=elsewhere))
    assert found == [("2016-002", "siret_manquant")]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("atelier sante du faubourg", "atelier sante du faubourgs", True),
        ("sante du faubourg atelier", "atelier sante du faubourg", True),
        ("rencontres sportives 2015", "rencontres sportives 2016", True),
        ("parcours groupe 1", "parcours groupe 2", False),
        ("jardin partage", "jardin ouvrier", False),
    ],
)
def test_titles_are_near_whatever_their_order_but_not_with_other_numbers(first: str, second: str, same: bool) -> None:
    assert near(first, second, 90) is same
    assert near(second, first, 90) is same


def test_an_action_deposited_under_the_other_contract_too_is_told() -> None:
    around = replace(AROUND, elsewhere={"MJC": (("CV193", "2016-044", "Atelier santé du faubourg"),)})
    assert codes(SOUND, around=around) == [("2016-001", "deposee_aux_deux_contrats")]


def test_a_porteur_that_owes_a_bilan_is_told_once_for_each() -> None:
    late = (LateBilan("C2014-002", "2014-002", date(2015, 6, 30)),)
    around = replace(AROUND, late_bilans={"MJC": late})
    assert codes(SOUND, other(), around=around) == [("2016-001", "bilan_en_retard")]
    assert "depuis le 30/06/2015" in control([SOUND], around)[0].problem


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"scale": "arrondissement"}, True),
        ({"territories": (TerritoryServed("A", "qpv", frozenset({"CAPH", "CAVM"})),)}, True),
        ({"scale": "arrondissement", "asked": (LineAsked("CAPH-PDV", euros("1"), shared=True), *SOUND.asked)}, False),
        ({}, False),
    ],
)
def test_an_action_of_both_agglomerations_marks_their_common_part(facts: dict[str, object], told: bool) -> None:
    asked = (LineAsked("CAPH-PDV", euros("4000")), LineAsked("CAF-DROIT-COMMUN", euros("1")))
    action = replace(SOUND, **{"asked": asked, **facts})  # type: ignore[arg-type]
    assert (("2016-001", "partage_non_marque") in codes(action)) is told


def test_a_renewed_action_is_found_by_its_title_where_nobody_linked_it() -> None:
    around = replace(
        AROUND, last_year={"MJC": (EarlierAction("2015-007", "Atelier santé du Faubourg 2015", euros("5000")),)}
    )
    assert codes(SOUND, around=around) == [("2016-001", "cout_en_hausse")]


def test_a_threshold_is_a_rule_and_changes_what_is_told() -> None:
    rise = next(rule for rule in BOOK.rules if rule.code == "HAUSSE-COUT")
    softer = replace(rise, figures=read_figures("hausse_cout", {"taux": "100 %"}))
    book = replace(BOOK, rules=tuple(softer if rule is rise else rule for rule in BOOK.rules), _answers={}, _kinds={})
    action = replace(SOUND, previous=EarlierAction("2015-004", "Atelier", euros("5001")))
    assert codes(action) == [("2016-001", "cout_en_hausse")]
    assert codes(action, around=replace(AROUND, book=book)) == []


def test_all_controls_run_and_the_heaviest_come_first_by_action() -> None:
    broken = replace(SOUND, carrier=replace(CARRIER, siret=""), slices={}, asked=SOUND.asked[:1], innovation_criteria=1)
    found = control([broken, other()], AROUND)
    assert [each.level for each in found if each.action == "2016-001"] == [Level.ERROR, *[Level.ALERT] * 3]


def wish(number: str, requested: Mapping[str, Money], **others: Any) -> ReadAction:
    """An action of which only what it asks, and where, is looked at."""
    return ReadAction(2016, "MJC", "Atelier", ZERO, number=number, requested=requested, **others)


KINDS = dict.fromkeys("ABC", "qpv")
AMOUNTS = st.dictionaries(st.sampled_from(list(LINES)), st.integers(0, 10**9).map(Money))
WISHES = st.lists(
    st.builds(
        wish,
        number=st.uuids().map(str),
        objective=st.sampled_from(["1.1.1", "2.1.1", ""]),
        requested=AMOUNTS,
        slices=st.dictionaries(st.sampled_from(["qpv", "veille", "hors"]), st.integers(0, 10**6).map(Money)).map(
            lambda costs: tuple(SliceForm(kind, cost=cost) for kind, cost in costs.items())
        ),
        territories=st.just(("A", "B", "C")),
    )
)


@given(WISHES, AMOUNTS)
def test_lines_axes_and_territories_add_up_to_what_is_asked(
    wishes: list[ReadAction], notified: dict[str, Money]
) -> None:
    asked = total(amount for wish in wishes for amount in wish.requested.values())
    for rows in (
        pressure_by_line(wishes, notified),
        pressure_by_axis(wishes, notified),
        pressure_by_territory(wishes, notified, KINDS),
    ):
        assert total(row.asked for row in rows) == asked
        assert all(row.compared <= row.asked for row in rows)
        assert all((row.notified is None) is (row.beyond is None) for row in rows)


def test_a_line_asked_beyond_its_enveloppe_is_told_by_how_much() -> None:
    wishes = [
        wish("1", {"CAPH-PDV": euros("800")}, objective="5.1.2"),
        wish("2", {"CAPH-PDV": euros("700")}, objective="1.1.1"),
    ]
    [row] = pressure_by_line(wishes, {"CAPH-PDV": euros("1000")})
    assert (row.actions, row.beyond, row.rate) == (2, euros("500"), row.rate)
    assert row.rate is not None
    assert (row.rate.numerator, row.rate.denominator) == (3, 2)
    assert [each.beyond for each in pressure_by_axis(wishes, {"CAPH-PDV": euros("1000")})] == [ZERO, ZERO]
