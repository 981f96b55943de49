"""The bilan of an action given once settles all its conventions, as many acts would; undone, it is undone for all."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.core.money import parse_money
from ledger.execution.bilans.action_bilan import ActionBilan, OtherFundingKnown, action_bilan
from ledger.execution.bilans.read_bilan import BilanForm, slices_by_headcount
from ledger.execution.bilans.settle_action import NothingToSettle, given_in_one_act, leading_convention, settle_action
from ledger.execution.bilans.settle_bilan import BilanRefused
from ledger.execution.undo_act import undo_act
from ledger.journal.balances import balances
from tests.conftest import Typist
from tests.exchange.test_bilans_by_workbook import granted as granted
from tests.exchange.test_bilans_by_workbook import signed as signed
from tests.execution.test_action_bilans import SETTLED, final, paid_by_caf, settle


def given(session: Session, cost: str, others: str | None = None, on: date = SETTLED) -> tuple[ActionBilan, bool]:
    other_funding = None if others is None else parse_money(others)
    slices = slices_by_headcount(session, "A", parse_money(cost), {})
    return settle_action(session, BilanForm("A", slices, "CRF", on, other_funding))


def test_one_act_settles_what_a_bilan_for_each_financeur_would_and_is_undone_whole(session: Session) -> None:
    """F04, and the fourth thing of a year without Excel: the EPCI's 4 000 and 2 000, the Caf's 4 000 already paid."""
    first, second, caf = paid_by_caf(session)
    before = balances(session, action="A")
    settle(session, first, "7 000", "4 000")
    bilan = settle(session, caf, "7 000")
    expected = [final(session, each) for each in (first, second, caf)]
    assert bilan.entry_number is not None
    undo_act(session, bilan.entry_number, motive="Essai", on=SETTLED)

    known, new = given(session, "7 000", "4 000")
    assert (new, set(known.bilans)) == (True, {each.number for each in (first, second, caf)})
    assert [final(session, each) for each in (first, second, caf)] == expected
    assert given(session, "7 000", "4 000")[1] is False
    [found] = given_in_one_act(session, list(known.bilans)).values()
    assert [each.convention for each in found] == [each.number for each in (first, second, caf)]
    with pytest.raises(BilanRefused, match=r"7\s000,00\s€ ; 8\s000,00\s€ annoncés"):
        given(session, "8 000", "4 000")

    entry = known.bilans[caf.number].entry_number
    assert entry is not None
    undo_act(session, entry, motive="Coût mal lu", on=SETTLED)
    assert (balances(session, action="A"), dict(action_bilan(session, "A").bilans)) == (before, {})


def test_what_is_settled_already_is_completed_and_nothing_is_settled_before_a_signature(session: Session) -> None:
    first, second, caf = paid_by_caf(session)
    with pytest.raises(NothingToSettle, match="Aucune convention de l'action A n'est signée"):
        given(session, "7 000", "4 000", date(2016, 1, 4))
    with pytest.raises(OtherFundingKnown):
        given(session, "7 000")
    assert not action_bilan(session, "A").bilans
    settle(session, caf, "7 000", "3 000")
    assert leading_convention(action_bilan(session, "A")) is first
    known, new = given(session, "7 000", "4 000")
    assert new
    assert set(known.bilans) == {each.number for each in (first, second, caf)}


def test_a_screen_shows_the_action_whole_and_one_undoing_takes_its_bilan_back(signed: Typist) -> None:
    plan = [
        word
        for part in ("CAPH-PDV=4000", "CAF-DROIT-COMMUN=900", "PORTEUR-FONDS-PROPRES=3100")
        for word in ("--financement", part)
    ]
    action: tuple[str | int, ...] = ("--porteur", "ATELIERS", "--cout", 8000, "--qpv", 9, "--le", "2016-01-08", *plan)
    lines: list[tuple[str | int, ...]] = [
        ("enveloppe", "notifier", "CAF-DROIT-COMMUN", 2016, 900, "--piece", "Caf", "--le", "2016-02-01"),
        ("action", "saisir", 2016, "--intitule", "Trois", *action),
    ]
    for credit, payer, amount in (("CAPH-PDV", "CAPH", 4000), ("CAF-DROIT-COMMUN", "CAF", 900)):
        lines += [
            ("allocation", "accorder", "2016-003", credit, amount, "--piece", "D", "--le", "2016-04-30"),
            ("convention", "saisir", "2016-003", "--payeur", payer, "--numero", f"C-{payer}", "--le", "2016-05-01"),
            ("convention", "signer", f"C-{payer}", "--piece", "Signée", "--le", "2016-05-02"),
        ]
    for line in lines:
        answer = signed(*line)
        assert answer.code == 0, answer.err
    before = signed("--json", "bilan", "action", "2016-003").data
    assert [row["nature"] for row in before["conventions"]] == ["a_venir", "a_venir"]
    act = ("bilan", "arreter", "2016-003", "--cout", 4000, "--autres", 0, "--piece", "CRF", "--le", "2016-12-12")
    done = signed("--json", *act).data
    natures = {row["convention"]: (row["nature"], row["definitif"]) for row in done["conventions"]}
    assert natures == {"C-CAPH": ("arrete", "2000.00"), "C-CAF": ("propose", "450.00")}
    assert signed("--json", *act).data["deja_enregistre"] is True
    entry = done["conventions"][0]["ecriture"]
    assert signed("journal", "annuler", entry, "--motif", "Erreur", "--le", "2016-12-12", "--oui").code == 0
    assert signed("--json", "bilan", "action", "2016-003").data == before
    assert signed("base", "controler").code == 0
