"""An act typed twice is done once: the same words, by the same agent on the same contract, the same day.

What the command does is looked at before it is committed: the same act that would write something more is refused to a
script without `--encore`, and asked about in a terminal; one that writes nothing more is done already, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.commands.declaring.choices import command_typed
from ledger.commands.outcome import Unconfirmed
from ledger.core.errors import LedgerError
from ledger.core.sealing import canonical

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.storage.act_model import LastAct

_NOT_SAID = frozenset({"oui", "remplacer"})
"""What says how a command is run rather than what it does."""


class ActTypedTwice(LedgerError):
    """The act that the same agent typed last the same day, and that would be done a second time."""

    code = "acte_repete"


@dataclass(slots=True)
class _Typed:
    """An act under way: what was typed after its command, whether it is meant again, whether it was looked at."""

    arguments: Mapping[str, Any]
    written: frozenset[str]
    personal: frozenset[str]
    again: bool
    kept: bool = False


_typed: ContextVar[_Typed | None] = ContextVar("act typed", default=None)
_already: ContextVar[bool] = ContextVar("done already", default=False)


@contextmanager
def typed_act(
    arguments: Mapping[str, Any], written: frozenset[str], personal: frozenset[str], *, again: bool
) -> Iterator[None]:
    """What is written inside is one act. arguments: what was typed, by parameter.

    written: those that name files it writes. personal: those about persons; an act where one was typed is compared to
    none, since nothing of it may be kept. again: whether it is meant, though it was done the same day.
    """
    _already.set(False)
    token = _typed.set(_Typed(arguments, written, personal, again))
    try:
        yield
    finally:
        _typed.reset(token)


def done_already() -> bool:
    """Whether the act just typed was done before, and has written nothing more; asked once."""
    found = _already.get()
    _already.set(False)
    return found


def keep_act(session: Session) -> bool:
    """Keep what was typed, before it is committed, as the last act of its agent; gives whether anything is written.

    raises: Unconfirmed when that is already the last one of the day, and more would be written.
    """
    from ledger.journal.posting import last_written
    from ledger.storage.act_model import LastAct
    from ledger.storage.act_under_way import rows_changed
    from ledger.storage.session import context

    typed, entry = _typed.get(), last_written(session)
    wrote = entry is not None or rows_changed(session)
    if typed is None or typed.kept:
        return wrote
    contract, agent, _ = context(session).signature
    arguments = _digest(typed)
    last = session.get(LastAct, (contract, agent), with_for_update=True)
    same = last is not None and arguments != "" and (last.command, last.arguments) == (command_typed(), arguments)
    if last is not None and same and _is_of_today(session, last):
        if wrote and not typed.again:
            raise _twice(session, last)
        _already.set(not wrote)
    typed.kept = True
    if wrote:
        _keep(session, last, arguments, entry)
    return wrote


def _keep(session: Session, last: LastAct | None, arguments: str, entry: int | None) -> None:
    from ledger.storage.act_model import LastAct
    from ledger.storage.instants import instant_of_record
    from ledger.storage.session import context

    contract, agent, command = context(session).signature
    at = instant_of_record(session)
    if last is None:
        session.add(
            LastAct(
                contract=contract,
                agent=agent,
                recorded_at=at,
                command=command,
                arguments=arguments,
                entry_number=entry,
            )
        )
    else:
        last.recorded_at, last.command, last.arguments, last.entry_number = at, command, arguments, entry
    session.flush()


def _is_of_today(session: Session, last: LastAct) -> bool:
    from ledger.commands.declaring.contract_day import day_in
    from ledger.referential.contracts import contract_of
    from ledger.storage.instants import instant_of_record

    zone = contract_of(session).time_zone
    return day_in(zone, last.recorded_at) == day_in(zone, instant_of_record(session))


def _twice(session: Session, last: LastAct) -> Unconfirmed:
    entry = f" (écriture {last.entry_number})" if last.entry_number is not None else ""
    done = f"Vous avez déjà enregistré cet acte aujourd'hui, dans les mêmes termes{entry}"
    refusal = ActTypedTwice(
        f"{done} : il n'a pas été refait.",
        f"Rien à faire ; s'il faut vraiment le refaire, ajoutez --encore après « {last.command} ».",
    )
    return Unconfirmed(f"{done} : il serait fait une seconde fois.", option="encore", refusal=refusal)


def _digest(typed: _Typed) -> str:
    """The SHA-256 of what was typed, "" when a person is in it; of a file to read, what it holds counts too."""
    if any(typed.arguments[name] for name in typed.personal):
        return ""
    said = sorted(
        canonical(name, _said(value, read=name not in typed.written))
        for name, value in typed.arguments.items()
        if name not in _NOT_SAID and value not in (None, "", False, [], ())
    )
    return sha256(canonical(*said).encode("utf-8", "surrogateescape")).hexdigest()


def _said(value: Any, *, read: bool) -> str:
    if read and isinstance(value, Path) and value.is_file() and not value.is_symlink():
        return f"{value} {sha256(value.read_bytes()).hexdigest()}"
    if isinstance(value, (list, tuple)):
        return canonical(*(_said(each, read=read) for each in value))
    return str(value) if isinstance(value, (str, Path)) else repr(value)
