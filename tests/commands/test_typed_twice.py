"""F74. An act typed twice is done once: every one of the tree, in the example year, where nobody can be asked.

The second time it changes nothing and says so, or is refused with a way out; with `--encore` it is done again.
"""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.storage import instants
from ledger.terminal.naming import AGAIN
from tests.commands.examples import ELSEWHERE, at_its_moment
from tests.commands.test_tree import LEAVES
from tests.conftest import Typist
from tests.guide import typed
from tests.terminals import Seat

BASE = Path("cofiville.db")
ACTS = [path for path, each in LEAVES.items() if any(p.name == AGAIN for p in each.params)]
# They may be typed again: what they keep is that they were.
NO_ACTS = {
    "comite classeur": {"decision", "decision_amount"},
    "excel exporter": {"sent_workbook"},
    "echange rapprocher": {"reconciliation", "reconciliation_line"},
    "rapport semaine": {"sent_workbook"},
}
OF_EVERY_ACT = {"row_change", "sealed_act", "last_act"}


def in_the_year(test: Callable[..., None]) -> Callable[..., None]:
    """A test typed at moments of the example year, which is a file."""
    marked: Callable[..., None] = pytest.mark.long(pytest.mark.sqlite(pytest.mark.xdist_group("moments")(test)))
    return marked


def rows_held() -> dict[str, list[tuple[object, ...]]]:
    """Every row of the base, but those that say who did what."""
    with sqlite3.connect(BASE) as base:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = {name: sorted(base.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
    base.close()
    return {name: rows for name, rows in held.items() if name not in OF_EVERY_ACT}


def again(path: tuple[str, ...], line: str) -> str:
    """The line, its act meant a second time."""
    words = shlex.split(line)
    return shlex.join([*words[: len(path) + 1], "--encore", *words[len(path) + 1 :]])


@in_the_year
@pytest.mark.parametrize("path", [path for path in ACTS if " ".join(path) not in ELSEWHERE], ids=" ".join)
def test_an_act_typed_twice_is_done_once(path: tuple[str, ...], moments: dict[str, Path], tmp_path: Path) -> None:
    with at_its_moment(path, moments, tmp_path) as line:
        code, said = typed(line)
        assert code == 0, said
        once = rows_held()
        code, said = typed(line)
        assert rows_held() == once
        assert code == 0 or (code, "→ " in said) == (1, True), said
        if "--encore" in said:
            code, said = typed(again(path, line))
            assert "--encore" not in said
            assert code == 0 or (code, "→ " in said) == (1, True), said
            assert code == 1 or rows_held() != once


@in_the_year
@pytest.mark.parametrize("path", [path for path in LEAVES if " ".join(path) not in ELSEWHERE], ids=" ".join)
def test_what_writes_is_an_act_or_may_be_typed_again(
    path: tuple[str, ...], moments: dict[str, Path], tmp_path: Path
) -> None:
    if path in ACTS or path[0] == "base":
        return
    with at_its_moment(path, moments, tmp_path) as line:
        before = rows_held()
        assert typed(line)[0] == 0
        once = rows_held()
        changed = {name for name, rows in once.items() if rows != before.get(name)}
        assert changed <= NO_ACTS.get(" ".join(path), set())
        if changed:
            code, said = typed(line)
            assert code == 0, said
            assert {name for name, rows in rows_held().items() if rows != once[name]} <= changed


DEPOSIT = (
    *("action", "saisir", 2016, "--intitule", "Jardins", "--porteur", "ATELIERS", "--cout", 9000),
    *("--financement", "CAPH-PDV=9000", "--qpv", 10, "--le", "2016-01-20"),
)


@pytest.fixture
def desk(in_2016: Typist) -> Typist:
    """A year with a porteur who has deposited an action."""
    assert in_2016("porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "ATELIERS").code == 0
    assert in_2016(*DEPOSIT).code == 0
    return in_2016


def deposited(desk: Typist) -> int:
    return len(desk("--json", "action", "lister", 2016).data)


def test_a_script_is_refused_the_act_it_has_just_done(desk: Typist) -> None:
    refused = desk("--json", *DEPOSIT)
    assert (refused.code, refused.refusal["erreur"], deposited(desk)) == (1, "acte_repete", 1)
    assert "--encore" in refused.refusal["remede"]
    assert desk(*DEPOSIT, "--encore").code == 0
    assert deposited(desk) == 2
    assert desk("base", "controler").code == 0


def test_what_differs_in_anything_is_another_act(desk: Typist) -> None:
    """Another agent, another word, or the same words once something else was done."""
    assert desk("--agent", "autre", *DEPOSIT).code == 0
    assert desk(*DEPOSIT[:-1], "2016-01-21").code == 0
    assert desk(*DEPOSIT).code == 0
    assert deposited(desk) == 4


@pytest.mark.sqlite
def test_the_next_day_is_another_day(desk: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    real = instants.machine_instant
    monkeypatch.setattr(instants, "machine_instant", lambda: real() + timedelta(days=1))
    assert desk(*DEPOSIT).code == 0


@pytest.mark.sqlite
def test_a_terminal_asks_before_it_does_an_act_again(desk: Typist, base: str, tmp_path: Path) -> None:
    seat = Seat(tmp_path, base)
    assert "2016-002" in seat.types(*DEPOSIT)
    code, screen = seat.tries(*DEPOSIT, answers=(("Continuer ?", "n"),))
    assert (code, "une seconde fois" in screen, deposited(desk)) == (1, True, 2)
    assert "2016-003" in seat.types(*DEPOSIT, answers=(("Continuer ?", "o"),))


def test_a_state_set_again_is_told_as_such(desk: Typist) -> None:
    line = ("porteur", "modifier", "ATELIERS", "--nom", "Les Ateliers du Nord")
    assert "deja_enregistre" not in desk("--json", *line).data
    assert desk("--json", *line).data["deja_enregistre"] is True
    assert "Déjà enregistré : rien n'a changé." in desk(*line).out


def test_nothing_of_a_person_is_in_what_is_kept(desk: Typist, engine: Engine) -> None:
    assert desk("porteur", "contact", "ATELIERS", "--nom", "Mme Dubois").code == 0
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT arguments FROM last_act").scalars().all() == [""]
    assert desk("porteur", "contact", "ATELIERS", "--nom", "M. Durand").code == 0
    assert desk("porteur", "contact", "ATELIERS", "--nom", "M. Durand").code == 0
    assert desk("porteur", "contact", "ATELIERS", "--nom", "Mme Dubois").code == 0
