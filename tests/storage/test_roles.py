"""On a server, an agent keeps the book through the product and gets round none of its guards; a reader only reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from ledger.storage.engine import open_engine
from ledger.storage.roles import AGENT, AGENT_MAY, READER
from tests.bases import execute
from tests.conftest import Typist

pytestmark = pytest.mark.xdist_group("roles")


@pytest.fixture
def given(cofiville: Typist, base: str) -> Typist:
    """A base on a server, whose roles are given."""
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    notified = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 10, "--piece", "A", "--le", "2016-02-01")
    assert cofiville(*notified).code == 0
    answer = cofiville("base", "roles")
    assert answer.code == 0, answer.err
    assert cofiville("base", "roles").code == 0
    return cofiville


def member(base: str, role: str) -> str:
    """The address of the base for a new user of the server who has this role."""
    name = f"{role}_de_{make_url(base).database}"
    execute(base, f"CREATE ROLE {name} LOGIN IN ROLE {role}")
    return make_url(base).set(username=name).render_as_string(hide_password=False)


@pytest.fixture
def agent(given: Typist, base: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of an agent with a client of its own."""
    with closing(psycopg.connect(member(base, AGENT), autocommit=True)) as connection:
        yield connection


@pytest.mark.postgresql
def test_an_agent_keeps_the_book_under_its_own_role(given: Typist, typed: Typist, base: str) -> None:
    address = member(base, AGENT)

    def act(*words: object) -> None:
        answer = typed("--base", address, "--json", *words)
        assert answer.code == 0, answer.err

    act("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 25, "--piece", "B", "--le", "2016-02-01")
    act("journal", "annuler", 1, "--motif", "Deux fois", "--le", "2016-03-01", "--oui")
    act("porteur", "ajouter", "Association Élan", "--type", "association")
    act("base", "controler")
    act("cloture", "executer", 2016, "--le", "2017-01-31", "--oui")
    entries = typed("--base", address, "--json", "journal", "lister").data
    assert [entry["role_base"] for entry in entries[:3]] == ["postgres", *[make_url(address).username] * 2]


ATTACKS = [
    "UPDATE entry SET label = 'x'",
    "DELETE FROM transfer",
    "TRUNCATE entry CASCADE",
    "UPDATE account SET debit = debit + 1, credit = credit + 1",
    "UPDATE account SET contract = 'CV193'",
    "DELETE FROM account",
    "UPDATE chain_head SET sequence = sequence - 1",
    "UPDATE chain_head SET seal = 'x'",
    "DELETE FROM chain_head",
    "UPDATE exercice SET year = 2015",
    "DELETE FROM exercice",
    "DROP TRIGGER entry_next ON entry",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "ALTER TABLE account DROP CONSTRAINT ck_account_never_overdrawn",
    "CREATE OR REPLACE FUNCTION cofiville_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP TABLE entry CASCADE",
    "CREATE TABLE public.autre (a int)",
    "CREATE RULE silence AS ON INSERT TO entry DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "SET ROLE cofiville_administration",
    "UPDATE alembic_version SET version_num = '0001'",
    "DELETE FROM personal_datum",
    # In the name of another.
    (
        "INSERT INTO entry SELECT contract, 2, 'autre', kind, label, piece, motive, effect_on, recorded_at, agent,"
        " command, reverses, content_hash, seal, 'postgres' FROM entry"
    ),
    # A function that moves totals, hung on a table of one's own.
    (
        "CREATE TEMPORARY TABLE mine (LIKE transfer); CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS"
        " added FOR EACH STATEMENT EXECUTE FUNCTION cofiville_transfer_moves()"
    ),
    # A table of one's own in the place of the one a guard reads.
    (
        "CREATE TEMPORARY TABLE entry AS SELECT contract, 9 AS sequence, 'x' AS seal FROM public.chain_head;"
        " UPDATE public.chain_head SET sequence = 9, seal = 'x'"
    ),
]


@pytest.mark.postgresql
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_agent_gets_round_no_guard(agent: psycopg.Connection[Any], attack: str) -> None:
    before = agent.execute("SELECT * FROM public.account ORDER BY id").fetchall()
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError)):
        agent.execute(attack)
    assert agent.execute("SELECT * FROM public.account ORDER BY id").fetchall() == before


@pytest.mark.postgresql
def test_a_reader_reads_and_writes_nothing(given: Typist, typed: Typist, base: str) -> None:
    address = member(base, READER)
    assert typed("--base", address, "base", "controler").code == 0
    assert typed("--base", address, "enveloppe", "lister", 2016).code == 0
    refused = typed("--base", address, "exercice", "ouvrir", 2020)
    assert refused.code == 1
    assert refused.err.startswith("La base est en lecture seule : rien n'a été écrit.")
    with (
        closing(psycopg.connect(address, autocommit=True)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT * FROM personal_datum")


@pytest.mark.postgresql
def test_only_an_administrator_gives_roles(given: Typist, typed: Typist, base: str) -> None:
    assert "ne peut pas créer de rôles" in typed("--base", member(base, AGENT), "base", "roles").err


@pytest.mark.postgresql
@pytest.mark.usefixtures("tools_of_the_server")
def test_a_base_put_back_has_its_roles_again(given: Typist, typed: Typist, base: str, tmp_path: Path) -> None:
    address = member(base, AGENT)
    assert given("base", "sauvegarder", tmp_path / "copie.dump").code == 0
    restored = given("base", "restaurer", tmp_path / "copie.dump", "--oui")
    assert restored.code == 0, restored.err
    assert typed("--base", address, "exercice", "ouvrir", 2020).code == 0
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        for attack in ("UPDATE account SET debit = debit", ATTACKS[-2]):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attack)


@pytest.mark.sqlite
def test_a_file_has_no_roles(cofiville: Typist) -> None:
    assert "n'a pas de rôles" in cofiville("base", "roles").err


def test_every_table_that_only_grows_is_named(base: str) -> None:
    engine = open_engine(base)
    assert AGENT_MAY.keys() <= set(inspect(engine).get_table_names())
    engine.dispose()
