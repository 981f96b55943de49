"""The chain: each entry's seal is the SHA-256 of the previous seal and of the entry's canonical text.

Canonical text: fields in a fixed order, each preceded by its length in characters, under a version word, in UTF-8.
Nothing that a database renders is hashed: days and instants are written here, amounts as whole cents, accounts by
their natural key.
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


@dataclass(frozen=True, slots=True)
class Stamp:
    """In which book an entry is written, when, by whom and by which command."""

    contract: str
    recorded_at: datetime
    agent: str
    command: str

    def fields(self) -> tuple[str, ...]:
        """The stamp as it enters a seal."""
        instant = self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
        return self.contract, instant, self.agent, self.command


def _canonical(fields: Iterable[str]) -> str:
    return "".join([f"{len(field)}:{field}" for field in fields])


def moves_text(moves: Iterable[Move]) -> str:
    """The canonical text of what an entry moves."""
    fields: list[str] = []
    for move in moves:
        fields += (move.debit.key_text(), move.credit.key_text(), str(move.amount.cents))
    return _canonical(fields)


def content_hash(draft: Draft, moves: str | None = None) -> str:
    """What makes two acts the same: kind, piece, day and facts (else moves); not label, agent or instant.

    moves: the canonical text of the moves, where it is known already.
    """
    reverses = "" if draft.reverses is None else str(draft.reverses)
    head = _canonical((_CONTENT_VERSION, draft.kind, draft.piece, draft.effect_on.isoformat(), reverses))
    content = _canonical(draft.facts) if draft.facts else moves_text(draft.moves) if moves is None else moves
    return sha256((head + content).encode()).hexdigest()


def entry_seal(previous: str, sequence: int, draft: Draft, digest: str, moves: str, stamp: tuple[str, ...]) -> str:
    """The seal of an entry after the one sealed `previous` (64 hexadecimal digits).

    digest: its content hash. moves: the canonical text of its moves. stamp: Stamp.fields().
    """
    head = _canonical(
        (
            _SEAL_VERSION,
            previous,
            str(sequence),
            draft.reference,
            draft.kind,
            draft.label,
            draft.piece,
            draft.motive,
            draft.effect_on.isoformat(),
            "" if draft.reverses is None else str(draft.reverses),
            digest,
            *stamp,
        )
    )
    return sha256((head + moves).encode()).hexdigest()
