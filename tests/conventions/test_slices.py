"""Pluriannual conventions: firm for the year opened, foreseen for later ones, firm in turn if the enveloppe allows."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.draft_convention import SliceRefused
from ledger.conventions.forms import ConventionForm
from ledger.conventions.open_slice import open_slice
from ledger.conventions.stages import add_reference, references_of_convention, with_reference
from ledger.core.money import parse_money
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import Position
from tests.conventions.support import LINE, add_action, add_porteur, grant, signed

ON = date(2017, 2, 6)
LATER = ConventionForm(later={(2017, LINE): parse_money("9 000"), (2018, LINE): parse_money("8 000")})


def open_2017(session: Session, enveloppe: str = "50 000") -> None:
    open_exercice(session, 2017)
    notify_credits(session, LINE, 2017, parse_money(enveloppe), piece="Budget 2017", on=date(2017, 1, 15))
    add_action(session, "2017-001")


def test_later_years_are_foreseen_and_commit_nothing(session: Session) -> None:
    convention = signed(session, form=LATER)
    assert [(each.year, each.amount, each.opened_as) for each in convention.slices] == [
        (2017, parse_money("9 000"), None),
        (2018, parse_money("8 000"), None),
    ]
    assert convention.ends_on == date(2018, 12, 31)
    assert balances(session, year=2017) == {}


def test_opening_a_year_makes_its_slice_firm(session: Session) -> None:
    convention = signed(session, form=LATER)
    open_2017(session)
    opened = open_slice(session, convention, 2017, piece="Délibération", on=ON)
    assert (opened.number, opened.year, opened.amount) == ("C2016-001-2017", 2017, parse_money("9 000"))
    assert (opened.starts_on, opened.ends_on) == (date(2017, 1, 1), date(2017, 12, 31))
    engaged = balances(session, year=2017, positions=(Position.ENGAGE,))
    assert [(key.convention, amount) for key, amount in engaged.items()] == [(opened.number, parse_money("9 000"))]
    assert convention.slices[0].opened_as == opened.number
    assert open_slice(session, convention, 2017, piece="Délibération", on=ON) is opened


def test_what_was_already_granted_by_the_programmation_is_used_first(session: Session) -> None:
    convention = signed(session, form=LATER)
    open_2017(session)
    grant(session, "2017-001", "9 500", on=date(2017, 2, 1))
    open_slice(session, convention, 2017, piece="Délibération", on=ON)
    left = balances(session, year=2017, positions=(Position.PROGRAMME,))
    assert list(left.values()) == [parse_money("500")]


def test_a_slice_stays_foreseen_when_the_enveloppe_does_not_allow_it(session: Session) -> None:
    convention = signed(session, form=LATER)
    open_2017(session, "8 999,99")
    with pytest.raises(Overdraft):
        open_slice(session, convention, 2017, piece="Délibération", on=ON)


def test_the_action_that_goes_on_is_found_by_its_porteur_and_title_or_named(session: Session) -> None:
    convention = signed(session, form=LATER)
    open_2017(session)
    add_action(session, "2017-002")
    with pytest.raises(SliceRefused, match="2 actions 2017 de ATELIERS peuvent prendre la suite"):
        open_slice(session, convention, 2017, piece="Délibération", on=ON)
    opened = open_slice(session, convention, 2017, piece="Délibération", on=ON, action="2017-002")
    assert opened.lines[0].action == "2017-002"


def test_an_action_of_another_porteur_does_not_go_on(session: Session) -> None:
    convention = signed(session, form=LATER)
    open_2017(session)
    add_porteur(session, "VOISINS")
    add_action(session, "2017-009", "VOISINS")
    with pytest.raises(SliceRefused, match="n'est pas une action 2017 de ATELIERS"):
        open_slice(session, convention, 2017, piece="Délibération", on=ON, action="2017-009")


def test_a_year_that_is_not_foreseen_is_refused(session: Session) -> None:
    convention = signed(session, form=LATER)
    with pytest.raises(SliceRefused, match="ne prévoit rien pour 2019"):
        open_slice(session, convention, 2019, piece="Délibération", on=ON)


@pytest.mark.parametrize("year", [2015, 2016])
def test_a_slice_is_of_a_later_year(session: Session, year: int) -> None:
    with pytest.raises(SliceRefused, match="est hors de la convention"):
        signed(session, form=ConventionForm(later={(year, LINE): parse_money("1")}))


def test_one_reference_may_cover_several_conventions_and_change_every_year(session: Session) -> None:
    convention = signed(session, form=LATER)
    open_2017(session)
    opened = open_slice(session, convention, 2017, piece="Délibération", on=ON)
    add_reference(session, convention, "ej", " 21 0234 ", 2016)
    add_reference(session, convention, "ej", "21 0234", 2016)
    add_reference(session, convention, "dossier", "00123456", 2016)
    add_reference(session, opened, "ej", "21 0234", 2017)
    assert [(r.kind, r.reference, r.year) for r in references_of_convention(session, convention)] == [
        ("dossier", "00123456", 2016),
        ("ej", "21 0234", 2016),
    ]
    assert [r.convention for r in with_reference(session, "21 0234")] == [convention.number, opened.number]
