"""The account of a convention: the chart its exercice follows, the nature of its beneficiary, never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.accounts import account_of, convention_account, payment_account, receipt_account
from ledger.core.errors import InvalidValue
from ledger.core.source import Source
from ledger.rules.enter_rule import replace_rule
from ledger.rules.kinds import read_figures
from tests.conventions.support import signed


@pytest.mark.parametrize(
    ("operation", "party", "year", "account"),
    [
        ("verser", "ccas", 2016, "657362"),
        ("verser", "ccas", 2024, "657363"),
        ("verser", "caisse_des_ecoles", 2023, "657361"),
        ("verser", "association", 2016, "6574"),
        ("verser", "association", 2024, "65748"),
        ("recevoir", "ETAT", 2016, "74718"),
        ("recevoir", "CAF", 2024, "7476"),
        ("constater", "", 2016, "47134"),
        ("recouvrer", "", 2017, "773"),
        ("rendre", "", 2017, "673"),
    ],
)
def test_the_account_follows_the_nomenclature_of_the_exercice(
    session: Session, operation: str, party: str, year: int, account: str
) -> None:
    assert account_of(session, operation, party, year).number == account


def test_the_nomenclature_of_an_exercice_is_a_dated_rule_that_its_user_sets(session: Session) -> None:
    chart = {"nomenclature": "M57", "variante": "developpee"}
    replace_rule(session, "NOMENCLATURE", chart, on=date(2016, 1, 1), since=date(2022, 1, 1), source=Source("Vote"))
    assert account_of(session, "verser", "association", 2021).number == "6574"
    assert account_of(session, "verser", "association", 2022).number == "65748"


def test_a_nomenclature_has_only_its_own_variants() -> None:
    with pytest.raises(InvalidValue, match="M14 n'a pas de variante"):
        read_figures("nomenclature", {"nomenclature": "M14", "variante": "abregee"})


def test_a_year_without_chart_reads_the_nearest_earlier_one_and_says_so(session: Session) -> None:
    found = account_of(session, "verser", "ccas", 2019)
    assert (found.number, found.chart) == ("657362", "M14 SUP3500 2016")
    assert "le plus proche avant 2019" in found.words


def test_an_account_that_no_text_gives_is_left_empty_and_says_whom_to_ask(session: Session) -> None:
    found = account_of(session, "verser", "bailleur", 2016)
    assert found.number == ""
    assert "Demandez le compte au comptable" in found.words


def test_europe_is_told_by_its_line_and_the_others_by_their_financeur(session: Session) -> None:
    assert receipt_account(session, "FSE", 2024).number == "74771"
    assert receipt_account(session, "ETAT-PDV-DRE", 2016).number == "74718"


def test_a_convention_shows_the_account_of_its_beneficiary_in_its_exercice(session: Session) -> None:
    convention = signed(session)
    shown = convention_account(session, convention)
    assert shown == payment_account(session, convention, 2016)
    assert shown is not None
    assert shown.number == "6574"
    convention.circuit = "direct"
    assert convention_account(session, convention) is None
