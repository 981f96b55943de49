"""What the rules let one action have on one line, to the cent, on the shipped rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ledger.allocation.engine.facts import ActionFacts, Request
from ledger.allocation.engine.share_lines import Grant
from ledger.allocation.engine.steps import Step
from tests.allocation.support import action, allocate, euros, lines, shipped_book

IN_2016, IN_2018 = date(2016, 3, 4), date(2018, 3, 6)
DRE = {"dispositif": "dre", "porteur_kind": "caisse_des_ecoles"}
PLENTY = "9 000 000"


def grant(asking: ActionFacts, available: Mapping[str, str], day: date = IN_2016) -> Grant:
    (found,) = allocate([asking], lines(**available), shipped_book(day))
    return found


@pytest.mark.parametrize(
    ("case", "slices", "asked", "day", "granted", "limited_by"),
    [
        ("DRE A, §5.2.5", {"qpv": "114556.82", "veille": "33693.18"}, "95000", IN_2016, "91308.52", "TAUX-DRE-QPV"),
        ("DRE B, §5.2.5", {"qpv": "36545.20", "veille": "25935.30"}, "40000", IN_2016, "36722.03", "TAUX-DRE-QPV"),
        (
            "DRE C, hors apart, §5.2.5",
            {"qpv": "36211.85", "veille": "15390.03", "hors": "2715.89"},
            "40000",
            IN_2016,
            "31232.71",
            "TAUX-DRE-QPV",
        ),
        ("DRE D, §5.2.5", {"qpv": "5897.59", "veille": "16007.74"}, "15000", IN_2016, "11837.30", "TAUX-DRE-VEILLE"),
        ("2017 included, §5.2.5", {"veille": "40000"}, "20000", date(2017, 12, 31), "20000", ""),
        ("2018: nothing for veille", {"veille": "40000"}, "20000", IN_2018, "0", "TERR-ETAT-PDV-DRE"),
        ("2018: QPV alone", {"qpv": "100000", "veille": "40000"}, "90000", IN_2018, "65000", "TAUX-DRE-QPV"),
        ("less asked than the ceiling", {"qpv": "100000"}, "60000", IN_2016, "60000", ""),
    ],
)
def test_the_state_pays_the_dre_65_percent_in_qpv_and_50_in_veille_until_2017(
    case: str, slices: Mapping[str, str], asked: str, day: date, granted: str, limited_by: str
) -> None:
    found = grant(action(slices=slices, asks={"ETAT-PDV-DRE": asked}, **DRE), {"ETAT_PDV_DRE": PLENTY}, day)
    assert found.granted == euros(granted), case
    assert found.limited_by == (f"regle:{limited_by}" if limited_by else "demande")


def test_the_explanation_of_a_ceiling_reads_as_a_finance_assistant_expects() -> None:
    asking = action(slices={"qpv": "100000", "veille": "40000"}, asks={"ETAT-PDV-DRE": "90000"}, **DRE)
    steps = grant(asking, {"ETAT_PDV_DRE": PLENTY}).steps
    base = "hors contributions volontaires (86/87)"
    assert [(step.amount.plain(), step.text.replace("\u00a0", " "), step.source) for step in steps] == [
        (
            "65000.00",
            f"65 % de 100 000,00 € de dépense éligible pour les habitants des QPV, {base}",
            "Contrat de ville CAPH 2015-2020, §5.2.5",
        ),
        (
            "20000.00",
            f"50 % de 40 000,00 € de dépense éligible en veille active, {base}",
            "Contrat de ville CAPH 2015-2020, §5.2.5",
        ),
        ("0.00", "demandé 90 000,00 € ; plafond atteint, 5 000,00 € non retenus", ""),
    ]


@pytest.mark.parametrize(("criteria", "granted"), [(3, "30000"), (4, "48000")])
def test_an_innovative_action_reaches_80_percent_only_with_all_the_criteria(criteria: int, granted: str) -> None:
    """§5.1; the rate outside innovation lowered to 50 % to tell the two apart."""
    asking = action(slices={"qpv": "60000"}, asks={"ETAT-PDV-ACTIONS": "60000"}, innovation_criteria=criteria)
    book = shipped_book(IN_2016, {"TAUX-ETAT": {"taux": "50 %"}})
    (found,) = allocate([asking], lines(ETAT_PDV_ACTIONS=PLENTY), book)
    assert found.granted == euros(granted)
    noted = " ".join(step.text for step in found.steps)
    assert ("action innovante (4 critères)" if criteria == 4 else "innovation non retenue, 3 critères sur 4") in noted


def test_failing_the_criteria_never_pays_more_than_meeting_them() -> None:
    paid = [
        grant(
            action(slices={"qpv": "60000"}, asks={"ETAT-PDV-ACTIONS": "60000"}, innovation_criteria=criteria),
            {"ETAT_PDV_ACTIONS": PLENTY},
        ).granted
        for criteria in range(5)
    ]
    assert paid == sorted(paid)


def test_the_fixed_rate_of_the_dre_is_not_raised_by_innovation() -> None:
    asking = action(slices={"qpv": "100000"}, asks={"ETAT-PDV-DRE": "90000"}, innovation_criteria=4, **DRE)
    assert grant(asking, {"ETAT_PDV_DRE": PLENTY}).granted == euros("65000")


def test_state_credits_for_actions_refuse_veille_active() -> None:
    found = grant(action(slices={"veille": "30500"}, asks={"ETAT-PDV-ACTIONS": "9000"}), {"ETAT_PDV_ACTIONS": PLENTY})
    assert (found.granted, found.limited_by) == (euros("0"), "regle:TERR-ETAT-PDV-ACTIONS")
    assert any("§5.3.1" in step.source for step in found.steps)


def test_droit_commun_outside_the_territories_is_said_never_refused() -> None:
    asking = action(slices={"qpv": "8000", "hors": "2000"}, asks={"CAF-DROIT-COMMUN": "9000"})
    found = grant(asking, {"CAF_DROIT_COMMUN": PLENTY})
    assert found.granted == euros("9000")
    assert found.steps[-1].text.startswith("alerte")
    assert found.steps[-1].amount == euros("0")


def test_a_territory_not_stated_is_not_a_yes() -> None:
    found = grant(action(slices={}, cost="10000", asks={"ETAT-PDV-ACTIONS": "5000"}), {"ETAT_PDV_ACTIONS": PLENTY})
    assert (found.granted, found.limited_by) == (euros("0"), "inconnu:TERR-ETAT-PDV-ACTIONS")


def test_a_post_needs_no_share_by_territory() -> None:
    asking = action(slices={}, cost="52000", asks={"ETAT-PDV-INGENIERIE": "25000"}, dispositif="mous")
    assert grant(asking, {"ETAT_PDV_INGENIERIE": PLENTY}).granted == euros("25000")


def test_a_line_judged_not_admissible_counts_for_nothing_and_stays_visible() -> None:
    asking = action(slices={"qpv": "10000"}, asks={})
    refused = Request("CAPH-PDV", euros("4000"), status="non_recevable", observation="hors délai")
    found = grant(
        ActionFacts(**{name: getattr(asking, name) for name in asking.__slots__} | {"requests": (refused,)}),
        {"CAPH_PDV": PLENTY},
    )
    assert (found.requested, found.granted, found.limited_by) == (euros("4000"), euros("0"), "statut")
    assert "hors délai" in found.steps[0].text


def test_public_funding_of_a_commune_s_investment_stops_at_80_percent_of_the_cost() -> None:
    """CGCT L1111-10 III; droit commun first, so the specific credits bear the cut."""
    asking = action(
        slices={"qpv": "100000"},
        asks={"DEPARTEMENT-DROIT-COMMUN": "50000", "CAPH-PDV": "45000"},
        nature="investissement",
        porteur_kind="commune",
    )
    found = allocate([asking], lines(CAPH_PDV=PLENTY, DEPARTEMENT_DROIT_COMMUN=PLENTY), shipped_book(IN_2016))
    assert [(each.line, each.granted.plain()) for each in found] == [
        ("DEPARTEMENT-DROIT-COMMUN", "50000.00"),
        ("CAPH-PDV", "30000.00"),
    ]
    assert found[1].limited_by == "regle:PART-PUBLIQUE-COMMUNE-INVESTISSEMENT"


@pytest.mark.parametrize("rate", ["65 %", "60 %"])
def test_changing_the_rate_in_the_rule_alone_changes_the_grant_and_its_explanation(rate: str) -> None:
    asking = action(slices={"qpv": "100000"}, asks={"ETAT-PDV-DRE": "90000"}, **DRE)
    book = shipped_book(IN_2016, {"TAUX-DRE-QPV": {"taux": rate}})
    (found,) = allocate([asking], lines(ETAT_PDV_DRE=PLENTY), book)
    assert found.granted == euros(f"{rate[:2]}000")
    assert found.steps[0].text.startswith(rate[:2])


def summed(steps: tuple[Step, ...]) -> int:
    for step in steps:
        assert not step.steps or summed(step.steps) == step.amount.cents, step.text
    return sum(step.amount.cents for step in steps)


def test_every_level_of_an_explanation_sums_to_the_one_above() -> None:
    asking = action(
        slices={"qpv": "33580", "veille": "2920"},
        asks={"DEPARTEMENT-DROIT-COMMUN": "6000", "CAPH-PDV": "20000"},
        shared="CAPH-PDV",
    )
    for found in allocate([asking], lines(CAPH_PDV="9000", DEPARTEMENT_DROIT_COMMUN=PLENTY), shipped_book(IN_2016)):
        assert summed(found.steps) == found.granted.cents
