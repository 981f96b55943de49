"""The one door to a base: opened, checked, committed or left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from ledger.commands.declaring.choices import act_around, agent_name, base_address, chosen, command_typed, contract_code
from ledger.commands.declaring.clock import check_clock, retreat_of
from ledger.commands.declaring.day_notes import note_for_result, warn_before_history
from ledger.commands.declaring.documents_kept import documents_kept
from ledger.commands.declaring.older_base import keep_anchors, opened_to_write
from ledger.commands.declaring.own_copies import copy_of_the_day
from ledger.commands.declaring.repeating import keep_act
from ledger.commands.declaring.retrying import note_commit
from ledger.commands.declaring.troubles import in_french
from ledger.core.addresses import shown_address
from ledger.core.errors import LedgerError
from ledger.core.words import typed_word

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

_shared: ContextVar[dict[str, Engine] | None] = ContextVar("shared engines", default=None)


def missing_base(address: str) -> LedgerError:
    """The refusal for a base that is not there yet."""
    from ledger.storage.engine import DatabaseUnavailable

    return DatabaseUnavailable(f"La base {shown_address(address)} n'existe pas.", f"Créez-la : {_making(address)}")


def _making(address: str) -> str:
    """The command that makes the base at this address."""
    return f"cofiville{f' --base {typed_word(shown_address(address))}' if chosen().base else ''} base creer"


def _unfinished(address: str) -> LedgerError:
    from ledger.storage.engine import DatabaseUnavailable

    return DatabaseUnavailable(
        f"La création de la base {shown_address(address)} a été interrompue : elle n'a aucun contrat.",
        f"Finissez-la : {_making(address)}",
    )


@contextmanager
def sharing() -> Iterator[None]:
    """Commands run inside share one engine a base, checked once: for a batch of commands in one process."""
    engines: dict[str, Engine] = {}
    token = _shared.set(engines)
    try:
        yield
    finally:
        _shared.reset(token)
        for engine in engines.values():
            engine.dispose()


@contextmanager
def existing_engine(address: str) -> Iterator[Engine]:
    """An engine on a base that is there, at whatever revision. raises: DatabaseUnavailable."""
    from ledger.storage.engine import database_url, open_engine, sqlite_path

    path = sqlite_path(database_url(address))
    if path is not None and not path.exists():
        raise missing_base(address)
    engines = _shared.get()
    if engines is not None and address in engines:
        yield engines[address]
        return
    engine = open_engine(address)
    try:
        yield engine
    finally:
        if engines is None or engines.get(address) is not engine:
            engine.dispose()


@contextmanager
def new_base(address: str) -> Iterator[Connection]:
    """A transaction on a base to be made, alone in it: a file beside its place, moved there at the end; or a server.

    Takes the place of a base whose making was cut short: it holds no contract yet.
    raises: DatabaseUnavailable when there is a base there already.
    """
    from ledger.storage.engine import database_url, refuse_network, sqlite_path

    refuse_network(address)
    path = sqlite_path(database_url(address))
    if path is not None and not chosen().base:
        path.parent.mkdir(parents=True, exist_ok=True)
    making = _on_a_server(address) if path is None else _in_a_new_file(path, address)
    with in_french(address), making as connection:
        yield connection
    note_commit()


def _already_there(address: str) -> LedgerError:
    from ledger.storage.engine import DatabaseUnavailable

    return DatabaseUnavailable(
        f"La base {shown_address(address)} existe déjà.", "Donnez une autre adresse : --base ADRESSE."
    )


@contextmanager
def _in_a_new_file(path: Path, address: str) -> Iterator[Connection]:
    from ledger.storage.backup import forget_old_pages
    from ledger.storage.schema import prepare_sharing
    from ledger.storage.whole_files import made_whole, remove_file

    if path.exists() or path.is_symlink():
        if not _cut_short(path):
            raise _already_there(address)
        remove_file(path)
    try:
        with made_whole(path, private=True) as draft:
            with existing_engine(str(draft)) as engine:
                prepare_sharing(engine)
                with engine.connect().execution_options(writing=True) as connection, connection.begin():
                    yield connection
            forget_old_pages(draft)
    except FileExistsError as trouble:
        raise _already_there(address) from trouble


def _cut_short(path: Path) -> bool:
    from sqlalchemy.exc import DBAPIError

    from ledger.storage.schema import cut_short

    if not path.is_file() or path.is_symlink():
        return False
    try:
        with existing_engine(str(path)) as engine, engine.connect() as connection:
            return cut_short(connection)
    except DBAPIError:
        return False


@contextmanager
def _on_a_server(address: str) -> Iterator[Connection]:
    from ledger.storage.schema import cut_short, lock_making

    with existing_engine(address) as engine, engine.begin() as connection:
        lock_making(connection)
        if not cut_short(connection):
            raise _already_there(address)
        yield connection


def _session(connection: Connection, address: str) -> Session:
    from ledger.journal.model import Contract
    from ledger.storage.facts import read_once
    from ledger.storage.schema import cut_short

    session, contract = _of_this_version(connection, address), contract_code()
    if (found := session.get(Contract, contract)) is None:
        if cut_short(connection):
            raise _unfinished(address)
        raise _no_such_contract(session)
    read_once(session, found)
    return session


def _of_this_version(connection: Connection, address: str) -> Session:
    from ledger.storage.schema import check_revision
    from ledger.storage.session import Context, ContractSession

    session = ContractSession(connection, Context(contract_code(), agent_name(), command_typed()))
    engines = _shared.get()
    if engines is None or address not in engines:
        check_revision(session.connection())
        if engines is not None:
            engines[address] = connection.engine
    return session


def _no_such_contract(session: Session) -> LedgerError:
    from sqlalchemy import select

    from ledger.core.errors import NotFound
    from ledger.journal.model import Contract

    there = session.execute(select(Contract.code, Contract.epci).order_by(Contract.code))
    return NotFound(
        f"Le contrat « {contract_code()} » n'est pas dans cette base.",
        f"Vérifiez --contrat : {' ou '.join(f'{code} ({epci})' for code, epci in there)}.",
    )


@contextmanager
def opened(address: str) -> Iterator[Session]:
    """A session on the base at this address that sees one state of it and writes nothing.

    raises: DatabaseUnavailable, OtherRevision, NotFound for a contract that is not there.
    """
    with _one_state(address) as connection, _session(connection, address) as session:
        yield session


@contextmanager
def opened_whole(address: str) -> Iterator[Session]:
    """As `opened`, whatever contracts the base holds: what is read inside says of which it is."""
    from ledger.storage.schema import cut_short

    with _one_state(address) as connection, _of_this_version(connection, address) as session:
        if cut_short(connection):
            raise _unfinished(address)
        yield session


@contextmanager
def _one_state(address: str) -> Iterator[Connection]:
    with in_french(address), existing_engine(address) as engine, engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


@contextmanager
def reading_as_found() -> Iterator[Session]:
    """As `reading`, to look for what is wrong: the contract chosen may be gone, or may not be read any more."""
    from ledger.journal.acts_audit import has_rows
    from ledger.storage.engine import refuse_network
    from ledger.storage.schema import cut_short

    address = base_address()
    refuse_network(address)
    with _one_state(address) as connection, _of_this_version(connection, address) as session:
        if not has_rows(session):
            raise _unfinished(address) if cut_short(connection) else _no_such_contract(session)
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """As `opened`, on the base chosen, which is not on a network folder; inside another act, in its session."""
    from ledger.storage.engine import refuse_network

    if (around := act_around()) is not None:
        yield around.session
        return
    refuse_network(base_address())
    with opened(base_address()) as session:
        yield session


@contextmanager
def reading_as_of(le: date | None, connu_au: datetime | None = None) -> Iterator[Session]:
    """As `reading`, on the base as it was at the end of this day, as known at this instant; None for no limit."""
    with reading() as session, as_of(session, le, connu_au) as seen:
        yield seen


@contextmanager
def as_of(session: Session, le: date | None, connu_au: datetime | None = None) -> Iterator[Session]:
    """The session, or one on the same base without what counts or was recorded later, whichever table it is in."""
    if le is None and connu_au is None:
        yield session
        return
    from ledger.journal.as_of import Moment, base_as_of
    from ledger.storage.every_table import know_every_table
    from ledger.storage.session import Context, ContractSession, context

    know_every_table()
    moment = Moment(le, connu_au)
    engine = base_as_of(session, moment)
    if engine is None:
        yield session
        return
    warn_before_history(session, moment)
    try:
        with ContractSession(engine, Context(*context(session).signature, present=session)) as as_it_was:
            yield as_it_was
    finally:
        engine.dispose()


@contextmanager
def writing() -> Iterator[Session]:
    """A session on the base chosen, alone to write (SQLite); committed at the end, left as it was on any exception.

    Inside another act, that act's session, which commits it all or nothing.
    raises: DatabaseUnavailable, OtherRevision, GuardsMissing, NotFound for a contract that is not there, DatedTooEarly;
    ClockApart; Unconfirmed for a clock far ahead, or an act typed twice.
    """
    from ledger.journal.backdating import check_days_before
    from ledger.storage.engine import refuse_network
    from ledger.storage.guards.check import check_guards
    from ledger.storage.heads import state_written
    from ledger.storage.history import another_act, seal_what_was_done

    if (around := act_around()) is not None:
        another_act(around.session)
        yield around.session
        around.session.flush()
        around.wrote = True
        return
    address = base_address()
    refuse_network(address)
    with in_french(address), existing_engine(address) as engine:
        connection = engine.connect().execution_options(writing=True)
        with connection, _session(connection, address) as session:
            check_guards(session.connection())
            check_clock(session)
            if found := opened_to_write(session, address):
                copy_of_the_day(found, address)
            with documents_kept(session):
                yield session
            session.flush()
            dated_back = check_days_before(session)
            wrote = keep_act(session)
            seal_what_was_done(session)
            written = found and state_written(session, found.state)
            session.commit()
            if wrote:
                note_commit()
            if found and written:
                keep_anchors(found, written)
            note_for_result(dated_back, retreat_of(session))
