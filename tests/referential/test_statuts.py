"""Statuts juridiques: one closed list, public or private law, what follows from it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.accounts import payment_account
from ledger.conventions.sign_convention import sign_convention
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO
from ledger.exchange.partners.publishing import publish
from ledger.programming.actions.forms import ReadAction
from ledger.programming.controls.checks import statut_unknown
from ledger.programming.controls.facts import Surroundings
from ledger.referential.porteurs import PorteurForm, ReadPorteur, change_porteur, record_porteur
from ledger.referential.queries import find_porteur
from ledger.referential.statuts import fits, kind_before_the_law, law_of, read_statut, statut_of_kind, usual_kind
from ledger.referential.vocabulary import Law, PorteurKind, Statut
from ledger.rules.book import RuleBook
from tests.conventions.support import SIGNED_ON, add_action, draft, grant, open_year


def test_every_statut_has_its_words_its_law_and_a_type_that_it_fits() -> None:
    for statut in Statut:
        assert statut.label
        assert statut.law is not Law.UNKNOWN
        assert fits(usual_kind(statut), statut)


def test_a_type_tells_its_statut_but_a_bailleur_and_an_other_which_are_asked() -> None:
    silent = {kind for kind in PorteurKind if statut_of_kind(kind) is None}
    assert silent == {"bailleur", "autre"}
    assert law_of(None) is Law.UNKNOWN


@pytest.mark.parametrize(
    ("statut", "law"),
    [
        ("oph", "public"),
        ("esh", "prive"),
        ("sem", "prive"),
        ("spl", "prive"),
        ("gip", "public"),
        ("association", "prive"),
    ],
)
def test_a_landlord_s_statut_says_its_law(statut: str, law: str) -> None:
    assert read_statut(statut.upper()).law.value == law


def test_an_unknown_statut_or_one_of_another_type_is_refused_with_those_that_fit(session: Session) -> None:
    with pytest.raises(InvalidValue, match="« office » n'est pas un statut"):
        read_statut("office")
    with pytest.raises(InvalidValue, match="type « commune »") as refused:
        record_porteur(session, PorteurForm(name="Denain", kind="commune", statut="oph"))
    assert "--type bailleur" in refused.value.remedy


def test_what_is_known_stays_when_something_else_changes(session: Session) -> None:
    record_porteur(session, PorteurForm(name="Partenord", kind="bailleur", code="P", statut="oph"))
    assert change_porteur(session, "P", PorteurForm(name="Partenord Habitat", kind="bailleur")).statut == "oph"
    assert change_porteur(session, "P", PorteurForm(name="Partenord Habitat", kind="commune")).statut == "commune"


def test_a_statut_that_nobody_said_is_told_once_by_the_controls() -> None:
    sigh = ReadPorteur("SIGH", "bailleur", "SIGH")
    partenord = ReadPorteur("Partenord", "bailleur", "P", statut="oph")
    rules = RuleBook(date(2016, 3, 4), ())
    around = Surroundings(rules, rules, {}, {"SIGH": sigh, "P": partenord})
    asking = (("1", "SIGH"), ("2", "SIGH"), ("3", "P"))
    actions = [ReadAction(2016, porteur, "Atelier", ZERO, number=number) for number, porteur in asking]
    (found,) = statut_unknown(actions, around)
    assert (found.action, found.code) == ("1", "statut_a_confirmer")


@pytest.mark.parametrize(
    ("kind", "statut", "convention", "published", "account"),
    [
        ("bailleur", "oph", "notification", False, "65737"),
        ("bailleur", "esh", "convention", True, "6574"),
        ("bailleur", None, "convention", True, ""),
        ("autre", "gip", "notification", False, "65738"),
        ("autre", "sem", "convention", True, "6574"),
        ("autre", "departement", "notification", False, "65733"),
        ("association", None, "convention", True, "6574"),
        ("commune", None, "notification", False, "657341"),
    ],
)
def test_a_statut_decides_the_duty_of_a_convention_its_publication_and_its_account(
    session: Session, kind: str, statut: str | None, convention: str, published: bool, account: str
) -> None:
    """Loi 2000-321 art. 10 binds bodies of private law: an OPH above 23 000 € needs no convention."""
    record_porteur(session, PorteurForm(name="Organisme", kind=kind, code="ORG", statut=statut))
    open_year(session, 2018)
    add_action(session, "2018-001", "ORG", "60 000")
    grant(session, "2018-001", "23 000,01", on=date(2018, 3, 4))
    found = draft(session, "2018-001", on=date(2018, 4, 1))
    assert found.kind == convention
    assert payment_account(session, found, 2018).number == account
    sign_convention(session, found, piece="Délibération", on=SIGNED_ON.replace(year=2018))
    deadlines = publish(session, 2018, siret="20004219000013").deadlines
    assert [each.convention for each in deadlines] == ([found.number] if published else [])


def test_a_public_body_among_the_bailleurs_is_looked_at_as_a_public_establishment(session: Session) -> None:
    assert kind_before_the_law("bailleur", "oph") == "etablissement_public"
    assert kind_before_the_law("bailleur", None) == "bailleur"
    assert find_porteur(session, record_porteur(session, PorteurForm(name="X", kind="epci")).code).statut == "epci"
