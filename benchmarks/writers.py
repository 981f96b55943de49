"""Many people posting at once: decisions a second, euros overspent, acts lost, on one enveloppe and on many.

`python -m benchmarks.writers` measures an embedded base, then a PostgreSQL server it starts itself, first without
waiting for the disk, then as a server is set in service. Each decision is a transaction of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.audit import audit_book, book_head
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.model import Contract
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.storage.engine import open_engine
from ledger.storage.schema import upgrade
from ledger.storage.session import Context, ContractSession
from tests.bases import database, execute, start_postgresql

DAY = date(2016, 3, 1)
AGAIN = ("database is locked", "deadlock detected", "could not serialize")
DURABLE = ("fsync = on", "synchronous_commit = on", "full_page_writes = on")


class Case(NamedTuple):
    """Over how many contracts, and enveloppes of each, the writers spread their decisions."""

    name: str
    contracts: int
    lines: int


CASES = (Case("one enveloppe", 1, 1), Case("40 enveloppes", 1, 40), Case("8 contracts", 8, 1))


class Count(NamedTuple):
    """What a writer did: decisions accepted, refused for want of credits, begun again."""

    given: int
    refused: int
    again: int


def session_on(engine: Engine, contract: str) -> Session:
    """A writing session in this contract's book, on a connection of its own."""
    acting = Context(contract, "banc", "banc")
    return ContractSession(engine.connect().execution_options(writing=True), acting)


