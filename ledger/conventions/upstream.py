"""The chain of conventions: which right acquired by the EPCI a downstream convention passes on (§5.2.5)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.followed_model import Upstream
from ledger.conventions.granted import payer_of
from ledger.conventions.lookups import conventions, epci_financeur, is_passed_on
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.money import Money, total
from ledger.referential.lookups import find_line
from ledger.referential.model import CreditLine


def link_upstream(session: Session, convention: Convention) -> None:
    """Tie the convention to the right it passes on, where its line and year have only one."""
    lines = {line.line for line in convention.lines if is_passed_on(session, convention, line.line)}
    for line in sorted(lines):
        rights = rights_of(session, line, convention.year)
        if len(rights) == 1:
            session.merge(
                Upstream(contract=convention.contract, convention=convention.number, upstream=rights[0].number)
            )
    if lines:
        session.flush()


def rights_of(session: Session, line: str, year: int) -> list[Convention]:
    """The rights acquired on this line for this millésime."""
    query = (
        select(Convention)
        .join(
            ConventionLine,
            ConventionLine.convention == Convention.number,
        )
        .where(
            Convention.year == year,
            Convention.kind == ConventionKind.RIGHT,
            Convention.state != ConventionStatus.CANCELLED,
            ConventionLine.line == line,
        )
        .order_by(Convention.number)
    )
    return list(session.scalars(query))


def link_downstream(session: Session, right: Convention) -> None:
    """Tie to this right, the only one of its line and year, the conventions drafted or signed before it came."""
    line = right.lines[0].line
    if len(rights_of(session, line, right.year)) == 1:
        for each in conventions(session, right.year):
            if each.state != ConventionStatus.CANCELLED and line in {of.line for of in each.lines}:
                link_upstream(session, each)


def rights_awaited(session: Session, convention: Convention) -> list[str]:
    """The lines that this convention passes on and whose right the EPCI has not acquired yet: it would pay ahead."""
    lines = {line.line for line in convention.lines if is_passed_on(session, convention, line.line)}
    return sorted(line for line in lines if not rights_of(session, line, convention.year))


def awaits_right(session: Session, line: str, year: int) -> bool:
    """Whether a convention of this line and millésime would pass on money that the EPCI has no right to yet."""
    if session.get(CreditLine, line) is None:
        return False
    passed_on = find_line(session, line).financeur != epci_financeur(session)
    if not passed_on or payer_of(session, line, year)[1] != "budget":
        return False
    return not rights_of(session, line, year)


def upstream_of(session: Session, convention: Convention) -> list[str]:
    """The rights that this convention passes on."""
    query = select(Upstream.upstream).where(Upstream.convention == convention.number)
    return list(session.scalars(query.order_by(Upstream.upstream)))


def downstream_of(session: Session, right: Convention) -> list[tuple[Convention, Money]]:
    """The conventions that pass this right on, each with what it grants on the right's line."""
    query = (
        select(Convention)
        .join(Upstream, Upstream.convention == Convention.number)
        .where(Upstream.upstream == right.number)
        .order_by(Convention.number)
    )
    line = right.lines[0].line
    return [
        (each, total(mine.amount for mine in each.lines if mine.line == line))
        for each in session.scalars(query)
        if each.state != ConventionStatus.CANCELLED
    ]
