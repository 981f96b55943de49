"""The chain: each entry's seal is the SHA-256 of the previous seal and of the entry's canonical text.

Canonical text: fields in a fixed order, each preceded by its length in characters, under a version word, in UTF-8.
Nothing that a database renders is hashed: days and instants are written here, amounts as whole cents, accounts by
their natural key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256

from ledger.core.money import Money
from ledger.journal.keys import AccountKey

_WITHOUT_ROLE, _WITH_ROLE = "cofiville-entry-1", "cofiville-entry-2"
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
    """In which book an entry is written, when, by whom, by which command, under which role of the database.

    An empty role is that of entries older than this field: they keep the first version of the seal.
    """

    contract: str
    recorded_at: datetime
    agent: str
    command: str
    database_role: str = ""

    def text(self) -> str:
        """The stamp as it enters a seal."""
        instant = self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
        role = (self.database_role,) if self.database_role else ()
        return canonical(self.contract, instant, self.agent, self.command, *role)

    @property
    def version(self) -> str:
        """The word that begins the text of a seal."""
        return _WITH_ROLE if self.database_role else _WITHOUT_ROLE


def canonical(*fields: str) -> str:
    """The fields one after the other, each preceded by its length in characters and a colon."""
    return "".join([f"{len(field)}:{field}" for field in fields])


# Acts of one batch say the same kind, piece and day again and again.
_repeated = lru_cache(maxsize=1024)(canonical)


def moves_text(moves: Iterable[Move]) -> str:
    """The canonical text of what an entry moves: for each move, the account debited, the one credited, the cents."""
    return "".join([canonical(move.debit.key_text(), move.credit.key_text(), str(move.amount.cents)) for move in moves])


def content_hash(draft: Draft, moves: str | None = None) -> str:
    """What makes two acts the same: kind, piece, day and facts (else moves); not label, agent or instant.

    moves: the canonical text of the moves, where it is known already.
    """
    reverses = "" if draft.reverses is None else str(draft.reverses)
    head = _repeated(_CONTENT_VERSION, draft.kind, draft.piece, draft.effect_on.isoformat(), reverses)
    content = canonical(*draft.facts) if draft.facts else moves_text(draft.moves) if moves is None else moves
    return sha256((head + content).encode()).hexdigest()


def entry_text(draft: Draft, digest: str, moves: str, stamp: str) -> str:
    """All of an entry that its seal covers, but its place in the chain.

    digest: its content hash. moves: the canonical text of its moves. stamp: Stamp.text().
    """
    reverses = "" if draft.reverses is None else str(draft.reverses)
    day = draft.effect_on.isoformat()
    said = _repeated(draft.kind, draft.label, draft.piece, draft.motive, day, reverses)
    return f"{len(draft.reference)}:{draft.reference}{said}{len(digest)}:{digest}{stamp}{moves}"


def entry_seal(previous: str, sequence: int, text: str, version: str) -> str:
    """The seal of an entry (64 hexadecimal digits) after the one sealed `previous`.

    text: entry_text(). version: Stamp.version.
    """
    number = str(sequence)
    head = f"{len(version)}:{version}{len(previous)}:{previous}{len(number)}:{number}"
    return sha256(f"{head}{text}".encode()).hexdigest()
