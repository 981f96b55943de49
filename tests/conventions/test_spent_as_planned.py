"""What a grant counts on, its final amount counts on: spent exactly as planned, a grant is kept whole (F07)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.final_amount import BY_ELIGIBLE_FUNDING, BY_FUNDING, RealCost, Term, all_eligible, final_amounts
from ledger.conventions.model import Convention
from ledger.conventions.sign_convention import sign_convention
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, parse_money
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.real_cost import Realised, WholeCostMissing, WrongAddition
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.model import Bilan
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm, PlanLineForm
from ledger.programming.publics.shares import SliceForm
from ledger.rules.enter_rule import RuleForm, add_rule
from tests.conventions.support import OWN, add_porteur, draft, grant, open_year

ON = date(2016, 12, 1)


def euros(text: str) -> Money:
    return parse_money(text)


def signed_action(
    session: Session,
    line: str,
    amount: str,
    *,
    cost: str = "50 000",
    eligible: str = "41 500",
    slices: dict[str, str] | None = None,
    in_kind: str = "0",
    innovation: int = 0,
) -> Convention:
    """An action asking `amount` of the line, granted and signed; slices: of the eligible cost, none when empty."""
    open_year(session, line=line)
    add_porteur(session)
    asked = euros(amount)
    plan = [PlanLineForm("charges", "864", euros(in_kind)), PlanLineForm("produits", "870", euros(in_kind))]
    form = ActionForm(
        year=2016,
        number="2016-001",
        porteur="ATELIERS",
        title="Atelier",
        cost_total=euros(cost),
        cost_eligible=euros(eligible),
        slices=tuple(SliceForm(kind, cost=euros(part)) for kind, part in (slices or {}).items()),
        fundings=(FundingForm(line, asked), FundingForm(OWN, euros(cost) - asked)),
        plan=tuple(plan) if euros(in_kind) else (),
        innovation_criteria=innovation,
    )
    record_action(session, form)
    grant(session, "2016-001", amount, line=line)
    convention = draft(session)
    sign_convention(session, convention, piece="Délibération du 11/04/2016", on=date(2016, 4, 29))
    return convention


def kept(
    session: Session,
    convention: Convention,
    slices: dict[str, str],
    others: str = "0",
    whole: str = "",
    realised: Realised | None = None,
) -> Bilan:
    bilan, _ = settle_bilan(
        session,
        convention,
        BilanForm(
            "2016-001",
            slices={kind: euros(amount) for kind, amount in slices.items()},
            other_funding=euros(others),
            piece="Bilan",
            on=ON,
            realised=realised,
            whole_cost=euros(whole) if whole else None,
        ),
    )
    return bilan


@pytest.mark.parametrize(
    ("line", "amount", "slices", "others"),
    [
        # F07: the other funding pays what is not eligible as well.
        ("ETAT-PDV-ACTIONS", "33 200", {"qpv": "41 500"}, "10 000"),
        ("ETAT-PDV-ACTIONS", "33 200", {"qpv": "41 500"}, "16 800"),
        # A line that needs no share by territory: its base is the eligible cost all the same.
        ("ETAT-PDV-INGENIERIE", "33 200", {}, "0"),
        ("ETAT-PDV-FONJEP", "33 200", {}, "8 500"),
        # A line that warns without refusing: all the eligible cost is its base.
        ("DEPARTEMENT-DROIT-COMMUN", "41 500", {"hors": "41 500"}, "8 500"),
        # A rate fixed by territory, half of the eligible cost outside.
        ("ETAT-PDV-DRE", "12 987,32", {"qpv": "19 980,50", "hors": "21 519,50"}, "0"),
    ],
)
def test_a_bilan_exactly_as_planned_keeps_the_whole_grant(
    session: Session, line: str, amount: str, slices: dict[str, str], others: str
) -> None:
    """F07: 33 200 of 41 500 eligible, cost 50 000, 10 000 of the Département: 33 200 are kept, not 31 500."""
    convention = signed_action(session, line, amount, slices=slices, innovation=4)
    [line_kept] = kept(session, convention, slices or {"hors": "41 500"}, others).lines
    assert line_kept.amount_final == euros(amount)


def test_the_terms_say_from_which_cost_other_receipts_are_taken_off(session: Session) -> None:
    """F07: the convention carries it, as its rule was the day it was drafted."""
    [line] = signed_action(session, "FSE", "20 000", slices={"qpv": "41 500"}).lines
    assert line.terms == {"base": 4_150_000, "kinds": ["qpv"], "receipts_off": "eligible"}


@pytest.mark.parametrize(
    ("terms", "final", "limited_by"),
    [
        ({"receipts_off": "total"}, "33 200", "montant conventionné"),
        ({"receipts_off": "eligible"}, "31 500", BY_ELIGIBLE_FUNDING),
    ],
)
def test_the_third_limit_starts_from_the_total_cost_but_where_the_convention_says_eligible(
    terms: dict[str, str], final: str, limited_by: str
) -> None:
    """F07: practice.md, the FSE notice."""
    term = Term("ETAT-PDV-ACTIONS", euros("33 200"), {"base": 4_150_000, "kinds": ["qpv"], **terms})
    [found] = final_amounts([term], RealCost({"qpv": euros("41 500")}, euros("50 000")), euros("10 000"))
    assert (found.amount, found.limited_by) == (euros(final), limited_by)


def test_lines_counted_off_the_eligible_cost_fit_in_it_and_all_lines_in_the_whole() -> None:
    """F07: FSE 30 000 within 41 500 − 15 000, then both within 50 000 − 15 000, in proportion."""
    base = {"base": 4_150_000, "kinds": ["qpv"]}
    terms = [
        Term("FSE", euros("30 000"), {**base, "receipts_off": "eligible"}),
        Term("CAPH-PDV", euros("10 000"), {**base, "receipts_off": "total"}),
    ]
    found = final_amounts(terms, RealCost({"qpv": euros("41 500")}, euros("50 000")), euros("15 000"))
    assert [each.amount for each in found] == [euros("25 410,96"), euros("9 589,04")]
    assert {each.limited_by for each in found} == {BY_ELIGIBLE_FUNDING, BY_FUNDING}


def test_a_whole_cost_that_decides_and_is_not_said_is_asked_for(session: Session) -> None:
    """F07: 40 000 eligible, 20 000 of others: between 20 000 and 32 000 are kept, by what the rest came to."""
    convention = signed_action(session, "ETAT-PDV-ACTIONS", "33 200", slices={"qpv": "41 500"}, innovation=4)
    with pytest.raises(WholeCostMissing, match=r"40.000,00.€ sont éligibles.*8.500,00.€ au plan") as refused:
        kept(session, convention, {"qpv": "40 000"}, "20 000")
    assert "--cout-total" in refused.value.remedy
    bilan = kept(session, convention, {"qpv": "40 000"}, "20 000", "48 000")
    assert (bilan.lines[0].amount_final, bilan.whole_cost) == (euros("28 000"), euros("48 000"))
    assert bilan.lines[0].steps[2]["texte"] == (
        "coût total réel 48\u00a0000,00\u00a0€, dont 8\u00a0000,00\u00a0€ non éligibles"
        " − autres financements 20\u00a0000,00\u00a0€"
    )


def test_a_whole_cost_that_decides_nothing_is_not_asked_for(session: Session) -> None:
    """F07: 8 000 of others leave 32 000 of the 40 000 eligible: the rate decides, whatever the rest."""
    convention = signed_action(session, "ETAT-PDV-ACTIONS", "33 200", slices={"qpv": "41 500"}, innovation=4)
    bilan = kept(session, convention, {"qpv": "40 000"}, "8 000")
    assert (bilan.lines[0].amount_final, bilan.whole_cost) == (euros("32 000"), None)


def test_the_charges_give_the_whole_cost_and_must_agree_with_it(session: Session) -> None:
    """F07."""
    convention = signed_action(session, "ETAT-PDV-ACTIONS", "33 200", slices={"qpv": "41 500"}, innovation=4)
    realised = Realised({"60": euros("49 000")}, {})
    with pytest.raises(WrongAddition, match=r"48.000,00.*49.000,00.*1.000,00.€ d'écart"):
        kept(session, convention, {"qpv": "40 000"}, "20 000", "48 000", realised)
    with pytest.raises(InvalidValue, match="inférieur à la dépense éligible"):
        kept(session, convention, {"qpv": "40 000"}, "20 000", "39 999,99")
    bilan = kept(session, convention, {"qpv": "40 000"}, "20 000", "", realised)
    assert (bilan.lines[0].amount_final, bilan.whole_cost) == (euros("29 000"), euros("49 000"))


def test_a_rate_that_counts_contributions_counts_them_at_the_bilan_too(session: Session) -> None:
    """F07: 80 % of 41 500 + 8 500 in kind; as planned, the 40 000 granted are kept."""
    add_rule(
        session,
        RuleForm(
            code="BASE-AVEC",
            kind="base",
            scope={"ligne": "ETAT-PDV-ACTIONS"},
            figures={"avec_contributions": True},
            label="Assiette avec contributions",
            period=Period(date(2015, 1, 1)),
            source=Source("Règlement de l'appel"),
        ),
    )
    convention = signed_action(
        session, "ETAT-PDV-ACTIONS", "40 000", slices={"qpv": "41 500"}, in_kind="8 500", innovation=4
    )
    assert convention.lines[0].terms["base"] == 5_000_000
    with pytest.raises(InvalidValue, match="compte les contributions volontaires"):
        kept(session, convention, {"qpv": "41 500"})
    realised = Realised({"60": euros("50 000"), "86": euros("8 500")}, {"74": euros("50 000"), "87": euros("8 500")})
    assert kept(session, convention, {"qpv": "41 500"}, realised=realised).lines[0].amount_final == euros("40 000")


def test_without_a_word_in_its_terms_a_convention_signed_before_takes_receipts_off_the_whole() -> None:
    """F07: from the eligible cost only where the convention says so."""
    term = Term("CAPH-PDV", euros("40 000"), {"base": 4_150_000, "kinds": ["qpv"]})
    [found] = final_amounts([term], RealCost({"qpv": euros("41 500")}, euros("50 000")), euros("10 000"))
    assert found.amount == euros("40 000")
    assert final_amounts([term], all_eligible({"qpv": euros("41 500")}), ZERO)[0].amount == euros("40 000")
