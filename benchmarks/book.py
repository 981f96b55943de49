"""The book against raw inserts of the same rows, in batches and one by one, and what reading it costs."""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.model import Contract
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.storage.engine import open_engine
from ledger.storage.schema import upgrade
from ledger.storage.session import Context, ContractSession

ROUNDS, SINGLES = 5, 200
TABLES = ("account", "entry", "transfer")
DAY = date(2016, 3, 1)


def drafts(count: int, first: int = 0, accounts: int = 2_500, days: int = 1) -> list[Draft]:
    """Acts that programme an enveloppe for so many actions, dated in so many days, in no order."""
    source = AccountKey(Position.DISPONIBLE, "CAPH-PDV", 2016)
    return [
        Draft(
            f"ACTE {number}",
            "programmation",
            "Programmation",
            "Comité de pilotage",
            DAY + timedelta(days=number * 37 % days),
            (
                Move(
                    source._replace(position=Position.PROGRAMME, action=f"A{number % accounts}"),
                    source,
                    Money(100 + number),
                ),
            ),
        )
        for number in range(first, first + count)
    ]


@contextmanager
def book(address: str) -> Iterator[tuple[Engine, Session]]:
    """A fresh book with one enveloppe, and a session that writes in it."""
    engine = open_engine(address)
    upgrade(engine)
    info = Context("CV", "banc", "banc")
    with engine.connect().execution_options(writing=True) as connection, ContractSession(connection, info) as session:
        session.add(Contract(code="CV", name="", epci="", epci_financeur=""))
        session.flush()
        open_exercice(session, 2016)
        notify_credits(session, "CAPH-PDV", 2016, Money(10**15), piece="Budget", on=DAY)
        session.commit()
        yield engine, session
    engine.dispose()


def timed(act: Callable[[], object]) -> float:
    """The processor time of an act, in seconds: these machines are shared."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def raw_sqlite(rows: dict[str, list[Any]], schema: list[str], path: Path, *, single: bool) -> float:
    """The time of the same rows inserted by the driver into the same tables and indexes, without any guard."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        for statement in schema:
            raw.execute(statement)

        def insert() -> None:
            for turn in range(len(rows["entry"]) if single else 1):
                raw.execute("BEGIN IMMEDIATE")
                for table in TABLES:
                    chosen = rows[table][turn : turn + 1] if single else rows[table]
                    if chosen:
                        raw.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(chosen[0]))})", chosen)
                raw.execute("COMMIT")

        return timed(insert)


def written(path: Path) -> tuple[dict[str, list[Any]], list[str]]:
    """The rows of a book, and what makes its tables and indexes."""
    with closing(sqlite3.connect(path)) as source:
        rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        schema = source.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name IN ('account', 'entry', 'transfer')"
            " AND type IN ('table', 'index') AND sql IS NOT NULL"
        )
        return rows, [statement for (statement,) in schema]


def sqlite_batch(count: int, folder: Path) -> None:
    """Print the ratio of a batch posted to the same rows inserted raw."""
    ratios, seconds = [], []
    for turn in range(ROUNDS):
        path = folder / f"lot-{count}-{turn}.db"
        acts = drafts(count)
        with book(str(path)) as (_, session):

            def run(session: Session = session, acts: list[Draft] = acts) -> None:
                post_acts(session, acts)
                session.commit()

            seconds.append(timed(run))
        rows, schema = written(path)
        ratios.append(seconds[-1] / raw_sqlite(rows, schema, folder / "brut.db", single=False))
    show(f"SQLite, batch of {count:,} entries", seconds, ratios, "≤ 2.5 × raw")


def sqlite_singles(folder: Path) -> None:
    """Print the ratio of acts posted one a transaction to the same rows inserted raw, one a transaction."""
    ratios, seconds = [], []
    for turn in range(ROUNDS):
        path = folder / f"un-{turn}.db"
        with book(str(path)) as (_, session):
            acts = drafts(SINGLES)
            begun = time.perf_counter()
            for act in acts:
                post_acts(session, [act])
                session.commit()
            seconds.append(time.perf_counter() - begun)
        rows, schema = written(path)
        begun = time.perf_counter()
        raw_sqlite(rows, schema, folder / "brut.db", single=True)
        ratios.append(seconds[-1] / (time.perf_counter() - begun))
    show(f"SQLite, {SINGLES} entries, one a transaction", seconds, ratios, "≤ 1.5 × raw")


