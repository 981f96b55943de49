"""An empty base on PostgreSQL turned into one partitioned by contract, guards on every table and every partition.

Nothing is defined twice: tables, constraints, indexes and triggers are read from what the migrations made and put
back, word for word, on the partitioned tables; `ledger.storage.guards` then finds every guard it wants. Each partition
gets one guard more, which refuses whatever is written to it without its parent: PostgreSQL fires a statement trigger
on the table that a statement names, so that this one sleeps while the parent routes rows.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg

_ONLY_THROUGH_ITS_TABLE = """
CREATE FUNCTION cofiville_refuse_partition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'cofiville:% is written through its table only', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$"""

_BOUND = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'contract' AND a.attnum > 0
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1"""
_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE conrelid = %s::regclass AND contype IN ('p', 'u') ORDER BY contype, conname"""
_INDEXES = """
SELECT pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)"""
_TRIGGERS = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
_OPTIONS = """
SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = %s::regclass AND reloptions IS NOT NULL"""
_REFERENCES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s) ORDER BY 1, 2"""
_PARTITIONS = """
SELECT i.inhrelid::regclass::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
 WHERE c.relkind = 'r' ORDER BY 1"""
_UNGUARDED = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'r'
 WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = c.relname || '_closed'
  AND t.tgenabled = 'O')
 OR (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgparentid <> 0 AND NOT t.tgisinternal
  AND t.tgenabled = 'O')
  <> (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = i.inhparent AND t.tgtype & 1 = 1 AND NOT t.tgisinternal)
 OR (SELECT count(*) FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('c', 'f', 'p', 'u')
  AND k.convalidated)
  < (SELECT count(*) FROM pg_constraint k WHERE k.conrelid = i.inhparent AND k.conparentid = 0
   AND k.contype IN ('c', 'f', 'p', 'u'))
 ORDER BY 1"""


def partition(address: str, count: int) -> list[str]:
    """Partition every table that belongs to a contract, by hash of the contract, `count` times; gives their names.

    address: a base at the program's revision, without a row in these tables.
    """
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        tables = [name for (name,) in connection.execute(_BOUND)]
        references = connection.execute(_REFERENCES, (tables,)).fetchall()
        for table, name, _ in references:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        connection.execute(_ONLY_THROUGH_ITS_TABLE)
        for table in tables:
            with connection.transaction():
                _partition_one(connection, table, count)
        for table, name, definition in references:
            connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        return tables


def _partition_one(connection: psycopg.Connection[Any], table: str, count: int) -> None:
    if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
        raise ValueError(f"{table} holds rows already")
    constraints = connection.execute(_CONSTRAINTS, (table,)).fetchall()
    options = connection.execute(_OPTIONS, (table,)).fetchone()
    made = [statement for query in (_INDEXES, _TRIGGERS) for (statement,) in connection.execute(query, (table,))]
    connection.execute(f"ALTER TABLE {table} RENAME TO {table}_whole")
    connection.execute(
        f"CREATE TABLE {table} (LIKE {table}_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
        " PARTITION BY HASH (contract)"
    )
    connection.execute(f"DROP TABLE {table}_whole")
    for rest in range(count):
        part = f"{table}_{rest:03}"
        connection.execute(
            f"CREATE TABLE {part} PARTITION OF {table} FOR VALUES WITH (MODULUS {count}, REMAINDER {rest})"
            + (f" WITH ({options[0]})" if options else "")
        )
        connection.execute(
            f"CREATE TRIGGER {part}_closed BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {part}"
            " FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse_partition()"
        )
    for name, definition in constraints:
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for statement in made:
        connection.execute(statement)


def partitions(address: str) -> list[str]:
    """The name of every partition of the base."""
    with closing(psycopg.connect(address)) as connection:
        return [name for (name,) in connection.execute(_PARTITIONS)]


def unguarded(address: str) -> list[str]:
    """The partitions that can be written directly, or lack a row trigger or a constraint of their table."""
    with closing(psycopg.connect(address)) as connection:
        return [name for (name,) in connection.execute(_UNGUARDED)]


def direct_writes(table: str, part: str) -> tuple[str, ...]:
    """The ways to write to a partition, or to empty it, without naming its table."""
    return (
        f"INSERT INTO {part} SELECT * FROM {table} LIMIT 1",
        f"INSERT INTO {part} SELECT * FROM {table} WHERE false",
        f"COPY {part} FROM STDIN",
        f"UPDATE {part} SET contract = contract",
        f"DELETE FROM {part}",
        f"TRUNCATE {part} CASCADE",
        f"MERGE INTO {part} USING (VALUES (1)) AS one ON true WHEN MATCHED THEN DELETE",
    )
