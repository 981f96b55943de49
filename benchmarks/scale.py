"""Hundreds of contracts on one PostgreSQL: one contract's screens and acts among all, against the same contract alone.

Every entry is written by the program's own posting (COPY underneath), guards on. One contract has the depth foreseen
for all (5,000 entries a year, as far as --entries allows); the others share the rest. The same acts are posted on a
base that holds this contract only, in plain tables.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.region import DEEP, LINE, PER_CONVENTION, Size, acts, load_year, make, opened, plan_once
from ledger.execution.figures import convention_states
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.posting import post_acts
from ledger.reports.consumption import consumption
from tests.bases import database, execute, start_postgresql

FIRST_YEAR = 2016
FORESEEN = 20_000_000


class Times(NamedTuple):
    """How often each screen, audit and single act is measured; the acts of a batch, and how many batches."""

    reads: int = 15
    audits: int = 3
    singles: int = 100
    batch: int = 1_000
    batches: int = 5


USUAL = Times()


def screens(year: int) -> Mapping[str, Callable[[Session], object]]:
    """What users look at, by name."""
    action = f"A{year}-0001"
    return {
        "state of the enveloppes": lambda session: consumption(session, year),
        "the same as of a day": lambda session: consumption(session, year, on=date(year, 6, 30)),
        "one position": lambda session: balances(session, line=LINE, year=year, action=action),
        "list of the year's conventions": lambda session: convention_states(session, year),
    }


def measured(engines: Sequence[Engine], act: Callable[[Session, int], object], times: int) -> list[float]:
    """The median time of an act on each base, in seconds, taken by turns on a connection of its own."""
    lasted: list[list[float]] = [[] for _ in engines]
    connections = [engine.connect() for engine in engines]
    for turn in range(times):
        for connection, seconds in zip(connections, lasted, strict=True):
            with opened(connection, DEEP) as session:
                begun = time.perf_counter()
                act(session, turn)
                session.commit()
                seconds.append(time.perf_counter() - begun)
    for connection in connections:
        connection.close()
    return [statistics.median(seconds) for seconds in lasted]


def check(session: Session) -> None:
    """Audit the contract's book, which must hold."""
    assert audit_book(session) == []


def compare(entries: int, engines: Sequence[Engine], year: int, times: Times = USUAL) -> dict[str, float]:
    """Print what each screen and act costs among all and alone; gives the ratios."""
    conventions = 5

    def single(session: Session, turn: int) -> None:
        post_acts(session, acts(year, conventions, f"{entries} SEUL {turn} ")[turn % PER_CONVENTION :][:1])

    def batch(session: Session, turn: int) -> None:
        post_acts(session, acts(year, times.batch // PER_CONVENTION, f"{entries} LOT {turn} "))

    def batch_planned_once(session: Session, turn: int) -> None:
        plan_once(session)
        batch(session, times.batches + turn)

    measures: list[tuple[str, Callable[[Session, int], object], int]] = [
        (name, lambda session, _turn, look=look: look(session), times.reads)  # type: ignore[misc]
        for name, look in screens(year).items()
    ]
    measures += [
        ("full audit of the contract", lambda session, _turn: check(session), times.audits),
        ("one act posted", single, times.singles),
        (f"{times.batch:,} acts in a batch", batch, times.batches),
        ("the same, plans kept", batch_planned_once, times.batches),
    ]
    ratios = {}
    for name, act, turns in measures:
        among, alone = measured(engines, act, turns)
        ratios[name] = among / alone
        print(
            f"{entries:>10,}  {name:<32}{among * 1e3:9.2f} ms{alone * 1e3:9.2f} ms   × {ratios[name]:.2f}", flush=True
        )
    return ratios


def weight(engine: Engine) -> float:
    """Print and give the bytes on disk of one entry with its transfers, accounts and indexes."""
    tables = "('entry', 'transfer', 'account', 'chain_head', 'exercice')"
    query = (
        "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid"
        f" WHERE c.relkind = 'r' AND coalesce(i.inhparent, c.oid)::regclass::text IN {tables}"
    )
    with engine.connect() as connection:
        entries = connection.execute(text("SELECT sum(sequence) FROM chain_head")).scalar_one()
        each = float(connection.execute(text(query)).scalar_one()) / float(entries)
    print(f"{each:.0f} bytes an entry; {FORESEEN:,} entries: {each * FORESEEN / 2**30:.1f} GiB")
    return each


def scale(server: str, size: Size, partitions: int, times: Times = USUAL) -> tuple[Engine, Engine]:
    """Load both bases year by year, measuring half-way and at the end; gives their engines."""
    for name in ("tous", "seul"):
        execute(server, f"CREATE DATABASE {name}")
    addresses = database(server, "tous"), database(server, "seul")
    among, alone = make(addresses[0], size.names, partitions), make(addresses[1], [DEEP], 0)
    entries, spent = 0, 0.0
    for turn in range(size.years):
        year = FIRST_YEAR + turn
        begun = time.perf_counter()
        with among.connect() as connection:
            entries += sum(load_year(connection, each, year, size.conventions(each)) for each in size.names)
        spent += time.perf_counter() - begun
        with alone.connect() as connection:
            load_year(connection, DEEP, year, size.deep)
        print(f"{entries:>10,}  entries of {size.contracts} contracts, {entries / spent:,.0f} a second", flush=True)
        if turn + 1 in (size.years // 2, size.years):
            for address in addresses:
                execute(address, "VACUUM ANALYZE")
            compare(entries, (among, alone), year, times)
    weight(among)
    return among, alone


def main() -> None:
    """Load and measure on a server of our own, thrown away afterwards."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=2_000_000)
    options.add_argument("--contracts", type=int, default=400)
    options.add_argument("--years", type=int, default=10)
    options.add_argument("--partitions", type=int, default=16)
    chosen = options.parse_args()
    server = start_postgresql()
    try:
        scale(server.get_uri(), Size.of(chosen.entries, chosen.contracts, chosen.years), chosen.partitions)
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
