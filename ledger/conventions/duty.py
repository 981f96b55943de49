"""When a convention is compulsory, counting all that one payer grants to one body in the year."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import epci_financeur
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money
from ledger.programming.lookups import find_action
from ledger.programming.model import Action
from ledger.referential.lookups import find_porteur
from ledger.referential.statuts import kind_before_the_law
from ledger.referential.vocabulary import PorteurKind
from ledger.rules.book import Gap, Rule, RuleBook
from ledger.rules.kinds import ConventionDuty
from ledger.rules.scope import Subject


class ConventionRequired(LedgerError):
    """Money would be paid without the convention that the rule requires."""

    code = "convention_requise"


def convention_kind(
    session: Session, book: RuleBook, action: Action, payer: str, amount: Money, held: Money | None = None
) -> str:
    """ "commande" for the EPCI's own expense, "convention" where the rule requires one, else "notification".

    amount: what is about to be granted, besides what conventions grant already; held: that, where it is known. The
    threshold counts all that this payer grants to the porteur in the year (décret 2001-495, art. 1). Where no rule
    answers, a convention is drafted: the prudent act.
    """
    porteur = find_porteur(session, action.porteur)
    if porteur.kind == PorteurKind.EPCI and payer == epci_financeur(session):
        return "commande"
    rule = _rule(session, book, action)
    if isinstance(rule, Gap):
        return "convention"
    if rule is None:
        return "notification"
    threshold = rule.figures.threshold
    if threshold is None:
        return "convention"
    if held is None:
        held = yearly_grant(session, payer, porteur.code, action.year)
    granted = amount + held
    return "convention" if granted > threshold else "notification"


def _rule(session: Session, book: RuleBook, action: Action) -> Rule[ConventionDuty] | Gap | None:
    porteur = find_porteur(session, action.porteur)
    kind = kind_before_the_law(porteur.kind, porteur.statut)
    subject = Subject(dispositif=action.dispositif, porteur_kind=kind, nature=action.nature)
    return book.find(ConventionDuty, subject)


def yearly_grant(session: Session, payer: str, beneficiary: str, year: int) -> Money:
    """All that conventions not cancelled of this payer grant to the beneficiary for the year, avenants included."""
    return yearly_grants(session, [beneficiary]).get((payer, beneficiary, year), ZERO)


def yearly_grants(
    session: Session, beneficiaries: Collection[str] | None = None, year: int | None = None
) -> dict[tuple[str, str, int], Money]:
    """By payer, beneficiary and year, as yearly_grant; of these beneficiaries or of all, of one year or of all."""
    values = {"of": None if beneficiaries is None else list(beneficiaries), "year": year}
    values = {name: value for name, value in values.items() if value is not None}
    found = session.execute(_yearly_grants(tuple(values)), values)
    return {(payer, str(beneficiary), year): signed + change for payer, beneficiary, year, signed, change in found}


@cache
def _yearly_grants(names: tuple[str, ...]) -> Select[str, str | None, int, Money, Money]:
    """The question of yearly_grants, made once for each of its shapes."""
    whose = Convention.payer, Convention.beneficiary, Convention.year
    query = (
        select(*whose, func.sum(ConventionLine.amount_signed), func.sum(ConventionLine.amount_change))
        .join(
            Convention,
            Convention.number == ConventionLine.convention,
        )
        .where(
            Convention.beneficiary.is_not(None),
            Convention.state != ConventionStatus.CANCELLED,
        )
        .group_by(*whose)
    )
    if "of" in names:
        query = query.where(Convention.beneficiary.in_(bindparam("of", expanding=True)))
    return query.where(Convention.year == bindparam("year")) if "year" in names else query


def _of(payer: str, beneficiary: str | None, year: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Convention.year == year,
        Convention.payer == payer,
        Convention.beneficiary == beneficiary,
    )


def raise_drafts(session: Session, book: RuleBook, convention: Convention) -> None:
    """Turn into conventions the notifications still in draft that this new grant takes above the threshold."""
    drafts = select(Convention).where(
        *_of(convention.payer, convention.beneficiary, convention.year),
        Convention.kind == ConventionKind.NOTIFICATION,
        Convention.state == ConventionStatus.DRAFT,
    )
    for draft in session.scalars(drafts):
        if _required(session, book, draft, convention.amount):
            draft.kind = ConventionKind.CONVENTION


def _required(
    session: Session, book: RuleBook, convention: Convention, more: Money = ZERO, held: Money | None = None
) -> bool:
    actions = [find_action(session, each) for each in sorted({line.action for line in convention.lines})]
    kinds = {convention_kind(session, book, action, convention.payer, more, held) for action in actions}
    return "convention" in kinds


def check_duty(session: Session, book: RuleBook, convention: Convention, granted: Money) -> None:
    """Nothing when the convention may be paid as it is: signed as the rule requires, or small enough without.

    granted: all that its payer grants its beneficiary for the year (see yearly_grant).
    raises: ConventionRequired for a mere notification, where a convention is compulsory.
    """
    if convention.kind != ConventionKind.NOTIFICATION or not _required(session, book, convention, held=granted):
        return
    raise ConventionRequired(
        f"{convention.beneficiary} reçoit {granted.french()} de {convention.payer} en {convention.year} :"
        f" une convention est obligatoire, et {convention.number} n'est qu'une notification.",
        f'Signez-la comme convention : cofiville convention formaliser {convention.number} --piece "Convention du …".',
    )
