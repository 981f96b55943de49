"""The chain: each entry's seal is the SHA-256 of the previous seal and of the entry's canonical bytes.

Canonical bytes: fields in a fixed order, each preceded by its length, under a version word. Nothing that a database
renders is hashed: days and instants are written here, amounts as whole cents, accounts by their natural key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

from ledger.core.money import Money
from ledger.journal.keys import AccountKey

_SEAL_VERSION = "cofiville-entry-1"
_CONTENT_VERSION = "cofiville-content-1"
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Move:
    """An amount above zero that goes from the account credited to the account debited."""

    debit: AccountKey
    credit: AccountKey
    amount: Money


@dataclass(frozen=True, slots=True)
class Draft:
    """An act as it will be written: its unique reference, what it says, the day it counts for, what it moves.

    facts: what the user decided, when the moves also depend on the state of the book (a payment's convention and
    amount): then two acts are the same when their facts are.
    """

    reference: str
    kind: str
    label: str
    piece: str
    effect_on: date
    moves: tuple[Move, ...]
    motive: str = ""
    reverses: int | None = None
    facts: tuple[str, ...] = ()


def _canonical(fields: Iterable[str]) -> bytes:
    parts = bytearray()
    for field in fields:
        encoded = field.encode()
        parts += b"%d:" % len(encoded)
        parts += encoded
    return bytes(parts)


def _move_fields(moves: Iterable[Move]) -> Iterable[str]:
    for move in moves:
        yield "\x1f".join(map(str, move.debit))
        yield "\x1f".join(map(str, move.credit))
        yield str(move.amount.cents)


def content_hash(draft: Draft) -> str:
    """What makes two acts the same: kind, piece, day and facts (else moves); not label, agent or instant."""
    reverses = "" if draft.reverses is None else str(draft.reverses)
    fields = (_CONTENT_VERSION, draft.kind, draft.piece, draft.effect_on.isoformat(), reverses)
    content = draft.facts or _move_fields(draft.moves)
    return sha256(_canonical((*fields, *content))).hexdigest()


def entry_seal(
    previous: str,
    contract: str,
    sequence: int,
    draft: Draft,
    digest: str,
    *,
    recorded_at: datetime,
    agent: str,
    command: str,
) -> str:
    """The seal of an entry after the one sealed `previous`; `digest` is its content hash (64 hexadecimal digits)."""
    head = (
        _SEAL_VERSION,
        previous,
        contract,
        str(sequence),
        draft.reference,
        draft.kind,
        draft.label,
        draft.piece,
        draft.motive,
        draft.effect_on.isoformat(),
        recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        agent,
        command,
        "" if draft.reverses is None else str(draft.reverses),
        digest,
    )
    return sha256(_canonical((*head, *_move_fields(draft.moves)))).hexdigest()
