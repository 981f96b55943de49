"""Whatever life conventions had, the rows of business and the book say the same, and both chains hold.

COFIVILLE_EPREUVES=completes lives a hundred years, COFIVILLE_GRAINE draws others.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from ledger.commands.storage.inspection import anomalies, inspect
from ledger.core.errors import LedgerError
from ledger.execution.undo_act import undo_act
from ledger.journal.model import Entry
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession
from tests.bases import PostgresqlBases, SqliteBases
from tests.journal.trials import trials
from tests.reports.random_year import OBJECTIVES, PLACES, PORTEURS, SCALES, Drawn, play
from tests.seals import verified

SEED = int(os.environ.get("COFIVILLE_GRAINE", "20161231"))
LIVES = trials(3, 100)


def drawn(draw: Random) -> Drawn:
    """An action and how far its life goes."""
    return Drawn(
        cents=draw.randint(100, 50_000_00),
        weights=(draw.randint(1, 9), draw.randint(1, 9), draw.randint(1, 9), draw.randint(1, 9)),
        heads=(draw.randint(1, 50), draw.randint(0, 50), draw.randint(0, 50)),
        places=frozenset(draw.sample(PLACES, draw.randint(0, 4))),
        porteur=draw.choice(PORTEURS),
        objective=draw.choice(OBJECTIVES),
        scale=draw.choice(SCALES),
        life=draw.randint(0, 5),
    )


def undo_some(session: ContractSession, draw: Random) -> int:
    """Undo a few entries, those that may be; gives how many were."""
    numbers = session.scalars(select(Entry.sequence)).all()
    undone = 0
    for number in draw.sample(numbers, min(4, len(numbers))):
        step = session.begin_nested()
        try:
            undo_act(session, number, motive="Mal saisi", on=date(2016, 12, 1))
        except LedgerError:
            step.rollback()
        else:
            step.commit()
            undone += 1
    return undone


@pytest.mark.long
def test_the_rows_of_a_random_life_are_what_the_book_says(bases: SqliteBases | PostgresqlBases, tmp_path: Path) -> None:
    draw = Random(SEED)  # noqa: S311 - the same lives for the same seed
    undone = 0
    for number in range(LIVES):
        folder = tmp_path / str(number)
        folder.mkdir()
        address = bases.new(folder)
        engine = open_engine(address)
        acting = Context("CV195", "test", "test")
        with (
            engine.connect().execution_options(writing=True) as connection,
            ContractSession(connection, acting) as session,
        ):
            play(session, [drawn(draw) for _ in range(draw.randint(1, 5))])
            session.commit()
            undone += undo_some(session, draw)
            session.commit()
        with engine.connect() as connection, ContractSession(connection, acting) as session:
            assert anomalies(inspect(session)) == []
        engine.dispose()
        if isinstance(bases, SqliteBases):
            assert verified(Path(address)) == []
        bases.drop(address)
    assert undone
