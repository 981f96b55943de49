"""An avenant passes the rules that the grant passed: amount, eligible cost, rate (F05)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import AboveTheRules
from ledger.conventions.avenants.changes import AvenantRefused
from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.forms import AvenantForm
from ledger.conventions.model import Convention
from ledger.conventions.sign_convention import sign_convention
from ledger.core.money import ZERO, parse_money
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.journal.audit import audit_book
from ledger.journal.waivers import waivers_of_year
from tests.conventions.support import SIGNED_ON, add_action, add_porteur, draft, grant, open_year

STATE = "ETAT-PDV-ACTIONS"
KEY = ("2016-001", STATE)
ON = date(2016, 9, 12)


def signed(session: Session, amount: str = "5 000", cost: str = "10 000") -> Convention:
    """5 000 of the State, up to 80 %, for an action of 10 000 all in QPV."""
    open_year(session, line=STATE)
    add_porteur(session)
    add_action(session, cost=cost, line=STATE)
    grant(session, "2016-001", amount, line=STATE)
    convention = draft(session)
    sign_convention(session, convention, piece="Arrêté", on=SIGNED_ON)
    return convention


def amended(session: Session, convention: Convention, *, base: str = "", amount: str = "", motive: str = "") -> None:
    change = AvenantForm(
        amounts={KEY: parse_money(amount)} if amount else {}, bases={KEY: parse_money(base)} if base else {}
    )
    piece = f"Avenant {len(convention.avenants) + 1}"
    record_avenant(session, convention, change, piece=piece, on=ON, waiver=motive)


@pytest.mark.parametrize(
    ("retained", "accepted"), [("5 000", False), ("6 249,99", False), ("6 250", True), ("12 000", True)]
)
def test_an_avenant_never_lifts_a_rate_above_its_ceiling(session: Session, retained: str, accepted: bool) -> None:
    """F05: 5 000 of 6 250 is 80 %; a cent less of base is above it."""
    convention = signed(session)
    if accepted:
        amended(session, convention, base=retained)
        assert waivers_of_year(session) == []
        return
    with pytest.raises(AboveTheRules, match=r"ETAT-PDV-ACTIONS porterait 5.000,00.€ sur une assiette") as refused:
        amended(session, convention, base=retained)
    assert "--malgre MOTIF" in refused.value.remedy
    assert (convention.avenants, convention.lines[0].terms["base"]) == ([], 1_000_000)


def test_a_rule_put_aside_by_an_avenant_is_kept_with_its_motive_and_listed_once(session: Session) -> None:
    """F05: the entry moves nothing, and says why."""
    convention = signed(session)
    amended(session, convention, base="5 000", motive="Décision du préfet du 02/09/2016")
    [waiver] = waivers_of_year(session, 2016)
    assert (waiver.rule, waiver.kind, waiver.reason) == ("TAUX-ETAT", "avenant", "Décision du préfet du 02/09/2016")
    assert (waiver.convention, waiver.action, waiver.line, waiver.amount) == (convention.number, *KEY, ZERO)
    assert waiver.required == "la règle TAUX-ETAT (4\u00a0000,00\u00a0€ au plus d'une assiette de 5\u00a0000,00\u00a0€)"
    settle_bilan(
        session,
        convention,
        BilanForm(
            "2016-001", slices={"qpv": parse_money("5 000")}, other_funding=ZERO, piece="Bilan", on=date(2016, 12, 1)
        ),
    )
    assert audit_book(session) == []


def test_the_way_out_that_a_refusal_prints_is_accepted(session: Session) -> None:
    """F05: with the base at 5 000, 1 000 less."""
    convention = signed(session)
    with pytest.raises(AboveTheRules, match=r"permettent 4.000,00.€") as refused:
        amended(session, convention, base="5 000")
    assert f"--montant {STATE}=-1000.00" in refused.value.remedy
    amended(session, convention, base="5 000", amount="-1000.00")
    assert convention.amount == parse_money("4 000")


def test_an_amount_that_grows_on_a_lowered_base_passes_the_rate_of_that_base(session: Session) -> None:
    """F05: granted and not conventioned yet, 800 more would make 83 % of 6 250."""
    open_year(session, line=STATE)
    add_porteur(session)
    add_action(session, cost="10 000", line=STATE)
    grant(session, "2016-001", "4 400", line=STATE)
    convention = draft(session)
    sign_convention(session, convention, piece="Arrêté", on=SIGNED_ON)
    amended(session, convention, base="5 500")
    grant(session, "2016-001", "200", line=STATE)
    with pytest.raises(AboveTheRules, match=r"4.600,00.€ sur une assiette de 5.500,00"):
        amended(session, convention, amount="200")
    amended(session, convention, amount="200", base="5 750")
    assert convention.amount == parse_money("4 600")


def test_what_another_convention_gives_the_same_line_counts_at_its_own_rate(session: Session) -> None:
    """F05: 2 500 of 10 000 elsewhere is 25 %; 2 500 of 4 000 would make 87.5 % in all."""
    open_year(session, line=STATE)
    add_porteur(session)
    add_action(session, cost="10 000", line=STATE)
    conventions = []
    for amount in ("2 500", "2 499"):
        grant(session, "2016-001", amount, line=STATE)
        conventions.append(draft(session))
        sign_convention(session, conventions[-1], piece=f"Arrêté {amount}", on=SIGNED_ON)
    with pytest.raises(AboveTheRules):
        amended(session, conventions[0], base="4 000")
    amended(session, conventions[0], base="5 000")


def test_an_avenant_that_grants_more_than_a_rule_says_keeps_one_motive(session: Session) -> None:
    """F05: what is missing is granted by the avenant itself, under the same rules."""
    open_year(session, line=STATE)
    add_porteur(session)
    add_action(session, cost="10 000", line=STATE)
    grant(session, "2016-001", "4 000", line=STATE)
    convention = draft(session)
    sign_convention(session, convention, piece="Arrêté", on=SIGNED_ON)
    with pytest.raises(AboveTheRules):
        amended(session, convention, amount="1 000", base="5 000")
    amended(session, convention, amount="1 000", base="5 000", motive="Arrêté du préfet")
    assert [each.rule for each in waivers_of_year(session, 2016)] == ["TAUX-ETAT"]
    assert audit_book(session) == []


def test_an_amount_above_its_own_base_is_refused_whatever_the_motive(session: Session) -> None:
    """F05."""
    convention = signed(session)
    with pytest.raises(AvenantRefused, match="dépasseraient l'assiette"):
        amended(session, convention, base="4 999,99", motive="Le préfet")


def test_an_avenant_that_lowers_the_rate_asks_nothing_of_the_rules(session: Session) -> None:
    """F05: lowered by a motive once, a rate above its ceiling may come down without another."""
    convention = signed(session)
    amended(session, convention, base="5 000", motive="Le préfet")
    amended(session, convention, amount="-100")
    amended(session, convention, base="5 800")
    assert len(waivers_of_year(session, 2016)) == 1
