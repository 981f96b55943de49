"""What a command gives back: what it did or found, for scripts and for people. It prints nothing and asks nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from ledger.core.errors import LedgerError
    from ledger.core.field import Field
    from ledger.reports.listing import Listing

Row: TypeAlias = dict[str, Any]


class Sentence(NamedTuple):
    """A sentence that goes on under itself, after its lead: a margin, an amount."""

    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did or found.

    answer: what scripts read: a record, records, or a listing for its rows.
    shown: what people read, in order; for a listing, the listing itself where nothing is said.
    troubles: what is said on the error output, whoever reads the answer. failed: whether what was found is a failure
    (exit code 1).
    """

    answer: Row | Sequence[Row] | Sequence[str] | Listing
    shown: tuple[str | Sentence | Listing, ...] = ()
    troubles: tuple[str, ...] = ()
    failed: bool = False


class Unconfirmed(Exception):
    """An act that is to be confirmed before it is run again with this option: the consequences, in a sentence.

    by_script: whether a script must confirm it too; else only somebody at a terminal is asked. refusal: what a script
    is told, where an option other than `--oui` accepts it.
    """

    def __init__(
        self, consequences: str, *, by_script: bool = True, option: str = "oui", refusal: LedgerError | None = None
    ) -> None:
        super().__init__(consequences)
        self.consequences, self.by_script, self.option, self.refusal = consequences, by_script, option, refusal


class Shape(Enum):
    """How many records a command answers."""

    ONE = "one"
    SEVERAL = "several"
    EITHER = "either"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers to scripts: the fields of its record or records; else another answer, as it is asked."""

    fields: tuple[Field, ...] = ()
    shape: Shape = Shape.ONE
    otherwise: tuple[Answer, ...] = ()

    def __or__(self, other: Answer) -> Answer:
        """This answer or another, as the command is asked."""
        return replace(self, otherwise=(*self.otherwise, other))


def one(*fields: Field) -> Answer:
    """The answer of a command that gives one record."""
    return Answer(fields)


def several(*fields: Field) -> Answer:
    """The answer of a command that gives a list of records."""
    return Answer(fields, Shape.SEVERAL)


def either(*fields: Field) -> Answer:
    """The answer of a command that gives one record, or a list of them, as it is asked."""
    return Answer(fields, Shape.EITHER)


def read_row(declared: Mapping[str, Field], read: object) -> Row:
    """What is read, as a record to answer. declared: of each of its attributes, the field whose key it is."""
    return {field.name: getattr(read, name) for name, field in declared.items()}


def picked(row: Mapping[str, Any], fields: Sequence[Field]) -> Row:
    """The values of these fields in a row, as a record to answer."""
    return {each.name: row[each.name] for each in fields if each.scripted}
