"""What a driver notes while it gives up an interrupted connection is not printed: the interruption says it all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bases import ROOT, clean_environment

READ_AND_BE_INTERRUPTED = """
import sys
from sqlalchemy import text
from ledger.storage.engine import open_engine

def interrupted(cursor, row):
    if row[0] == 50:
        raise KeyboardInterrupt
    return row

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99) SELECT i FROM n"

with open_engine(sys.argv[1]).connect() as connection:
    connection.connection.dbapi_connection.row_factory = interrupted
    try:
        with connection.execute(text(NUMBERS), execution_options={"yield_per": 10}) as rows:
            list(rows)
    except KeyboardInterrupt:
        print("interrompu")
"""


@pytest.mark.one_engine
def test_a_read_interrupted_between_two_rows_prints_no_traceback(tmp_path: Path) -> None:
    words = [sys.executable, "-c", READ_AND_BE_INTERRUPTED, str(tmp_path / "t.db")]
    said = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env=clean_environment(), check=False)
    assert (said.stdout, said.stderr) == ("interrompu\n", "")
