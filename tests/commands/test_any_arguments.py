"""Whatever is typed, on any command: a refusal in French or an answer, never a crash, and a base that holds (F75).

COFIVILLE_EPREUVES=completes types 4 000 lines, COFIVILLE_GRAINE starts from another seed.
"""

from __future__ import annotations

import os
import shlex
import shutil
from contextlib import chdir
from pathlib import Path
from random import Random

import pytest

from tests.acts import unsealed_rows
from tests.commands.examples import example
from tests.commands.moments import END
from tests.commands.test_tree import LEAVES
from tests.conftest import Typist
from tests.journal.trials import trials

SEED = int(os.environ.get("COFIVILLE_GRAINE", "20161231"))
COUNT = trials(400, 4_000)
LEFT_OUT = {
    "menu": "asks",
    "ouvrir": "answers until it is stopped",
    "demo": "plays a whole year",
    "configurer": "changes what the next lines are typed on",
}
WORDS = (
    *("2016", "2017", "1999", "2099", "20 16", "2016-001", "2016-014", "2016-999", "C2016-001", "C2016-999", "CV195"),
    *("CV193", "CAF", "ETAT", "CAPH-PDV", "ETAT-PDV-DRE", "EX-JARDINS", "CCAS-D-ESCAUDAIN", "1.1.1", "qpv", "M14"),
    *("2016-02-15", "15/02/2016", "2016-02-30", "0000-00-00", "9999-12-31", "2016-13-01T25:61", "2016-05-12T14:30:00"),
    *("0", "1", "-1", "12,50", "1 000,00", "0,001", "1e9", "9" * 30, "-0", "NaN", "∞", "65 %", "1/0", "200042190"),
    *(
        "",
        " ",
        "\t",
        "\n",
        "\r\n",
        "é" * 300,
        "x" * 5_000,
        "\udcff",
        "\x1b[2J",
        "\u202e",
        "￼",
        "👩‍👩‍👧",
        "=1+1",
        "'; --",
        "%s{}",
    ),
    *(
        "-",
        "--",
        "@x",
        "*",
        "CAPH-PDV=1000",
        "CAPH-PDV=",
        "=",
        "a=b=c",
        "2017:CAPH-PDV=9000",
        "association",
        "favorable",
    ),
    *("rien.xlsx", "programmation_2016.xlsx", "postes_etat_caph_cavm.csv", "cofiville.db", "sortie.csv", "sortie.xlsx"),
    *("sortie.html", "sortie", ".", "absent/sortie.xlsx", "/dev/null", "n" * 300),
)


def line(path: tuple[str, ...], draw: Random) -> list[str]:
    """This command with anything: its example with a few words replaced, or words drawn for what it declares."""
    if draw.random() < 0.5:
        return spoilt(shlex.split(example(path))[1:], len(path), draw)
    words = list(path)
    for each in LEAVES[path].params:
        if each.param_type_name == "argument":
            count = draw.choice((0, 1, 1, 1, 1, 1, 2) if each.nargs == 1 else (1, 3))
            words += [draw.choice(WORDS) for _ in range(count)]
        elif draw.random() < 0.4 and "--help" not in each.opts:
            words.append(draw.choice((*each.opts, *each.secondary_opts)))
            if not each.is_flag or draw.random() < 0.02:
                words.append(draw.choice(WORDS))
    return words


def spoilt(words: list[str], kept: int, draw: Random) -> list[str]:
    """These words, one or two after the first ones replaced, doubled or left out."""
    for _ in range(draw.choice((0, 1, 1, 2)) if len(words) > kept else 0):
        place = draw.randrange(kept, len(words))
        words[place : place + 1] = draw.choice(([draw.choice(WORDS)], [draw.choice(WORDS)], [words[place]] * 2, []))
        if len(words) == kept:
            break
    return words


@pytest.mark.sqlite
@pytest.mark.long
@pytest.mark.xdist_group("moments")
def test_nothing_typed_makes_the_program_crash_or_the_base_doubtful(
    typed: Typist, moments: dict[str, Path], tmp_path: Path
) -> None:
    """F75"""
    folder = Path(shutil.copytree(moments[END], tmp_path / "annee"))
    draw = Random(SEED)  # noqa: S311 - the same lines for the same seed
    paths = sorted(path for path in LEAVES if " ".join(path) not in LEFT_OUT)
    crashed, done = [], 0
    with chdir(folder):
        for number in range(COUNT):
            before = ["--base", "cofiville.db", *draw.choice(([], ["--json"], ["--csv"], ["--contrat", "CV193"]))]
            words = [*before, *line(paths[number % len(paths)], draw)]
            try:
                answer = typed(*words)
            except BaseException as crash:
                crashed.append(f"{words} : {crash!r}"[:400])
                continue
            done += answer.code == 0
            if (
                answer.code not in (0, 1, 2)
                or "Traceback" in answer.err
                or (answer.code and not answer.err + answer.out)
            ):
                crashed.append(f"{words} : {answer.code} {answer.err}"[:400])
    assert crashed == []
    assert done > COUNT // 20
    assert unsealed_rows(str(folder / "cofiville.db")) == []
    assert typed("--base", folder / "cofiville.db", "base", "controler").code == 0
