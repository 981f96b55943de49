"""Undoing what moved to another convention: the new one is cancelled, what was lowered has its amounts again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.conventions.avenants.facts import facts_to_keep, read_facts
from ledger.conventions.model import Avenant, AvenantLine, Convention, Upstream
from ledger.journal.model import Entry
from ledger.journal.reversal import NotReversible
from ledger.journal.vocabulary import EntryKind
from ledger.programming.queries import find_action
from ledger.storage.session import context


def moved_from(session: Session, new: Convention) -> Convention | None:
    """The convention that what this one commits came from; None where it was signed on its own."""
    return next(iter(_lowered(session, new)), None)


def _lowered(session: Session, new: Convention) -> Sequence[Convention]:
    query = (
        select(Convention)
        .join(Avenant, Avenant.convention == Convention.number)
        .where(Avenant.entry_number == new.entry_number)
    )
    return session.scalars(query).all() if new.entry_number is not None else []


def moves_undone_with(session: Session, sequence: int) -> list[int]:
    """The other entries by which an action changed porteur together with this one; none for any other act."""
    entry = session.get(Entry, (context(session).contract, sequence))
    if entry is None or entry.kind != EntryKind.COMMITMENT_MOVED:
        return []
    undoing = aliased(Entry)
    undone = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    together = select(Entry.sequence).where(
        Entry.kind == EntryKind.COMMITMENT_MOVED,
        Entry.piece == entry.piece,
        Entry.effect_on == entry.effect_on,
        Entry.sequence != sequence,
        ~undone,
    )
    mine = _new_convention(session, sequence)
    if not _changes_porteur(session, mine):
        return []
    others = [_new_convention(session, each) for each in session.scalars(together.order_by(Entry.sequence))]
    actions = {line.action for line in mine.lines}
    return [
        each.entry_number
        for each in others
        if each.entry_number is not None
        and each.beneficiary == mine.beneficiary
        and _changes_porteur(session, each)
        and {line.action for line in each.lines} == actions
    ]


def _new_convention(session: Session, sequence: int) -> Convention:
    return session.scalars(select(Convention).where(Convention.entry_number == sequence)).one()


def _changes_porteur(session: Session, new: Convention) -> bool:
    source = moved_from(session, new)
    return source is not None and source.beneficiary != new.beneficiary


def check_move_undoable(session: Session, new: Convention) -> None:
    """Nothing while neither convention was amended since. raises: NotReversible."""
    source = moved_from(session, new)
    amended = [new] if new.avenants else []
    if source is not None and source.avenants[-1].entry_number != new.entry_number:
        amended.append(source)
    for each in amended:
        last = each.avenants[-1]
        raise NotReversible(
            f"La convention {each.number} a été modifiée depuis, par l'avenant {last.rank} :"
            f" ce qui est passé à {new.number} n'en revient plus ainsi.",
            f"Faites-en un nouvel avenant : cofiville convention avenant {each.number} --montant LIGNE=±MONTANT"
            " --piece PIECE.",
            after=last.entry_number,
        )


def undo_move(session: Session, new: Convention, number: int, *, motive: str, on: date) -> None:
    """The convention is cancelled by this entry; what it came from says by an avenant of its own what it has again."""
    source = moved_from(session, new)
    assert source is not None
    new.reversal_number, new.state, new.signed_on = number, "annulee", None
    for each in session.scalars(select(Upstream).where(Upstream.convention == new.number)):
        session.delete(each)
    _give_back(source, source.avenants[-1], number, motive, on)
    if source.beneficiary != new.beneficiary and source.beneficiary is not None:
        for action in sorted({line.action for line in new.lines}):
            find_action(session, action).porteur = source.beneficiary
    session.flush()


def _give_back(source: Convention, lowered: Avenant, number: int, motive: str, on: date) -> None:
    before = facts_to_keep(source, plan_given=True)
    lines = {(each.action, each.line): each for each in source.lines}
    for each in lowered.lines:
        lines[each.action, each.line].amount_change += each.amount_before - each.amount_after
    instalments = read_facts(lowered.facts_before).instalments
    stood = {(each.rank, each.action, each.line): each.amount for each in instalments}
    for instalment in source.instalments:
        instalment.amount = stood[instalment.rank, instalment.action, instalment.line]
    source.schedule = lowered.facts_before["echeancier"]
    rank = lowered.rank + 1
    avenant = Avenant(
        contract=source.contract,
        convention=source.number,
        rank=rank,
        signed_on=on,
        purpose="",
        piece=f"Annulation de l'écriture {lowered.entry_number} : {motive}",
        facts_before=before,
        facts_after=facts_to_keep(source, plan_given=True),
        entry_number=number,
    )
    avenant.lines.extend(
        AvenantLine(
            contract=source.contract,
            convention=source.number,
            rank=rank,
            action=each.action,
            line=each.line,
            amount_before=each.amount_after,
            amount_after=each.amount_before,
        )
        for each in lowered.lines
    )
    source.avenants.append(avenant)
