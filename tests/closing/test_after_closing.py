"""What a closed millésime still holds: paid, released or given up afterwards, it never becomes credits again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.closing.close_exercice import close_year, plan_closing
from ledger.closing.decide_remainder import WantedRemainder, decide_remainders
from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.end_convention import cancel_convention
from ledger.conventions.forms import AvenantForm, ConventionForm
from ledger.conventions.model import Convention
from ledger.conventions.sign_convention import sign_convention
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.payments.order_payment import order_payment, reject_order
from ledger.execution.payments.release_commitment import release_commitment
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.positions import Position
from ledger.rules.enter_rule import replace_rule
from tests.conventions.support import LINE, add_action, add_porteur, draft, grant
from tests.execution.lives import EPCI, carry, open_years

CLOSED_ON, LATER = date(2017, 1, 31), date(2017, 6, 15)
P = Position


def close(session: Session) -> None:
    close_year(session, 2016, on=CLOSED_ON)


def attach(session: Session, convention: Convention) -> None:
    """Admit rattachements, keep this convention's commitment on the year that ends, and close."""
    replace_rule(session, "RATTACHEMENT", {"admis": True}, on=date(2016, 12, 31))
    wanted = WantedRemainder(EPCI, str(P.ENGAGE), convention.number)
    decide_remainders(
        session, 2016, wanted, "rattacher", reason="Service fait", piece="Certificat", on=date(2016, 12, 31)
    )
    close(session)


def carry_over(session: Session, convention: Convention) -> None:
    close(session)


def order_then_close(session: Session, convention: Convention) -> None:
    """Order the first instalment (half), close, and have the comptable reject the order afterwards."""
    order, _ = order_payment(session, convention, None, on=date(2016, 12, 20))
    close(session)
    reject_order(session, order, motive="Pièce absente", on=date(2017, 3, 1))


def released(session: Session, convention: Convention) -> Money:
    return release_commitment(session, convention, motive="Action abandonnée", on=LATER)[1]


def shrunk(session: Session, convention: Convention) -> Money:
    change = AvenantForm(amounts={("2016-A", EPCI): parse_money("-1 500")})
    record_avenant(session, convention, change, piece="Avenant 1", on=LATER)
    return parse_money("1 500")


def cancelled(session: Session, convention: Convention) -> Money:
    return cancel_convention(session, convention, piece="Délibération", motive="Action abandonnée", on=LATER)[1]


def settled(session: Session, convention: Convention) -> Money:
    """The bilan grants 5 000 € × 40 000 / 100 000 = 2 000 €: 3 000 € are freed."""
    slices = {"qpv": parse_money("40 000")}
    settle_bilan(session, convention, BilanForm("2016-A", slices=slices, other_funding=ZERO, piece="Bilan", on=LATER))
    return parse_money("3 000")


def of(session: Session, year: int, *positions: Position) -> Money:
    return total(balances(session, line=EPCI, year=year, positions=positions).values())


@pytest.mark.parametrize("freed_by", [released, shrunk, cancelled, settled])
@pytest.mark.parametrize(
    ("kept_by", "on_the_closed_year"), [(attach, "5 000"), (order_then_close, "2 500"), (carry_over, "0")]
)
def test_what_is_freed_after_the_closing_is_cancelled_and_serves_nothing_else(
    session: Session,
    kept_by: Callable[[Session, Convention], None],
    on_the_closed_year: str,
    freed_by: Callable[[Session, Convention], Money],
) -> None:
    open_years(session, 2016, 2017)
    [convention] = carry(session, "A", {EPCI: "5 000"})
    prolonged = AvenantForm(ends_on=date(2017, 12, 31))
    record_avenant(session, convention, prolonged, piece="Prolongation", on=date(2016, 9, 12))
    kept_by(session, convention)
    assert of(session, 2016, P.ENGAGE) == parse_money(on_the_closed_year)
    assert of(session, 2016, P.ENGAGE) + of(session, 2017, P.ENGAGE) == parse_money("5 000")
    freed = freed_by(session, convention)
    for year in (2016, 2017):
        assert of(session, year, P.DISPONIBLE, P.PROGRAMME, P.BLOQUE) == ZERO
        opened = of(session, year, P.NOTIFIE, P.REPORT_ENTRANT)
        assert of(session, year, P.ENGAGE, P.ORDONNE, P.VERSE, P.ANNULE, P.REPORTE) == opened
    assert of(session, 2016, P.ANNULE) + of(session, 2017, P.ANNULE) == freed > ZERO
    assert of(session, 2016, P.ENGAGE) + of(session, 2017, P.ENGAGE) == parse_money("5 000") - freed
    assert audit_book(session) == []


