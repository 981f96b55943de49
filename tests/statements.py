"""Every statement a base is asked, looked at as it goes to the driver, and the tables it reads for no contract."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from ledger.storage.base import Base, ContractRow
from ledger.storage.every_table import know_every_table
from ledger.storage.session import reads_all_contracts

_NAMED = r'"?(\w+)"?(?:\s+AS\s+"?(\w+)"?)?'
_SOURCES = re.compile(rf"\b(?:FROM|JOIN|UPDATE)\s+({_NAMED}(?:,\s*{_NAMED})*)", re.IGNORECASE)
_SOURCE = re.compile(_NAMED, re.IGNORECASE)
_OWN = re.compile(
    r"\bcontract\b\)?\s*(?:=\s*(?:\?|%|:)|IN\b)|\((?:\w+\.)?contract,[^()]*\)\s+IN\b"
    r"|(?:\?|%\(\w+\)s(?:::\w+)?)\s*=\s*\w+\.contract\b"
)


@cache
def contract_tables() -> frozenset[str]:
    """The names of the tables whose rows are each of one contract."""
    know_every_table()
    found = (mapper.class_ for mapper in Base.registry.mappers)
    return frozenset(entity.__tablename__ for entity in found if issubclass(entity, ContractRow))


def unbound(statement: str) -> set[str]:
    """The tables of contracts, or their aliases, that this statement reads or changes for no contract in particular."""
    if not re.match(r"\s*(?:SELECT|WITH|UPDATE|DELETE)\b", statement, re.IGNORECASE):
        return set()
    named: Counter[str] = Counter()
    for sources in _SOURCES.finditer(statement):
        for table, alias in _SOURCE.findall(sources[1]):
            if table in contract_tables():
                named[alias if alias and alias.upper() not in ("WHERE", "SET", "ON") else table] += 1
    if named and not _OWN.search(statement):
        return set(named)
    bare = len(re.findall(r"(?<![\w.])\(?contract\s*=\s*(?:\?|%)|USING \(contract\b", statement))
    return {name for name, times in named.items() if _conditions(statement, name) + bare < times}


def _conditions(statement: str, name: str) -> int:
    """How many conditions hold the contract of this table or alias to another, to a value or to several."""
    mine = rf"\b{name}\.contract\b"
    return len(re.findall(rf"{mine}\s*=|=\s*{mine}|\({mine},[^()]*\)\s+IN\b|{mine}\s+IN\b", statement))


@contextmanager
def every_statement() -> Iterator[set[str]]:
    """The statements that bases are asked inside for the contract of a session, by any way; each once."""
    seen: set[str] = set()

    def see(statement: Any) -> None:
        if isinstance(statement, str) and not reads_all_contracts():
            seen.add(statement)

    class Watched(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            see(sql)
            return super().execute(sql, *values)

    def connecting(dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        if dialect.name == "sqlite":
            options["factory"] = Watched

    def executing(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        see(statement)

    usual = psycopg.Connection.execute

    def watched(self: Any, query: Any, *values: Any, **options: Any) -> Any:
        see(query)
        return usual(self, query, *values, **options)

    event.listen(Engine, "do_connect", connecting)
    event.listen(Engine, "before_cursor_execute", executing)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(psycopg.Connection, "execute", watched)
        try:
            yield seen
        finally:
            event.remove(Engine, "do_connect", connecting)
            event.remove(Engine, "before_cursor_execute", executing)
