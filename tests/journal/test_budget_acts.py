"""Credits moved between lines, modified by the assembly, opened before the vote: each with its piece."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.credits_open import ExerciceNotOpen
from ledger.journal.enveloppes import (
    advance_credits,
    cancel_advance,
    modify_credits,
    notify_credits,
    outstanding_advance,
    transfer_credits,
)
from ledger.journal.exercices import open_exercice
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted
from ledger.journal.reversal import reverse_entry
from ledger.referential.years_of_credits import check_years_of_credits
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


def test_no_credits_move_on_a_year_that_is_not_open_and_the_audit_sees_those_of_older_bases(
    year: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F21: notified, opened in advance, modified or moved; its way out is the one that works for its year."""
    acts: tuple[Callable[[int], Posted], ...] = (
        lambda of: notify_credits(year, PDV, of, Money(100), piece="Arrêté", on=DAY),
        lambda of: advance_credits(year, PDV, of, Money(100), piece="Avance", on=DAY),
        lambda of: modify_credits(year, PDV, of, Money(100), piece="Arrêté 2", on=DAY),
        lambda of: transfer_credits(year, PDV, DRE, of, Money(100), piece="Dél.", on=DAY),
    )
    for act in acts:
        with pytest.raises(ExerciceNotOpen) as refused:
            act(2017)
        assert refused.value.remedy == "Ouvrez-le : cofiville exercice ouvrir 2017, ou corrigez l'année."
    assert list(check_years_of_credits(year)) == []
    with monkeypatch.context() as older:
        older.setattr("ledger.journal.posting.check_credits_open", lambda *_: None)
        numbers = [act(of).sequence for of in (2017, 2071) for act in acts[:1]]
    found = [(each.code, each.subject, each.message.split(". ")[1]) for each in check_years_of_credits(year)]
    assert found == [
        (
            "exercice_non_ouvert",
            f"écriture {numbers[1]}",
            f"Annulez-la : cofiville journal annuler {numbers[1]} --motif MOTIF.",
        ),
        ("exercice_non_ouvert", f"écriture {numbers[0]}", "Ouvrez-le : cofiville exercice ouvrir 2017."),
    ]
    reverse_entry(year, numbers[1], motive="année mal saisie", on=DAY)
    open_exercice(year, 2017)
    assert list(check_years_of_credits(year)) == []
    notify_credits(year, PDV, 2017, Money(100), piece="Arrêté 3", on=DAY)


def test_nothing_is_notified_on_a_closed_year(in_2016: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    """F21: money notified once the year is closed could serve nothing; an older base's is seen, and may be undone."""
    in_2016("cloture", "executer", "2016", "--oui", "--le", "2017-01-31")
    late = ("--json", "enveloppe", "notifier", PDV, "2016", "5000", "--piece", "Tardif", "--le", "2017-02-01")
    assert in_2016(*late).refusal["erreur"] == "exercice_non_ouvert"
    with monkeypatch.context() as older:
        older.setattr("ledger.journal.posting.check_credits_open", lambda *_: None)
        number = in_2016(*late).data["ecriture"]
    [found] = in_2016("--json", "base", "controler").data["anomalies"]
    assert (found["code"], found["objet"]) == ("credits_apres_cloture", f"écriture {number}")
    in_2016("journal", "annuler", str(number), "--motif", "après la clôture", "--le", "2017-02-02", "--oui")
    assert in_2016("--json", "base", "controler").data["anomalies"] == []
