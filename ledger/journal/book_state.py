"""What acts must know of the book before they are written: asked of a server in one exchange, and locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ledger.core.sealing import GENESIS, canonical
from ledger.journal.credits_open import kept_moves
from ledger.journal.positions import AccountKey
from ledger.journal.seal import Draft
from ledger.journal.stored import read_day
from ledger.storage.driver import Question, ask_server, on_postgresql, worth_a_copy
from ledger.storage.instants import note_recorded

_OPEN = "SELECT year, closed_on FROM exercice WHERE contract = ? AND year IN (??)"
_HELD = "SELECT id, debit, credit FROM account WHERE contract = ? AND id IN (??) ORDER BY id"
_HEAD = "SELECT sequence, seal FROM chain_head WHERE contract = ?"
_LATEST = "SELECT max(effect_on) FROM entry WHERE contract = ?"
_ANNOUNCED = (
    "SELECT line, year, sum(amount) FROM credit_announcement WHERE contract = ? AND undone_on IS NULL"
    " AND (effect_on IS NULL OR restored_on IS NOT NULL) AND year IN (??) GROUP BY line, year"
)
_RECORDED = "SELECT recorded_at FROM entry WHERE contract = ? ORDER BY sequence DESC LIMIT 1"
KNOWN = "SELECT reference, sequence, content_hash FROM entry WHERE contract = ? AND reference IN (??)"


@dataclass(slots=True)
class AccountState:
    """An account that acts use: its id, its canonical text, 1 when debits make it grow, else -1, the cents it holds.

    held is what it holds once the acts seen so far are written. known: whether it is in the base.
    """

    id: int
    text: str
    sign: int
    held: int = 0
    known: bool = False


@dataclass(frozen=True, slots=True)
class BookState:
    """What acts about to be written must know of the book: its days, accounts, head, and references already used.

    closed: the day each exercice of their days and accounts was closed (None: open). used: their accounts. head: number
    and seal of the last entry; None when it is still to be locked. latest: the last day of effect there is; None in an
    empty book. announced: by line and year they grant from, the cents that a financeur announced it takes back, or
    froze.
    """

    closed: Mapping[int, Any]
    used: Mapping[AccountKey, AccountState]
    head: tuple[int, str] | None
    latest: date | None
    announced: Mapping[tuple[str, int], int]


def read_book_state(session: Session, drafts: Sequence[Draft]) -> tuple[BookState, dict[str, tuple[int, str]]]:
    """The book as these acts find it; the number and content hash of each reference of theirs that is there.

    Exercices are locked for share, then accounts, the head of the chain last, and references looked for after that: so
    they are seen as the writer before leaves them. The head of a long batch is left for later (see lock_head).
    """
    keys = {key for draft in drafts for move in draft.moves for key in (move.debit, move.credit)}
    used = {
        key: AccountState(key.account_id(), canonical(key.key_text()), 1 if key.position.side == "D" else -1)
        for key in sorted(keys)
    }
    by_id = {each.id: each for each in used.values()}
    share, update = (" FOR SHARE", " FOR UPDATE") if on_postgresql(session) else ("", "")
    questions = [
        Question(_OPEN + share, sorted({draft.effect_on.year for draft in drafts} | {key.year for key in keys})),
        Question(_HELD + update, sorted(by_id)),
        Question(KNOWN, [draft.reference for draft in drafts]),
        Question(_LATEST),
    ]
    if not long_batch(drafts):
        questions[2:2] = [Question(_HEAD + update), Question(_RECORDED)]
    if giving := sorted({move.credit.year for draft in drafts for move in kept_moves(draft)}):
        questions.insert(0, Question(_ANNOUNCED, giving))
    answers = ask_server(session, *questions)
    announced = {(line, year): int(amount) for line, year, amount in answers.pop(0)} if giving else {}
    closed, held, *head, known, latest = answers
    for account, debit, credit in held:
        there = by_id[account]
        there.held, there.known = (debit - credit) * there.sign, True
    locked = _head(session, *head) if head else None
    found = BookState(dict(closed), used, locked, read_day(latest[0][0]), announced)
    return found, {reference: (sequence, digest) for reference, sequence, digest in known}


def lock_head(session: Session) -> tuple[int, str]:
    """Number and seal of the last entry, kept until this batch ends (PostgreSQL)."""
    lock = " FOR UPDATE" if on_postgresql(session) else ""
    return _head(session, *ask_server(session, Question(_HEAD + lock), Question(_RECORDED)))


def long_batch(drafts: Sequence[Draft]) -> bool:
    """Whether these acts are so many that others should not wait for the head while they are made ready."""
    return worth_a_copy(max(len(drafts), sum(len(draft.moves) for draft in drafts)))


def _head(session: Session, rows: Sequence[tuple[int, str]], recorded: Sequence[tuple[Any]]) -> tuple[int, str]:
    """The head as it was locked; the session knows since when nothing is recorded before it."""
    for (instant,) in recorded:
        note_recorded(session, instant)
    return rows[0] if rows else (0, GENESIS)
