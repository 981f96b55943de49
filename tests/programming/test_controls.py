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
    LateBilan,
    LineControlled,
    Surroundings,
)
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import SliceForm
from ledger.referential.porteurs import ReadPorteur
from ledger.rules.book import Rule, RuleBook
from ledger.rules.kinds import read_figures
from ledger.rules.packs import shipped_rules
from ledger.rules.vocabulary import Clock
from tests.programming.support import costs, euros

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
CARRIER = ReadPorteur("MJC du quartier", "association", "MJC", "80212345500015")
ELSEWHERE = replace(CARRIER, code="AUTRE", siret="")
AROUND = Surroundings(
    BOOK,
    FORMALITIES,
    LINES,
    {"MJC": CARRIER, "AUTRE": ELSEWHERE},
    {"DENAIN-CENTRE": frozenset({"CAPH"}), "PARTAGE": frozenset({"CAPH", "CAVM"})},
    wide_scales=frozenset({"arrondissement"}),
)
ASKED = {"ETAT-PDV-ACTIONS": euros("4000"), "CAF-DROIT-COMMUN": euros("2000")}
SOUND = ReadAction(
    year=2016,
    number="2016-001",
    title="Atelier santé du Faubourg",
    porteur="MJC",
    objective="5.1.2",
    cost_total=euros("10000"),
    requested=ASKED,
    slices=costs(qpv="10000"),
    territories=("DENAIN-CENTRE",),
)


def earlier(number: str, title: str, cost: str) -> ReadAction:
    return ReadAction(2015, "MJC", title, euros(cost), number=number)


def carried_by(**facts: object) -> Surroundings:
    """What surrounds the actions when their porteur is otherwise."""
    return replace(AROUND, carriers={"MJC": replace(CARRIER, **facts)})  # type: ignore[arg-type]


def codes(*actions: ReadAction, around: Surroundings = AROUND) -> list[tuple[str, str]]:
    found = control(actions, around)
    assert all(each.problem.endswith((".", ")")) and each.remedy for each in found)
    return [(each.action, each.code) for each in found]


def other(**facts: object) -> ReadAction:
    return replace(SOUND, **{"number": "2016-002", "title": "Jardin partagé", **facts})  # type: ignore[arg-type]


def test_a_sound_action_has_no_finding() -> None:
    assert codes(SOUND) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"requested": {"ETAT-PDV-ACTIONS": euros("4000")}}, "droit_commun_absent"),
        ({"innovation_criteria": 3}, "innovation_incomplete"),
        ({"slices": costs(veille="10000")}, "ligne_fermee_au_territoire"),
        ({"slices": costs(qpv="9000", veille="1000")}, "territoire_en_partie_ferme"),
        ({"slices": ()}, "public_non_reparti"),
    ],
)
def test_each_control_tells_what_it_looks_for(facts: dict[str, object], code: str) -> None:
    assert ("2016-001", code) in codes(replace(SOUND, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("around", "code"),
    [
        (carried_by(siret=""), "siret_manquant"),
        (carried_by(siret="80212345500016"), "siret_invalide"),
        (carried_by(kind="commune"), "siret_d_un_autre"),
        (carried_by(to_confirm=True), "porteur_a_confirmer"),
        (
            replace(AROUND, charges={"2016-001": {"61": euros("6000"), "6411": ZERO, "63": euros("4000")}}),
            "charges_de_structure",
        ),
        (replace(AROUND, renewed={"2016-001": earlier("2015-004", "Atelier", "8333")}), "cout_en_hausse"),
    ],
)
def test_each_control_looks_at_what_surrounds_an_action(around: Surroundings, code: str) -> None:
    assert ("2016-001", code) in codes(SOUND, around=around)


@pytest.mark.parametrize(
    "facts",
    [
        {
            "requested": {"ETAT-PDV-ACTIONS": euros("4000")},
            "no_droit_commun_reason": "Aucun service compétent",
        },
        {"requested": {"CAF-DROIT-COMMUN": euros("4000")}},
        {"innovation_criteria": 4},
        {"requested": {"ETAT-PDV-ACTIONS": euros("23000"), "CAF-DROIT-COMMUN": euros("1")}},
    ],
)
def test_at_the_limit_nothing_is_told(facts: dict[str, object]) -> None:
    assert codes(replace(SOUND, **facts)) == []  # type: ignore[arg-type]
    charges = {"2016-001": {"61": euros("6000"), "60": euros("4000")}}
    assert codes(SOUND, around=replace(AROUND, charges=charges)) == []
    renewed = {"2016-001": earlier("2015-004", "Atelier", "8334")}
    assert codes(SOUND, around=replace(AROUND, renewed=renewed)) == []


def test_a_private_body_above_the_threshold_of_one_financeur_all_actions_together_needs_a_convention() -> None:
    more = other(requested={"ETAT-PDV-ACTIONS": euros("19000,01"), "CAF-DROIT-COMMUN": euros("1")})
    assert codes(SOUND, more) == [("2016-001", "convention_obligatoire")]
    town = carried_by(name="Ville", kind="commune", siret="21590172600017")
    assert "convention_obligatoire" not in {code for _, code in codes(SOUND, more, around=town)}


def test_near_titles_of_one_porteur_are_told_once_on_the_later_action() -> None:
    assert codes(SOUND, other(title="Atelier Santé du faubourg")) == [("2016-002", "deposee_deux_fois")]
    assert codes(SOUND, other(title="Atelier Santé du faubourg", status="refuse")) == []
    found = codes(SOUND, other(title="Atelier Santé du faubourg", porteur="AUTRE"))
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
        ({"territories": ("PARTAGE",)}, True),
        ({"scale": "arrondissement", "fundings": (FundingForm("CAPH-PDV", euros("4000"), shared=True),)}, False),
        ({}, False),
    ],
)
def test_an_action_of_both_agglomerations_marks_their_common_part(facts: dict[str, object], told: bool) -> None:
    requested = {"CAPH-PDV": euros("4000"), "CAF-DROIT-COMMUN": euros("1")}
    action = replace(SOUND, requested=requested, **facts)  # type: ignore[arg-type]
    assert (("2016-001", "partage_non_marque") in codes(action)) is told


def test_a_renewed_action_is_found_by_its_title_where_nobody_linked_it() -> None:
    around = replace(AROUND, last_year={"MJC": (earlier("2015-007", "Atelier santé du Faubourg 2015", "5000"),)})
    assert codes(SOUND, around=around) == [("2016-001", "cout_en_hausse")]


def test_a_threshold_is_a_rule_and_changes_what_is_told() -> None:
    rise = next(rule for rule in BOOK.rules if rule.code == "HAUSSE-COUT")
    softer = replace(rise, figures=read_figures("hausse_cout", {"taux": "100 %"}))
    book = replace(BOOK, rules=tuple(softer if rule is rise else rule for rule in BOOK.rules), _answers={}, _kinds={})
    around = replace(AROUND, renewed={"2016-001": earlier("2015-004", "Atelier", "5001")})
    assert codes(SOUND, around=around) == [("2016-001", "cout_en_hausse")]
    assert codes(SOUND, around=replace(around, book=book)) == []


def test_all_controls_run_and_the_heaviest_come_first_by_action() -> None:
    asked = {"ETAT-PDV-ACTIONS": euros("4000")}
    broken = replace(SOUND, slices=(), requested=asked, innovation_criteria=1)
    found = control([broken, other()], carried_by(siret=""))
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
            lambda kinds: tuple(SliceForm(kind, cost=cost) for kind, cost in kinds.items())
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
