"""Commands called with values for a page: read and never written, previewed and taken back, or recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.caller import Caller, called_by
from ledger.commands.declaring.choices import Around, Choices, choose, enter_command, inside, of_one_run, unattended
from ledger.commands.declaring.repeating import done_already, typed_act
from ledger.core.errors import LedgerError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.commands.outcome import Outcome
    from ledger.page.catalogue import Shown


class PageOnlyReads(LedgerError):
    """A screen whose command would write."""

    code = "page_lit"


class BookMoved(LedgerError):
    """An act confirmed on a book that somebody changed since it was previewed."""

    code = "livre_change"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page acts: the address of the base, the contract, the name of who acts."""

    base: str
    contract: str
    agent: str


@dataclass(frozen=True, slots=True)
class Previewed:
    """What an act would do: its outcome, its entries, what it asks to confirm, and the book it was tried on."""

    outcome: Outcome
    entries: list[Mapping[str, Any]]
    consequences: list[str]
    head: str


class _TakenBack(Exception):
    """Leaves the session as it was."""


@contextmanager
def _as_typed(place: Place, name: str, values: Mapping[str, Any]) -> Iterator[None]:
    with of_one_run(), unattended(), called_by(Caller()):
        choose(Choices(place.base, place.contract, place.agent))
        enter_command(name, frozenset(values))
        yield


@contextmanager
def at(place: Place) -> Iterator[Session]:
    """A session that reads there, for what a screen needs beside its command."""
    with _as_typed(place, "", {}), reading() as session:
        yield session


def read_screen(place: Place, command: Shown, values: Mapping[str, Any]) -> Outcome:
    """What a command that reads gives, in a session that is never committed. raises: what it refuses; PageOnlyReads."""
    with _as_typed(place, command.name, values), reading() as session:
        around = Around(session)
        with inside(around):
            outcome: Outcome = command.declared.function(**values)
        if around.wrote:
            raise PageOnlyReads("Cet écran écrirait dans la base.", "Tapez sa commande dans un terminal.")
        return outcome


def preview_act(place: Place, command: Shown, values: Mapping[str, Any]) -> Previewed:
    """What this act would do now: done, looked at, and taken back. raises: what it refuses."""
    found: list[Previewed] = []
    with _as_typed(place, command.name, values), suppress(_TakenBack), writing() as session:
        head = _head(session)
        before = _entries(session)
        around = Around(session)
        with inside(around):
            outcome = command.declared.function(**values)
            session.flush()
            found.append(Previewed(outcome, _entries_after(session, before), around.consequences, head))
        raise _TakenBack
    return found[0]


def record_previewed(
    place: Place, command: Shown, values: Mapping[str, Any], *, expected_head: str, again: bool
) -> tuple[Outcome, bool]:
    """What the act gave, recorded; whether it was done already. expected_head: the book it was previewed on.

    raises: BookMoved where that book has grown since; Unconfirmed for an act already done today; what it refuses.
    """
    personal = frozenset(each.name for each in command.asked if each.declared.personal)
    with _as_typed(place, command.name, values), typed_act(values, frozenset(), personal, again=again):
        with writing() as session:
            if _head(session) != expected_head:
                raise BookMoved("Le livre a changé depuis l'aperçu.", "Relisez le nouvel aperçu, puis confirmez.")
            with inside(Around(session)):
                outcome: Outcome = command.declared.function(**values)
        return outcome, done_already()


def _head(session: Session) -> str:
    """The seals of the book and of the acts: they move with everything that is written."""
    from ledger.storage.heads import base_state

    found = base_state(session)
    return "" if found is None else " ".join(each.text for _, each in sorted(found.seals.items()))


def _entries(session: Session) -> int:
    from ledger.journal.audit import book_head

    return book_head(session).entries


def _entries_after(session: Session, before: int) -> list[Mapping[str, Any]]:
    """What the entries after this one move: the number and label of each, its account, its debit or credit."""
    from ledger.journal.queries import read_entry

    written = (read_entry(session, number) for number in range(before + 1, _entries(session) + 1))
    return [
        {"entry": each.sequence, "label": each.label, "account": key.text(), "debit": debit, "credit": credit}
        for each in written
        for key, debit, credit in each.lines
    ]
