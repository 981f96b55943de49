"""The tables the migrations make on each engine; `python -m tests.guards` writes them where the program reads them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from ledger.storage.engine import open_engine
from ledger.storage.guards.check import guards_found, kept_tables
from ledger.storage.schema import upgrade
from tests.bases import MODEL, database, start_postgresql

GUARDS = ("trigger ", "function ")


def made_guards(address: str | Path) -> dict[str, str]:
    """All that the check looks at in a base raised to the program's revision, in the order of its names."""
    engine = open_engine(address)
    upgrade(engine)
    with engine.connect() as connection:
        found = guards_found(connection)
    engine.dispose()
    return dict(sorted(found.items()))


def made_tables(address: str | Path) -> dict[str, str]:
    """The tables and constraints among them."""
    return {name: text for name, text in made_guards(address).items() if not name.startswith(GUARDS)}


def write_tables() -> None:
    """Write the tables of both engines."""
    with tempfile.TemporaryDirectory() as folder:
        made = {"sqlite": made_tables(Path(folder) / "gardes.db")}
    server = start_postgresql(with_model=True)
    try:
        made["postgresql"] = made_tables(database(server.get_uri(), MODEL))
    finally:
        server.cleanup()
    for engine, tables in made.items():
        kept_tables(engine).write_text(json.dumps(tables, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_tables()
