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
from ledger.core.sealing import canonical
from ledger.journal.positions import AccountKey

_VERSIONS = {with_role: f"17:cofiville-entry-{2 if with_role else 1}" for with_role in (False, True)}
_CONTENT_VERSION = "cofiville-content-1"


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
class EntryStamp:
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
        """How the text of a seal begins: its version, preceded by its length."""
        return _VERSIONS[bool(self.database_role)]


@lru_cache(maxsize=1024)
def said_of_act(
    kind: str, label: str, piece: str, motive: str, effect_on: date, reverses: int | None
) -> tuple[str, str]:
    """How the content of an act begins, and all its seal covers but reference, content hash, stamp, moves and place.

    Acts of one batch say the same again and again.
    """
    day, undone = effect_on.isoformat(), "" if reverses is None else str(reverses)
    content = canonical(_CONTENT_VERSION, kind, piece, day, undone)
    return content, canonical(kind, label, piece, motive, day, undone)


def said_by(draft: Draft) -> tuple[str, str]:
    """What `said` gives for this act."""
    return said_of_act(draft.kind, draft.label, draft.piece, draft.motive, draft.effect_on, draft.reverses)


def moves_text(moves: Iterable[Move]) -> str:
    """The canonical text of what an entry moves: for each move, the account debited, the one credited, the cents."""
    return "".join([canonical(move.debit.key_text(), move.credit.key_text(), str(move.amount.cents)) for move in moves])


def content_hash(draft: Draft) -> str:
    """What makes two acts the same: kind, piece, day and facts (else moves); not label, agent or instant."""
    return act_digest(said_by(draft)[0], draft.facts, "" if draft.facts else moves_text(draft.moves))


def act_digest(content: str, facts: tuple[str, ...], moves: str) -> str:
    """The SHA-256 of what an act says and moves, by which the same act is recognised.

    content: how its content begins (see said_of_act). facts: what its author decided. moves: the canonical text of its
    moves.
    """
    return sha256(f"{content}{canonical(*facts) if facts else moves}".encode()).hexdigest()


def entry_text(reference: str, words: str, content: str, stamp: str, moves: str) -> str:
    """All of an entry that its seal covers, but its place in the chain.

    words: see said_of_act. content: its content hash. stamp: Stamp.text(). moves: the canonical text of its moves.
    """
    return f"{len(reference)}:{reference}{words}{len(content)}:{content}{stamp}{moves}"


def entry_seal(previous: str, sequence: int, text: str, version: str) -> str:
    """The seal of an entry (64 hexadecimal digits) after the one sealed `previous`.

    text: entry_text(). version: Stamp.version.
    """
    number = str(sequence)
    return sha256(f"{version}{len(previous)}:{previous}{len(number)}:{number}{text}".encode()).hexdigest()
