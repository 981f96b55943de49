"""The guards as they stand in the folder of each engine: read, and made again in a base.

A file is a guard: the triggers, and on a server the functions they run, that keep one promise of a table. Each
statement begins a line with CREATE; a line that begins with -- says why. On PostgreSQL statements are written as the
server prints them, so that what a base has is compared with them word for word.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOLDER = Path(__file__).parent

_TRIGGERS = {
    "sqlite": """SELECT 'DROP TRIGGER "' || replace(name, '"', '""') || '"'
      FROM sqlite_master WHERE type = 'trigger'""",
    # A partition keeps what lets nobody write to it without its table.
    "postgresql": """SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition""",
}
_UNUSED_FUNCTIONS = """SELECT p.proname, format('DROP FUNCTION %s', p.oid::regprocedure) FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace AND starts_with(p.proname, 'cofiville')
   AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgfoid = p.oid)"""


@cache
def guards_wanted(engine: str) -> Mapping[str, str]:
    """The statement that makes each guard of an engine ("sqlite", "postgresql"), by its name, functions first.

    Names are those of the check: "trigger entry.entry_next", "function cofiville_refuse".
    """
    found = {_name(statement): statement for statement in _statements(_read(engine))}
    return dict(sorted(found.items(), key=lambda item: item[0].startswith("trigger ")))


def drop_guards(connection: Connection) -> None:
    """Drop every trigger of the base, ours or not, so that what is done to its tables is what is written there."""
    for (drop,) in _rows(connection, _TRIGGERS[connection.dialect.name]):
        _run(connection, drop)


def make_guards(connection: Connection) -> None:
    """Make every guard of the folder in a base that has none, inside the transaction under way.

    A function that stays keeps its owner and who may run it.
    """
    engine = connection.dialect.name
    wanted = guards_wanted(engine)
    if engine == "postgresql":
        for name, drop in _rows(connection, _UNUSED_FUNCTIONS):
            if f"function {name}" not in wanted:
                _run(connection, drop)
    for statement in wanted.values():
        _run(connection, statement)


def _read(engine: str) -> str:
    """All the files of an engine, one after the other; every opening waits for it, and paths as text take less long."""
    found = []
    for name in sorted(os.listdir(FOLDER / engine)):  # noqa: PTH208
        if name.endswith(".sql"):
            with open(f"{FOLDER}/{engine}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
                found.append(file.read())
    return b"\n".join(found).decode()


def _statements(text: str) -> Iterator[str]:
    lines = (line for line in text.splitlines() if not line.startswith("--"))
    for part in "\n".join(["", *lines]).split("\nCREATE ")[1:]:
        yield f"CREATE {part.strip().removesuffix(';')}"


def _name(statement: str) -> str:
    words = statement.split(maxsplit=20)
    if words[1] == "TRIGGER":
        return f"trigger {words[words.index('ON') + 1].removeprefix('public.')}.{words[2]}"
    return f"function {words[words.index('FUNCTION') + 1].removeprefix('public.').removesuffix('()')}"


def _rows(connection: Connection, query: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(query.replace("%", "%%"))]


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement.replace("%", "%%"))
