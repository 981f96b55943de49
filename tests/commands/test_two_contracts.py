"""Two contracts live in one base: each shows what it showed alone, and not one row of the other (II-3)."""

from __future__ import annotations

import json
import shlex
import shutil
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ledger.allocation.model import Scenario
from ledger.conventions.model import Convention
from ledger.execution.model import PaymentOrder
from ledger.programming.actions.model import Action
from ledger.referential.model import CreditLine, Territory
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession
from tests.commands.examples import example
from tests.commands.moments import END, PlayedYear
from tests.commands.test_one_contract import LISTS
from tests.guide import in_a_folder, typed

FIRST, SECOND = "CV195", "CV2024"
OF_ALL = {("contrat", "lister"), ("contrat", "montrer")}
"""What says which contracts there are is the base's, and not of one contract."""
SCREENS = [path for path in LISTS if path not in OF_ALL]

pytestmark = [pytest.mark.sqlite, pytest.mark.long, pytest.mark.xdist_group("moments")]


@pytest.fixture(scope="module")
def together(example_played: PlayedYear) -> Path:
    """The folder whose base holds both contracts, each with its year."""
    return example_played.folder


def names_of(base: Path, contract: str) -> set[str]:
    """What a contract has of its own: actions, conventions, orders, scenarios, lines and territories."""
    columns = Action.number, Action.title, Convention.number, PaymentOrder.reference, Scenario.name
    engine = open_engine(str(base))
    try:
        with ContractSession(engine, Context(contract)) as session:
            codes = *columns, CreditLine.code, Territory.code
            return {name for column in codes for name in session.scalars(select(column))}
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def only(together: Path) -> dict[str, set[str]]:
    """By contract, the names that it alone has, as JSON writes them."""
    base = together / "cofiville.db"
    first, second = names_of(base, FIRST), names_of(base, SECOND)
    return {FIRST: {f'"{name}"' for name in first - second}, SECOND: {f'"{name}"' for name in second - first}}


def shown(line: str, folder: Path, work: Path, contract: str) -> Any:
    """What a screen of this contract says in JSON, on a copy of the folder."""
    words = shlex.split(line)
    copy = shutil.copytree(folder, work)
    with in_a_folder(), chdir(copy):
        code, said = typed(shlex.join([words[0], "--contrat", contract, "--json", *words[1:]]))
    assert code in (0, 1, 2), said
    return json.loads(said.strip().splitlines()[-1])


def test_the_two_contracts_have_names_of_their_own(only: dict[str, set[str]]) -> None:
    assert {'"2016-014"', '"DENAIN-CENTRE"', '"C2016-001"'} <= only[FIRST]
    assert {'"2026-001"', '"QN05950M"', '"CPO-2026-ETAT"', '"ETAT-PDV-CITES-EDUCATIVES"'} <= only[SECOND]


@pytest.mark.parametrize("path", SCREENS, ids=" ".join)
def test_a_screen_of_the_first_shows_what_it_showed_before_the_second_was_there(
    path: tuple[str, ...], moments: dict[str, Path], together: Path, tmp_path: Path
) -> None:
    line = example(path)
    alone = shown(line, moments[END], tmp_path / "seul", FIRST)
    assert shown(line, together, tmp_path / "deux", FIRST) == alone


@pytest.mark.parametrize("path", SCREENS, ids=" ".join)
def test_a_screen_of_the_second_shows_no_row_of_the_first(
    path: tuple[str, ...], together: Path, only: dict[str, set[str]], tmp_path: Path
) -> None:
    """Asked for its own year as for the other's: of what the first alone has, only the word typed comes back."""
    line = example(path)
    of_its_own = line.replace("2016", "2026").replace("2017", "2026")
    for asked in dict.fromkeys((line, of_its_own)):
        said = json.dumps(shown(asked, together, tmp_path / f"deux{asked == line}", SECOND), ensure_ascii=False)
        words = {f'"{word}"' for word in shlex.split(asked)}
        assert [name for name in only[FIRST] - words if name in said] == []
