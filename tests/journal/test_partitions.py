"""Hundreds of contracts on one server: partitioned by contract, the book keeps every guard and every figure."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, Inspector, inspect, text

from benchmarks.partitions import direct_writes, partitions, unguarded
from benchmarks.region import DEEP, LINE, Size, opened
from benchmarks.scale import Times, scale
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.storage.guards.check import foreign_objects, missing_guards
from tests.bases import execute, start_postgresql

pytestmark = pytest.mark.xdist_group("partitions")
BOOK = ("exercice", "chain_head", "account", "entry", "transfer")


def test_the_contract_comes_first_in_every_key(engine: Engine) -> None:
    base = inspect(engine)
    bound = [name for name in base.get_table_names() if name == "contract" or _belongs_to_a_contract(base, name)]
    assert len(bound) > len(BOOK)
    for table in bound:
        assert base.get_pk_constraint(table)["constrained_columns"][0] in ("contract", "code"), table
        for key in base.get_foreign_keys(table):
            if key["referred_table"] in bound:
                # An action renewed may stand in another contract of the base.
                assert key["constrained_columns"][0] in ("contract", "previous_contract"), key["name"]
        for unique in base.get_unique_constraints(table):
            assert unique["column_names"][0] == "contract", unique["name"]


def _belongs_to_a_contract(base: Inspector, table: str) -> bool:
    return any(column["name"] == "contract" for column in base.get_columns(table))


@pytest.fixture(scope="module")
def partitioned() -> Iterator[tuple[Engine, Engine]]:
    """4,000 entries of 20 contracts in partitions; one of these contracts alone in plain tables."""
    server = start_postgresql()
    among, single = scale(server.get_uri(), Size.of(4_000, 20, 2), partitions=4, times=Times(1, 1, 5, 100, 1))
    yield among, single
    among.dispose()
    single.dispose()
    server.cleanup()


@pytest.fixture
def address(partitioned: tuple[Engine, Engine]) -> str:
    """The address of the partitioned base, as psycopg takes it."""
    return partitioned[0].url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.mark.long
def test_the_program_finds_every_guard_on_the_partitioned_tables(
    partitioned: tuple[Engine, Engine], address: str
) -> None:
    with partitioned[0].connect() as connection:
        assert missing_guards(connection) == []
        assert foreign_objects(connection) == []
    assert unguarded(address) == []
    assert {f"{table}_{rest:03}" for table in BOOK for rest in range(4)} < set(partitions(address))


@pytest.mark.long
@pytest.mark.parametrize(
    ("part", "guard"), [("entry_002", "entry_002_closed"), ("account_001", "account_keeps"), ("transfer_000", "ALL")]
)
def test_a_guard_missing_on_one_partition_is_found(address: str, part: str, guard: str) -> None:
    execute(address, f"ALTER TABLE {part} DISABLE TRIGGER {guard}")
    assert unguarded(address) == [part]
    execute(address, f"ALTER TABLE {part} ENABLE TRIGGER {guard}")
    assert unguarded(address) == []


@pytest.mark.long
@pytest.mark.parametrize("table", BOOK)
def test_nobody_writes_to_a_partition_without_its_table(address: str, table: str) -> None:
    own = [name for name in partitions(address) if name.startswith(f"{table}_0")]
    assert len(own) == 4
    with psycopg.connect(address, autocommit=True) as connection:
        for part in own:
            for statement in direct_writes(table, part):
                with pytest.raises(psycopg.Error, match="through its table only"):
                    _send(connection, statement)


@pytest.mark.long
def test_an_agent_has_rights_on_the_tables_and_none_on_their_partitions(address: str) -> None:
    execute(address, "CREATE ROLE agent_partition")
    execute(address, f"GRANT SELECT, INSERT, UPDATE ON {', '.join(BOOK)} TO agent_partition")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET ROLE agent_partition")
        assert connection.execute("SELECT count(*) > 0 FROM entry").fetchone() == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT count(*) FROM entry_000")
        for statement in direct_writes("entry", "entry_000"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                _send(connection, statement)


@pytest.mark.long
@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE entry SET label = 'x'", "append-only"),
        ("DELETE FROM transfer", "append-only"),
        ("TRUNCATE entry CASCADE", "append-only|through its table only"),
        ("DELETE FROM account", "append-only"),
        ("UPDATE account SET line = 'X'", "keeps its identity"),
        ("UPDATE account SET debit = debit + 1", "follow transfers"),
        ("UPDATE chain_head SET sequence = sequence - 1", "only grows"),
        ("UPDATE account SET contract = 'CV0001' WHERE contract = 'CV0002'", "keeps its identity"),
        (
            "INSERT INTO transfer SELECT contract, sequence, 9, debit_account, credit_account, 1 FROM transfer LIMIT 1",
            "already sealed",
        ),
        (
            "INSERT INTO transfer SELECT contract, 10000000, 1, debit_account, credit_account, 1 FROM transfer LIMIT 1",
            "without entry",
        ),
        (
            (
                "WITH new AS (INSERT INTO entry SELECT contract, sequence + 1, 'x', kind, label, piece, motive,"
                " effect_on, recorded_at, agent, command, NULL, content_hash, seal, database_role FROM entry"
                " WHERE (contract, sequence) IN (SELECT contract, sequence FROM chain_head) LIMIT 1 RETURNING *)"
                " INSERT INTO transfer SELECT contract, sequence, 1, 7, 8, 1 FROM new"
            ),
            "without account",
        ),
    ],
)
def test_the_tables_refuse_as_they_do_unpartitioned(address: str, statement: str, refusal: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection, pytest.raises(psycopg.Error, match=refusal):
        connection.execute(statement)


@pytest.mark.long
def test_every_book_holds_among_the_others(partitioned: tuple[Engine, Engine]) -> None:
    with partitioned[0].connect() as connection:
        codes = connection.execute(text("SELECT contract FROM chain_head ORDER BY contract")).scalars().all()
        assert len(codes) == 20
        for code in codes:
            with opened(connection, code) as session:
                assert audit_book(session) == []


@pytest.mark.long
def test_a_contract_has_the_same_figures_among_the_others_as_alone(partitioned: tuple[Engine, Engine]) -> None:
    found = []
    for engine in partitioned:
        with engine.connect() as connection, opened(connection, DEEP) as session:
            found.append(balances(session, line=LINE))
    assert found[0] == found[1] != {}


def _send(connection: psycopg.Connection, statement: str) -> None:
    if statement.startswith("COPY"):
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write("")
    else:
        connection.execute(statement)
