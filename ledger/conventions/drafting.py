"""Drafting conventions from what was granted: who pays, what kind of act it takes, on which terms and schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import epci_financeur
from ledger.conventions.model import Convention, ConventionLine, Instalment
from ledger.conventions.schedule import instalment_amounts, instalment_condition
from ledger.conventions.terms import convention_kind, instalment_shares, line_terms, subject_of
from ledger.core.errors import LedgerError
from ledger.core.identifiers import check_code, next_number
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.context import context
from ledger.journal.keys import Position
from ledger.programming.lookups import find_action
from ledger.programming.model import Action
from ledger.referential.lookups import find_line
from ledger.rules.book import RuleBook, load_book


class NothingGranted(LedgerError):
    """Nothing is programmed for the action, or everything is in a convention already."""

    code = "rien_d_accorde"


@dataclass(frozen=True, slots=True)
class Details:
    """What the user may set on a draft; left empty, it follows from the grant and the rules."""

    number: str = ""
    purpose: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


def drafted_amounts(session: Session, year: int) -> dict[tuple[str, str], Money]:
    """By (action, line), what drafts not yet signed already hold of the programmed amounts."""
    contract = context(session).contract
    query = (
        select(ConventionLine.action, ConventionLine.line, func.sum(ConventionLine.amount))
        .join(
            Convention,
            (Convention.contract == ConventionLine.contract) & (Convention.number == ConventionLine.convention),
        )
        .where(Convention.contract == contract, Convention.year == year, Convention.state == "brouillon")
        .group_by(ConventionLine.action, ConventionLine.line)
    )
    return {(action, line): amount for action, line, amount in session.execute(query)}


def to_convention(session: Session, year: int) -> dict[str, dict[str, Money]]:
    """By action then line, what is programmed and in no convention yet."""
    drafted = drafted_amounts(session, year)
    found: dict[str, dict[str, Money]] = {}
    for key, amount in balances(session, year=year, positions=(Position.PROGRAMME,)).items():
        if left := amount - drafted.get((key.action, key.line), ZERO):
            found.setdefault(key.action, {})[key.line] = left
    return found


def payer_of(session: Session, line: str, year: int) -> tuple[str, str]:
    """Who pays grants of this line and year, and by which circuit.

    The EPCI pays its own credits, and those whose right it acquired under an upstream convention ("budget"); every
    other financeur pays the porteur itself ("direct").
    """
    epci = epci_financeur(session)
    financeur = find_line(session, line).financeur
    if financeur == epci or balances(session, line=line, year=year, positions=(Position.DROIT_ACQUIS,)):
        return epci, "budget"
    return financeur, "direct"


def draft_conventions(
    session: Session,
    action: Action,
    granted: Mapping[str, Money],
    *,
    on: date,
    details: Details | None = None,
    payer: str | None = None,
) -> list[Convention]:
    """One draft per payer for what is granted to the action, or for this payer alone.

    granted: by line, above zero. raises: NothingGranted.
    """
    by_payer: dict[tuple[str, str], dict[str, Money]] = {}
    for line, amount in granted.items():
        by_payer.setdefault(payer_of(session, line, action.year), {})[line] = amount
    chosen = {key: lines for key, lines in by_payer.items() if payer in (None, key[0])}
    if not chosen:
        whom = f" par {payer}" if payer else ""
        raise NothingGranted(
            f"Rien n'est programmé{whom} sur l'action {action.number} qui ne soit déjà dans une convention.",
            f"Consultez l'action : cofiville action montrer {action.number}.",
        )
    book = load_book(session, on)
    return [
        _draft(session, book, action, who, circuit, lines, details or Details())
        for (who, circuit), lines in sorted(chosen.items())
    ]


def prepare_year(session: Session, year: int, *, on: date) -> list[Convention]:
    """Drafts for everything that is granted in the year and in no convention yet."""
    drafts: list[Convention] = []
    for number, granted in to_convention(session, year).items():
        drafts.extend(draft_conventions(session, find_action(session, number), granted, on=on))
    return drafts


def _draft(
    session: Session,
    book: RuleBook,
    action: Action,
    payer: str,
    circuit: str,
    granted: Mapping[str, Money],
    details: Details,
) -> Convention:
    contract = context(session).contract
    number = check_code(details.number, "la convention") if details.number else _next_number(session, action.year)
    if session.get(Convention, (contract, number)) is not None:
        raise NothingGranted(f"La convention {number} existe déjà.", "Choisissez un autre numéro, ou aucun.")
    kind = convention_kind(session, book, action, payer, total(granted.values()))
    convention = Convention(
        contract=contract,
        number=number,
        year=action.year,
        kind=kind,
        circuit=circuit,
        payer=payer,
        beneficiary=action.porteur,
        purpose=details.purpose or action.title,
        starts_on=details.starts_on or date(action.year, 1, 1),
        ends_on=details.ends_on or date(action.year, 12, 31),
        example=action.example,
    )
    for line, amount in sorted(granted.items()):
        convention.lines.append(
            ConventionLine(
                contract=contract,
                convention=number,
                action=action.number,
                line=line,
                amount=amount,
                terms=line_terms(session, book, action, line),
            )
        )
        shares = [] if kind == "commande" else instalment_shares(book, subject_of(session, action, line))
        convention.instalments.extend(_instalments(contract, number, action.number, line, amount, shares))
    session.add(convention)
    session.flush()
    return convention


def _instalments(
    contract: str, number: str, action: str, line: str, amount: Money, shares: Sequence[Fraction]
) -> list[Instalment]:
    amounts = instalment_amounts(amount, shares)
    return [
        Instalment(
            contract=contract,
            convention=number,
            rank=rank,
            action=action,
            line=line,
            amount=part,
            condition=instalment_condition(rank, len(amounts)),
        )
        for rank, part in enumerate(amounts, start=1)
    ]


def _next_number(session: Session, year: int) -> str:
    taken = select(Convention.number).where(Convention.contract == context(session).contract, Convention.year == year)
    return next_number(f"C{year}-", session.scalars(taken))