def spent(driver: Any) -> float:
    """The processor time of this process and, where Linux tells it, of the server's process that serves it."""
    served = Path(f"/proc/{driver.info.backend_pid}/schedstat")
    return time.process_time() + (int(served.read_text().split()[0]) / 1e9 if served.exists() else 0)


def postgresql_batch(address: str, count: int) -> None:
    """Print the ratio of a batch posted to the same rows copied into tables without guards, on a server of here."""
    ratios, seconds = [], []
    for _ in range(ROUNDS):
        acts = drafts(count)
        with book(address) as (engine, session):
            driver: Any = session.connection().connection.driver_connection
            begun = spent(driver)
            post_acts(session, acts)
            session.commit()
            seconds.append(spent(driver) - begun)
            ratios.append(seconds[-1] / copied(engine))
            with engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
    show(f"PostgreSQL, batch of {count:,} entries", seconds, ratios, "≤ 1.5 × COPY")


def copied(engine: Engine) -> float:
    """What COPY of the same rows into the same tables and indexes, without triggers, costs."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            rows = {}
            for table in TABLES:
                cursor.execute(f"SELECT * FROM {table}")
                rows[table] = cursor.fetchall()
                cursor.execute(f"CREATE TABLE brut_{table} (LIKE {table} INCLUDING INDEXES INCLUDING CONSTRAINTS)")
            driver.commit()
            begun = spent(driver)
            for table in TABLES:
                with cursor.copy(f"COPY brut_{table} FROM STDIN") as copy:
                    for row in rows[table]:
                        copy.write_row(row)
            driver.commit()
            return spent(driver) - begun


def reads(folder: Path, sizes: tuple[int, ...]) -> None:
    """Print what one position, a trial balance over 40 accounts, both as of a day, and an audit cost at each size."""
    for size in sizes:
        path = folder / f"lecture-{size}.db"
        with book(str(path)) as (_, session):
            for first in range(0, size, 10_000):
                post_acts(session, drafts(min(10_000, size - first), first, accounts=39, days=300))
                session.commit()
            asked: dict[str, Callable[[], object]] = {
                "position": lambda: balances(session, line="CAPH-PDV", year=2016, action="A1"),
                "trial balance": lambda: balances(session),
                "position as of a day": lambda: balances(
                    session, line="CAPH-PDV", year=2016, action="A1", on=date(2016, 9, 3)
                ),
                "trial balance as of a day": lambda: balances(session, on=date(2016, 9, 3)),
            }
            times = {name: statistics.median(timed(look) for _ in range(20)) for name, look in asked.items()}
            times[f"audit (× {100_000 / size:g} = a 100,000; target ≤ 1 s)"] = timed(lambda: audit_book(session))
        path.unlink()
        for name, seconds in times.items():
            print(f"{size:>9,} entries   {name:<48}{seconds * 1e3:12.3f} ms", flush=True)


def show(name: str, seconds: list[float], ratios: list[float], target: str) -> None:
    """Print the medians of a measure."""
    print(f"{name:<46}{statistics.median(seconds):8.3f} s   × {statistics.median(ratios):.2f}   target {target}")


def main() -> None:
    """Measure everything; --postgresql ADDRESS of an empty database adds the server's part."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--postgresql", metavar="ADDRESS")
    options.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sqlite_batch(10_000, Path(folder))
        sqlite_batch(100_000, Path(folder))
        sqlite_singles(Path(folder))
        reads(Path(folder), tuple(chosen.sizes))
    if chosen.postgresql:
        postgresql_batch(chosen.postgresql, 10_000)


if __name__ == "__main__":
    main()
