"""The one door to a base: opened, checked, committed or left as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from ledger.commands.choices import agent_name, base_address, chosen, command_typed
from ledger.core.errors import LedgerError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

_shared: ContextVar[dict[str, Engine] | None] = ContextVar("shared engines", default=None)

_TROUBLE: tuple[tuple[str, str, str], ...] = (
    (
        r"database is locked|database table is locked|lock timeout|could not obtain lock",
        "La base est occupée par quelqu'un d'autre : rien n'a été écrit.",
        "Recommencez dans un instant.",
    ),
    (
        r"readonly database|read-only transaction|permission denied",
        "La base est en lecture seule : rien n'a été écrit.",
        "Vérifiez vos droits sur la base et sur son dossier.",
    ),
    (r"file is not a database", "Ce fichier n'est pas une base Cofiville.", "Vérifiez --base : {address}"),
    (
        r"disk I/O error",
        "Le disque refuse de lire ou d'écrire : rien n'a été écrit.",
        "Vérifiez la place et les droits, puis la base : cofiville base controler.",
    ),
    (
        r"malformed|disk image",
        "La base est abîmée.",
        "Restaurez la dernière sauvegarde : cofiville base restaurer FICHIER.",
    ),
    (r"database or disk is full|No space left", "Le disque est plein : rien n'a été écrit.", "Libérez de la place."),
    (
        r"unable to open database file",
        "La base {address} ne peut pas être ouverte.",
        "Vérifiez que son dossier existe et que vous y avez accès.",
    ),
    (
        r"password authentication failed|role .* does not exist|no password supplied",
        "Le serveur de base de données refuse cet utilisateur.",
        "Vérifiez le nom et le mot de passe dans --base.",
    ),
    (
        r"database .* does not exist",
        "Cette base n'existe pas sur le serveur.",
        "Demandez à l'administrateur de la créer, ou vérifiez --base.",
    ),
    (
        r"connection|could not translate host name|server closed",
        "Le serveur de base de données ne répond pas.",
        "Vérifiez l'adresse (--base) et le réseau, puis recommencez.",
    ),
    (
        r"deadlock detected|could not serialize|uq_entry_contract_reference|pk_entry|pk_chain_head",
        "Quelqu'un d'autre écrivait au même moment : rien n'a été écrit.",
        "Recommencez la commande.",
    ),
    (
        r"cofiville:day outside an open exercice",
        "L'exercice de ce jour vient d'être clos : rien n'a été écrit.",
        "Datez l'acte dans un exercice ouvert (--le).",
    ),
)


def _trouble(error: Exception, address: str) -> LedgerError | None:
    from ledger.storage.engine import DatabaseUnavailable

    for pattern, problem, remedy in _TROUBLE:
        if re.search(pattern, str(getattr(error, "orig", error))):
            return DatabaseUnavailable(problem.format(address=address), remedy.format(address=address))
    return None


@contextmanager
def in_french(address: str) -> Iterator[None]:
    """What the database says to its user (busy, read-only, unreachable…), as a refusal; its other errors pass."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        refused = _trouble(error, shown_address(address))
        if refused is None:
            raise
        raise refused from error


def shown_address(address: str) -> str:
    """The address without its password."""
    return re.sub(r"(://[^:/@]+):[^@]*@", r"\1@", address)


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
    from sqlalchemy.orm import Session

    from ledger.core.errors import NotFound
    from ledger.journal.model import Contract
    from ledger.storage.schema import check_revision

    contract = chosen().contract
    session = Session(connection, info={"contract": contract, "agent": agent_name(), "command": command_typed()})
    engines = _shared.get()
    if engines is None or address not in engines:
        check_revision(session.connection())
        if engines is not None:
            engines[address] = connection.engine
    if session.get(Contract, contract) is None:
        raise NotFound(
            f"Le contrat « {contract} » n'est pas dans cette base.",
            "Vérifiez --contrat : CV195 (CAPH) ou CV193 (CAVM).",
        )
    return session


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
    """As `opened`, on the base chosen, which is not on a network folder."""
    from ledger.storage.engine import refuse_network

    refuse_network(base_address())
    with opened(base_address()) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A session on the base chosen, alone to write (SQLite); committed at the end, left as it was on any exception.

    raises: DatabaseUnavailable, OtherRevision, GuardsMissing, NotFound for a contract that is not there.
    """
    from ledger.storage.engine import refuse_network
    from ledger.storage.guards import check_guards

    address = base_address()
    refuse_network(address)
    with in_french(address), existing_engine(address) as engine:
        connection = engine.connect().execution_options(writing=True)
        with connection, _session(connection, address) as session:
            check_guards(session.connection())
            yield session
            session.commit()
