"""Brouillons: edited freely, out of the book until they are validated together."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Typist
from tests.execution.lives import EPCI, carry, open_years

ORDER = ("versement", "ordonner", "C2016-001", "--le", "2016-05-13")
PAY = ("versement", "payer", "C2016-001", "6000", "--reference", "B12", "--le", "2016-05-20")


@pytest.fixture
def typed_on_it(session: Session, cofiville: Typist) -> Typist:
    open_years(session, 2016)
    carry(session, "A", {EPCI: "12 000"})
    session.commit()
    return cofiville


def entries(cofiville: Typist) -> int:
    return len(cofiville("--json", "journal", "lister").data)


def test_brouillons_follow_each_other_and_enter_the_book_together(typed_on_it: Typist) -> None:
    before = entries(typed_on_it)
    first = typed_on_it("--json", "brouillon", "saisir", *ORDER).data
    assert (first["brouillon"], first["consequences"]["montant"]) == (1, "6000.00")
    assert typed_on_it("--json", "brouillon", "saisir", *PAY).data["consequences"]["montant"] == "6000.00"
    assert entries(typed_on_it) == before
    assert [row["brouillon"] for row in typed_on_it("--json", "brouillon", "lister").data] == [1, 2]
    done = typed_on_it("--json", "brouillon", "valider", "--oui").data
    assert [row["acte"]["montant"] for row in done] == ["6000.00", "6000.00"]
    assert entries(typed_on_it) == before + 2
    assert typed_on_it("--json", "brouillon", "lister").data == []
    assert typed_on_it("base", "controler").code == 0


def test_a_brouillon_is_edited_until_it_is_validated(typed_on_it: Typist) -> None:
    typed_on_it("brouillon", "saisir", *ORDER)
    wrong = ("versement", "payer", "C2016-001", "600", "--reference", "B12", "--le", "2016-05-20")
    typed_on_it("brouillon", "saisir", *wrong)
    assert typed_on_it("brouillon", "modifier", 2, *PAY).code == 0
    typed_on_it("brouillon", "valider", 1, 2, "--oui")
    [payment] = typed_on_it("--json", "versement", "lister").data
    assert payment["montant"] == "6000.00"
    assert typed_on_it("--json", "brouillon", "modifier", 2, *wrong).refusal["erreur"] == "brouillon_decide"


def test_a_brouillon_given_up_never_enters_the_book(typed_on_it: Typist) -> None:
    typed_on_it("brouillon", "saisir", *ORDER)
    typed_on_it("brouillon", "abandonner", 1)
    before = entries(typed_on_it)
    assert typed_on_it("--json", "brouillon", "valider", "--oui").data == []
    assert entries(typed_on_it) == before
    assert [row["etat"] for row in typed_on_it("--json", "brouillon", "lister", "--tous").data] == ["abandonné"]


def test_an_act_that_would_be_refused_is_not_kept(typed_on_it: Typist) -> None:
    assert typed_on_it("--json", "brouillon", "saisir", *PAY).refusal["erreur"] == "paiement_refuse"
    assert typed_on_it("brouillon", "saisir", "versement", "lister").code == 2
    assert typed_on_it("--json", "brouillon", "lister", "--tous").data == []


def test_when_one_brouillon_is_refused_none_is_validated(typed_on_it: Typist) -> None:
    typed_on_it("brouillon", "saisir", *ORDER)
    typed_on_it("brouillon", "saisir", *PAY)
    typed_on_it("brouillon", "abandonner", 1)
    before = entries(typed_on_it)
    assert typed_on_it("--json", "brouillon", "valider", "--oui").refusal["erreur"] == "paiement_refuse"
    assert entries(typed_on_it) == before
    assert [row["brouillon"] for row in typed_on_it("--json", "brouillon", "lister").data] == [2]
