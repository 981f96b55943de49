"""An appel à projets has its days; nothing is deposited outside them, nor on lines it does not offer."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.programming.actions.record_action import record_action
from ledger.programming.calls.appels import AppelForm, close_on, open_appel, start_again, validate_appel
from ledger.programming.queries import AppelClosed, ProgrammeRefused
from tests.programming.support import changed, euros, plan, with_porteur

LAUNCHED, CLOSED, VALIDATED = date(2014, 11, 19), date(2015, 1, 15), date(2015, 3, 6)
FIRST = AppelForm(
    2015,
    "annuel",
    LAUNCHED,
    CLOSED,
    axes=("5", "3"),
    deadlines={"comité technique": date(2015, 2, 12), "comité de pilotage": VALIDATED},
)


@pytest.fixture
def book(session: Session) -> Session:
    with_porteur(session)
    return session


def test_an_appel_has_one_code_and_its_days_in_order(book: Session) -> None:
    appel = open_appel(book, FIRST)
    assert (appel.code, [each.axis for each in appel.axes]) == ("2015", ["3", "5"])
    assert [(each.label, each.on) for each in appel.deadlines] == list(FIRST.deadlines.items())
    for kind, launched, closes in (("annuel", LAUNCHED, CLOSED), ("mensuel", LAUNCHED, CLOSED)):
        with pytest.raises(LedgerError):
            open_appel(book, AppelForm(2015, kind, launched, closes))
    with pytest.raises(InvalidValue):
        open_appel(book, AppelForm(2015, "annuel", CLOSED, LAUNCHED, code="AUTRE"))
    with pytest.raises(InvalidValue):
        open_appel(book, AppelForm(2015, "annuel", LAUNCHED, code="AUTRE", axes=("12",)))


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2014, 11, 18), "n'est lancé que le 19/11/2014"),
        (date(2015, 1, 16), "est clos depuis le 15/01/2015 : un dépôt du 16/01/2015 est hors délai"),
    ],
)
def test_a_deposit_outside_the_days_of_its_appel_is_refused(book: Session, on: date, said: str) -> None:
    open_appel(book, FIRST)
    for day in (LAUNCHED, CLOSED):
        record_action(book, changed(year=2015, appel="2015"), on=day)
    with pytest.raises(AppelClosed) as refused:
        record_action(book, changed(year=2015, appel="2015"), on=on)
    assert said in refused.value.problem


def test_nothing_is_deposited_once_the_programmation_is_validated(book: Session) -> None:
    appel = open_appel(book, AppelForm(2015, "annuel", LAUNCHED))
    record_action(book, changed(year=2015, appel="2015"), on=date(2015, 6, 1))
    validate_appel(book, appel, VALIDATED)
    with pytest.raises(AppelClosed):
        record_action(book, changed(year=2015, appel="2015"), on=date(2015, 6, 1))
    validate_appel(book, appel, VALIDATED)
    with pytest.raises(ProgrammeRefused):
        validate_appel(book, appel, date(2015, 3, 7))


def test_a_prolonged_appel_takes_what_came_later(book: Session) -> None:
    appel = open_appel(book, FIRST)
    close_on(book, appel, date(2015, 1, 22))
    assert record_action(book, changed(year=2015, appel="2015"), on=date(2015, 1, 20)).appel == "2015"
    with pytest.raises(InvalidValue):
        close_on(book, appel, date(2014, 11, 1))


def test_an_action_belongs_to_an_appel_of_its_year(book: Session) -> None:
    open_appel(book, FIRST)
    with pytest.raises(InvalidValue) as refused:
        record_action(book, changed(year=2016, appel="2015"), on=CLOSED)
    assert "est de l'exercice 2015, l'action de 2016" in refused.value.problem


def test_a_complementary_appel_offers_only_lines_where_credits_remain(book: Session) -> None:
    complementary = AppelForm(2015, "complementaire", date(2015, 6, 1))
    with pytest.raises(ProgrammeRefused) as refused:
        open_appel(book, complementary)
    assert "Il ne reste de crédits 2015 sur aucune ligne" in refused.value.problem
    open_exercice(book, 2015)
    notify_credits(book, "ETAT-PDV-ACTIONS", 2015, euros("1000"), piece="N1", on=date(2015, 2, 1))
    with pytest.raises(ProgrammeRefused) as refused:
        open_appel(book, AppelForm(2015, "complementaire", date(2015, 6, 1), lines=("CAPH-PDV",)))
    assert "Il ne reste plus de crédits 2015 sur CAPH-PDV" in refused.value.problem
    appel = open_appel(book, complementary)
    assert (appel.code, [each.line for each in appel.lines]) == ("2015-C", ["ETAT-PDV-ACTIONS"])


def test_specific_credits_that_an_appel_does_not_offer_are_refused(book: Session) -> None:
    open_appel(book, AppelForm(2016, "annuel", date(2015, 11, 16), lines=("ETAT-PDV-ACTIONS",)))
    asked = changed(appel="2016", fundings=plan(CAPH_PDV="3000", CAF_DROIT_COMMUN="1000"))
    with pytest.raises(ProgrammeRefused) as refused:
        record_action(book, asked, on=date(2016, 1, 8))
    assert refused.value.problem == "L'appel 2016 n'offre pas CAPH-PDV."
    offered = changed(appel="2016", fundings=plan(ETAT_PDV_ACTIONS="3000", CAF_DROIT_COMMUN="1000"))
    assert record_action(book, offered, on=date(2016, 1, 8)).appel == "2016"


def test_an_appel_starts_again_from_last_years(book: Session) -> None:
    model = open_appel(book, FIRST)
    appel = start_again(book, model, 2016)
    assert (appel.code, appel.launched_on, appel.closes_on) == ("2016", date(2015, 11, 19), date(2016, 1, 15))
    assert [each.axis for each in appel.axes] == ["3", "5"]
    assert {each.label: each.on for each in appel.deadlines}["comité de pilotage"] == date(2016, 3, 6)
    assert start_again(book, model, 2017, launched_on=date(2016, 11, 2)).launched_on == date(2016, 11, 2)
    with pytest.raises(InvalidValue):
        start_again(book, model, 2015)
