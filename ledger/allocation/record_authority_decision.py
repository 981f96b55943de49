"""What the managing authority of a line programmed for an action: its decision, recorded as a dated constat (M33)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.allocation.model import AuthorityProgramming
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, total
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft
from ledger.journal.vocabulary import EntryKind
from ledger.programming.actions.model import Action
from ledger.programming.queries import find_action
from ledger.referential.queries import find_line
from ledger.storage.session import context, next_rank


def record_authority_programming(
    session: Session, action: str, line: str, amount: Money, *, piece: str, on: date
) -> tuple[AuthorityProgramming, Posted]:
    """The constat, and its entry, which moves nothing: what the contract grants is granted apart.

    amount: what the decision programmes, below zero for what it takes out again. The same piece records it once.
    raises: NotFound, InvalidValue without a piece or an amount, or below what was programmed, DayClosed.
    """
    found, code = find_action(session, action), find_line(session, line).code
    if not amount or not piece.strip():
        raise InvalidValue(
            "Le montant ou la pièce de l'autorité de gestion manque.",
            'Donnez les deux : --piece "Comité de programmation du 12/06/2018".',
        )
    draft = Draft(
        reference=f"PROGRAMMATION {found.number} {code} {piece.strip()}",
        kind=EntryKind.AUTHORITY_GRANT,
        label=f"Programmé par l'autorité de gestion : {found.number}, {code}",
        piece=piece.strip(),
        effect_on=on,
        moves=(),
        facts=(found.number, code, amount.plain()),
    )
    draft, earlier = find_or_place(session, draft)
    if earlier is not None:
        return _kept(session, earlier.sequence), earlier
    before = least_programmed(session, found.number, code, on)
    if (before + amount).cents < 0:
        raise InvalidValue(
            f"L'autorité de gestion n'a programmé que {before.french()} pour {found.number} sur {code}.",
            f"Réduisez la baisse de {(-(before + amount)).french()}.",
        )
    posted = post_acts(session, [draft])[0]
    row = AuthorityProgramming(
        contract=context(session).contract,
        action=found.number,
        line=code,
        rank=next_rank(session, AuthorityProgramming.rank, *_of(found.number, code)),
        amount=amount,
        decided_on=on,
        piece=piece.strip(),
        entry_number=posted.sequence,
    )
    session.add(row)
    session.flush()
    return row, posted


def _kept(session: Session, entry: int) -> AuthorityProgramming:
    query = select(AuthorityProgramming).where(AuthorityProgramming.entry_number == entry)
    return session.scalars(query).one()


def _of(action: str, line: str) -> tuple[ColumnElement[bool], ...]:
    return AuthorityProgramming.action == action, AuthorityProgramming.line == line


def programmed_by_authority(session: Session, action: str, line: str, on: date | None = None) -> Money:
    """All that the managing authority programmed for the action on the line, by this day where one is given."""
    query = select(AuthorityProgramming.amount).where(
        *_of(action, line),
        AuthorityProgramming.undone_on.is_(None),
    )
    if on is not None:
        query = query.where(AuthorityProgramming.decided_on <= on)
    return total(session.scalars(query))


def least_programmed(session: Session, action: str, line: str, on: date) -> Money:
    """The least that is programmed for the action on the line, that day or any later one: what may be taken out."""
    query = select(AuthorityProgramming.decided_on).where(
        AuthorityProgramming.action == action,
        AuthorityProgramming.line == line,
        AuthorityProgramming.undone_on.is_(None),
        AuthorityProgramming.decided_on > on,
    )
    days = {on, *session.scalars(query)}
    return min(programmed_by_authority(session, action, line, day) for day in days)


def authority_programmings(session: Session, year: int) -> Sequence[AuthorityProgramming]:
    """The constats that stand for the actions of this year, by day."""
    query = (
        select(AuthorityProgramming)
        .join(Action, Action.number == AuthorityProgramming.action)
        .where(
            AuthorityProgramming.undone_on.is_(None),
            Action.year == year,
        )
        .order_by(AuthorityProgramming.decided_on, AuthorityProgramming.entry_number)
    )
    return session.scalars(query).all()
