"""Undoing an act: an entry that moves the same amounts the other way; what can be undone, what was corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from ledger.core.errors import LedgerError, NotFound, require_words
from ledger.core.period import french_day
from ledger.journal.model import Account, Correction, Entry, Transfer
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import NOT_KEPT, OtherContent, Posted, post_acts, recorded_act, written_by
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.storage.session import context

FINAL_KINDS = frozenset({EntryKind.CLOSING, EntryKind.OPENING})


class NotReversible(LedgerError):
    """The entry was reversed already, is itself a reversal, or is of a later day.

    after: the entry to undo before, where undoing it is the way out.
    """

    code = "non_annulable"

    def __init__(self, problem: str, remedy: str, *, after: int | None = None) -> None:
        super().__init__(problem, remedy)
        self.after = after


def reversal_of(session: Session, sequence: int) -> int | None:
    """The number of the entry that reverses this one; None when it stands."""
    return session.scalar(select(Entry.sequence).where(Entry.reverses == sequence))


def reversible(session: Session, sequence: int) -> Entry:
    """The entry of this number, which may be reversed.

    raises: NotFound, NotReversible when it was reversed (it says by whom), when it reverses or closes.
    """
    entry = session.get(Entry, (context(session).contract, sequence))
    if entry is None:
        raise NotFound(f"L'écriture {sequence} n'existe pas.", "Consultez les écritures : cofiville journal lister.")
    if entry.reverses is not None:
        raise NotReversible(
            f"L'écriture {sequence} annule déjà l'écriture {entry.reverses}.", "Enregistrez de nouveau l'acte lui-même."
        )
    if entry.kind in FINAL_KINDS:
        raise NotReversible(
            f"L'écriture {sequence} appartient à la clôture d'un exercice : elle ne s'annule pas.",
            f"Enregistrez la correction sur l'exercice en cours ; le livre : cofiville journal lister"
            f" {entry.effect_on.year}.",
        )
    if (undone := reversal_of(session, sequence)) is not None:
        raise _already(session, sequence, undone)
    return entry


def _already(session: Session, sequence: int, undone: int) -> NotReversible:
    return NotReversible(
        f"L'écriture {sequence} est déjà annulée, par {written_by(session, undone)}. {NOT_KEPT}",
        "Il n'y a rien d'autre à faire. Consultez-la : cofiville journal corrections.",
    )


def reverse_entry(
    session: Session, sequence: int, *, motive: str, on: date, drawn: Callable[[list[Move]], list[Move]] = list
) -> Posted:
    """The entry that undoes this one, dated `on`.

    drawn: what the moves become where an amount stands in either of two accounts that are one figure.
    raises: NotFound, NotReversible, InvalidValue without a motive, Overdraft when its money has moved on since.
    """
    require_words(motive, "Le motif de l'annulation manque.", 'Donnez-le : --motif "Erreur de saisie".')
    entry = reversible(session, sequence)
    if on < entry.effect_on:
        raise NotReversible(
            f"L'écriture {sequence} est du {french_day(entry.effect_on)} : elle ne s'annule pas le {french_day(on)}.",
            f"Datez l'annulation de ce jour ou d'après : --le {entry.effect_on.isoformat()}.",
        )
    moves = [Move(debit=each.credit, credit=each.debit, amount=each.amount) for each in entry_moves(session, sequence)]
    draft = Draft(
        reference=f"ANNULATION ECRITURE {sequence}",
        kind=EntryKind.REVERSAL,
        label=f"Annulation de l'écriture {sequence} : {entry.label}",
        piece=entry.piece,
        effect_on=on,
        moves=tuple(drawn(moves[::-1])),
        motive=motive.strip(),
        reverses=sequence,
    )
    try:
        posted = post_acts(session, [draft])[0]
    except LedgerError:
        # Somebody reversed it between the reading above and the locks of posting.
        if (undone := reversal_of(session, sequence)) is not None:
            raise _already(session, sequence, undone) from None
        raise
    if not posted.new:
        raise _already(session, sequence, posted.sequence)
    return posted


def standing_draft(session: Session, draft: Draft) -> Draft:
    """The act under the reference where it stands, or can be written: preceded by its turn (2e, 3e…) once undone.

    So an act undone may be recorded again under the reference that people know it by. A reference begins with a word
    of the program and ends with what people type: no typed text makes the reference of another turn. Before migration
    0026 turns followed, (2), (3)…: such an entry is the act's own where its piece is the same.
    """
    undone = aliased(Entry)
    reversed_ones = select(Entry.reference).join(undone, undone.reverses == Entry.sequence)
    candidate, turn = draft.reference, 1
    while session.scalar(reversed_ones.where(Entry.reference == candidate)) is not None:
        turn += 1
        older = f"{draft.reference} ({turn})"
        same = Entry.reference == older, Entry.kind == draft.kind, Entry.piece == draft.piece
        there = session.scalar(select(Entry.sequence).where(*same))
        candidate = older if there is not None else f"{turn}e {draft.reference}"
    return replace(draft, reference=candidate)


def find_or_place(session: Session, draft: Draft) -> tuple[Draft, Posted | None]:
    """The act under the reference where it stands or can be written (see standing_draft), and where it stands.

    raises: OtherContent when the reference names another act that was not undone.
    """
    try:
        earlier = recorded_act(session, draft)
    except OtherContent:
        earlier = None
    else:
        if earlier is None:
            return draft, None
    again = standing_draft(session, draft)
    if earlier is not None and again.reference == draft.reference:
        return draft, earlier
    return again, recorded_act(session, again)


def record_act(session: Session, draft: Draft) -> Posted:
    """The entry of this act: where it stands, else written now, again when it was undone.

    raises: what post raises.
    """
    return post_acts(session, [find_or_place(session, draft)[0]])[0]


def last_entry_on(session: Session, action: str, line: str) -> int | None:
    """The number of the latest entry that stands and moved money of this action on this line; None where none did."""
    undoing = aliased(Entry)
    undone = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    return session.scalar(
        select(func.max(Entry.sequence))
        .join(Transfer, Transfer.sequence == Entry.sequence)
        .join(Account, Account.id.in_((Transfer.debit_account, Transfer.credit_account)))
        .where(Entry.reverses.is_(None), ~undone, Account.action == action, Account.line == line)
    )


def last_withdrawal(session: Session, key: AccountKey, *, before: int) -> Entry | None:
    """The latest entry that stands and took from this account; None where none did.

    before: the entry that is to be undone, never the answer.
    """
    undoing = aliased(Entry)
    undone = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    taken = Transfer.credit_account if key.position.side == "D" else Transfer.debit_account
    query = (
        select(Entry)
        .join(Transfer, Transfer.sequence == Entry.sequence)
        .join(Account, Account.id == taken)
        .where(
            Entry.sequence != before,
            Entry.reverses.is_(None),
            ~undone,
            Account.position == key.position,
            Account.line == key.line,
            Account.year == key.year,
            Account.convention == key.convention,
            Account.action == key.action,
        )
        .order_by(Entry.sequence.desc())
        .limit(1)
    )
    return session.scalar(query)


def entry_moves(session: Session, sequence: int) -> list[Move]:
    """What an entry moved, in order."""
    rows = list(session.scalars(select(Transfer).where(Transfer.sequence == sequence).order_by(Transfer.rank)))
    ids = {row.debit_account for row in rows} | {row.credit_account for row in rows}
    accounts = session.scalars(select(Account).where(Account.id.in_(ids)))
    keys = {a.id: AccountKey(Position(a.position), a.line, a.year, a.convention, a.action) for a in accounts}
    return [Move(keys[row.debit_account], keys[row.credit_account], row.amount) for row in rows]


@dataclass(frozen=True, slots=True)
class CorrectedEntry:
    """An entry that was undone, and the one written in its place, if any."""

    wrong: int
    label: str
    reversal: int
    right: int | None
    on: date
    agent: str
    motive: str


def record_correction(session: Session, reversal: int) -> None:
    """Keep what was written in the place of the entry that this reversal undid: the entry that follows it, if any."""
    contract = context(session).contract
    if session.get(Entry, (contract, reversal + 1)) is not None:
        session.add(Correction(contract=contract, reversal_number=reversal, right_number=reversal + 1))
        session.flush()


def read_corrections(session: Session) -> list[CorrectedEntry]:
    """Every entry undone, in the order of the reversals."""
    wrong, reversal, right = aliased(Entry), aliased(Entry), aliased(Entry)
    query = (
        select(wrong, reversal, right)
        .join(reversal, reversal.reverses == wrong.sequence)
        .outerjoin(
            Correction,
            Correction.reversal_number == reversal.sequence,
        )
        .outerjoin(right, right.sequence == Correction.right_number)
        .order_by(reversal.sequence)
    )
    return [
        CorrectedEntry(
            wrong=undone.sequence,
            label=undone.label,
            reversal=undoing.sequence,
            right=redone.sequence if redone is not None else None,
            on=undoing.effect_on,
            agent=undoing.agent,
            motive=undoing.motive,
        )
        for undone, undoing, redone in session.execute(query)
    ]


def last_act_of(session: Session, agent: str) -> int:
    """The number of the last entry of this agent that is no reversal, is not reversed and closes nothing.

    raises: NotFound.
    """
    undoing = aliased(Entry)
    reversed_already = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    query = (
        select(Entry.sequence)
        .where(
            Entry.agent == agent,
            Entry.reverses.is_(None),
            Entry.kind.not_in((EntryKind.CLOSING, EntryKind.OPENING)),
            ~reversed_already,
        )
        .order_by(Entry.sequence.desc())
        .limit(1)
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(
            f"Le livre ne contient aucun acte de {agent} à annuler.",
            "Donnez le numéro d'une écriture : cofiville journal lister.",
        )
    return found
