"""What the EPCI's own money waits for: a délibération that is enforceable, where a rule asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.deliberations.model import Deliberation
from ledger.conventions.model import Convention
from ledger.conventions.queries import epci_financeur
from ledger.conventions.schedule import LineKey
from ledger.core.errors import LedgerError
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.journal.balances import balances
from ledger.journal.positions import ORDERED_POSITIONS, Position
from ledger.referential.queries import find_line
from ledger.rules.book import Rule, rulebook
from ledger.rules.convention_kinds import DeliberationDuty
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock

GRANTED_POSITIONS = (Position.PROGRAMME, Position.ENGAGE, *ORDERED_POSITIONS)
_SIGNED_POSITIONS = (Position.ENGAGE, *ORDERED_POSITIONS)


class NotDeliberated(LedgerError):
    """The EPCI's own money promised before the délibération that grants it is enforceable."""

    code = "deliberation_non_executoire"


def check_deliberated(session: Session, convention: Convention, asked: Mapping[LineKey, Money], on: date) -> None:
    """Nothing where enforceable délibérations grant these amounts, with what is signed already of the same grants.

    asked: by action and line; only the EPCI's own money counts, and only where a rule asks for a délibération that day.
    raises: NotDeliberated.
    """
    own = {key: amount for key, amount in asked.items() if amount.cents > 0 and _is_own(session, convention, key[1])}
    if not own or not _required(session, on):
        return
    granted = enforceable_amounts(session, on)
    for (action, line), amount in own.items():
        held = balances(session, line=line, action=action, positions=_SIGNED_POSITIONS)
        wanted = total(held.values()) + amount
        if wanted > (known := granted.get((action, line), ZERO)):
            raise NotDeliberated(
                f"{convention.number} accorde {wanted.french()} de {line} à {action} ; les délibérations exécutoires le"
                f" {french_day(on)} en accordent {known.french()}.",
                _way_out(session, convention.year, action, line, wanted),
            )


def _is_own(session: Session, convention: Convention, line: str) -> bool:
    return convention.circuit == Circuit.BUDGET and find_line(session, line).financeur == epci_financeur(session)


def _required(session: Session, on: date) -> bool:
    rule = rulebook(session, Clock.ACT, day=on).find(DeliberationDuty, RuleSubject())
    return isinstance(rule, Rule) and rule.figures.required


def enforceable_amounts(session: Session, on: date) -> dict[LineKey, Money]:
    """By action and line, what délibérations that are enforceable that day grant."""
    return sums_by(
        ((line.action, line.line), line.amount)
        for each in standing_deliberations(session)
        if each.enforceable_on is not None and each.enforceable_on <= on
        for line in each.lines
    )


def standing_deliberations(session: Session, year: int | None = None) -> list[Deliberation]:
    """The délibérations that are not withdrawn, of one exercice or of all, by code."""
    query = select(Deliberation).where(Deliberation.withdrawn_on.is_(None))
    if year is not None:
        query = query.where(Deliberation.year == year)
    return list(session.scalars(query.order_by(Deliberation.code)))


def _way_out(session: Session, year: int, action: str, line: str, wanted: Money) -> str:
    """The act that the grant waits for next."""
    for each in standing_deliberations(session, year):
        if any((one.action, one.line) == (action, line) for one in each.lines) and each.enforceable_on is None:
            if each.adopted_on is None:
                return f"Adoptez-la : cofiville deliberation adopter {each.code} --numero NUMERO --le JOUR."
            if each.sent_on is None:
                return f"Transmettez-la : cofiville deliberation transmettre {each.code} --le JOUR."
            return f"Publiez-la : cofiville deliberation publier {each.code} --le JOUR."
    held = total(balances(session, year=year, line=line, action=action, positions=GRANTED_POSITIONS).values())
    if held < wanted:
        return (
            f"Accordez d'abord la hausse : cofiville allocation accorder {action} {line} {(wanted - held).plain()}"
            f" --piece PIECE ; puis délibérez-en : cofiville deliberation preparer {year}."
        )
    return f"Préparez-la : cofiville deliberation preparer {year} ; ou signez à partir du jour où elle est exécutoire."