def test_four_acts_carry_or_keep_what_is_left_each_in_its_own_way(session: Session) -> None:
    """Reste à réaliser, rattachement, report of what was not committed, slice of a pluriannual convention (§1)."""
    open_years(session, 2016, 2017)
    replace_rule(session, "RATTACHEMENT", {"admis": True}, on=date(2016, 12, 31))
    for line in (LINE, "CAPH-DROIT-COMMUN"):
        notify_credits(session, line, 2016, parse_money("10 000"), piece="Budget", on=date(2016, 1, 15))
    add_porteur(session)
    add_action(session)
    grant(session, "2016-001", "9 000")
    later = draft(session, form=ConventionForm(later={(2017, LINE): parse_money("1 000")}))
    sign_convention(session, later, piece="Délibération", on=date(2016, 4, 29))
    [attached] = carry(session, "A", {EPCI: "5 000"})
    decided = {
        WantedRemainder(EPCI, str(P.ENGAGE), attached.number): "rattacher",
        WantedRemainder("CAPH-DROIT-COMMUN", str(P.DISPONIBLE)): "reporter_disponible",
        WantedRemainder(LINE, str(P.DISPONIBLE)): "tranche",
    }
    for wanted, outcome in decided.items():
        decide_remainders(session, 2016, wanted, outcome, reason="Essai", piece="Délibération", on=date(2016, 12, 15))
    close(session)
    became = {
        (outcome.key.line, outcome.key.position): outcome.fate
        for outcome in plan_closing(session, 2016, on=LATER).outcomes
    }
    assert became == {
        (LINE, P.ENGAGE): "reporter",
        (EPCI, P.ENGAGE): "rattacher",
        ("CAPH-DROIT-COMMUN", P.DISPONIBLE): "reporter_disponible",
        (LINE, P.DISPONIBLE): "tranche",
    }
    kept = {key: amount for key, amount in balances(session, year=2016).items() if key.position is P.ENGAGE}
    assert [(key.line, amount) for key, amount in kept.items()] == [(EPCI, parse_money("5 000"))]
    opened = {(key.line, key.position): amount for key, amount in balances(session, year=2017).items()}
    assert opened == {
        (LINE, P.ENGAGE): parse_money("9 000"),
        (LINE, P.DISPONIBLE): parse_money("1 000"),
        (LINE, P.REPORT_ENTRANT): parse_money("10 000"),
        ("CAPH-DROIT-COMMUN", P.DISPONIBLE): parse_money("10 000"),
        ("CAPH-DROIT-COMMUN", P.REPORT_ENTRANT): parse_money("10 000"),
    }


def test_in_a_year_still_open_what_is_freed_serves_again_then_lapses_at_the_closing(session: Session) -> None:
    open_years(session, 2016, 2017)
    [convention] = carry(session, "A", {EPCI: "5 000"})
    freed = release_commitment(session, convention, motive="Action abandonnée", on=date(2017, 1, 20))[1]
    assert of(session, 2016, P.DISPONIBLE) == freed == parse_money("5 000")
    close(session)
    assert of(session, 2016, P.DISPONIBLE) == ZERO
    assert of(session, 2016, P.ANNULE) == freed