def prepare(address: str, case: Case, held: int) -> None:
    """Make the base: so many contracts and enveloppes, that hold so many cents in all."""
    engine = open_engine(address)
    upgrade(engine)
    for rank in range(case.contracts):
        with session_on(engine, f"C{rank}") as session, session.connection():
            session.add(Contract(code=f"C{rank}", name="", epci="", epci_financeur=""))
            open_exercice(session, 2016)
            for line in range(case.lines):
                cents = Money(held // (case.contracts * case.lines))
                notify_credits(session, f"L{line}", 2016, cents, piece=f"Budget {line}", on=DAY)
            session.commit()
    engine.dispose()


def decide(address: str, case: Case, writer: int, acts: int, ready: Any, counts: Any) -> None:
    """Try to take one cent so many times, each in its own transaction; then say how it went."""
    engine = open_engine(address)
    given = refused = again = 0
    ready.wait()
    for number in range(acts):
        contract, line = f"C{writer % case.contracts}", f"L{(writer + number) % case.lines}"
        source = AccountKey(Position.DISPONIBLE, line, 2016)
        move = Move(source._replace(position=Position.PROGRAMME, action=f"A{writer}"), source, Money(1))
        draft = Draft(f"ACTE {writer}-{number}", "programmation", "Programmation", "Comité", DAY, (move,))
        while True:
            try:
                with session_on(engine, contract) as session, session.connection():
                    post_acts(session, [draft])
                    session.commit()
                given += 1
            except Overdraft:
                refused += 1
            except DBAPIError as error:
                if not any(words in str(error.orig) for words in AGAIN):
                    raise
                again += 1
                continue
            break
    counts.put(Count(given, refused, again))
    engine.dispose()


def spend_raw(address: str, writer: int, acts: int, ready: Any, counts: Any) -> None:
    """The floor: one guarded update and one row a transaction, with no book behind it."""
    given = refused = 0
    with psycopg.connect(address) as connection:
        ready.wait()
        for number in range(acts):
            with connection.transaction():
                taken = connection.execute("UPDATE brut_held SET held = held - 1 WHERE held >= 1").rowcount
                if taken:
                    connection.execute("INSERT INTO brut_act VALUES (%s, %s, 1)", (writer, number))
            given += taken
            refused += 1 - taken
    counts.put(Count(given, refused, 0))


def measure_raw(name: str, address: str, writers: int, acts: int) -> None:
    """Print how many decisions a second the server takes on one row when it keeps no book."""
    execute(address, "CREATE TABLE brut_held (held bigint)")
    execute(address, f"INSERT INTO brut_held VALUES ({writers * acts * 3 // 4})")
    execute(address, "CREATE TABLE brut_act (writer bigint, number bigint, cents bigint, PRIMARY KEY (writer, number))")
    _, lasted = raced(spend_raw, [(address, each, acts) for each in range(writers)])
    print(f"{name:<28}{'raw, one row':<15}{writers * acts / lasted:8.0f}/s")


def raced(work: Callable[..., None], arguments: Sequence[tuple[Any, ...]]) -> tuple[list[Count], float]:
    """What each writer did, and the seconds from their common start to the last one's end."""
    context = get_context("spawn")
    ready, counts = context.Barrier(len(arguments) + 1), context.Queue()
    people = [context.Process(target=work, args=(*given, ready, counts)) for given in arguments]
    for person in people:
        person.start()
    ready.wait()
    begun = time.perf_counter()
    done = [counts.get() for _ in people]
    lasted = time.perf_counter() - begun
    for person in people:
        person.join()
    return done, lasted


def measure(name: str, address: str, case: Case, writers: int, acts: int) -> None:
    """Run the writers together on a fresh base and print what they did a second, then what the book says of it."""
    held = writers * acts * 3 // 4 // (case.contracts * case.lines) * (case.contracts * case.lines)
    prepare(address, case, held)
    done, lasted = raced(decide, [(address, case, each, acts) for each in range(writers)])
    given, refused, again = (sum(column) for column in zip(*done, strict=True))
    lost, overspent, wrong = verified(address, case, given, held)
    print(
        f"{name:<28}{case.name:<15}{writers * acts / lasted:8.0f}/s   {given} accepted, {refused} refused,"
        f" {again} begun again; {overspent} overspent, {lost} lost, {wrong} anomalies"
    )


def verified(address: str, case: Case, given: int, held: int) -> tuple[int, int, int]:
    """Acts acknowledged that the book lacks, cents spent beyond what was held, anomalies of the audit."""
    engine = open_engine(address)
    written = spent = wrong = 0
    for rank in range(case.contracts):
        with session_on(engine, f"C{rank}") as session, session.connection():
            written += book_head(session).entries - case.lines
            taken = [amount for key, amount in balances(session).items() if key.position is Position.PROGRAMME]
            spent += sum(amount.cents for amount in taken)
            wrong += len(audit_book(session))
    engine.dispose()
    assert written == spent, "one cent an act"
    return given - written, max(0, spent - held), wrong


def on_server(name: str, uri: str, writers: int, acts: int) -> None:
    """Measure the floor, then every case on fresh databases of this server."""
    execute(uri, "DROP TABLE IF EXISTS brut_held, brut_act")
    measure_raw(name, uri, writers, acts)
    for rank, case in enumerate(CASES):
        fresh = f"banc_{rank}"
        execute(uri, f"CREATE DATABASE {fresh}")
        measure(name, database(uri, fresh), case, writers, acts)
        execute(uri, f"DROP DATABASE {fresh} WITH (FORCE)")


def main() -> None:
    """Measure the embedded base, then the server."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--writers", type=int, default=8)
    options.add_argument("--acts", type=int, default=250, help="decisions of each writer")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for rank, case in enumerate(CASES):
            measure("SQLite", str(Path(folder, f"{rank}.db")), case, chosen.writers, chosen.acts)
    server = start_postgresql()
    try:
        on_server("PostgreSQL, no disk wait", server.get_uri(), chosen.writers, chosen.acts)
        for setting in DURABLE:
            execute(server.get_uri(), f"ALTER SYSTEM SET {setting}")
        execute(server.get_uri(), "SELECT pg_reload_conf()")
        on_server("PostgreSQL, durable", server.get_uri(), chosen.writers, chosen.acts)
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
