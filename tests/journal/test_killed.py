"""A process killed while it writes loses nothing it acknowledged and leaves no half act."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from ledger.journal.audit import audit_book
from ledger.journal.model import Entry, Transfer
from ledger.storage.engine import open_engine
from tests.journal.posters import BATCH, post_batches, post_singles, start
from tests.journal.trials import book, prepare, trials

KILLS = {"sqlite": trials(6, 150), "postgresql": trials(4, 50)}
LONGEST = 0.15
AUDITED = trials(1, 10)


@pytest.mark.long
@pytest.mark.parametrize("work", [post_singles, post_batches])
def test_every_act_acknowledged_before_a_kill_is_there_whole(base: str, work: Callable[..., None]) -> None:
    prepare(base, 100, 2016)
    chance = random.Random(20161231)  # noqa: S311 - instants of kills, nothing secret
    engine = open_engine(base)
    acknowledged: set[str] = set()
    for number in range(KILLS[engine.dialect.name]):
        poster = start(work, base, f"K{number}")
        assert poster.says.recv() == "ready"
        if number % 2:
            acknowledged.add(poster.says.recv())
        time.sleep(chance.uniform(0, LONGEST))
        poster.process.kill()
        acknowledged.update(poster.heard())
        with book(engine) as session:
            written = set(session.scalars(select(Entry.reference).where(Entry.kind == "epreuve")))
            moves = session.scalar(select(func.count()).select_from(Transfer))
            assert acknowledged <= written
            assert moves == 2 * len(written) + 1
            if work is post_batches:
                assert len(written) % BATCH == 0
            if number % AUDITED == 0:
                assert audit_book(session) == []
    with book(engine) as session:
        assert audit_book(session) == []
    engine.dispose()
    assert acknowledged
