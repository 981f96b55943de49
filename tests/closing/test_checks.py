"""What the verification reports before a closing: everything, at once, each point with the command that settles it."""

from __future__ import annotations

import shlex
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session
from typer.main import get_command

import cli
from ledger.closing.close_exercice import ClosingRefused, close_year, plan_closing
from ledger.closing.points import Point
from ledger.closing.vocabulary import Weight
from ledger.conventions.model import Convention, ConventionLine, Slice
from ledger.core.errors import NotFound
from ledger.core.money import ZERO, Money, parse_money
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.reconciliation.record_reconciliation import ReconciledAmount, keep_reconciliation
from ledger.execution.recoveries.issue_titre import issue_titre
from ledger.execution.vocabulary import Agreement
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from tests.execution.lives import EPCI, STATE, carry, open_years, passed_on

AFTER = date(2017, 1, 31)


def points(session: Session, year: int = 2016, on: date = AFTER) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    for point in plan_closing(session, year, on=on).points:
        found.setdefault(point.code, []).append(point)
    return found


def pay_all(session: Session, convention: Convention, on: date) -> None:
    order, _ = order_payment(session, convention, None, on=on)
    record_payment(session, convention, order.gross, on=on, reference=f"B {order.reference}")


def draft(session: Session) -> None:
    line = ConventionLine(
        contract="CV195", convention="PROJET", action="2016-A", line=EPCI, amount_signed=Money(100), terms_signed={}
    )
    convention = Convention(
        contract="CV195",
        number="PROJET",
        year=2016,
        kind="convention",
        circuit="budget",
        payer="CAPH",
        beneficiary="EX-A",
        purpose="Projet",
    )
    convention.lines.append(line)
    session.add(convention)
    session.flush()


@pytest.fixture
def whole(session: Session) -> Session:
    """A year with a bit of everything left."""
    open_years(session, 2015, 2016, 2017)
    right = passed_on(session, "40 000")
    record_receipt(session, right, parse_money("35 000"), on=date(2016, 7, 1), reference="P503 1")
    [unpaid] = carry(session, "A", {STATE: "20 000", EPCI: "5 000"})
    [settled] = carry(session, "B", {EPCI: "10 000"})
    [overpaid] = carry(session, "C", {EPCI: "8 000"})
    [ordered] = carry(session, "D", {EPCI: "4 000"})
    for convention in (settled, overpaid):
        pay_all(session, convention, date(2016, 6, 1))
    for convention, cost in ((settled, "100 000"), (overpaid, "1 000")):
        action = convention.lines[0].action
        slices = {"qpv": parse_money(cost)}
        settle_bilan(
            session,
            convention,
            BilanForm(action, slices=slices, other_funding=ZERO, piece="Bilan", on=date(2016, 12, 1)),
        )
    issue_titre(session, overpaid, reference="T-1", on=date(2016, 12, 5))
    order_payment(session, ordered, None, on=date(2016, 12, 20))
    order_payment(session, settled, parse_money("5 000"), on=date(2017, 2, 10))
    notify_credits(session, "CAPH-PDV", 2016, Money(700), piece="Budget", on=date(2016, 4, 1))
    draft(session)
    unpaid.slices.append(Slice(contract="CV195", convention=unpaid.number, year=2017, line=EPCI, amount=Money(900)))
    gap = ReconciledAmount("EJ 1", "recu", (), Money(500), Money(300), Agreement.DIFFERENT)
    keep_reconciliation(session, "etat-dossiers", [gap], year=2016, file="etat.xls", sha256="0", on=AFTER)
    session.flush()
    return session


def test_every_point_is_reported_at_once_with_its_level(whole: Session) -> None:
    found = {code: sorted({str(point.weight) for point in of}) for code, of in points(whole).items()}
    assert found == {
        "exercice_precedent_ouvert": ["bloquant"],
        "convention_non_signee": ["bloquant"],
        "echeance_non_ordonnee": ["a_decider"],
        "mandat_hors_delai": ["a_decider"],
        "enveloppe_disponible": ["a_decider"],
        "ecart_rapprochement": ["a_decider"],
        "ordonne_non_paye": ["information"],
        "bilan_attendu": ["information"],
        "pieces_manquantes": ["a_decider"],
        "titre_non_encaisse": ["information"],
        "tranche_a_ouvrir": ["information"],
        "reste_a_realiser": ["information"],
        "recu_non_reverse": ["information"],
    }


