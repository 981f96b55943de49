"""Closing a year: time and memory against the audit alone, in the same run, and how they grow with the entries."""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import tempfile
import time
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.closing.close_exercice import close_year, plan_closing
from ledger.core.money import Money
from ledger.exchange.sending.closing import keep_closing
from ledger.journal.audit import audit_book
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.model import Contract
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.referential.framework import record_framework
from ledger.referential.model import Epci
from ledger.referential.seed import load_referential, shipped_epcis, shipped_framework
from ledger.rules.seed import load_rules
from ledger.storage.engine import open_engine
from ledger.storage.schema import upgrade
from ledger.storage.session import Context, ContractSession

LINE, YEAR = "CAPH-PDV", 2016
AFTER = date(YEAR + 1, 1, 31)
STEPS = (Position.DISPONIBLE, Position.PROGRAMME, Position.ENGAGE, Position.ORDONNE, Position.VERSE)
LEFT = 5  # one commitment in so many is never ordered: it becomes a reste à réaliser
BATCH = 5_000
ROUNDS = 3


class Measured(NamedTuple):
    """CPU seconds of the audit alone, of the simulation, of the closing, of its workbook; memory of it all in MiB."""

    audited: float
    simulated: float
    closed: float
    printed: float
    memory: int


def life(number: int) -> list[Draft]:
    """The four acts of one commitment, or the first two of one that is left."""
    steps = STEPS if number % LEFT else STEPS[:3]
    acts = []
    for rank, (source, into) in enumerate(itertools.pairwise(steps)):
        move = Move(_account(into, number), _account(source, number), Money(100 + number % 7))
        day = date.fromordinal(date(YEAR, 2, 1).toordinal() + rank * 60)
        acts.append(Draft(f"ACTE {number} {rank}", "banc", "Acte", "Pièce", day, (move,)))
    return acts


def _account(position: Position, number: int) -> AccountKey:
    if position is Position.DISPONIBLE:
        return AccountKey(position, LINE, YEAR)
    return AccountKey(position, LINE, YEAR, "" if position is Position.PROGRAMME else f"C{number}", f"A{number}")


def fill(session: Session, entries: int) -> None:
    """A year of about so many entries."""
    session.add(Contract(code="CV", name="", epci="", epci_financeur="CAPH"))
    session.flush()
    load_referential(session)
    record_framework(session, "CV", {Epci: list(shipped_epcis()), **shipped_framework()})
    load_rules(session, "CV")
    open_exercice(session, YEAR)
    notify_credits(session, LINE, YEAR, Money(10**12), piece="Budget", on=date(YEAR, 1, 2))
    waiting: list[Draft] = []
    number = written = 0
    while written < entries:
        waiting += life(number)
        number += 1
        if len(waiting) >= BATCH or written + len(waiting) >= entries:
            post_acts(session, waiting)
            written += len(waiting)
            waiting = []
    session.commit()


def measure(entries: int, folder: str) -> Measured:
    """One closing of a fresh year of so many entries, in this process."""
    engine = open_engine(str(Path(folder) / f"{entries}-{time.time_ns()}.db"))
    upgrade(engine)
    info = Context("CV", "banc", "banc")
    with engine.connect().execution_options(writing=True) as connection, ContractSession(connection, info) as session:
        fill(session, entries)
        session.expunge_all()
        marks = [time.process_time()]
        assert audit_book(session) == []
        marks.append(time.process_time())
        assert not plan_closing(session, YEAR, on=AFTER).blocked
        marks.append(time.process_time())
        close_year(session, YEAR, on=AFTER)
        session.commit()
        marks.append(time.process_time())
        keep_closing(session, YEAR, on=AFTER)
        session.commit()
        marks.append(time.process_time())
    engine.dispose()
    audited, simulated, closed, printed = (after - before for before, after in itertools.pairwise(marks))
    return Measured(audited, simulated, closed, printed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main() -> None:
    """Print the medians for each size, each closing in a process of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, nargs="+", default=[25_000, 50_000, 100_000])
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    options = asked.parse_args()
    print("| entries | audit alone | simulated | closed | workbook | closed ÷ audit | memory |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for entries in options.entries:
            rounds = []
            for _ in range(options.rounds):
                with get_context("spawn").Pool(1) as pool:
                    rounds.append(pool.apply(measure, (entries, folder)))
            middle = [statistics.median(values) for values in zip(*rounds, strict=True)]
            audited, simulated, closed, printed, memory = middle
            print(
                f"| {entries} | {audited:.2f} s | {simulated:.2f} s | {closed:.2f} s | {printed:.2f} s"
                f" | {closed / audited:.2f} | {memory:.0f} MiB |"
            )


if __name__ == "__main__":
    main()
