"""Undoing an act: a new entry that moves the same amounts the other way and names what it reverses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, NotFound
from ledger.journal.context import context
from ledger.journal.keys import AccountKey, Position
from ledger.journal.locking import CLOSING, OPENING
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.posting import Draft, Move, OtherContent, Posted, post, recorded

_FINAL = frozenset({CLOSING, OPENING})


class NotReversible(LedgerError):
    """The entry was reversed already, or is itself a reversal."""

    code = "non_annulable"


def reverse(session: Session, sequence: int, *, motive: str, on: date) -> Posted:
    """The entry that undoes this one, dated `on`.

    raises: NotFound, NotReversible, InvalidValue without a motive, Overdraft when its money has moved on since.
    """
    if not motive.strip():
        raise InvalidValue("Le motif de l'annulation manque.", 'Donnez-le : --motif "Erreur de saisie".')
    contract = context(session).contract
    entry = session.get(Entry, (contract, sequence))
    if entry is None:
        raise NotFound(f"L'écriture {sequence} n'existe pas.", "Consultez les écritures : cofiville journal lister.")
    if entry.reverses is not None:
        raise NotReversible(
            f"L'écriture {sequence} annule déjà l'écriture {entry.reverses}.", "Enregistrez de nouveau l'acte lui-même."
        )
    if entry.kind in _FINAL:
        raise NotReversible(
            f"L'écriture {sequence} appartient à la clôture d'un exercice : elle ne s'annule pas.",
            "Enregistrez la correction sur l'exercice en cours.",
        )
    reversed_by = session.scalar(select(Entry.sequence).where(Entry.contract == contract, Entry.reverses == sequence))
    if reversed_by is not None:
        raise NotReversible(
            f"L'écriture {sequence} est déjà annulée par l'écriture {reversed_by}.", "Il n'y a rien d'autre à faire."
        )
    draft = Draft(
        reference=f"ANNULATION {entry.reference}",
        kind="annulation",
        label=f"Annulation de l'écriture {sequence} : {entry.label}",
        piece=entry.piece,
        effect_on=on,
        moves=tuple(
            Move(debit=move.credit, credit=move.debit, amount=move.amount)
            for move in reversed(entry_moves(session, sequence))
        ),
        motive=motive.strip(),
        reverses=sequence,
    )
    return post(session, [draft])[0]


def standing_reference(session: Session, reference: str) -> str:
    """The reference under which this act stands, or can be written: followed by (2), (3)… once it was undone.

    So an act undone may be recorded again under the reference that people know it by.
    """
    contract = context(session).contract
    undone = Entry.__table__.alias("undone")
    candidate, turn = reference, 1
    while session.scalar(
        select(Entry.sequence)
        .join(undone, (undone.c.contract == Entry.contract) & (undone.c.reverses == Entry.sequence))
        .where(Entry.contract == contract, Entry.reference == candidate)
    ):
        turn += 1
        candidate = f"{reference} ({turn})"
    return candidate


def placed(session: Session, draft: Draft) -> tuple[Draft, Posted | None]:
    """The act under the reference where it stands or can be written (see standing_reference), and where it stands.

    raises: OtherContent when the reference names another act that was not undone.
    """
    try:
        earlier = recorded(session, draft)
    except OtherContent:
        earlier = None
    else:
        if earlier is None:
            return draft, None
    standing = replace(draft, reference=standing_reference(session, draft.reference))
    if earlier is not None and standing.reference == draft.reference:
        return draft, earlier
    return standing, recorded(session, standing)


def entry_moves(session: Session, sequence: int) -> list[Move]:
    """What an entry moved, in order."""
    contract = context(session).contract
    rows = list(
        session.scalars(
            select(Transfer).where(Transfer.contract == contract, Transfer.sequence == sequence).order_by(Transfer.rank)
        )
    )
    ids = {row.debit_account for row in rows} | {row.credit_account for row in rows}
    accounts = session.scalars(select(Account).where(Account.contract == contract, Account.id.in_(ids)))
    keys = {a.id: AccountKey(Position(a.position), a.line, a.year, a.convention, a.action) for a in accounts}
    return [Move(keys[row.debit_account], keys[row.credit_account], row.amount) for row in rows]
