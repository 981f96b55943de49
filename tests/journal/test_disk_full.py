"""A disk that fills up refuses the act in French; what was written before is there, whole."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.commands.declaring.troubles import in_french
from ledger.core.errors import LedgerError
from ledger.journal.audit import audit_book, book_head
from ledger.journal.posting import post_acts
from ledger.storage.engine import open_engine
from tests.journal.posters import start, two_moves
from tests.journal.trials import book, prepare

KIB = 1024
ROOM = 96 * KIB
BIG = 400


def post_until_refused(says: Any, address: str, limit: int) -> None:
    """Post acts and batches of them, files being limited to so many bytes; say how many were taken and the refusal."""
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    engine = open_engine(address)
    taken = 0
    try:
        for number in range(10**4):
            size = BIG if number % 5 == 4 else 1
            with in_french(address), book(engine) as session:
                post_acts(session, [two_moves(f"{number}-{place}") for place in range(size)])
            taken += size
    except LedgerError as refused:
        says.send((taken, refused.problem))
    engine.dispose()


def fills_up(address: str, limit: int) -> str:
    """What the user is told when it fills up; the acts taken before are there, and the base holds."""
    ((taken, problem),) = start(post_until_refused, address, limit).heard()
    engine = open_engine(address)
    with book(engine) as session:
        assert book_head(session).entries == taken + 1
        assert audit_book(session) == []
    engine.dispose()
    assert taken > 0
    return str(problem)


@pytest.mark.sqlite
@pytest.mark.long
def test_a_limit_on_files_refuses_in_french_and_loses_nothing(base: str) -> None:
    prepare(base, 100, 2016)
    problem = fills_up(base, Path(base).stat().st_size + ROOM)
    assert problem == "Le disque refuse de lire ou d'écrire : rien n'a été écrit."


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MiB, where the machine lets one be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=3m", "cofiville-test", str(disk)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.sqlite
@pytest.mark.long
def test_a_full_disk_refuses_in_french_and_loses_nothing(base: str, small_disk: Path) -> None:
    prepare(base, 100, 2016)
    moved = small_disk / "contrat.db"
    moved.write_bytes(Path(base).read_bytes())
    filler = small_disk / "filler"
    filler.write_bytes(bytes(300 * KIB))
    ((taken, problem),) = start(post_until_refused, str(moved), 0).heard()
    assert problem == "Le disque est plein : rien n'a été écrit."
    filler.unlink()
    engine = open_engine(moved)
    with book(engine) as session:
        assert book_head(session).entries == taken + 1
        assert audit_book(session) == []
    engine.dispose()
    assert taken > 0
