"""What the screens of the example year advise, typed as it is printed, does it (F41)."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_tree import LEAVES
from tests.guide import in_a_folder, screen, typed

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("moments")]

SCREENS = ("cloture verifier 2016", "rapport semaine", "convention echeances", "appel controler 2016")
MOMENTS = {
    "versement payer": "2016-05-20",
    "convention signer": "2016-04-29",
    "cloture executer": "2017-01-31",
    "fin": "2017-12-31",
}
WAITING = ("cloture verifier", "cloture executer")  # end in failure as long as other points are to be settled
PLACES = {
    "MONTANT": "1",
    "REFERENCE": "R-1",
    "PIECE": "Courrier",
    "MOTIF": "Vu avec le comptable",
    "NUMERO": "13002526500013",
    "LIGNE=MONTANT": "CAPH-PDV=1000",
}
_ADVISED = re.compile(r'cofiville ((?:[^;:()«»→"\n]|"[^"]*")*)')


def _advised(answer: Any) -> Iterator[str]:
    """Every command that a JSON document advises."""
    if isinstance(answer, str):
        yield from (each.strip().rstrip(".") for each in _ADVISED.findall(answer))
    elif isinstance(answer, dict | list):
        for each in answer.values() if isinstance(answer, dict) else answer:
            yield from _advised(each)


def _shape(line: str) -> tuple[str, ...]:
    words = line.split()
    return (*words[:2], *(word for word in words if word.startswith("--")))


def _filled(line: str, day: str) -> str:
    """The command line, its places filled, on the day of the moment, confirmed where it would ask."""
    words = [PLACES.get(word, word).replace("JOUR", day) for word in shlex.split(line)]
    taken = {option for each in LEAVES[(words[0], words[1])].params for option in each.opts}
    if "--le" in taken and "--le" not in words:
        words += ["--le", day]
    return shlex.join(("cofiville", *words, *(["--oui"] if "--oui" in taken else [])))


def test_what_the_screens_of_the_year_advise_is_done_as_it_is_printed(moments: dict[str, Path], tmp_path: Path) -> None:
    """F41: of each kind of advice of each moment, the first is typed on a copy of the base that prints it."""
    played: set[tuple[str, ...]] = set()
    refused: list[tuple[str, str, str]] = []
    for moment, day in MOMENTS.items():
        for asked in SCREENS:
            folder = tmp_path / moment / asked
            shutil.copytree(moments[moment], folder)
            with in_a_folder(), chdir(folder):
                base = Path("cofiville.db")
                before = base.read_bytes()
                for line in _advised(json.loads(typed(f"cofiville --json {asked}")[1])):
                    if _shape(line) in played or line.startswith(WAITING):
                        continue
                    played.add(_shape(line))
                    code, said = screen(_filled(line, day))
                    if code:
                        refused.append((moment, line, said[-400:]))
                    base.write_bytes(before)
    assert refused == []
    assert len(played) >= 19
