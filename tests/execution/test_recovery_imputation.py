"""What is taken back in the exercice that paid it reduces its mandats; 773 is for what earlier exercices paid."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.core.money import ZERO, Money, parse_money
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.recoveries.accounts import imputation_words, recovery_shares, reduced_part
from ledger.execution.recoveries.issue_titre import issue_titre
from ledger.execution.recoveries.settle_titre import cancel_titre
from tests.conftest import Typist
from tests.execution.lives import EPCI, carry, open_years

ACTION = (
    *("--intitule", "A1", "--porteur", "ATELIERS", "--objectif", "5.1.2", "--cout", 12_000, "--qpv", 40),
    *("--financement", "CAPH-PDV=5000", "--financement", "PORTEUR-FONDS-PROPRES=7000"),
)
MAY, SETTLED = date(2016, 5, 13), date(2016, 11, 7)


@pytest.mark.parametrize(
    ("amount", "of_the_exercice", "already", "reduced"),
    [(300, 1000, 0, 300), (300, 0, 0, 0), (300, 200, 0, 200), (300, 1000, 800, 200), (300, 500, 600, 0)],
)
def test_what_was_paid_last_is_what_was_too_much(amount: int, of_the_exercice: int, already: int, reduced: int) -> None:
    assert reduced_part(Money(amount), Money(of_the_exercice), Money(already)) == Money(reduced)


@pytest.fixture
def overpaid(session: Session) -> Convention:
    """12 000 € conventioned, 6 000 € paid in May 2016, 3 000 € justified in November."""
    open_years(session, 2016, 2017)
    [convention] = carry(session, "A", {EPCI: "12 000"})
    order_payment(session, convention, None, on=MAY)
    record_payment(session, convention, parse_money("6 000"), on=MAY, reference="B12")
    slices = {"qpv": parse_money("25 000")}
    action = convention.lines[0].action
    settle_bilan(
        session, convention, BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa 15059", on=SETTLED)
    )
    return convention


def test_a_titre_of_the_same_exercice_reduces_the_mandat(session: Session, overpaid: Convention) -> None:
    titre, _ = issue_titre(session, overpaid, reference="T-1", on=date(2016, 12, 5))
    assert titre.reduced == titre.amount == parse_money("3 000")
    [share] = recovery_shares(session, titre)
    assert share.reduces_mandat
    assert imputation_words([share]).endswith("en réduction du mandat de l'exercice")
    assert not imputation_words([share]).startswith("773")


def test_a_titre_of_a_later_exercice_is_an_income_of_it(session: Session, overpaid: Convention) -> None:
    titre, _ = issue_titre(session, overpaid, reference="T-1", on=date(2017, 2, 6))
    assert (titre.reduced, titre.account) == (ZERO, "773")
    assert imputation_words(recovery_shares(session, titre)) == "773"


def test_a_titre_cancelled_leaves_the_mandat_whole_for_the_next(session: Session, overpaid: Convention) -> None:
    first, _ = issue_titre(session, overpaid, reference="T-1", on=date(2016, 12, 5))
    cancel_titre(session, first, motive="Débiteur mal nommé", piece="Décision 7", on=date(2016, 12, 6), waived=False)
    second, _ = issue_titre(session, overpaid, reference="T-2", on=date(2016, 12, 7))
    assert second.reduced == second.amount


def test_the_command_and_its_letter_name_the_account(cofiville: Typist) -> None:
    """Typed: 5 000 € granted, 3 500 € paid in May, nothing spent; taken back in December, then as in the next year."""
    for words in (
        ("exercice", "ouvrir", 2016),
        ("enveloppe", "notifier", "CAPH-PDV", 2016, 50_000, "--piece", "BP", "--le", "2016-02-01"),
        ("porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "ATELIERS"),
        ("action", "saisir", 2016, *ACTION, "--le", "2016-02-10"),
        ("allocation", "accorder", "2016-001", "CAPH-PDV", 5000, "--piece", "Délib 1", "--le", "2016-03-30"),
        ("convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-04-25"),
        ("convention", "signer", "C2016-001", "--piece", "Délib 2", "--le", "2016-04-29"),
        ("versement", "ordonner", "C2016-001", "--le", "2016-05-13"),
        ("versement", "payer", "C2016-001", 3500, "--reference", "B12", "--le", "2016-05-20"),
        ("bilan", "saisir", "C2016-001", "--cout", 0, "--qpv", 40, "--piece", "Cerfa", "--le", "2016-11-07"),
    ):
        said = cofiville(*words)
        assert said.code == 0, said.err
    said = cofiville("--json", "recouvrement", "emettre", "C2016-001", "--reference", "T-1", "--le", "2016-12-05")
    assert said.code == 0, said.err
    [share] = said.data["imputations"]
    assert (share["compte"], share["montant"], share["reduit_le_mandat"]) == ("6574", "3500.00", True)
