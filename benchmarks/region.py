"""A region's books, as the program writes them: contracts, exercices, conventions and the acts of each year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from benchmarks.partitions import partition, unguarded
from benchmarks.rows import add_rows
from ledger.conventions.model import Convention, ConventionLine
from ledger.core.money import Money
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.model import Contract
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.referential.framework import record_framework
from ledger.referential.model import CreditLine, Financeur
from ledger.referential.seed import load_referential, shipped_framework
from ledger.storage.engine import open_engine
from ledger.storage.guards.check import check_guards
from ledger.storage.schema import upgrade
from ledger.storage.session import Context, ContractSession

LINE, PAYER = "CAPH-PDV", "CAPH"
DEPTH = 5_000  # entries of one contract in one year: 400 contracts × 10 years × 5,000 = 20 million
INSTALMENTS = 5
STEPS = (Position.DISPONIBLE, Position.PROGRAMME, Position.ENGAGE, Position.ORDONNE, Position.VERSE)
PER_CONVENTION = INSTALMENTS * (len(STEPS) - 1)


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
    with ContractSession(connection, Context(contract, "banc", "banc")) as session:
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
        session.flush()
        shipped = shipped_framework()
        for code in contracts:
            record_framework(session, code, {each: shipped[each] for each in (Financeur, CreditLine)})
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
        notify_credits(session, LINE, year, Money(10**12), piece="Budget", on=date(year, 1, 1))
        add_rows(session, Convention, [{**signed, **rest, "number": f"C{number}"} for number in numbers])
        add_rows(
            session,
            ConventionLine,
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
        written = post_acts(session, acts(year, conventions))
        session.commit()
    return len(written) + 1
