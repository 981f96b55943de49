"""Each kind of point, as the verification shows it, and gone once what it asks for is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.closing.close_exercice import close_year, plan_closing
from ledger.closing.decide_remainder import WantedRemainder, decide_remainders
from ledger.closing.vocabulary import Weight
from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import to_convention
from ledger.conventions.model import Convention
from ledger.conventions.open_slice import open_slice
from ledger.conventions.sign_convention import sign_convention
from ledger.conventions.stages import record_document
from ledger.core.money import ZERO, Money, parse_money
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.model import PaymentOrder
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.passing_on.return_unspent import return_to_financeur
from ledger.execution.payments.order_payment import order_payment, reject_order
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.reconciliation.record_reconciliation import ReconciledAmount, keep_reconciliation
from ledger.execution.recoveries.debt_losses import lose_debt
from ledger.execution.recoveries.issue_titre import collect_titre, issue_titre
from ledger.execution.vocabulary import Agreement, DebtLossKind
from ledger.journal.enveloppes import modify_credits, notify_credits
from ledger.journal.exercices import open_exercice
from ledger.programming.queries import find_action
from ledger.referential.queries import find_porteur
from ledger.rules.enter_rule import replace_rule
from tests.conventions.support import LINE, add_action, add_porteur, draft, grant
from tests.execution.lives import EPCI, STATE, carry, open_years, passed_on

AFTER = date(2017, 1, 31)
BLOCKING, TO_DECIDE, INFORMATION = Weight


class Told(NamedTuple):
    """A point expected: its code, level, subject, amount and command, on this day, for this year."""

    code: str
    weight: Weight
    subject: str
    amount: Money
    command: str
    on: date = AFTER
    year: int = 2016


Life = Iterator[Told]


def pay_next(session: Session, convention: Convention, on: date) -> PaymentOrder:
    order, _ = order_payment(session, convention, None, on=on)
    record_payment(session, convention, order.gross, on=on, reference=f"B {order.reference}")
    return order


def settled(session: Session, convention: Convention, cost: str, on: date = date(2016, 12, 1)) -> None:
    [line] = convention.lines
    slices = {"qpv": parse_money(cost)}
    settle_bilan(session, convention, BilanForm(line.action, slices=slices, other_funding=ZERO, piece="Bilan", on=on))


def one(session: Session, amount: str = "10 000", line: str = EPCI, year: int = 2016) -> Convention:
    """A convention of one action and one line."""
    [convention] = carry(session, "A", {line: amount}, year=year)
    return convention


def a_year_not_over(session: Session) -> Life:
    command = "cofiville cloture verifier 2016 --le 2017-01-31"
    yield Told("annee_non_finie", BLOCKING, "2016", ZERO, command, date(2016, 12, 31))


def an_earlier_year_still_open(session: Session) -> Life:
    open_exercice(session, 2015)
    yield Told("exercice_precedent_ouvert", BLOCKING, "2015", ZERO, "cofiville cloture executer 2015")
    close_year(session, 2015, on=AFTER)


def a_draft(session: Session) -> Life:
    grant_more(session, "1 000")
    form = ConventionForm(grants={"2016-A": to_convention(session, 2016)["2016-A"]})
    [drafted] = draft_conventions(session, form, on=date(2016, 9, 1))
    number = drafted.number
    command = f"cofiville convention signer {number} --piece PIECE (ou cofiville convention annuler {number})"
    yield Told("convention_non_signee", BLOCKING, number, parse_money("1 000"), command)
    sign_convention(session, drafted, piece="Délibération", on=date(2016, 9, 12))


def grant_more(session: Session, amount: str) -> None:
    """One more action, of which this is granted and nothing conventioned."""
    carry(session, "A", {EPCI: "500"})
    notify_credits(session, EPCI, 2016, parse_money(amount), piece="Complément", on=date(2016, 9, 1))
    funding = next(each for each in find_action(session, "2016-A").fundings if each.line == EPCI)
    funding.amount_requested += parse_money(amount)
    session.flush()
    grant_directly(session, "2016-A", EPCI, parse_money(amount), on=date(2016, 9, 1), piece="Décision")


def a_grant_without_convention(session: Session) -> Life:
    grant_more(session, "1 000")
    command = "cofiville cloture decider 2016 CAPH-DRE annuler --position programme --action 2016-A --motif MOTIF"
    yield Told("programme_non_conventionne", TO_DECIDE, "2016-A", parse_money("1 000"), command)
    form = ConventionForm(grants={"2016-A": to_convention(session, 2016)["2016-A"]})
    for drafted in draft_conventions(session, form, on=date(2016, 9, 1)):
        sign_convention(session, drafted, piece="Délibération", on=date(2016, 9, 12))


def an_instalment_due(session: Session) -> Life:
    convention = one(session)
    command = f"cofiville versement ordonner {convention.number}"
    yield Told("echeance_non_ordonnee", TO_DECIDE, convention.number, parse_money("8 000"), command)
    order_payment(session, convention, parse_money("8 000"), on=date(2016, 12, 31))


def a_balance_not_paid(session: Session) -> Life:
    convention = one(session)
    pay_next(session, convention, date(2016, 6, 1))
    settled(session, convention, "100 000")
    command = f"cofiville versement ordonner {convention.number}"
    yield Told("solde_non_verse", TO_DECIDE, convention.number, parse_money("5 000"), command)
    order_payment(session, convention, parse_money("5 000"), on=date(2017, 1, 15))


def an_order_not_paid(session: Session) -> Life:
    convention = one(session)
    order, _ = order_payment(session, convention, None, on=date(2016, 12, 20))
    command = f"cofiville versement payer {convention.number} 5000.00 --reference REFERENCE"
    yield Told("ordonne_non_paye", INFORMATION, convention.number, parse_money("5 000"), command)
    record_payment(session, convention, order.gross, on=date(2017, 1, 12), reference="B 1")


def a_document_missing(session: Session) -> Life:
    convention = one(session)
    pay_next(session, convention, date(2016, 6, 1))
    command = "cofiville porteur modifier EX-A --siret NUMERO"
    yield Told("pieces_manquantes", TO_DECIDE, convention.number, parse_money("5 000"), command)
    porteur = find_porteur(session, "EX-A")
    porteur.siret = "26590205600018"
    record_document(session, porteur, "rib", on=AFTER, reference="Reçu")


def an_order_against_a_rule(session: Session) -> Life:
    replace_rule(session, "PIECES", {"bloquant": True}, on=date(2016, 1, 1))
    convention = one(session)
    order, _ = order_payment(session, convention, None, on=date(2016, 12, 20), waiver="Reçu par téléphone")
    command = f"cofiville convention montrer {convention.number}"
    yield Told("ordonne_par_derogation", INFORMATION, order.reference, parse_money("5 000"), command)
    reject_order(session, order, motive="Pièce absente", on=date(2017, 1, 5))


def a_bilan_waited_for_then_late(session: Session) -> Life:
    convention = one(session)
    command = f"cofiville bilan saisir {convention.number} --action 2016-A --cout MONTANT --piece PIECE"
    amount, late = parse_money("10 000"), date(2017, 7, 15)
    yield Told("bilan_attendu", INFORMATION, convention.number, amount, command)
    yield Told("bilan_en_retard", INFORMATION, convention.number, amount, command, late)
    settled(session, convention, "100 000", late)


def an_overpayment(session: Session) -> Life:
    convention = overpaid(session)
    command = f"cofiville recouvrement emettre {convention.number} --reference REFERENCE"
    yield Told("recouvrement_ouvert", INFORMATION, convention.number, parse_money("4 900"), command)
    titre, _ = issue_titre(session, convention, reference="T-1", on=date(2016, 12, 5))
    collect_titre(session, titre, parse_money("4 900"), on=date(2017, 1, 20), reference="P503 1")


def overpaid(session: Session) -> Convention:
    """Paid 5 000 €, then settled at 10 % of 1 000 €."""
    convention = one(session)
    pay_next(session, convention, date(2016, 6, 1))
    settled(session, convention, "1 000")
    return convention


def a_titre_not_collected(session: Session) -> Life:
    titre, _ = issue_titre(session, overpaid(session), reference="T-1", on=date(2016, 12, 5))
    collect_titre(session, titre, parse_money("900"), on=date(2016, 12, 20), reference="P503 1")
    command = "cofiville recouvrement encaisser T-1 4000.00 --reference REFERENCE"
    yield Told("titre_non_encaisse", INFORMATION, "T-1", parse_money("4 000"), command)
    collect_titre(session, titre, parse_money("4 000"), on=date(2017, 1, 20), reference="P503 2")


def a_titre_written_off(session: Session) -> Life:
    titre, _ = issue_titre(session, overpaid(session), reference="T-1", on=date(2016, 12, 5))
    said = {"motive": "Poursuites sans effet", "piece": "Délibération 4"}
    lose_debt(session, titre, DebtLossKind.WRITE_OFF, None, on=date(2016, 12, 20), **said)
    command = "cofiville recouvrement encaisser T-1 4900.00 --reference REFERENCE"
    yield Told("creance_admise", INFORMATION, "T-1", parse_money("4 900"), command)
    collect_titre(session, titre, parse_money("4 900"), on=date(2017, 1, 20), reference="P503 1")


def a_later_slice(session: Session) -> Life:
    for year in (2016, 2017):
        notify_credits(session, LINE, year, parse_money("10 000"), piece=f"Budget {year}", on=date(year, 1, 15))
    add_porteur(session)
    add_action(session)
    grant(session, "2016-001", "10 000")
    convention = draft(session, form=ConventionForm(later={(2017, LINE): parse_money("900")}))
    sign_convention(session, convention, piece="Délibération", on=date(2016, 4, 29))
    command = f"cofiville convention tranche {convention.number} 2017 --piece PIECE"
    yield Told("tranche_a_ouvrir", INFORMATION, convention.number, parse_money("900"), command)
    add_action(session, "2017-001")
    open_slice(session, convention, 2017, piece="Délibération", on=date(2017, 1, 20))


def orders_still_possible(session: Session) -> Life:
    command = "cofiville versement ordonner --toutes 2016"
    yield Told("journee_complementaire", TO_DECIDE, "2016", ZERO, command, date(2017, 1, 30))


def an_order_too_late(session: Session) -> Life:
    convention = one(session)
    order, _ = order_payment(session, convention, None, on=date(2017, 2, 10))
    command = f'cofiville versement rejeter {order.reference} --motif "Hors délai"'
    yield Told("mandat_hors_delai", TO_DECIDE, order.reference, parse_money("5 000"), command)
    reject_order(session, order, motive="Hors délai", on=date(2017, 2, 15))


def a_decision_on_another_amount(session: Session) -> Life:
    notify_credits(session, "CAPH-PDV", 2016, Money(700), piece="Budget", on=date(2016, 4, 1))
    wanted = WantedRemainder("CAPH-PDV")
    decide_remainders(session, 2016, wanted, "annuler", reason="Non reporté", on=date(2016, 12, 12))
    modify_credits(session, "CAPH-PDV", 2016, Money(-100), piece="DM 1", on=date(2016, 12, 20))
    [outcome] = [each for each in plan_closing(session, 2016, on=AFTER).outcomes if each.key.line == "CAPH-PDV"]
    command = "cofiville cloture decider 2016 CAPH-PDV annuler --position disponible --motif MOTIF"
    yield Told("decision_perimee", BLOCKING, outcome.key.text(), Money(600), command)
    decide_remainders(session, 2016, wanted, "annuler", reason="Non reporté", on=date(2016, 12, 21))


def credits_left(session: Session) -> Life:
    notify_credits(session, "CAPH-PDV", 2016, Money(700), piece="Budget", on=date(2016, 4, 1))
    command = "cofiville cloture decider 2016 CAPH-PDV annuler --position disponible --motif MOTIF"
    yield Told("enveloppe_disponible", TO_DECIDE, "CAPH-PDV", Money(700), command)
    decide_remainders(
        session, 2016, WantedRemainder("CAPH-PDV"), "annuler", reason="Non reporté", on=date(2016, 12, 12)
    )
    yield Told("enveloppe_disponible", INFORMATION, "CAPH-PDV", Money(700), "cofiville cloture restes 2016")
    modify_credits(session, "CAPH-PDV", 2016, Money(-700), piece="DM 1", on=date(2016, 12, 20))
    decided = [each for each in plan_closing(session, 2016, on=AFTER).outcomes if each.key.line == "CAPH-PDV"]
    assert decided == []


def a_commitment_left(session: Session) -> Life:
    convention = one(session)
    pay_next(session, convention, date(2016, 6, 1))
    command = f"cofiville convention montrer {convention.number}"
    yield Told("reste_a_realiser", INFORMATION, convention.number, parse_money("5 000"), command)
    settled(session, convention, "100 000")
    order_payment(session, convention, parse_money("5 000"), on=date(2016, 12, 20))


def a_reserve_past_its_day(session: Session) -> Life:
    open_exercice(session, 2019)
    notify_credits(session, "FEDER-ITI", 2019, Money(1_000), piece="Convention ITI", on=date(2019, 3, 1))
    command = "cofiville allocation constater ACTION FEDER-ITI MONTANT --piece PIECE"
    on = date(2020, 2, 1)
    yield Told("reserve_levee", TO_DECIDE, "FEDER-ITI", Money(1_000), command, on, 2019)
    decide_remainders(
        session, 2019, WantedRemainder("FEDER-ITI"), "lever", reason="Réserve levée", on=date(2019, 12, 12)
    )


def money_received_and_not_passed_on(session: Session) -> Life:
    right = passed_on(session, "10 000")
    record_receipt(session, right, parse_money("5 000"), on=date(2016, 5, 2), reference="P503 1")
    convention = one(session, line=STATE)
    command = "cofiville reversement etat 2016"
    yield Told("recu_non_reverse", INFORMATION, "2016", parse_money("5 000"), command)
    pay_next(session, convention, date(2016, 6, 1))


def money_passed_on_and_not_received(session: Session) -> Life:
    right = passed_on(session, "10 000")
    pay_next(session, one(session, line=STATE), date(2016, 6, 1))
    command = "cofiville reversement etat 2016"
    yield Told("reverse_non_recu", INFORMATION, "2016", parse_money("5 000"), command)
    record_receipt(session, right, parse_money("5 000"), on=date(2016, 7, 1), reference="P503 1")


def money_owed_back(session: Session) -> Life:
    right = passed_on(session, "10 000")
    record_receipt(session, right, parse_money("10 000"), on=date(2016, 5, 2), reference="P503 1")
    convention = one(session, line=STATE)
    pay_next(session, convention, date(2016, 6, 1))
    settled(session, convention, "10 000")
    command = "cofiville reversement etat 2016"
    yield Told("a_rendre", INFORMATION, "2016", parse_money("3 500"), command)
    return_to_financeur(session, STATE, 2016, parse_money("3 500"), piece="Titre de perception", on=date(2016, 12, 15))


def a_file_that_differs(session: Session) -> Life:
    compared = ReconciledAmount("EJ 1", "recu", (), Money(500), Money(300), Agreement.DIFFERENT)
    seen = {"year": 2016, "file": "etat.xls", "sha256": "0", "on": AFTER}
    keep_reconciliation(session, "etat-dossiers", [compared], **seen)  # type: ignore[arg-type]
    command = "cofiville echange rapprocher --profil etat-dossiers FICHIER --retenir"
    yield Told("ecart_rapprochement", TO_DECIDE, "EJ 1", Money(200), command)
    agreed = ReconciledAmount("EJ 1", "recu", (), Money(500), Money(500), Agreement.MATCHED)
    keep_reconciliation(session, "etat-dossiers", [agreed], **seen)  # type: ignore[arg-type]


LIVES: tuple[Callable[[Session], Life], ...] = (
    a_year_not_over,
    an_earlier_year_still_open,
    a_draft,
    a_grant_without_convention,
    an_instalment_due,
    a_balance_not_paid,
    an_order_not_paid,
    a_document_missing,
    an_order_against_a_rule,
    a_bilan_waited_for_then_late,
    an_overpayment,
    a_titre_not_collected,
    a_titre_written_off,
    a_later_slice,
    orders_still_possible,
    an_order_too_late,
    a_decision_on_another_amount,
    credits_left,
    a_commitment_left,
    a_reserve_past_its_day,
    money_received_and_not_passed_on,
    money_passed_on_and_not_received,
    money_owed_back,
    a_file_that_differs,
)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__.replace("_", " "))
def test_a_point_shows_its_level_amount_and_command_and_goes_once_settled(
    session: Session, life: Callable[[Session], Life]
) -> None:
    open_years(session, 2016, 2017)
    last: Told | None = None
    for noted in life(session):
        last = noted
        found = [
            Told(point.code, point.weight, point.subject, point.amount, point.command, noted.on, noted.year)
            for point in plan_closing(session, noted.year, on=noted.on).points
            if point.code == noted.code
        ]
        assert noted in found
    assert last is not None
    later = max(last.on, AFTER)
    left = [(point.code, point.subject) for point in plan_closing(session, last.year, on=later).points]
    assert (last.code, last.subject) not in left


@pytest.mark.sqlite
def test_a_book_that_its_audit_does_not_pass_is_not_closed_until_it_is_as_it_was(session: Session) -> None:
    open_years(session, 2016, 2017)
    notify_credits(session, "CAPH-PDV", 2016, Money(700), piece="Budget", on=date(2016, 4, 1))
    for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'account'")):
        session.execute(text(f"DROP TRIGGER {name}"))
    for change, blocked in (("+", True), ("-", False)):
        session.execute(text(f"UPDATE account SET debit = debit {change} 1, credit = credit {change} 1"))
        session.expire_all()
        points = plan_closing(session, 2016, on=AFTER).points
        found = [(point.weight, point.amount, point.command) for point in points if point.code == "solde_altere"]
        assert found == [(BLOCKING, ZERO, "cofiville base controler")] * len(found)
        assert bool(found) is blocked