def test_each_point_gives_its_amount_and_a_command_that_exists(whole: Session) -> None:
    found = points(whole)
    left = {point.subject: point.amount for point in found["enveloppe_disponible"]}
    assert left["CAPH-PDV"] == Money(700)
    assert found["recu_non_reverse"][0].amount == parse_money("35 000")
    assert found["ecart_rapprochement"][0].amount == Money(200)
    assert found["tranche_a_ouvrir"][0].amount == Money(900)
    assert found["titre_non_encaisse"][0].amount > ZERO
    for of in found.values():
        for point in of:
            assert point.subject
            assert point.message
            _, group, command, *_ = shlex.split(point.command.split(" (ou ")[0])
            program: Any = get_command(cli.app)
            with program.make_context("cofiville", ["base"]) as context:
                subject = program.get_command(context, group)
                assert subject is not None
                assert command in subject.list_commands(context)


def test_a_year_that_blocks_is_not_closed_and_says_what_to_settle_first(whole: Session) -> None:
    with pytest.raises(ClosingRefused) as refused:
        close_year(whole, 2016, on=AFTER)
    assert "autres points bloquants" in refused.value.problem
    assert "cofiville cloture verifier 2016" in refused.value.remedy


def test_a_balance_due_after_its_bilan_is_reported_until_it_is_ordered(session: Session) -> None:
    open_years(session, 2016, 2017)
    [settled] = carry(session, "B", {EPCI: "10 000"})
    pay_all(session, settled, date(2016, 6, 1))
    action, slices = settled.lines[0].action, {"qpv": parse_money("100 000")}
    settle_bilan(
        session, settled, BilanForm(action, slices=slices, other_funding=ZERO, piece="Bilan", on=date(2016, 12, 1))
    )
    [point] = points(session)["solde_non_verse"]
    assert (point.subject, point.weight) == (settled.number, Weight.TO_DECIDE)
    order_payment(session, settled, parse_money("5 000"), on=date(2017, 1, 15))
    found = points(session)
    assert "solde_non_verse" not in found
    assert "mandat_hors_delai" not in found


@pytest.mark.parametrize(
    ("on", "code", "there"),
    [
        (date(2016, 12, 31), "annee_non_finie", True),
        (date(2017, 1, 1), "annee_non_finie", False),
        (date(2017, 1, 30), "journee_complementaire", True),
        (date(2017, 1, 31), "journee_complementaire", False),
    ],
)
def test_the_calendar_follows_the_end_of_the_year_and_the_rule(
    session: Session, on: date, code: str, there: bool
) -> None:
    open_exercice(session, 2016)
    assert (code in points(session, on=on)) is there


def test_an_overdue_bilan_never_blocks(session: Session) -> None:
    open_years(session, 2016, 2017)
    [convention] = carry(session, "A", {EPCI: "5 000"})
    assert [point.weight for point in points(session, on=date(2017, 7, 15))["bilan_en_retard"]] == [Weight.INFORMATION]
    assert not plan_closing(session, 2016, on=date(2017, 7, 15)).blocked
    assert convention.state == "signee"


@pytest.mark.parametrize(("year", "there"), [(2017, False), (2018, True), (2019, True)])
def test_what_is_left_of_the_feder_iti_opens_to_others_once_its_day_is_past(
    session: Session, year: int, there: bool
) -> None:
    """F10: the reserve is lifted, nothing of it is cancelled."""
    open_exercice(session, year)
    notify_credits(session, "FEDER-ITI", year, Money(1_000), piece="Convention ITI", on=date(year, 3, 1))
    found = points(session, year, date(year + 1, 2, 1))
    assert ("reserve_levee" in found) is there
    assert "enveloppe_echue" not in found
    if there:
        assert "31/12/2018" in found["reserve_levee"][0].message


def test_a_year_never_opened_is_said_so(session: Session) -> None:
    with pytest.raises(NotFound):
        plan_closing(session, 2031, on=date(2032, 1, 31))
