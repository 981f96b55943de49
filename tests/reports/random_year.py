"""A year of random actions, granted, signed, paid and settled by the rooms' own operations."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import to_convention
from ledger.conventions.queries import conventions
from ledger.conventions.sign_convention import sign_convention
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import payable_orders, record_payment
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import SliceForm
from ledger.programming.queries import find_action
from ledger.referential.porteurs import PorteurForm, record_porteur

PORTEURS = ("association", "commune", "ccas")
LINES = ("CAPH-PDV", "CAF-DROIT-COMMUN", "DEPARTEMENT-DROIT-COMMUN", "PORTEUR-FONDS-PROPRES")
GIVING = LINES[:-1]
PLACES = ("DENAIN-CENTRE", "SABATIER", "ARENBERG", "VEILLE-ROEULX", "VEILLE-DENAIN")
OBJECTIVES = ("1.1.1", "5.1.2", "7.1.1")
SCALES = ("communale", "communautaire")
OPENED = Money(90_000_000_00)


class Drawn(NamedTuple):
    """One random action: its cost, how it is asked for, where it goes, and how far its life has gone.

    life: 0 asked, 1 granted, 2 signed, 3 a first payment ordered, 4 paid, 5 its bilan settled.
    """

    cents: int
    weights: tuple[int, int, int, int]
    heads: tuple[int, int, int]
    places: frozenset[str]
    porteur: str
    objective: str
    scale: str
    life: int


DRAWN = st.builds(
    Drawn,
    cents=st.integers(100, 50_000_00),
    weights=st.tuples(*[st.integers(1, 9)] * 4),
    heads=st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)).filter(lambda heads: sum(heads) > 0),
    places=st.frozensets(st.sampled_from(PLACES), max_size=4),
    porteur=st.sampled_from(PORTEURS),
    objective=st.sampled_from(OBJECTIVES),
    scale=st.sampled_from(SCALES),
    life=st.integers(0, 5),
)
YEARS = st.lists(DRAWN, min_size=1, max_size=5)


def play(session: Session, drawn: list[Drawn]) -> None:
    """Make the year 2016 of these actions."""
    ask(session, drawn)
    live(session, drawn)


def ask(session: Session, drawn: list[Drawn]) -> None:
    """Open 2016, its credits, and ask for these actions."""
    open_exercice(session, 2016)
    for kind in PORTEURS:
        record_porteur(session, PorteurForm(name=f"Porteur {kind}", kind=kind, code=kind.upper()))
    for line in GIVING:
        notify_credits(session, line, 2016, OPENED, piece="Notification", on=date(2016, 1, 20))
    for rank, each in enumerate(drawn, start=1):
        _ask(session, f"2016-{rank:03d}", each)


def live(session: Session, drawn: list[Drawn], *, after: int = 0) -> None:
    """Lead each of these actions as far as it has gone, those after the first ones."""
    for rank, each in enumerate(drawn, start=1):
        if each.life and rank > after:
            _live(session, f"2016-{rank:03d}", each)


def _ask(session: Session, number: str, each: Drawn) -> None:
    cost = Money(each.cents)
    asked = dict(zip(LINES, split(cost, each.weights), strict=True))
    record_action(
        session,
        ActionForm(
            year=2016,
            number=number,
            porteur=each.porteur.upper(),
            title=f"Action {number}",
            cost_total=cost,
            objective=each.objective,
            scale=each.scale,
            slices=tuple(
                SliceForm(kind, headcount=head)
                for kind, head in zip(("qpv", "veille", "hors"), each.heads, strict=True)
            ),
            territories=tuple(sorted(each.places)),
            fundings=tuple(FundingForm(line, amount) for line, amount in asked.items() if amount),
            no_droit_commun_reason="sans objet",
        ),
    )


def _live(session: Session, number: str, each: Drawn) -> None:
    action = find_action(session, number)
    asked = {funding.line: funding.amount_requested for funding in action.fundings if funding.line in GIVING}
    part = Money(total(asked.values()).cents * 2 // 3)
    for line, amount in zip(asked, split(part, [value.cents for value in asked.values()]), strict=True):
        if amount and line != "CAPH-PDV":
            grant_directly(session, number, line, amount, on=date(2016, 3, 4), piece="COPIL")
    if each.life < 2:
        return
    granted = to_convention(session, 2016).get(number, {})
    form = ConventionForm(grants={number: granted})
    for convention in draft_conventions(session, form, on=date(2016, 4, 1)) if granted else ():
        sign_convention(session, convention, piece="Délibération", on=date(2016, 4, 11))
        if each.life < 4:
            continue
        if convention.circuit == "direct":
            half = Money(convention.amount.cents // 2)
            if half:
                record_payment(session, convention, half, on=date(2016, 6, 1), reference=f"P {convention.number}")
        else:
            order_payment(session, convention, None, on=date(2016, 5, 1))
    for convention, amount in payable_orders(session, 2016):
        record_payment(session, convention, amount, on=date(2016, 6, 1), reference=f"P {convention.number}")
    if each.life > 4:
        _settle(session, number, Money(each.cents * each.weights[0] // 5 + 1))


def _settle(session: Session, number: str, real_cost: Money) -> None:
    for convention in conventions(session, 2016):
        if any(line.action == number for line in convention.lines):
            slices = {"qpv": real_cost}
            settle_bilan(
                session,
                convention,
                BilanForm(number, slices=slices, other_funding=ZERO, piece="Bilan", on=date(2016, 12, 1)),
            )
