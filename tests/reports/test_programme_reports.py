"""Plan de financement, leverage, territories and gaps of a programme, to the cent."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.money import ZERO, Money, total
from ledger.programming.publics.shares import SliceForm
from ledger.reports.gaps import gap_groups, gap_groups_report, gaps, pillar_sentence
from ledger.reports.plan import Leverage, leverage, leverage_report, plan_lines, plan_report
from ledger.reports.programme import ActionFigures, LineFigures
from ledger.reports.synthesis import ReferentialFacts
from ledger.reports.territories import figures_by_territory, territories_report

NAMES = {
    "SABATIER": ("Sabatier", "qpv"),
    "ARENBERG": ("Arenberg", "qpv"),
    "VEILLE-RAISMES": ("Veille Raismes", "veille"),
}


RANKS = {"ETAT-PDV-ACTIONS": 1, "CAPH-PDV": 2, "COMMUNE-PDV": 3, "CAF-DROIT-COMMUN": 4, "PORTEUR-FONDS-PROPRES": 5}


def line(code: str, kind: str, nature: str, requested: int, granted: int) -> LineFigures:
    return LineFigures(
        line=code,
        financeur=code.partition("-")[0],
        financeur_kind=kind,
        nature=nature,
        rank=RANKS[code],
        requested=ZERO if nature == "fonds_propres" else Money(requested),
        planned=Money(requested),
        granted=Money(granted),
        paid=Money(granted // 2),
    )


def action(
    number: str,
    lines: tuple[LineFigures, ...],
    slices: dict[str, Money] | None = None,
    territories: tuple[str, ...] = (),
) -> ActionFigures:
    cost = total(each.planned for each in lines)
    return ActionFigures(
        2016,
        "PORTEUR",
        f"Action {number}",
        cost,
        number=number,
        objective="5.1.2",
        example=True,
        lines=lines,
        slices=tuple(SliceForm(kind, cost=part) for kind, part in (slices or {}).items()),
        territories=territories,
    )


FUNDED = action(
    "2016-001",
    (
        line("ETAT-PDV-ACTIONS", "etat", "specifique", 40_000_00, 30_000_00),
        line("CAPH-PDV", "epci", "specifique", 10_000_00, 10_000_00),
        line("CAF-DROIT-COMMUN", "caf", "droit_commun", 20_000_00, 15_000_01),
        line("COMMUNE-PDV", "commune", "specifique", 5_000_00, 5_000_00),
        line("PORTEUR-FONDS-PROPRES", "association", "fonds_propres", 25_000_00, 0),
    ),
    {"qpv": Money(70_000_00), "veille": Money(30_000_00)},
    ("ARENBERG", "SABATIER"),
)
REFUSED = action("2016-002", (line("PORTEUR-FONDS-PROPRES", "association", "fonds_propres", 9_000_00, 0),))


def test_leverage_counts_communes_and_own_funds_as_drawn_in_and_leaves_refused_actions_out() -> None:
    found = leverage([FUNDED, REFUSED])
    assert found == Leverage(Money(40_000_00), Money(15_000_01), Money(30_000_00))
    assert found.ratio == Fraction(45_000_01, 40_000_00)
    (row,) = leverage_report([FUNDED, REFUSED], 2016, "2016").scripted_rows()
    assert row == {
        "exercice": 2016,
        "specifique": Money(40_000_00),
        "droit_commun": Money(15_000_01),
        "autres": Money(30_000_00),
        "effet_levier": "1.1250",
    }


def test_a_programme_without_specific_credits_has_no_leverage() -> None:
    report = leverage_report([REFUSED], 2016, "2016")
    assert report.rows[0]["effet_levier"] is None
    assert report.notes == ("Aucun crédit spécifique accordé : pas d'effet levier.",)


def test_the_plan_adds_up_each_line_and_its_requests_and_own_funds_are_the_costs() -> None:
    found = plan_lines([REFUSED, FUNDED])
    assert [row.line for row in found] == list(RANKS)
    *_, own_funds = plan_report([REFUSED, FUNDED], "2016").scripted_rows()
    assert own_funds == {
        "ligne": "PORTEUR-FONDS-PROPRES",
        "financeur": "PORTEUR",
        "nature": "fonds_propres",
        "demande": ZERO,
        "fonds_propres": Money(34_000_00),
        "accorde": ZERO,
        "verse": ZERO,
        "actions": 2,
    }
    assert total(row.requested + row.own_funds for row in found) == FUNDED.cost_total + REFUSED.cost_total


def test_an_action_goes_to_its_territories_by_its_public_then_in_equal_parts() -> None:
    rows = [tuple(row.values()) for row in territories_report([FUNDED], NAMES, "2016").scripted_rows()]
    assert rows == [
        ("ARENBERG", "Arenberg", "qpv", 1, Money(35_000_00), Money(21_000_01), Money(10_500_00)),
        ("SABATIER", "Sabatier", "qpv", 1, Money(35_000_00), Money(21_000_00), Money(10_500_00)),
        ("", "Veille active non précisée", "veille", 1, Money(30_000_00), Money(18_000_00), Money(9_000_00)),
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**9),
            st.tuples(*[st.integers(0, 10**9)] * 3),
            st.sets(st.sampled_from(sorted(NAMES))),
        ),
        max_size=6,
    )
)
def test_territories_add_up_to_the_programme_whatever_its_slices(
    cases: list[tuple[int, tuple[int, int, int], set[str]]],
) -> None:
    actions = [
        action(
            f"2016-{rank:03d}",
            (line("CAPH-PDV", "epci", "specifique", cents, cents),),
            dict(zip(("qpv", "veille", "hors"), map(Money, costs), strict=True)),
            tuple(sorted(codes)),
        )
        for rank, (cents, costs, codes) in enumerate(cases)
    ]
    rows = figures_by_territory(actions, NAMES)
    assert total(row.granted for row in rows) == total(each.granted for each in actions)
    assert total(row.cost for row in rows) == total(each.cost_total for each in actions)


@pytest.mark.parametrize(
    ("real", "expected"),
    [
        ({}, (None, None)),
        ({"2016-001": Money(90_000_00)}, (Money(90_000_00), Money(-10_000_00))),
        ({"2016-001": Money(100_000_00)}, (Money(100_000_00), ZERO)),
    ],
)
def test_the_gap_is_actual_minus_forecast_and_unknown_without_a_bilan(
    real: dict[str, Money], expected: tuple[Money | None, Money | None]
) -> None:
    (found,) = gaps([FUNDED], real, {})
    assert (found.cost_actual, found.cost_gap) == expected
    assert found.paid == Money(30_000_00)


def test_gaps_add_up_by_pillar_and_say_only_what_bilans_say() -> None:
    noted = tuple(replace(each, justified=each.paid, settled=each.granted) for each in FUNDED.lines)
    seen = [
        replace(FUNDED, pillar="emploi", lines=noted),
        replace(FUNDED, number="2016-003", pillar="citoyennete"),
        replace(FUNDED, number="2016-004"),
    ]
    facts = ReferentialFacts({}, {}, {}, {}, {})
    costs = {"2016-001": Money(90_000_00)}
    report = gap_groups_report(seen, "pilier", facts, costs, "2016")
    rows = [(row["code"], row["bilans"], row["ecart_cout"], row["ecart"]) for row in report.scripted_rows()]
    assert rows == [
        ("citoyennete", 0, ZERO, ZERO),
        ("emploi", 1, Money(-10_000_00), Money(-30_000_01)),
        ("", 0, ZERO, ZERO),
    ]
    assert report.rows[2]["libelle"] == "pilier non précisé"
    said = pillar_sentence(gap_groups(seen, "pilier", facts, costs))
    assert "(actions au bilan arrêté : 1 sur 3) : Développement économique et emploi -30" in said.replace("−", "-")
    assert "aucun bilan" in pillar_sentence(gap_groups(seen, "pilier", facts, {}))
