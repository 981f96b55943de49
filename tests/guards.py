"""The guards the migrations make on each engine; `python -m tests.guards` writes them where the program reads them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from ledger.storage.engine import open_engine
from ledger.storage.guards import KEPT, fingerprints
from ledger.storage.schema import upgrade
from tests.bases import MODEL, database, start_postgresql


def made_guards(address: str | Path) -> dict[str, str]:
    """The guards of a base raised to the program's revision, in the order of their names."""
    engine = open_engine(address)
    upgrade(engine)
    with engine.connect() as connection:
        found = fingerprints(connection)
    engine.dispose()
    return dict(sorted(found.items()))


def write_guards() -> None:
    """Write the guards of both engines."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {"sqlite": made_guards(Path(folder) / "gardes.db")}
    server = start_postgresql()
    try:
        kept["postgresql"] = made_guards(database(server.get_uri(), MODEL))
    finally:
        server.cleanup()
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_guards()
