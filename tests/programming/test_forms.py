"""What is typed of an action balances, and its shares by territory always sum to its eligible cost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.programming.actions.forms import check_form
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm, UnbalancedPlan
from ledger.programming.publics.shares import SLICE_KINDS, EpciCount, SliceForm, slice_costs
from tests.programming.support import HEALTH, changed, costs, counts, euros, plan, with_porteur


def test_a_balanced_plan_is_accepted() -> None:
    check_form(HEALTH)


@pytest.mark.parametrize(
    ("fundings", "said"),
    [
        (plan(ETAT_PDV_ACTIONS="3000"), "charges 4 000,00 €, produits 3 000,00 €, écart 1 000,00 €"),
        (plan(ETAT_PDV_ACTIONS="4000,01"), "charges 4 000,00 €, produits 4 000,01 €, écart 0,01 €"),
        ((), "charges 4 000,00 €, produits 0,00 €, écart 4 000,00 €"),
    ],
)
def test_a_plan_that_does_not_balance_says_both_totals_and_their_difference(
    fundings: tuple[FundingForm, ...], said: str
) -> None:
    with pytest.raises(UnbalancedPlan) as refused:
        check_form(changed(fundings=fundings))
    assert said in refused.value.problem.replace("\u202f", " ").replace("\xa0", " ")
    assert "PORTEUR-FONDS-PROPRES" in refused.value.remedy


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"title": " "}, "intitulé de l'action manque"),
        ({"nature": "autre"}, "« autre » : nature inconnue"),
        ({"innovation_criteria": 5}, "de 0 à 4"),
        ({"cost_eligible": Money(400001)}, "compris entre 0 et le coût total"),
        ({"cost_eligible": Money(-1)}, "compris entre 0 et le coût total"),
        ({"counts": (EpciCount("CAPH", -1),)}, "public compté d'avance ne peut pas être négatif"),
        ({"fundings": plan(ETAT_PDV_ACTIONS="5000", CAPH_PDV="-1000")}, "CAPH-PDV est négative"),
        (
            {"fundings": (FundingForm("CAPH-PDV", euros("1000")), FundingForm(" caph-pdv", euros("3000")))},
            "CAPH-PDV est demandée deux fois",
        ),
        ({"fundings": (FundingForm("CAPH-PDV", euros("4000"), status="perdu"),)}, "« perdu » n'est pas un statut"),
    ],
)
def test_what_is_not_an_action_is_refused(others: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_form(changed(**others))
    assert said in refused.value.problem


@pytest.mark.parametrize(
    ("others", "said", "there"),
    [
        ({"scale": "mondiale"}, "« mondiale » : échelle inconnue", "communale, communautaire, arrondissement"),
        ({"dispositif": "PRE"}, "« PRE » : dispositif inconnu", "action, dre, ovv, fipd, mous, adultes-relais"),
    ],
)
def test_a_word_that_the_contract_has_not_is_refused(
    session: Session, others: dict[str, Any], said: str, there: str
) -> None:
    with_porteur(session)
    with pytest.raises(InvalidValue) as refused:
        record_action(session, changed(**others))
    assert said in refused.value.problem
    assert there in refused.value.remedy


@pytest.mark.parametrize(
    ("eligible", "slices", "shares"),
    [
        ("148250", counts(qpv=85, veille=25), {"qpv": (85, "114556,82"), "veille": (25, "33693,18")}),
        ("10,00", counts(qpv=1, veille=1, hors=1), {"qpv": (1, "3,34"), "veille": (1, "3,33"), "hors": (1, "3,33")}),
        ("10,00", counts(hors=1, qpv=2), {"qpv": (2, "6,67"), "hors": (1, "3,33")}),
        ("10,00", counts(qpv=4, veille=0), {"qpv": (4, "10")}),
        ("10,00", counts(qpv=4, veille=None), {"qpv": (4, "10")}),
        ("0,01", counts(qpv=1, veille=1), {"qpv": (1, "0,01"), "veille": (1, "0")}),
        ("10,00", costs(qpv="6", veille="4"), {"qpv": (None, "6"), "veille": (None, "4")}),
        ("10,00", costs(qpv="10", veille="0"), {"qpv": (None, "10")}),
        ("10,00", (), {}),
    ],
)
def test_the_eligible_cost_is_shared_by_headcounts_or_as_typed(
    eligible: str, slices: tuple[SliceForm, ...], shares: dict[str, tuple[int | None, str]]
) -> None:
    assert slice_costs(slices, euros(eligible)) == {kind: (head, euros(cost)) for kind, (head, cost) in shares.items()}


@pytest.mark.parametrize(
    ("slices", "said"),
    [
        (costs(qpv="6", veille="3"), "écart 1,00"),
        (costs(qpv="14", veille="-4"), "part de coût ne peut pas être négative"),
        (counts(qpv=-1, veille=2), "ne peut pas être négatif"),
        ((*counts(qpv=4), *counts(qpv=5)), "inconnus ou répétés"),
        (counts(lune=4), "inconnus ou répétés"),
        ((*counts(qpv=4), *costs(veille="3")), "La part veille a un coût mais pas d'effectif"),
    ],
)
def test_shares_that_lose_something_are_refused(slices: tuple[SliceForm, ...], said: str) -> None:
    with pytest.raises(LedgerError) as refused:
        slice_costs(slices, euros("10"))
    assert said in refused.value.problem


@given(
    eligible=st.integers(0, 10**12).map(Money),
    heads=st.lists(st.integers(0, 10**6), min_size=3, max_size=3).filter(any),
)
def test_shares_by_headcount_always_sum_to_the_eligible_cost(eligible: Money, heads: list[int]) -> None:
    slices = counts(**dict(zip(SLICE_KINDS, heads, strict=True)))
    shares = slice_costs(slices, eligible)
    assert total(cost for _, cost in shares.values()) == eligible
    assert all(cost >= ZERO for _, cost in shares.values())
    assert sum(head or 0 for head, _ in shares.values()) == sum(heads)
