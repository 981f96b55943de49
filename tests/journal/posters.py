"""Processes that post on a base and say what was committed: started by the trials, killed or raced by them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from sqlalchemy import Engine

from ledger.commands.declaring.troubles import in_french
from ledger.core.errors import LedgerError
from ledger.core.money import Money
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import DayClosed
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft
from ledger.storage import instants
from ledger.storage.engine import DatabaseUnavailable, open_engine
from tests.journal.trials import LINE, act, book, key, programmed

BATCH = 150
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


class Poster(NamedTuple):
    """A process at work and what it says."""

    process: Any
    says: Connection

    def heard(self) -> list[Any]:
        """Everything it said before it ended, or was ended."""
        said = []
        with suppress(EOFError, OSError):
            while True:
                said.append(self.says.recv())
        self.process.join()
        self.says.close()
        return said


def start(work: Callable[..., None], *arguments: Any) -> Poster:
    """Start a process that does this work; its first argument is where it says things."""
    hears, says = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=work, args=(says, *arguments), daemon=True)
    process.start()
    says.close()
    return Poster(process, hears)


def two_moves(reference: str) -> Draft:
    """An act of two moves: half of it would show."""
    opened = (key(Position.DISPONIBLE), key(Position.NOTIFIE), 3)
    taken = (key(Position.PROGRAMME, "A"), key(Position.DISPONIBLE), 2)
    return act(reference, opened, taken)


def post_singles(says: Connection, address: str, prefix: str) -> None:
    """Post acts one a transaction, saying the reference of each once it is committed, until killed."""
    engine = open_engine(address)
    says.send("ready")
    for number in range(10**6):
        with book(engine) as session:
            post_acts(session, [two_moves(f"{prefix}-{number}")])
        says.send(f"{prefix}-{number}")


def post_batches(says: Connection, address: str, prefix: str) -> None:
    """Post batches of acts, saying the references of each batch once it is committed, until killed."""
    engine = open_engine(address)
    says.send("ready")
    for number in range(10**6):
        references = [f"{prefix}-{number}-{place}" for place in range(BATCH)]
        with book(engine) as session:
            post_acts(session, [two_moves(reference) for reference in references])
        for reference in references:
            says.send(reference)


def spend(says: Connection, address: str, prefix: str, count: int) -> None:
    """Try to take one cent from the enveloppe this many times, then say how many times it was given and refused."""
    engine = open_engine(address)
    given = refused = 0
    for number in range(count):
        try:
            insist(engine, address, programmed(f"{prefix}-{number}", 1, action=prefix))
            given += 1
        except Overdraft:
            refused += 1
    says.send((given, refused))
    engine.dispose()


def spend_on_another_clock(says: Connection, address: str, prefix: str, count: int, seconds: int) -> None:
    """As `spend`, on a machine whose clock is this far from ours."""
    ours = instants.machine_instant
    instants.machine_instant = lambda: ours() + timedelta(seconds=seconds)
    spend(says, address, prefix, count)


def insist(engine: Engine, address: str, draft: Draft) -> None:
    """Post an act, again each time the base says it is busy or that somebody wrote at the same moment."""
    while True:
        try:
            with in_french(address), book(engine) as session:
                post_acts(session, [draft])
        except DatabaseUnavailable:
            continue
        return


def notify_until_closed(says: Connection, address: str, prefix: str, year: int) -> None:
    """Notify credits of a year, dated in it, until its days are locked; say how many were taken and what ended it."""
    engine = open_engine(address)
    taken, ended = 0, ""
    says.send("ready")
    while not ended:
        try:
            with in_french(address), book(engine) as session:
                notify_credits(session, LINE, year, Money(1), piece=f"{prefix}-{taken}", on=date(year, 12, 31))
            taken += 1
        except DayClosed:
            ended = "clos"
        except LedgerError as error:
            ended = "clos" if "vient d'être clos" in error.problem else ""
    says.send((taken, ended))
    engine.dispose()
