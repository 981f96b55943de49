"""The one door to a base: opened, checked, committed or left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from ledger.commands.declaring.choices import act_around, agent_name, base_address, chosen, command_typed
from ledger.commands.declaring.day_notes import note_for_result, warn_before_history
from ledger.commands.declaring.documents_kept import documents_kept
from ledger.commands.declaring.retrying import note_commit
from ledger.commands.declaring.troubles import in_french, shown_address
from ledger.core.errors import LedgerError

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

_shared: ContextVar[dict[str, Engine] | None] = ContextVar("shared engines", default=None)


def missing_base(address: str) -> LedgerError:
    """The refusal for a base that is not there yet."""
    from ledger.storage.engine import DatabaseUnavailable

    where = "" if not chosen().base else f" --base {shown_address(address)}"
    return DatabaseUnavailable(
        f"La base {shown_address(address)} n'existe pas.", f"Créez-la : cofiville{where} base creer"
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
def new_base(address: str) -> Iterator[Engine]:
    """An engine on a base to be made; a file begun is taken away again if making it fails.

    raises: DatabaseUnavailable when there is a base there already.
    """
    from ledger.storage.engine import DatabaseUnavailable, database_url, open_engine, refuse_network, sqlite_path
    from ledger.storage.schema import revision

    refuse_network(address)
    path = sqlite_path(database_url(address))
    if path is not None and not chosen().base:
        path.parent.mkdir(parents=True, exist_ok=True)
    there = path is not None and path.exists()
    with in_french(address):
        engine = open_engine(address)
        try:
            if path is None:
                with engine.connect() as connection:
                    there = revision(connection) is not None
            if there:
                raise DatabaseUnavailable(
                    f"La base {shown_address(address)} existe déjà.", "Donnez une autre adresse : --base ADRESSE."
                )
            yield engine
        except BaseException:
            engine.dispose()
            if path is not None and not there:
                for suffix in ("", "-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)
            raise
        engine.dispose()


def _session(connection: Connection, address: str) -> Session:
    from ledger.core.errors import NotFound
    from ledger.journal.model import Contract
    from ledger.referential.queries import read_once
    from ledger.storage.schema import check_revision
    from ledger.storage.session import Context, ContractSession

    contract = chosen().contract
    session = ContractSession(connection, Context(contract, agent_name(), command_typed()))
    engines = _shared.get()
    if engines is None or address not in engines:
        check_revision(session.connection())
        if engines is not None:
            engines[address] = connection.engine
    if (found := session.get(Contract, contract)) is None:
        raise NotFound(
            f"Le contrat « {contract} » n'est pas dans cette base.",
            f"Vérifiez --contrat : {_contracts_there(session)}.",
        )
    read_once(session, found)
    return session


def _contracts_there(session: Session) -> str:
    from sqlalchemy import select

    from ledger.journal.model import Contract

    there = session.execute(select(Contract.code, Contract.epci).order_by(Contract.code))
    return " ou ".join(f"{code} ({epci})" for code, epci in there)


@contextmanager
def opened(address: str) -> Iterator[Session]:
    """A session on the base at this address that sees one state of it and writes nothing.

    raises: DatabaseUnavailable, OtherRevision, NotFound for a contract that is not there.
    """
    with in_french(address), existing_engine(address) as engine, engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with _session(connection, address) as session:
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
    from ledger.commands.storage.moving import know_every_table
    from ledger.journal.as_of import Moment, base_as_of
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
    raises: DatabaseUnavailable, OtherRevision, GuardsMissing, NotFound for a contract that is not there, DatedTooEarly.
    """
    from ledger.journal.backdating import check_days_before
    from ledger.storage.engine import refuse_network
    from ledger.storage.guards.check import check_guards
    from ledger.storage.history import another_act

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
            with documents_kept(session):
                yield session
            session.flush()
            dated_back = check_days_before(session)
            session.commit()
            note_commit()
            note_for_result(dated_back)
