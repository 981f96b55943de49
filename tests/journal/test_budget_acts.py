"""Credits moved between lines, modified by the assembly, opened before the vote: each with its piece."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.enveloppes import (
    advance_credits,
    cancel_advance,
    notify_credits,
    outstanding_advance,
    transfer_credits,
)
from ledger.journal.exercices import open_exercice
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey, Position
from tests.conftest import Typist

DAY, VOTE = date(2016, 1, 15), date(2016, 4, 4)
DRE, PDV = "CAPH-DRE", "CAPH-PDV"


@pytest.fixture
def year(session: Session) -> Session:
    open_exercice(session, 2016)
    return session


def held(session: Session, line: str, position: Position) -> Money:
    return balances(session, line=line).get(AccountKey(position, line, 2016), ZERO)


def test_a_transfer_lowers_one_line_and_raises_the_other(year: Session) -> None:
    notify_credits(year, DRE, 2016, Money(10_000), piece="Budget", on=DAY)
    transfer_credits(year, DRE, PDV, 2016, Money(4_000), piece="Délibération 7", on=VOTE)
    assert [held(year, line, Position.NOTIFIE) for line in (DRE, PDV)] == [Money(6_000), Money(4_000)]
    assert [held(year, line, Position.DISPONIBLE) for line in (DRE, PDV)] == [Money(6_000), Money(4_000)]
    assert not transfer_credits(year, DRE, PDV, 2016, Money(4_000), piece="Délibération 7", on=VOTE).new
    with pytest.raises(Overdraft):
        transfer_credits(year, DRE, PDV, 2016, Money(6_001), piece="Délibération 8", on=VOTE)
    assert audit_book(year) == []


@pytest.mark.parametrize(("target", "cents", "piece"), [(DRE, 1, "Dél."), (PDV, 0, "Dél."), (PDV, 1, " ")])
def test_a_transfer_names_two_lines_an_amount_and_a_piece(year: Session, target: str, cents: int, piece: str) -> None:
    with pytest.raises(InvalidValue):
        transfer_credits(year, DRE, target, 2016, Money(cents), piece=piece, on=DAY)


def test_the_vote_takes_back_what_was_opened_before_it(year: Session) -> None:
    advance_credits(year, DRE, 2016, Money(3_000), piece="Délibération d'avance", on=DAY)
    assert held(year, DRE, Position.DISPONIBLE) == outstanding_advance(year, DRE, 2016) == Money(3_000)
    notify_credits(year, DRE, 2016, Money(10_000), piece="Budget primitif", on=VOTE)
    assert cancel_advance(year, DRE, 2016, piece="Budget primitif", on=VOTE) == Money(3_000)
    assert held(year, DRE, Position.NOTIFIE) == held(year, DRE, Position.DISPONIBLE) == Money(10_000)
    assert cancel_advance(year, DRE, 2016, piece="Décision modificative", on=VOTE) == ZERO


def test_the_commands_name_what_was_advanced_and_refuse_two_financeurs(cofiville: Typist) -> None:
    cofiville("exercice", "ouvrir", 2016)
    act = ("--piece", "Délibération du 14/12/2015", "--le", "2016-01-15")
    assert cofiville("enveloppe", "avancer", DRE, 2016, 3000, *act).code == 0
    voted = cofiville("--json", "enveloppe", "notifier", DRE, 2016, 10000, "--piece", "BP 2016", "--le", "2016-04-04")
    assert voted.data["avance_reprise"] == "3000.00"
    again = cofiville("--json", "enveloppe", "notifier", DRE, 2016, 10000, "--piece", "BP 2016", "--le", "2016-04-04")
    assert (again.data["deja_enregistre"], again.data["avance_reprise"]) == (True, "0.00")
    moved = ("enveloppe", "virer", DRE, PDV, 2016, 4000, "--piece", "Délibération 7", "--le", "2016-05-02")
    assert cofiville(*moved).code == 0
    other = ("enveloppe", "virer", DRE, "ETAT-PDV-DRE", 2016, 100, "--piece", "Délibération 8", "--le", "2016-05-02")
    assert cofiville("--json", *other).refusal["erreur"] == "valeur_invalide"
    changed = ("enveloppe", "modifier", PDV, 2016, 500, "--decision-modificative", "--piece", "DM 1")
    assert cofiville(*changed, "--le", "2016-06-06").code == 0
    labels = [entry["libelle"] for entry in cofiville("--json", "journal", "lister", 2016).data]
    assert "Décision modificative, CAPH-PDV 2016" in labels
    figures = {row["ligne"]: row["notifie"] for row in cofiville("--json", "enveloppe", "lister", 2016).data}
    assert (figures[DRE], figures[PDV]) == ("6000.00", "4500.00")
