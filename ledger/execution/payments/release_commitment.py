"""Releasing what is engaged and is not due, and what was released so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from ledger.conventions.model import Convention
from ledger.conventions.queries import check_state, is_passed_on, lock_conventions
from ledger.conventions.unused_commitment import release_target, right_lost
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import LedgerError
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.execution.payments.due import NothingDue
from ledger.execution.queries import bilans_of_conventions, convention_balances, of_position
from ledger.journal.exercices import closed_years
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted
from ledger.journal.reversal import record_act
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import DebtLimit
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock


class ReleaseRefused(LedgerError):
    """What would be released is due: a bilan settled it, and it can still be claimed."""

    code = "degagement_refuse"


def released_amounts(
    session: Session, action: str, before: Mapping[str, int | None] | None = None
) -> dict[tuple[str, str], Money]:
    """By convention and line, what acts of release that stand freed of what was engaged for the action.

    What a bilan frees is no release: it follows from the final amount. A
    closing releases nothing that is engaged: it carries it over, or attaches it to the year.
    before: by convention, the number of the entry (its bilan's) that only acts written before count; None for all.
    """
    found: dict[tuple[str, str], Money] = {}
    for convention, line, sequence, amount in session.execute(_released(), {"action": action}):
        limit = None if before is None else before.get(convention)
        if limit is None or sequence < limit:
            found[convention, line] = found.get((convention, line), ZERO) + amount
    return found


@cache
def _released() -> Select[str, str, int, Money]:
    """The question of released, made once."""
    undoing = aliased(Entry)
    undone = select(undoing.sequence).where(undoing.reverses == Entry.sequence)
    query = (
        select(Account.convention, Account.line, Entry.sequence, func.sum(Transfer.amount))
        .join(Transfer, Transfer.credit_account == Account.id)
        .join(Entry, Entry.sequence == Transfer.sequence)
        .where(
            Account.action == bindparam("action"),
            Account.position == str(Position.ENGAGE),
            Entry.kind == EntryKind.RELEASE,
        )
        .group_by(Account.convention, Account.line, Entry.sequence)
    )
    return query.where(~undone.exists())


def release_commitment(session: Session, convention: Convention, *, motive: str, on: date) -> tuple[Posted, Money]:
    """The entry that frees all that is engaged and not ordered on a convention, and the amount freed.

    raises: WrongState, NothingDue when nothing is engaged, ReleaseRefused for what a bilan says is due, DayClosed.
    """
    lock_conventions(session, [convention.number])
    check_state(convention, ConventionStatus.SIGNED)
    engaged = of_position(convention_balances(session, convention.number), Position.ENGAGE)
    if not engaged:
        raise NothingDue(
            f"La convention {convention.number} n'a plus rien d'engagé.",
            f"Consultez-la : cofiville convention montrer {convention.number}.",
        )
    _check_not_due(session, convention, engaged, on)
    moves: list[Move] = []
    closed = closed_years(session)
    for key, held in engaged.items():
        passed_on = is_passed_on(session, convention, key.line)
        moves.append(Move(release_target(convention, key, passed_on=passed_on, closed=closed), key, held))
        if passed_on:
            moves.append(right_lost(convention, key.line, held))
    draft = Draft(
        reference=f"DEGAGEMENT {convention.number}",
        kind=EntryKind.RELEASE,
        label=f"Dégagement du solde de la convention {convention.number}",
        piece=convention.piece,
        effect_on=on,
        moves=tuple(moves),
        motive=motive,
    )
    return record_act(session, draft), Money(sum(held.cents for held in engaged.values()))


def _check_not_due(session: Session, convention: Convention, engaged: Mapping[AccountKey, Money], on: date) -> None:
    """Nothing where no bilan settled what is engaged, or it settled it too long ago for it to be claimed.

    A bilan frees what is not justified: what stays engaged after it is a debt of the payer (loi 68-1250, art. 1).
    """
    settled = bilans_of_conventions(session, convention.number)
    due: dict[str, Money] = sums_by(
        (key.action, held)
        for key, held in engaged.items()
        if key.action in settled and (not _lapsed(session, settled[key.action].settled_on, on))
    )
    for action, amount in sorted(due.items()):
        bilan = settled[action]
        raise ReleaseRefused(
            f"Le bilan de l'action {action} ({convention.number}) est arrêté au {french_day(bilan.settled_on)} :"
            f" {amount.french()} restent dus au bénéficiaire.",
            _ways_out(convention, bilan.entry_number),
        )


def _ways_out(convention: Convention, bilan: int | None) -> str:
    if convention.circuit == Circuit.DIRECT:
        return (
            f"Si {convention.payer} ne les verse pas, constatez le montant qu'il a arrêté :"
            f" cofiville bilan constater {convention.number} MONTANT --piece PIECE."
        )
    undone = f"cofiville journal annuler {bilan} --motif MOTIF" if bilan is not None else "cofiville journal lister"
    return (
        f"Ordonnez-les : cofiville versement ordonner {convention.number}. Si le bénéficiaire y renonce, annulez le"
        f" bilan ({undone}), dégagez, puis arrêtez-le de nouveau."
    )


def _lapsed(session: Session, born_on: date, on: date) -> bool:
    """Whether what is due since this day can no longer be claimed."""
    rule = rulebook(session, Clock.ACT, day=born_on).find(DebtLimit, RuleSubject())
    return isinstance(rule, Rule) and rule.figures.last_day(born_on) < on
