"""Hundreds of contracts on one PostgreSQL: one contract's screens and acts among all, against the same contract alone.

Every entry is written by the program's own posting (COPY underneath), guards on. One contract has the depth foreseen
for all (5,000 entries a year, as far as --entries allows); the others share the rest. The same acts are posted on a
base that holds this contract only, in plain tables.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.orm import Session

from benchmarks.partitions import partition, unguarded
from ledger.conventions.model import Convention, ConventionLine
from ledger.core.money import Money
from ledger.execution.states import convention_states
from ledger.journal.audit import audit
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify
from ledger.journal.exercices import open_exercice
from ledger.journal.keys import AccountKey, Position
from ledger.journal.model import Contract
from ledger.journal.posting import Draft, Move, post
from ledger.referential.seed import load_referential
from ledger.reports.consumption import consumption
from ledger.storage.engine import open_engine
from ledger.storage.guards import check_guards
from ledger.storage.schema import upgrade
from tests.bases import database, execute, start_postgresql

LINE, PAYER, FIRST_YEAR = "CAPH-PDV", "CAPH", 2016
DEPTH = 5_000  # entries of one contract in one year: 400 contracts × 10 years × 5,000 = 20 million
FORESEEN = 20_000_000
INSTALMENTS = 5
STEPS = (Position.DISPONIBLE, Position.PROGRAMME, Position.ENGAGE, Position.ORDONNE, Position.VERSE)
PER_CONVENTION = INSTALMENTS * (len(STEPS) - 1)
READS, SINGLES, BATCH, BATCHES = 15, 100, 1_000, 5


class Size(NamedTuple):
    """How much is loaded: contracts, years, conventions a year of the deep contract and of each other."""

    contracts: int
    years: int
    deep: int
    others: int

    @classmethod
    def of(cls, entries: int, contracts: int, years: int) -> Size:
        """The size that holds about this many entries."""
        deep = min(DEPTH, entries // years // 4) // PER_CONVENTION
        others = max(1, (entries // years // PER_CONVENTION - deep) // (contracts - 1))
        return cls(contracts, years, deep, others)

    def conventions(self, contract: str) -> int:
        """How many conventions this contract signs each year."""
        return self.deep if contract == DEEP else self.others

    @property
    def names(self) -> list[str]:
        """The codes of the contracts."""
        return [f"CV{number:04}" for number in range(self.contracts)]


DEEP = "CV0000"


def key(step: int, year: int, convention: int) -> AccountKey:
    """The account where the money of a convention stands at this step."""
    number = f"{year}-{convention:04}"
    return AccountKey(STEPS[step], LINE, year, f"C{number}" if step > 1 else "", f"A{number}" if step else "")


def acts(year: int, conventions: int, prefix: str = "") -> list[Draft]:
    """The acts of a year: each instalment of each convention goes from the enveloppe to the porteur in four steps."""
    return [
        Draft(
            f"{prefix}{STEPS[step]} {year}-{convention:04}-{rank}",
            "versement",
            f"Versement {rank} de la convention C{year}-{convention:04}",
            f"Pièce {rank}",
            date(year, 1 + (convention * 11) // conventions, 1 + rank),
            (Move(key(step, year, convention), key(step - 1, year, convention), Money(100 + convention)),),
        )
        for convention in range(conventions)
        for rank in range(INSTALMENTS)
        for step in range(1, len(STEPS))
    ]


@contextmanager
def opened(connection: Connection, contract: str) -> Iterator[Session]:
    """A session in the book of this contract."""
    with Session(connection, info={"contract": contract, "agent": "banc", "command": "banc"}) as session:
        yield session


def make(address: str, contracts: Sequence[str], partitions: int) -> Engine:
    """An empty book of these contracts; partitioned when `partitions` is above zero."""
    engine = open_engine(address)
    upgrade(engine)
    if partitions:
        partition(address, partitions)
    with engine.connect() as connection:
        check_guards(connection)
    with engine.connect() as connection, opened(connection, DEEP) as session:
        load_referential(session)
        session.add_all(Contract(code=code, name=code, epci=PAYER, epci_financeur=PAYER) for code in contracts)
        session.commit()
    assert unguarded(address) == []
    return engine


def plan_once(session: Session) -> None:
    """Keep one plan for each guard and key until the commit.

    Left to choose, PostgreSQL counts every partition in a plan for any contract, finds it dear, and plans each row
    anew. Screens and single acts are better left so: their plan is then that of the contract they are about.
    """
    session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))


def load_year(connection: Connection, contract: str, year: int, conventions: int) -> int:
    """Write a year of a contract: its exercice, enveloppe, conventions and acts; gives how many entries."""
    numbers = [f"{year}-{number:04}" for number in range(conventions)]
    signed = {"contract": contract, "year": year, "kind": "convention", "circuit": "budget", "payer": PAYER}
    rest = {"purpose": "Action", "state": "signee", "signed_on": date(year, 1, 1), "piece": "", "example": False}
    granted = {"contract": contract, "line": LINE, "terms_signed": {"base": 1, "kinds": ["qpv"]}}
    with opened(connection, contract) as session:
        open_exercice(session, year)
        notify(session, LINE, year, Money(10**12), piece="Budget", on=date(year, 1, 1))
        session.execute(insert(Convention), [{**signed, **rest, "number": f"C{number}"} for number in numbers])
        session.execute(
            insert(ConventionLine),
            [
                {
                    **granted,
                    "convention": f"C{number}",
                    "action": f"A{number}",
                    "amount_signed": Money(INSTALMENTS * (100 + n)),
                }
                for n, number in enumerate(numbers)
            ],
        )
        plan_once(session)
        written = post(session, acts(year, conventions))
        session.commit()
    return len(written) + 1


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
    assert audit(session) == []


def compare(entries: int, engines: Sequence[Engine], year: int) -> dict[str, float]:
    """Print what each screen and act costs among all and alone; gives the ratios."""
    conventions = 5

    def single(session: Session, turn: int) -> None:
        post(session, acts(year, conventions, f"{entries} SEUL {turn} ")[turn % PER_CONVENTION :][:1])

    def batch(session: Session, turn: int) -> None:
        post(session, acts(year, BATCH // PER_CONVENTION, f"{entries} LOT {turn} "))

    def batch_planned_once(session: Session, turn: int) -> None:
        plan_once(session)
        batch(session, BATCHES + turn)

    measures: list[tuple[str, Callable[[Session, int], object], int]] = [
        (name, lambda session, _turn, look=look: look(session), READS)  # type: ignore[misc]
        for name, look in screens(year).items()
    ]
    measures += [
        ("full audit of the contract", lambda session, _turn: check(session), 3),
        ("one act posted", single, SINGLES),
        (f"{BATCH:,} acts in a batch", batch, BATCHES),
        ("the same, plans kept", batch_planned_once, BATCHES),
    ]
    ratios = {}
    for name, act, times in measures:
        among, alone = measured(engines, act, times)
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


def scale(server: str, size: Size, partitions: int) -> tuple[Engine, Engine]:
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
            compare(entries, (among, alone), year)
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
