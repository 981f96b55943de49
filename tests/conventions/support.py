"""Conventions drafted on a base of their own: an association, its action, its grants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import left_of_action
from ledger.conventions.model import Convention
from ledger.conventions.sign_convention import sign_convention
from ledger.core.money import parse_money
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import SliceForm
from ledger.programming.queries import find_action
from ledger.referential.porteurs import PorteurForm, record_porteur

LINE, OWN = "CAPH-PDV", "PORTEUR-FONDS-PROPRES"
GRANTED_ON, DRAFTED_ON, SIGNED_ON = date(2016, 3, 4), date(2016, 4, 1), date(2016, 4, 29)


def open_year(session: Session, year: int = 2016, enveloppe: str = "100 000", line: str = LINE) -> None:
    """An exercice with credits on the line."""
    open_exercice(session, year)
    notify_credits(session, line, year, parse_money(enveloppe), piece=f"Budget {year}", on=date(year, 1, 15))


def add_porteur(session: Session, code: str = "ATELIERS", kind: str = "association") -> str:
    """A body that carries actions."""
    return record_porteur(session, PorteurForm(code=code, name=f"{code} (exemple)", kind=kind)).code


def add_action(
    session: Session, number: str = "2016-001", porteur: str = "ATELIERS", cost: str = "20 000", line: str = LINE
) -> None:
    """An action of the year that begins its number, half asked of the line, for inhabitants of QPV."""
    whole = parse_money(cost)
    half = parse_money(f"{whole.cents // 2 // 100}")
    form = ActionForm(
        year=int(number[:4]),
        number=number,
        porteur=porteur,
        title="Atelier santé",
        cost_total=whole,
        slices=(SliceForm("qpv", cost=whole),),
        fundings=(FundingForm(line, half), FundingForm(OWN, whole - half)),
    )
    record_action(session, form)


def grant(session: Session, action: str, amount: str, line: str = LINE, on: date = GRANTED_ON) -> None:
    """A grant to the action, by a délibération."""
    grant_directly(session, action, line, parse_money(amount), on=on, piece=f"Délibération {action} {amount}")


def draft(
    session: Session, action: str = "2016-001", form: ConventionForm | None = None, on: date = DRAFTED_ON
) -> Convention:
    """The one convention of what is granted to the action."""
    grants = {action: left_of_action(session, find_action(session, action))}
    [convention] = draft_conventions(session, replace(form or ConventionForm(), grants=grants), on=on)
    return convention


def signed(session: Session, amount: str = "10 000", form: ConventionForm | None = None) -> Convention:
    """A convention of an association, signed: 10 000 € for an action of 20 000 €."""
    open_year(session)
    add_porteur(session)
    add_action(session)
    grant(session, "2016-001", amount)
    convention = draft(session, form=form)
    sign_convention(session, convention, piece="Délibération du 11/04/2016", on=SIGNED_ON)
    return convention
