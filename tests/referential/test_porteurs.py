"""A porteur is its code; its SIRET, when known, is nobody else's; its name finds candidates to confirm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.referential.porteurs import (
    PorteurExists,
    PorteurForm,
    change_porteur,
    porteur_of_siret,
    porteurs_named,
    record_porteur,
)

SIRET = "26590205600018"
CCAS = PorteurForm(name="CCAS d'Escaudain", kind="ccas", siret=SIRET, commune="59205")


def test_a_code_is_made_from_the_name_and_numbered_when_taken(session: Session) -> None:
    assert record_porteur(session, CCAS).code == "CCAS-D-ESCAUDAIN"
    assert record_porteur(session, replace(CCAS, siret="")).code == "CCAS-D-ESCAUDAIN-2"
    with pytest.raises(PorteurExists):
        record_porteur(session, replace(CCAS, code="ccas-d-escaudain", siret=""))


def test_a_siret_belongs_to_one_porteur(session: Session) -> None:
    first = record_porteur(session, CCAS)
    with pytest.raises(PorteurExists) as refused:
        record_porteur(session, PorteurForm(name="Autre", kind="autre", siret="265 902 056 00018"))
    assert first.code in refused.value.problem
    assert porteur_of_siret(session, SIRET) is first


def test_a_body_may_change_its_siret_and_stays_itself(session: Session) -> None:
    code = record_porteur(session, CCAS).code
    changed = change_porteur(session, code, replace(CCAS, siret="35600000000048"))
    assert (changed.code, changed.siret) == (code, "35600000000048")
    assert porteur_of_siret(session, SIRET) is None


def test_several_porteurs_may_have_no_siret(session: Session) -> None:
    for name in ("Un", "Deux"):
        assert record_porteur(session, PorteurForm(name=name, kind="association")).siret is None


@pytest.mark.parametrize("spelling", ["CCAS D ESCAUDAIN", "ccas d’escaudain", "C.C.A.S. d'Escaudain"])
def test_a_name_finds_candidates_by_its_words(session: Session, spelling: str) -> None:
    record_porteur(session, CCAS)
    found = [porteur.code for porteur in porteurs_named(session, spelling)]
    assert found == ([] if "." in spelling else ["CCAS-D-ESCAUDAIN"])


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (replace(CCAS, name=" "), "nom du porteur manque"),
        (replace(CCAS, kind="syndicat"), "« syndicat » n'est pas un type de porteur"),
        (replace(CCAS, siret="8,03E+13"), "abîmé par un tableur"),
        (replace(CCAS, commune="99999"), "« 99999 » n'est pas le code INSEE"),
        (replace(CCAS, code="é!"), "ne convient pas"),
    ],
)
def test_what_is_not_a_porteur_is_refused(session: Session, form: PorteurForm, said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        record_porteur(session, form)
    assert said in refused.value.problem


def test_an_unknown_porteur_cannot_be_corrected(session: Session) -> None:
    with pytest.raises(NotFound):
        change_porteur(session, "PERSONNE", CCAS)
