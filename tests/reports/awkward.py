"""A contract where everything awkward happens at once: what the figures of every screen are tried on.

Each action of 2016 goes through one trial (cancelled, amended, overpaid, given up…), with amounts drawn at random; 2016
is then closed, and 2017 goes on: what was carried over is paid, taken back, amended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.closing.close_exercice import close_year
from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.end_convention import cancel_convention
from ledger.conventions.forms import AvenantForm, ConventionForm
from ledger.conventions.granted import to_convention
from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention
from ledger.conventions.sign_convention import cancel_draft, sign_convention
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.model import Titre
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.payments.order_payment import order_payment, reject_order
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.recoveries.issue_titre import collect_titre, issue_titre
from ledger.execution.recoveries.settle_titre import cancel_titre, set_off
from ledger.execution.undo_act import undo_act
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.move_status import move_status
from ledger.programming.actions.record_action import record_action
from ledger.programming.committees.record_decision import DecisionForm, decide_on_action
from ledger.programming.opinions.record_avis import AvisForm, record_avis
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import EpciCount, SliceForm
from ledger.programming.queries import find_action
from ledger.referential.porteurs import PorteurForm, record_porteur
from tests.execution.lives import passed_on

EPCI, CAF, STATE, EPCI_DRE, OWN = "CAPH-PDV", "CAF-DROIT-COMMUN", "ETAT-PDV-DRE", "CAPH-DRE", "PORTEUR-FONDS-PROPRES"
SIGNED_ON = date(2016, 4, 29)
PLACES = ("DENAIN-CENTRE", "SABATIER", "ARENBERG", "VEILLE-ROEULX")


class Awkward:
    """A life of the contract, drawn by `random`; `refused`: what the rules did not let happen."""

    def __init__(self, session: Session, random: Random) -> None:
        self.session, self.random = session, random
        self.refused: list[str] = []
        self._count = 0

    def cents(self, least: int, most: int) -> Money:
        """An amount between these euros, to the cent."""
        return Money(self.random.randint(least * 100, most * 100))

    def part(self, amount: Money) -> Money:
        """A part of the amount, between a tenth and nine tenths of it."""
        return Money(max(1, amount.cents * self.random.randint(10, 90) // 100))

    def attempt(self, act: Callable[..., object], *what: Any, **how: Any) -> None:
        """Do it, or note what refused it."""
        try:
            with self.session.begin_nested():
                act(*what, **how)
        except LedgerError as refusal:
            self.refused.append(refusal.problem)

    def live(self) -> None:
        """The two years."""
        for year in (2016, 2017):
            open_exercice(self.session, year)
            for line in (EPCI, CAF, STATE, EPCI_DRE):
                amount = self.cents(300_000, 900_000)
                notify_credits(self.session, line, year, amount, piece=f"N {line}", on=date(year, 1, 5))
        for kind in ("association", "commune", "ccas"):
            record_porteur(self.session, PorteurForm(code=kind.upper(), name=f"Porteur {kind}", kind=kind))
        right = passed_on(self.session, "200 000")
        record_receipt(self.session, right, self.cents(10_000, 200_000), on=date(2016, 5, 2), reference="P503")
        for trial in TRIALS:
            trial(self, self.ask(trial is _passed_on))
        self.attempt(close_year, self.session, 2016, on=date(2017, 1, 31))
        for act in AFTERWARDS:
            self.attempt(act, self)

    def ask(self, dre: bool = False, year: int = 2016) -> str:
        """A new action: what it costs, who is asked for it, whom it serves."""
        self._count += 1
        number = f"{year}-{self._count:03d}"
        cost = self.cents(2_000, 20_000)
        lines = (STATE, EPCI_DRE) if dre else (EPCI, CAF)
        asked = {line: Money(cost.cents * self.random.randint(20, 40) // 100) for line in lines}
        heads = [self.random.randint(1, 60) for _ in range(3)]
        record_action(
            self.session,
            ActionForm(
                year=year,
                number=number,
                porteur="CCAS" if dre else self.random.choice(("ASSOCIATION", "COMMUNE")),
                title=f"Action {number}",
                dispositif="dre" if dre else "action",
                cost_total=cost,
                objective=self.random.choice(("1.1.1", "5.1.2", "7.1.1")),
                slices=tuple(SliceForm(kind, headcount=n) for kind, n in zip(("qpv", "veille"), heads, strict=False)),
                counts=(EpciCount("CAPH", heads[0]), EpciCount("CAVM", heads[2])),
                territories=tuple(sorted(self.random.sample(PLACES, self.random.randint(0, 3)))),
                fundings=(
                    *(FundingForm(line, amount) for line, amount in asked.items()),
                    FundingForm(OWN, cost - total(asked.values())),
                ),
                no_droit_commun_reason="sans objet",
            ),
        )
        return number

    def grant(self, number: str) -> list[Convention]:
        """The drafts of what the action is granted: part of what it asks, or all."""
        action = find_action(self.session, number)
        for each in action.fundings:
            if each.line != OWN and each.amount_requested:
                amount = each.amount_requested if self.random.random() < 0.5 else self.part(each.amount_requested)
                on = date(action.year, 3, 4)
                grant_directly(self.session, number, each.line, amount, on=on, piece=f"D {number}")
        left = to_convention(self.session, action.year)[number]
        lasting = ConventionForm(grants={number: left}, ends_on=date(2017, 12, 31))
        return draft_conventions(self.session, lasting, on=date(action.year, 4, 1))

    def signed(self, number: str) -> list[Convention]:
        """The conventions of the action, signed."""
        drafts = self.grant(number)
        for each in drafts:
            sign_convention(self.session, each, piece=f"S {number}", on=SIGNED_ON)
        return drafts

    def paid(self, number: str) -> list[Convention]:
        """The conventions of the action, a first part paid."""
        found = self.signed(number)
        for each in found:
            if each.circuit == "direct":
                amount = self.part(each.amount)
            else:
                amount = order_payment(self.session, each, None, on=date(2016, 5, 10))[0].gross
            record_payment(self.session, each, amount, on=date(2016, 6, 1), reference=f"P {each.number}")
        return found

    def through_the_budget(self, number: str) -> Convention:
        """The convention of the action that the EPCI pays, a first part paid, as of the other."""
        return next(each for each in self.paid(number) if each.circuit == "budget")

    def settle(self, convention: Convention, number: str, least: int, most: int, on: date) -> None:
        """A bilan between these hundredths of the cost planned."""
        cost = Money(find_action(self.session, number).cost_total.cents * self.random.randint(least, most) // 100)
        sizes = {"qpv": cost}
        settle_bilan(
            self.session, convention, BilanForm(number, slices=sizes, other_funding=ZERO, piece=f"B {number}", on=on)
        )

    def overpaid(self, number: str, reference: str) -> Titre:
        """The titre of what a bilan found paid too much."""
        first = self.through_the_budget(number)
        self.settle(first, number, 1, 5, date(2016, 11, 2))
        return issue_titre(self.session, first, reference=reference, on=date(2016, 11, 10))[0]


Trial = Callable[[Awkward, str], None]


def _asked(_life: Awkward, _number: str) -> None:
    """Nothing more than asked."""


def _given_up(life: Awkward, number: str) -> None:
    action = find_action(life.session, number)
    move_status(life.session, action, "abandonne", on=date(2016, 2, 1), reason="Saisie par erreur")


def _refused(life: Awkward, number: str) -> None:
    action = find_action(life.session, number)
    move_status(life.session, action, "refuse", on=date(2016, 2, 1), reason="Hors contrat")


def _set_aside(life: Awkward, number: str) -> None:
    action = find_action(life.session, number)
    action.fundings[0].status = "refuse"


def _advised_proposed(life: Awkward, number: str) -> None:
    action = find_action(life.session, number)
    for each in action.fundings:
        if each.line == CAF:
            form = AvisForm(number, "CAF", "favorable", line=CAF, amount=life.part(each.amount_requested))
            life.attempt(record_avis, life.session, form, on=date(2016, 2, 3))
    amounts = {each.line: life.part(each.amount_requested) for each in action.fundings if each.line != OWN}
    decide_on_action(life.session, DecisionForm(number, "technique", amounts), on=date(2016, 2, 10))
    if life.random.random() < 0.5:
        decide_on_action(life.session, DecisionForm(number, "copil", outcome="accorde"), on=date(2016, 2, 20))


def _draft_put_aside(life: Awkward, number: str) -> None:
    for each in life.grant(number):
        cancel_draft(life.session, each, on=date(2016, 5, 20))


def _cancelled(life: Awkward, number: str) -> None:
    for each in life.signed(number):
        cancel_convention(life.session, each, piece="Décision", motive="Action abandonnée", on=date(2016, 5, 20))


def _amended(life: Awkward, number: str) -> None:
    for each in life.signed(number):
        line = each.lines[0]
        change = AvenantForm(amounts={(line.action, line.line): -life.part(line.amount)})
        life.attempt(record_avenant, life.session, each, change, piece="Avenant", on=date(2016, 6, 10))


def _rejected(life: Awkward, number: str) -> None:
    for each in life.signed(number):
        if each.circuit == "budget":
            order, _ = order_payment(life.session, each, None, on=date(2016, 5, 10))
            reject_order(life.session, order, motive="RIB", on=date(2016, 5, 20))
            again, _ = order_payment(life.session, each, None, on=date(2016, 6, 2))
            record_payment(life.session, each, again.gross, on=date(2016, 6, 9), reference=f"P {each.number}")


def _payment_undone(life: Awkward, number: str) -> None:
    for each in life.signed(number):
        if each.circuit == "direct":
            posted = record_payment(
                life.session, each, life.part(each.amount), on=date(2016, 6, 1), reference=f"P {each.number}"
            )
            undo_act(life.session, posted.sequence, motive="Erreur", on=date(2016, 6, 2))


def _one_bilan_of_two(life: Awkward, number: str) -> None:
    life.settle(life.paid(number)[-1], number, 40, 120, date(2016, 12, 5))


def _bilan_undone(life: Awkward, number: str) -> None:
    first = life.paid(number)[0]
    sizes = {"qpv": life.cents(100, 900)}
    posted = settle_bilan(
        life.session, first, BilanForm(number, slices=sizes, other_funding=ZERO, piece="B", on=date(2016, 12, 5))
    )
    undo_act(life.session, posted[1].sequence, motive="Erreur", on=date(2016, 12, 6))


def _collected_in_part(life: Awkward, number: str) -> None:
    titre = life.overpaid(number, f"T {number}")
    collect_titre(life.session, titre, life.part(titre.amount), on=date(2016, 12, 1), reference=f"E {number}")


def _collected(life: Awkward, number: str) -> None:
    titre = life.overpaid(number, f"T {number}")
    collect_titre(life.session, titre, titre.amount, on=date(2016, 12, 1), reference=f"E {number}")


def _waived(life: Awkward, number: str) -> None:
    titre = life.overpaid(number, f"T {number}")
    cancel_titre(life.session, titre, motive="Remise", piece="Délibération", on=date(2016, 12, 1), waived=True)


def _set_off(life: Awkward, number: str) -> None:
    first = life.through_the_budget(number)
    life.settle(first, number, 1, 5, date(2016, 11, 2))
    set_off(life.session, first, 2017, piece="Décision", on=date(2016, 12, 1))


def _passed_on(life: Awkward, number: str) -> None:
    for each in life.paid(number):
        life.settle(each, number, 10, 60, date(2016, 12, 5))


def _left_unpaid(life: Awkward, number: str) -> None:
    life.signed(number)


TRIALS: tuple[Trial, ...] = (
    _asked,
    _given_up,
    _refused,
    _set_aside,
    _advised_proposed,
    _draft_put_aside,
    _cancelled,
    _amended,
    _rejected,
    _payment_undone,
    _one_bilan_of_two,
    _bilan_undone,
    _collected_in_part,
    _collected,
    _waived,
    _set_off,
    _passed_on,
    _left_unpaid,
    _left_unpaid,
)


def _carried_over(life: Awkward) -> list[Convention]:
    query = select(Convention.number).where(Convention.state == "signee", Convention.year == 2016)
    query = query.where(Convention.kind != "recette")
    return [find_convention(life.session, number) for number in life.session.scalars(query.order_by(Convention.number))]


def _amended_once_carried(life: Awkward) -> None:
    last = _carried_over(life)[-1]
    line = last.lines[0]
    change = AvenantForm(amounts={(line.action, line.line): -life.part(line.amount)})
    record_avenant(life.session, last, change, piece="Avenant 2017", on=date(2017, 3, 1))


def _cancelled_once_carried(life: Awkward) -> None:
    one = _carried_over(life)[-2]
    cancel_convention(life.session, one, piece="Décision", motive="Abandon", on=date(2017, 3, 2))


def _paid_once_carried(life: Awkward) -> None:
    for each in _carried_over(life):
        if each.circuit == "budget":
            life.attempt(order_payment, life.session, each, None, on=date(2017, 4, 1))


def _overpaid_once_closed(life: Awkward) -> None:
    for each in _carried_over(life)[:3]:
        life.attempt(life.settle, each, each.lines[0].action, 1, 3, date(2017, 5, 2))


def _next_year(life: Awkward) -> None:
    life.ask(year=2017)
    life.grant(life.ask(year=2017))


AFTERWARDS: tuple[Callable[[Awkward], None], ...] = (
    _cancelled_once_carried,
    _amended_once_carried,
    _paid_once_carried,
    _overpaid_once_closed,
    _next_year,
)
