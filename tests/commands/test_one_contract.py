"""Two contracts in one base: what is asked for one of them finds no row of the other."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import configure_mappers

from ledger.allocation.model import Scenario
from ledger.conventions.model import Convention
from ledger.execution.model import PaymentOrder
from ledger.programming.actions.model import Action
from ledger.storage.base import Base, ContractRow
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession, over_all_contracts
from tests.commands.examples import example
from tests.commands.moments import END
from tests.commands.test_tree import LEAVES
from tests.conftest import Typist
from tests.guide import in_a_folder, typed
from tests.statements import contract_tables, every_statement, unbound

READING = (
    *("lister", "montrer", "etat", "versions", "historique", "chercher", "suivi", "attendus", "services", "groupes"),
    *("expliquer", "suivre", "constats", "fixes", "ordres", "echeancier", "examens", "delais", "verifier", "restes"),
    *("simuler", "envois", "semaine", "tendance", "consommation", "plan", "demandes", "ecarts", "leviers", "dre"),
    *("territoires", "balance", "corrections", "derogations", "references", "plafonds", "vecus", "diagnostiquer"),
)
LISTS = sorted(path for path in LEAVES if path[-1] in READING)


def entities() -> list[type[ContractRow]]:
    """Every entity whose rows are each of one contract."""
    assert contract_tables()
    return [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, ContractRow)]


@pytest.fixture
def year(moments: dict[str, Path]) -> Iterator[Engine]:
    """The base at the end of the example year, which CV195 has lived and CV193 has not."""
    engine = open_engine(moments[END] / "cofiville.db")
    yield engine
    engine.dispose()


@pytest.fixture
def named(year: Engine) -> set[str]:
    """What only the year of CV195 has: numbers, titles, references."""
    columns = Action.number, Action.title, Convention.number, PaymentOrder.reference, Scenario.name
    with ContractSession(year, Context("CV195")) as session:
        return {f'"{name}"' for column in columns for name in session.scalars(select(column))}


@pytest.mark.sqlite
@pytest.mark.xdist_group("moments")
@pytest.mark.parametrize("path", LISTS, ids=" ".join)
def test_no_screen_of_a_contract_shows_a_row_of_the_other(
    path: tuple[str, ...], moments: dict[str, Path], named: set[str], tmp_path: Path
) -> None:
    words = shlex.split(example(path))
    folder = shutil.copytree(moments[END], tmp_path / "annee")
    with in_a_folder(), chdir(folder):
        code, said = typed(shlex.join([words[0], "--contrat", "CV193", "--json", *words[1:]]))
    assert code in (0, 1, 2)
    shown = json.dumps(json.loads(said.strip().splitlines()[-1]), ensure_ascii=False)
    assert [name for name in named if name in shown] == []


@pytest.mark.sqlite
@pytest.mark.xdist_group("moments")
def test_a_session_reads_and_finds_by_key_the_rows_of_its_contract_alone(year: Engine) -> None:
    """Also those of the other contract that are at hand, once read on purpose."""
    met = 0
    with ContractSession(year, Context("CV193")) as session, ContractSession(year, Context("CV195")) as other:
        for entity in entities():
            with over_all_contracts():
                every = session.scalars(select(entity)).all()
            theirs = [inspect(row).identity for row in every if row.contract == "CV195"]
            met += bool(theirs)
            assert {row.contract for row in session.scalars(select(entity))} <= {"CV193"}
            assert [key for key in theirs if session.get(entity, key) is not None] == []
            assert {row.contract for row in other.scalars(select(entity))} <= {"CV195"}
            assert [key for key in theirs[:3] if other.get(entity, key) is None] == []
    assert met > 40


@pytest.mark.sqlite
@pytest.mark.xdist_group("moments")
def test_every_statement_of_the_year_says_the_contract_of_each_table_it_reads(
    moments: dict[str, Path], asked_in_the_year: set[str]
) -> None:
    assert END in moments
    found = {statement: names for statement in asked_in_the_year if (names := unbound(statement))}
    assert found == {}
    assert len(asked_in_the_year) > 300


def test_every_statement_of_some_commands_says_its_contract_on_either_engine(in_2016: Typist) -> None:
    with every_statement() as asked:
        for line in (
            'enveloppe notifier ETAT-PDV-DRE 2016 1000 --piece "N1" --le 2016-02-01',
            "action saisir 2016 --intitule Jardins --porteur CAPH --cout 900 --financement ETAT-PDV-DRE=500 --qpv 10",
            "allocation proposer 2016 --scenario S1",
            "allocation valider S1",
            "action lister 2016",
            "enveloppe lister 2016 --le 2016-03-01",
            "cloture verifier 2016",
            "rapport consommation 2016",
            "journal balance",
            "journal annuler 1 --motif Erreur --oui",
        ):
            in_2016(*shlex.split(line))
    assert {statement: names for statement in asked if (names := unbound(statement))} == {}
    assert len(asked) > 50


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("SELECT action.number FROM action WHERE action.year = ?", {"action"}),
        ("SELECT action.number FROM action WHERE action.contract = ? AND action.year = ?", set()),
        ("SELECT max(effect_on) FROM entry", {"entry"}),
        ("SELECT max(effect_on) FROM entry WHERE contract = ?", set()),
        (
            "SELECT a.number FROM action AS a JOIN convention AS c ON c.number = a.number WHERE a.contract = %(b)s",
            {"c"},
        ),
        (
            "SELECT a.number FROM action AS a, convention AS c WHERE c.contract = a.contract AND a.contract = %(b)s",
            set(),
        ),
        (
            "SELECT entry.sequence FROM entry WHERE entry.contract = ? AND EXISTS (SELECT * FROM entry)",
            {"entry"},
        ),
        ("UPDATE convention SET purpose=? WHERE convention.number = ?", {"convention"}),
        ("SELECT porteur.code FROM porteur", set()),
        ("SELECT x FROM funding WHERE (funding.contract, funding.action) IN ((?, ?))", set()),
    ],
)
def test_a_statement_that_says_no_contract_is_seen(statement: str, names: set[str]) -> None:
    assert unbound(statement) == names


def test_what_a_relationship_loads_is_of_the_contract_of_its_owner() -> None:
    configure_mappers()
    for entity in entities():
        for loaded in inspect(entity).relationships:
            pairs = [(ours.name, theirs.name) for ours, theirs in loaded.local_remote_pairs]
            assert ("contract", "contract") in pairs, loaded
            assert issubclass(loaded.mapper.class_, ContractRow)
