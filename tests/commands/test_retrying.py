"""A command that meets another writer is run again, unless it has already written something."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import pytest

from ledger.commands.declaring.retrying import note_commit, retried
from ledger.core.errors import Contended
from tests.commands.conftest import notify
from tests.conftest import Typist


def failing(times: int, *, writes: bool = False) -> tuple[list[int], Any]:
    calls: list[int] = []

    def command() -> str:
        calls.append(1)
        if writes:
            note_commit()
        if len(calls) <= times:
            raise Contended
        return "fait"

    return calls, command


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.commands.declaring.retrying._WAIT_SECONDS", 0)


@pytest.mark.parametrize("times", [0, 1, 3])
def test_a_command_is_run_again_up_to_three_times(times: int) -> None:
    calls, command = failing(times)
    assert retried(command) == "fait"
    assert len(calls) == times + 1


def test_the_fourth_failure_is_told() -> None:
    calls, command = failing(4)
    with pytest.raises(Contended):
        retried(command)
    assert len(calls) == 4


def test_a_command_that_has_written_is_not_run_again() -> None:
    calls, command = failing(1, writes=True)
    with pytest.raises(Contended):
        retried(command)
    assert len(calls) == 1


@pytest.mark.postgresql
def test_a_command_killed_by_a_deadlock_is_run_again_and_written_once(in_2016: Typist, base: str) -> None:
    notify(in_2016, "A")
    with psycopg.connect(base) as other, psycopg.connect(base) as watcher:
        watcher.autocommit = True
        other.execute("SET deadlock_timeout = '10s'")
        other.execute("SELECT 1 FROM chain_head FOR UPDATE")

        def cross() -> None:
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            until = time.monotonic() + 30
            while not watcher.execute(waits).fetchone()[0] and time.monotonic() < until:  # type: ignore[index]
                time.sleep(0.01)
            other.execute("SELECT 1 FROM account FOR UPDATE")
            other.rollback()

        crossing = threading.Thread(target=cross)
        crossing.start()
        notify(in_2016, "B")
        crossing.join()
    assert len(in_2016("--json", "journal", "lister").data) == 2
